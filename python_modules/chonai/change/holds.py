"""What a change set that waits for its decision wants for itself: an address that no other is planned on meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Something of a system that a change set wants.

    type    of the object that it is for
    value   what people call it
    space   within what it is unique; two holds of different spaces never meet
    first, last   from where to where it reaches in its space, as text that sorts so; both ends belong to it
    """

    system: str
    type: str
    value: str
    space: str
    first: str
    last: str

    def meets(self, other: Hold) -> bool:
        """Whether both cannot be had."""
        mine, theirs = ((one.system, one.type, one.space) for one in (self, other))
        return mine == theirs and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Held:
    """A hold, and whose it is: of the change set, since when."""

    hold: Hold
    change_set: str
    since: datetime
