"""What people read about a change set and its journal: text, JSON, HTML, CSV. Pure renderings."""
