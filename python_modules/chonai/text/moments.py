"""Moments as people read them: all in one zone, the reader's own, to the minute, with its offset."""

from __future__ import annotations

import re
from datetime import datetime

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([+-]\d\d:\d\d|Z)")
_SHORTEST = len("2026-04-01T22:00Z")


def moment(at: datetime) -> str:
    """`2026-04-01 22:00 +09:00`, in the zone of this process (TZ)."""
    here = at.astimezone()
    offset = f"{here:%z}"
    return f"{here:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"


def read(text: str) -> datetime | None:
    """The moment that a text is, as plans and journals keep it (ISO 8601 with its offset); None for any other text."""
    if len(text) < _SHORTEST or not _WRITTEN.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
