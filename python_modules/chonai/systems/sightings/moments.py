"""Moments of lease files."""

from __future__ import annotations

from datetime import UTC, datetime

LATEST = 253_402_300_799
"""The last second of the year 9999: what lies after it never ends."""


def moment_of(seconds: int) -> datetime:
    """Seconds since 1970 as a moment, no later than the year 9999. Raises ValueError for a negative number."""
    if seconds < 0:
        raise ValueError(seconds)
    return datetime.fromtimestamp(min(seconds, LATEST), UTC)
