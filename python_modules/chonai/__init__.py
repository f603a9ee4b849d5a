"""chonai (庁内): a city hall's internal network, run as planned, approved, reversible change."""

__version__ = "0.1.0"
