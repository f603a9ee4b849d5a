"""Statements of one form, kept and sent together: the driver pipelines them, so that latency counts once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Update, bindparam, delete, update

from chonai.systems.mail.schema import MAILBOX
from chonai.systems.mail.values import Stored

Columns = Mapping[str, Stored]


@dataclass(frozen=True, slots=True)
class Later:
    """Writes of single rows of a domain that wait to be sent."""

    domain: str
    updates: dict[tuple[tuple[str, ...], tuple[str, ...]], list[dict[str, Stored]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    deletes: list[str] = field(default_factory=list)

    def update(self, id_: str, columns: Columns, expected: Columns) -> None:
        """Write columns of a row as long as it holds what is expected."""
        row = {"at_id": id_} | {f"new_{name}": value for name, value in columns.items()}
        row |= {f"old_{name}": value for name, value in expected.items()}
        self.updates[tuple(columns), tuple(expected)].append(row)

    def send(self, connection: Connection) -> bool:
        """Send all; False when a row was not as expected, and then nobody knows which."""
        for (columns, expected), rows in self.updates.items():
            if connection.execute(self._update(columns, expected), rows).rowcount != len(rows):
                return False
        rows = [{"at_id": id_} for id_ in self.deletes]
        if rows:
            gone = delete(MAILBOX).where(MAILBOX.c.domain == self.domain, MAILBOX.c.id == bindparam("at_id"))
            connection.execute(gone, rows)
        return True

    def _update(self, columns: tuple[str, ...], expected: tuple[str, ...]) -> Update:
        known = (
            MAILBOX.c[name].is_not_distinct_from(bindparam(f"old_{name}", type_=MAILBOX.c[name].type))
            for name in expected
        )
        mine = (MAILBOX.c.domain == self.domain, MAILBOX.c.id == bindparam("at_id"))
        return update(MAILBOX).where(*mine, *known).values({name: bindparam(f"new_{name}") for name in columns})
