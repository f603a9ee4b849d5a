"""A system in memory or in a file: for trying things out, and the shortest description of what a system does."""

from chonai.systems.memory.file import connect
from chonai.systems.memory.system import MemorySystem

__all__ = ["MemorySystem", "connect"]
