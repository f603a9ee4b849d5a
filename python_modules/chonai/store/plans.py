"""Plans that nobody has sealed yet: put here by the run that made them, one a system, fetched by the seal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from chonai.change.canonical import canonical, sha256
from chonai.change.codec import plan_from_text, plan_to_json, time_to_json
from chonai.change.errors import SealBroken, UsageError
from chonai.change.model import Plan
from chonai.store.database import Database
from chonai.store.schema import plans


class PlanShelf:
    """Plans by id. The id is made from the content: the same plan again has the same id and takes no room."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, plan: Plan, at: datetime) -> str:
        """Keep a plan; its id."""
        body = canonical(plan_to_json(plan))
        row = {
            "id": _id_of(body),
            "system": plan.system,
            "operation": plan.operation,
            "created_at": time_to_json(at),
            "body": body.decode(),
        }
        with self._database.write() as connection:
            if connection.scalar(select(plans.c.id).where(plans.c.id == row["id"])) is None:
                connection.execute(insert(plans), row)
        return row["id"]

    def get(self, plan_id: str) -> Plan:
        """A plan as it was put; raises `UsageError` for an unknown id, `SealBroken` for a changed plan."""
        with self._database.read() as connection:
            body = connection.scalar(select(plans.c.body).where(plans.c.id == plan_id))
        if body is None:
            raise UsageError("store.unknown_plan", id=plan_id)
        if _id_of(body.encode()) != plan_id:
            raise SealBroken("store.plan_changed", id=plan_id)
        return plan_from_text(body)


def _id_of(body: bytes) -> str:
    return f"plan-{sha256(body).removeprefix('sha256:')[:24]}"
