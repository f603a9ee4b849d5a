"""What undecided change sets want for themselves, in the database: append-only, claimed with the change set and ended
once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
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
class View:
    """What is held of a system, and up to which hold that is known: a plan made of it keeps the mark."""

    held: tuple[Held, ...]
    mark: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a change set wants for itself.

    over   others that are known to want nothing any more, though the table does not say so: `claim` cannot ask while it
           writes
    mark   up to which hold its plans knew what others want. Whoever came later is in the way even when they are done:
           the plans do not know what those have changed
    """

    holds: tuple[Hold, ...] = ()
    over: frozenset[str] = frozenset()
    mark: int | None = None


class SqlHolds:
    """`is_over` says of a change set whether it wants nothing any more, though nobody has said so here: the process
    that was to say it may have been killed.
    """

    def __init__(self, database: Database, is_over: Callable[[str], bool]) -> None:
        self._database, self._is_over = database, is_over

    def of(self, system: str) -> tuple[Held, ...]:
        """What is held of a system now."""
        return self.view(system).held

    def view(self, system: str) -> View:
        """The same, for a plan to be made of it."""
        with self._database.read() as connection:
            mark = _last(connection)  # first: what comes in between is counted twice rather than never
            found = [held for _, held in _rows(connection, [system], None)]
        over = self._over(found)
        return View(tuple(one for one in found if one.change_set not in over), mark)

    def _over(self, found: Iterable[Held]) -> frozenset[str]:
        return frozenset(id_ for id_ in {one.change_set for one in found} if self._is_over(id_))

    def end(self, change_set: str, at: datetime) -> None:
        """The change set wants nothing any more. Once is enough; for one without holds there is nothing to do."""
        with self._database.write() as connection:
            if _has(connection, change_set, holds) and not _has(connection, change_set, hold_ends):
                connection.execute(insert(hold_ends), {"change_set": change_set, "at": time_to_json(at)})

    def wanted(self, holds_: Sequence[Hold], mark: int | None = None) -> Wanted:
        """These holds, to be claimed."""
        if not holds_:
            return Wanted()
        with self._database.read() as connection:
            found = [held for _, held in _rows(connection, {hold.system for hold in holds_}, None)]
        return Wanted(tuple(holds_), self._over(found), mark)


def claim(connection: Connection, change_set: str, wanted: Wanted, at: datetime) -> None:
    """Hold all of it for a change set, inside the write transaction that stores it. There is one writer at a time, so
    what is seen here cannot change before it is written.

    Raises `Refused` with the code `store.held`, naming the other change set, if somebody holds any of it.
    """
    if not wanted.holds:
        return
    places: dict[tuple[str, str, str], list[Held]] = {}
    for seq, held in _rows(connection, {hold.system for hold in wanted.holds}, wanted.mark):
        if held.change_set not in wanted.over or (wanted.mark is not None and seq > wanted.mark):
            places.setdefault(_place(held.hold), []).append(held)
    for hold in wanted.holds:
        for held in places.get(_place(hold), ()):
            if hold.meets(held.hold):
                raise Refused(
                    "store.held", system=hold.system, value=hold.value, other=held.change_set, since=held.since
                )
    last = _last(connection)
    common = {"change_set": change_set, "since": time_to_json(at)}
    rows = [{**asdict(hold), **common, "seq": n} for n, hold in enumerate(wanted.holds, last + 1)]
    connection.execute(insert(holds), rows)


def _place(hold: Hold) -> tuple[str, str, str]:
    return hold.system, hold.type, hold.space


def _has(connection: Connection, change_set: str, table: Table) -> bool:
    query = select(table.c.change_set).where(table.c.change_set == change_set).limit(1)
    return connection.scalar(query) is not None


def _last(connection: Connection) -> int:
    if not connection.dialect.has_table(connection, holds.name):
        return 0
    return connection.scalar(select(func.max(holds.c.seq))) or 0


def _rows(connection: Connection, systems: Collection[str], mark: int | None) -> list[tuple[int, Held]]:
    """What nobody has ended, and what came after a mark; nothing in a store of before that can only be read."""
    if not connection.dialect.has_table(connection, holds.name):
        return []
    is_open = holds.c.change_set.not_in(select(hold_ends.c.change_set))
    counts = is_open if mark is None else is_open | (holds.c.seq > mark)
    query = select(holds).where(holds.c.system.in_(sorted(systems)), counts).order_by(holds.c.seq)
    return [(row.seq, _held(row)) for row in connection.execute(query)]


def _held(row: Row[Any]) -> Held:
    stored = {name: getattr(row, name) for name in _HOLD}
    return Held(Hold(**stored), row.change_set, datetime.fromisoformat(row.since))
