"""Whose paper it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The city's name, whom to ask, and when the paper was made. A blank text says nothing."""

    city: str
    contact: str
    at: datetime
