"""Tagged notes that the operation leaves on a retired account, so that a return and a deletion need no memory
elsewhere.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date

from chonai.change.model import Scalar

RETIRED_ON = "chonai:retired-on="
WAS_MEMBER = "chonai:was-member="
PREPARED_FOR = "chonai:prepared-for="
WAS_VALUE = "chonai:was-value="


def retired_on(notes: frozenset[str]) -> date | None:
    """The last day of work, or None when no (or no readable, or more than one) note says it."""
    found = [note.removeprefix(RETIRED_ON) for note in notes if note.startswith(RETIRED_ON)]
    if len(found) != 1:
        return None
    try:
        return date.fromisoformat(found[0])
    except ValueError:
        return None


def is_retired(notes: frozenset[str]) -> bool:
    """Whether a note says that its person has left, readable or not."""
    return any(note.startswith(RETIRED_ON) for note in notes)


def prepared_for(notes: frozenset[str]) -> str | None:
    """The day for which an account was prepared, as noted; None when it was not."""
    return next((note.removeprefix(PREPARED_FOR) for note in sorted(notes) if note.startswith(PREPARED_FOR)), None)


def preparing(day: date) -> frozenset[str]:
    """The notes of an account that waits for its person."""
    return frozenset({f"{PREPARED_FOR}{day.isoformat()}"})


def was_member(notes: frozenset[str]) -> list[str]:
    """Names of the groups that the account was taken out of, sorted."""
    return sorted(note.removeprefix(WAS_MEMBER) for note in notes if note.startswith(WAS_MEMBER))


def was_values(notes: frozenset[str]) -> dict[str, Scalar]:
    """What attributes were before the account retired, as noted; what cannot be read says nothing."""
    found: dict[str, Scalar] = {}
    for note in sorted(note for note in notes if note.startswith(WAS_VALUE)):
        name, _, written = note.removeprefix(WAS_VALUE).partition("=")
        try:
            value = json.loads(written)
        except ValueError:
            continue
        if value is None or isinstance(value, str | int | bool):
            found[name] = value
    return found


def keeping(values: Mapping[str, Scalar]) -> frozenset[str]:
    """Notes of what attributes are before they change because somebody leaves."""
    return frozenset(f"{WAS_VALUE}{name}={json.dumps(value, ensure_ascii=False)}" for name, value in values.items())


def leaving(notes: frozenset[str], day: date, groups: Iterable[str]) -> frozenset[str]:
    """The notes of an account that retires. A note of an earlier run is kept."""
    notes = frozenset(note for note in notes if not note.startswith(PREPARED_FOR))
    kept = notes if retired_on(notes) else notes | {f"{RETIRED_ON}{day.isoformat()}"}
    return kept | {f"{WAS_MEMBER}{group}" for group in groups}


def returning(notes: frozenset[str]) -> frozenset[str]:
    """The notes of an account that comes back or is taken up: ours are gone, others stay."""
    ours = (RETIRED_ON, WAS_MEMBER, PREPARED_FOR, WAS_VALUE)
    return frozenset(note for note in notes if not note.startswith(ours))


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
