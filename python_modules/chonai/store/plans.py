"""Plans that nobody has sealed yet: put here by the run that made them, one a system, fetched by the seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import delete, func, insert, select

from chonai.change.canonical import canonical, sha256
from chonai.change.codec import plan_from_json, plan_from_text, plan_to_json, time_to_json
from chonai.change.errors import SealBroken, UsageError
from chonai.change.fields import loads
from chonai.change.model import Plan
from chonai.store.closed import Closed, Readers, close, closed_of
from chonai.store.database import Database
from chonai.store.schema import plan_marks, plans


@dataclass(frozen=True, slots=True)
class Shelved:
    """A plan as it lies on the shelf: to be read by everybody, or closed until its announcement."""

    id: str
    operation: str
    content: Plan | Closed

    @property
    def announced_at(self) -> datetime | None:
        """Until when it is confidential; None for a plan that is not."""
        return self.content.announced_at if isinstance(self.content, Closed) else None

    def plan(self, key_file: Path) -> Plan:
        """The plan; a closed one is opened with a reader's key. Raises as `Closed.opened` does."""
        if isinstance(self.content, Plan):
            return self.content
        return plan_from_text(self.content.opened(key_file).decode())


class PlanShelf:
    """Plans by id. The id is made from what is kept: the same plan again has the same id and takes no room. A closed
    one never looks the same twice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, plan: Plan, at: datetime, mark: int | None = None) -> str:
        """Keep a plan; its id. `mark` says up to which hold it knew what others want, see `chonai.store.holds`."""
        return self._keep(plan, at, _body_of(plan).decode(), mark)

    def put_closed(self, plan: Plan, at: datetime, announced_at: datetime, readers: Readers) -> str:
        """Keep a plan that nobody but `readers` can read; its id."""
        return self._keep(plan, at, close(_body_of(plan), readers, announced_at))

    def _keep(self, plan: Plan, at: datetime, body: str, mark: int | None = None) -> str:
        id_, created = _id_of(body), time_to_json(at)
        row = {"id": id_, "system": plan.system, "operation": plan.operation, "created_at": created, "body": body}
        with self._database.write() as connection:
            if connection.scalar(select(plans.c.id).where(plans.c.id == id_)) is None:
                connection.execute(insert(plans), row)
            if mark is not None:
                connection.execute(delete(plan_marks).where(plan_marks.c.plan == id_))
                connection.execute(insert(plan_marks), {"plan": id_, "seq": mark})
        return id_

    def mark(self, plan_ids: Sequence[str]) -> int | None:
        """Up to which hold all of these plans knew what others want; None where none of them asked."""
        query = select(func.min(plan_marks.c.seq)).where(plan_marks.c.plan.in_(plan_ids))
        with self._database.read() as connection:
            found: int | None = connection.scalar(query)
        return found

    def get(self, plan_id: str) -> Shelved:
        """A plan as it was put; raises `UsageError` for an unknown id, `SealBroken` for a changed plan."""
        query = select(plans.c.operation, plans.c.body).where(plans.c.id == plan_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UsageError("store.unknown_plan", id=plan_id)
        if _id_of(row.body) != plan_id:
            raise SealBroken("store.plan_changed", id=plan_id)
        return Shelved(plan_id, row.operation, _content(row.body))


@lru_cache(maxsize=16)
def _content(body: str) -> Plan | Closed:
    """What a text holds. A seal reads its plans twice, and working them out takes a moment."""
    data = loads(body)
    return closed_of(data) or plan_from_json(data)


def _body_of(plan: Plan) -> bytes:
    return canonical(plan_to_json(plan))


def _id_of(body: str) -> str:
    return f"plan-{sha256(body.encode()).removeprefix('sha256:')[:24]}"
