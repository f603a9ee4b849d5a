"""What a city settles, as plain data (YAML) and as values: read once, with every fault and its path."""
