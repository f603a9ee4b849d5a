"""One lock a system, as a row that says who holds it, for what, where and since when."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from chonai.change.codec import time_to_json
from chonai.change.errors import LockHeld, UsageError
from chonai.change.ports import Entry, Event, Holder
from chonai.store.database import Database
from chonai.store.journal import append
from chonai.store.process import is_running, is_seen, own_identity
from chonai.store.schema import locks


class SqlLocks:
    """Implements `chonai.change.ports.Locks`.

    A lock of another machine or PID namespace is only ever released by hand.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    @contextmanager
    def hold(self, system: str, who: str, what: str) -> Iterator[Holder]:
        """Hold the lock of `system` while inside; raises `LockHeld` naming the holder.

        A lock whose process has surely ended is taken over.
        """
        holder = Holder(who, what, socket.gethostname(), os.getpid(), self._clock())
        token = uuid.uuid4().hex
        with self._database.write() as connection:
            _refuse_if_held(connection, system)
            connection.execute(delete(locks).where(locks.c.system == system))
            connection.execute(insert(locks), _stored(system, holder, token))
        try:
            yield holder
        finally:
            with self._database.write() as connection:
                connection.execute(delete(locks).where(locks.c.system == system, locks.c.token == token))

    def refuse_if_held(self, system: str) -> None:
        """Raise `LockHeld` naming the holder, if there is one."""
        with self._database.read() as connection:
            _refuse_if_held(connection, system)

    def holders(self) -> Mapping[str, Holder]:
        """Who holds which system now; locks of ended processes are left out."""
        with self._database.read() as connection:
            found = connection.execute(select(locks).order_by(locks.c.system)).all()
        return {row.system: _holder(row) for row in found if _is_held(row)}

    def is_alive(self, system: str) -> bool:
        """Whether the process that holds a system is certainly running: seen from here, not only not to be judged."""
        with self._database.read() as connection:
            row = connection.execute(select(locks).where(locks.c.system == system)).first()
        return row is not None and row.host == socket.gethostname() and is_seen(row.pid, row.process)

    def release_forcibly(self, system: str, actor: str) -> Holder:
        """Take a lock away from whoever holds it, and journal who did so.

        Only after making sure that its process is gone: a lock is there to keep two applies apart.
        Raises `UsageError` when nobody holds the system.
        """
        with self._database.write() as connection:
            row = connection.execute(select(locks).where(locks.c.system == system)).first()
            if row is None:
                raise UsageError("store.not_locked", system=system)
            connection.execute(delete(locks).where(locks.c.system == system))
            data = {"released_lock": {name: getattr(row, name) for name in ("who", "what", "host", "pid", "since")}}
            append(connection, [Entry(Event.NOTE, row.what, system, actor, self._clock(), data)])
        return _holder(row)


def _refuse_if_held(connection: Connection, system: str) -> None:
    row = connection.execute(select(locks).where(locks.c.system == system)).first()
    if row is not None and _is_held(row):
        fields = {name: getattr(row, name) for name in ("who", "what", "host", "pid", "since")}
        raise LockHeld("store.lock_held", system=system, **fields)


def _is_held(row: Row[Any]) -> bool:
    return row.host != socket.gethostname() or is_running(row.pid, row.process)


def _holder(row: Row[Any]) -> Holder:
    return Holder(row.who, row.what, row.host, row.pid, datetime.fromisoformat(row.since))


def _stored(system: str, holder: Holder, token: str) -> dict[str, object]:
    return {
        "system": system,
        "who": holder.who,
        "what": holder.what,
        "host": holder.host,
        "pid": holder.pid,
        "process": str(own_identity()),
        "since": time_to_json(holder.since),
        "token": token,
    }
