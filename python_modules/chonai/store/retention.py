"""Which change sets nobody needs any more, by how long ago something happened to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO

from sqlalchemy import Connection

from chonai.store.archiving import (
    Deed,
    Last,
    Leaving,
    anchored_sets,
    ended_runs,
    last_events,
    move_out,
    old_plans,
    write_archive,
)
from chonai.store.change_sets import ChangeSets, Summary
from chonai.store.database import Database
from chonai.store.secretbox import kept
from chonai.store.state import State

OVER = (State.WITHDRAWN, State.GIVEN_UP, State.APPLIED, State.PARTLY_UNDONE, State.UNDONE)
"""States of what goes on no more by itself."""
DEFAULT, RUNS = "default", "runs"

Limits = Callable[[str], datetime]
"""Until when something must have happened last, by the operation of the change set; of plans `DEFAULT`, of runs of jobs
`RUNS`.
"""


class Stays(StrEnum):
    """Why an old change set stays."""

    UNFINISHED = "unfinished"
    SECRETS = "secrets"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Survey:
    """What may leave, and how many old change sets stay for which reason."""

    leaving: Leaving
    stays: Mapping[Stays, int]


class Archiver:
    """Takes rows out of a store. `state_of` says how far a change set has come."""

    def __init__(self, database: Database, change_sets: ChangeSets, state_of: Callable[[str], State]) -> None:
        self._database, self._change_sets, self._state_of = database, change_sets, state_of

    def survey(self, limits: Limits) -> Survey:
        """What may leave now."""
        with self._database.snapshot() as connection:
            return self._survey(connection, limits)

    def write(self, file: IO[bytes], leaving: Leaving, at: datetime) -> None:
        """Write what leaves into an open file."""
        write_archive(self._database, file, leaving, at)

    def move_out(self, leaving: Leaving, deed: Deed, limits: Limits) -> None:
        """Take it out of the store, as `chonai.store.archiving.move_out` does."""
        move_out(self._database, leaving, deed, lambda connection: self._survey(connection, limits).leaving)

    def _survey(self, connection: Connection, limits: Limits) -> Survey:
        events, anchored = last_events(connection), anchored_sets(connection)
        gone: set[str] = set()
        stays: Counter[Stays] = Counter()
        for first, family in _families(self._change_sets.list()):
            limit = limits(first.operation)
            if not all(id_ in events and events[id_].at < limit for id_ in family):
                continue
            why = next((why for id_ in family if (why := self._needed(id_, anchored))), None)
            if why is None:
                gone.update(family)
            else:
                stays[why] += len(family)
        leaving = Leaving(
            frozenset(gone), old_plans(connection, limits(DEFAULT)), _runs(connection, events, anchored, limits)
        )
        return Survey(leaving, stays)

    def _needed(self, id_: str, anchored: frozenset[str]) -> Stays | None:
        if id_ in anchored:
            return Stays.FIRST
        if self._state_of(id_) not in OVER:
            return Stays.UNFINISHED
        return Stays.SECRETS if kept(self._database, id_) else None


def _runs(
    connection: Connection, events: Mapping[str, Last], anchored: frozenset[str], limits: Limits
) -> frozenset[str]:
    """Runs that ended so long ago; one that nobody ended is left for `chonai job` to say so."""
    limit = limits(RUNS)
    return frozenset(id_ for id_ in ended_runs(connection) - anchored if events[id_].at < limit)


def _families(summaries: Iterable[Summary]) -> list[tuple[Summary, list[str]]]:
    """Change sets with all that undo them, whatever lies between; each by the first of them."""
    known = {one.id: one for one in summaries}
    found: dict[str, list[str]] = {}
    for one in known.values():
        first = one
        while first.undo_of is not None:
            first = known[first.undo_of]
        found.setdefault(first.id, []).append(one.id)
    return [(known[first], family) for first, family in found.items()]
