"""One folder for each kind of real system: read it, apply changes to it. Knows no operation."""
