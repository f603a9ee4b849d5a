"""What undecided change sets want for themselves, in the database: append-only, claimed with the change set and ended
once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select

from chonai.change.codec import time_to_json
from chonai.change.errors import Refused
from chonai.change.holds import Held, Hold
from chonai.store.database import Database
from chonai.store.schema import hold_ends, holds

_HOLD = tuple(Hold.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a change set wants for itself. `over` are others that are known to want nothing any more, though the table
    does
    not say so: `claim` cannot ask while it writes.
    """

    holds: tuple[Hold, ...] = ()
    over: frozenset[str] = frozenset()


class SqlHolds:
    """`is_over` says of a change set whether it wants nothing any more, though nobody has said so here: the process
    that
    was to say it may have been killed.
    """

    def __init__(self, database: Database, is_over: Callable[[str], bool]) -> None:
        self._database, self._is_over = database, is_over

    def of(self, system: str) -> tuple[Held, ...]:
        """What is held of a system now."""
        with self._database.read() as connection:
            found = _open(connection, [system])
        over = {id_ for id_ in {one.change_set for one in found} if self._is_over(id_)}
        return tuple(one for one in found if one.change_set not in over)

    def end(self, change_set: str, at: datetime) -> None:
        """The change set wants nothing any more. Once is enough; for one without holds there is nothing to do."""
        with self._database.write() as connection:
            if _has(connection, change_set, holds) and not _has(connection, change_set, hold_ends):
                connection.execute(insert(hold_ends), {"change_set": change_set, "at": time_to_json(at)})

    def wanted(self, holds_: Sequence[Hold]) -> Wanted:
        """These holds, to be claimed."""
        with self._database.read() as connection:
            found = _open(connection, {hold.system for hold in holds_}) if holds_ else []
        return Wanted(tuple(holds_), frozenset(id_ for id_ in {one.change_set for one in found} if self._is_over(id_)))


def claim(connection: Connection, change_set: str, wanted: Wanted, at: datetime) -> None:
    """Hold all of it for a change set, inside the write transaction that stores it. There is one writer at a time, so
    what is seen here cannot change before it is written.

    Raises `Refused` with the code `store.held`, naming the other change set, if somebody holds any of it.
    """
    if not wanted.holds:
        return
    places: dict[tuple[str, str, str], list[Held]] = {}
    for held in _open(connection, {hold.system for hold in wanted.holds}):
        if held.change_set not in wanted.over:
            places.setdefault(_place(held.hold), []).append(held)
    for hold in wanted.holds:
        for held in places.get(_place(hold), ()):
            if hold.meets(held.hold):
                raise Refused(
                    "store.held", system=hold.system, value=hold.value, other=held.change_set, since=held.since
                )
    last = connection.scalar(select(func.max(holds.c.seq))) or 0
    common = {"change_set": change_set, "since": time_to_json(at)}
    rows = [{**asdict(hold), **common, "seq": n} for n, hold in enumerate(wanted.holds, last + 1)]
    connection.execute(insert(holds), rows)


def _place(hold: Hold) -> tuple[str, str, str]:
    return hold.system, hold.type, hold.space


def _has(connection: Connection, change_set: str, table: Table) -> bool:
    query = select(table.c.change_set).where(table.c.change_set == change_set).limit(1)
    return connection.scalar(query) is not None


def _open(connection: Connection, systems: Collection[str]) -> list[Held]:
    """What nobody has ended; nothing in a store of before that can only be read."""
    if not connection.dialect.has_table(connection, holds.name):
        return []
    ended = select(hold_ends.c.change_set)
    query = select(holds).where(holds.c.system.in_(sorted(systems)), holds.c.change_set.not_in(ended))
    return [_held(row) for row in connection.execute(query.order_by(holds.c.seq))]


def _held(row: Row[Any]) -> Held:
    stored = {name: getattr(row, name) for name in _HOLD}
    return Held(Hold(**stored), row.change_set, datetime.fromisoformat(row.since))
