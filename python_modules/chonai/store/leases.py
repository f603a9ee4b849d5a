"""What somebody holds only as long as they say so: of the scheduler's place one at a time, of each run its watcher.

Other than a lock, a lease ends by itself, also that of another machine. Machines that share a store need the same time.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from chonai.change.codec import time_to_json
from chonai.store.database import Database
from chonai.store.process import is_running, own_identity
from chonai.store.schema import leases


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds what, where, and until when; `mark` is a word of the holder's that outlives them."""

    name: str
    who: str
    host: str
    pid: int
    until: datetime
    mark: str = ""
    token: str = ""


class SqlLeases:
    """All leases of a store."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def take(self, name: str, who: str, length: timedelta) -> Lease | None:
        """Hold `name` for so long, with the mark that the last holder left; None while somebody else holds it."""
        with self._database.write() as connection:
            row = _row(connection, name)
            if row is not None and self._is_held(row):
                return None
            lease = Lease(
                name, who, socket.gethostname(), os.getpid(), self._clock() + length, _mark(row), uuid.uuid4().hex
            )
            connection.execute(delete(leases).where(leases.c.name == name))
            connection.execute(insert(leases), {**_stored(lease), "process": str(own_identity())})
        return lease

    def renew(self, lease: Lease, length: timedelta, mark: str | None = None) -> Lease | None:
        """Hold it for so long from now on, and leave a mark; None if it was lost meanwhile."""
        renewed = replace(lease, until=self._clock() + length, mark=lease.mark if mark is None else mark)
        with self._database.write() as connection:
            values = {"until": time_to_json(renewed.until), "mark": renewed.mark}
            done = connection.execute(update(leases).where(leases.c.token == lease.token).values(values))
        return renewed if done.rowcount else None

    def end(self, lease: Lease) -> None:
        """Hold it no longer; its mark stays."""
        with self._database.write() as connection:
            connection.execute(update(leases).where(leases.c.token == lease.token).values(until="", token=""))

    def holder(self, name: str) -> Lease | None:
        """Who holds it now."""
        with self._database.read() as connection:
            row = _row(connection, name)
        return _lease(row) if row is not None and self._is_held(row) else None

    def _is_held(self, row: Row[Any]) -> bool:
        """Not by one whose time is over, and not by one whose process has surely ended."""
        if not row.until or datetime.fromisoformat(row.until) <= self._clock():
            return False
        return row.host != socket.gethostname() or is_running(row.pid, row.process)


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(leases).where(leases.c.name == name)).first()


def _mark(row: Row[Any] | None) -> str:
    return row.mark if row is not None else ""


def _lease(row: Row[Any]) -> Lease:
    return Lease(row.name, row.who, row.host, row.pid, datetime.fromisoformat(row.until), row.mark, row.token)


def _stored(lease: Lease) -> dict[str, object]:
    names = ("name", "who", "host", "pid", "mark", "token")
    return {**{name: getattr(lease, name) for name in names}, "until": time_to_json(lease.until)}
