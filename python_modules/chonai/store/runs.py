"""Runs of jobs: that they were asked for, once each, and what people want of those under way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from chonai.change.codec import time_to_json
from chonai.change.errors import Fault, UsageError
from chonai.change.ports import Entry
from chonai.store.archived import file_of
from chonai.store.database import Database
from chonai.store.journal import append
from chonai.store.schema import run_orders, runs


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants of a run: that it goes on, pauses or stops."""

    wanted: str
    who: str


class SqlRuns:
    """All runs of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, body: Mapping[str, object], entry: Entry, due: datetime | None) -> bool:
        """Keep that a run was asked for, and journal it, both or neither; False if it is there already. The id of the
        run and its job stand in the body.
        """
        row = {
            "id": body["id"],
            "job": body["job"],
            "due": time_to_json(due) if due else "",
            "created_at": _sortable(entry.at),
            "body": json.dumps(body, ensure_ascii=False, sort_keys=True),
        }
        with self._database.write() as connection:
            known = connection.scalar(select(runs.c.id).where(runs.c.id == body["id"]))
            if known is not None or file_of(connection, str(body["id"])):
                return False
            connection.execute(insert(runs), row)
            append(connection, [entry])
        return True

    def get(self, id_: str) -> dict[str, object]:
        """What was asked for. Raises `UsageError` for an unknown id, `Fault` for a row that is none."""
        with self._database.read() as connection:
            body = connection.scalar(select(runs.c.body).where(runs.c.id == id_))
            file = file_of(connection, id_) if body is None else None
        if file is not None:
            raise UsageError("archive.is_archived", id=id_, file=file)
        if body is None:
            raise UsageError("runs.no_such_run", id=id_)
        try:
            found: dict[str, object] = json.loads(body)
        except ValueError as error:
            raise Fault("runs.broken", id=id_, cause=str(error)) from error
        return found

    def ids(self, *, job: str | None = None, since: datetime | None = None, limit: int | None = None) -> list[str]:
        """Ids of runs, those first that were asked for last; of one job, and since a time, where given."""
        query = select(runs.c.id).order_by(runs.c.created_at.desc(), runs.c.id.desc()).limit(limit)
        if job is not None:
            query = query.where(runs.c.job == job)
        if since is not None:
            query = query.where(runs.c.created_at >= _sortable(since))
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def order(self, id_: str, order: Order, at: datetime) -> None:
        """Keep what somebody wants of a run, instead of what was wanted before."""
        row = {"run": id_, "wanted": order.wanted, "who": order.who, "at": time_to_json(at)}
        with self._database.write() as connection:
            connection.execute(delete(run_orders).where(run_orders.c.run == id_))
            connection.execute(insert(run_orders), row)

    def forget_order(self, id_: str) -> None:
        """Nobody wants anything of a run any more."""
        with self._database.write() as connection:
            connection.execute(delete(run_orders).where(run_orders.c.run == id_))

    def ordered(self, id_: str) -> Order | None:
        """What somebody wants of a run."""
        with self._database.read() as connection:
            row = connection.execute(select(run_orders).where(run_orders.c.run == id_)).first()
        return Order(row.wanted, row.who) if row else None


def _sortable(at: datetime) -> str:
    return time_to_json(at.astimezone(UTC))
