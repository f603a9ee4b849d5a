"""Databases in a file: opened alike by the store and by every system that keeps its state in one."""
