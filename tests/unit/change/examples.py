"""Plans and change sets to test with."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from chonai.change.model import (
    Action,
    ApprovalKind,
    ApprovalRule,
    Brake,
    Change,
    ChangeSet,
    Key,
    Plan,
    TypeScope,
)
from chonai.change.ports import Entry, Event, Row
from chonai.text.messages import message

CREATED = datetime(2026, 3, 25, 10, 30, 15, 250, tzinfo=timezone(timedelta(hours=9)))
ANNOUNCED = datetime(2026, 4, 1, 9, 0, tzinfo=timezone(timedelta(hours=9)))
SALT = "6f1c" * 8
YAMADA = Key("user", "5f0e7c1a-0000-4000-8000-000000000001")
JOINER = Key("user", "new:1-002001")
SECTION = Key("group", "5f0e7c1a-0000-4000-8000-0000000000aa")

SCOPE = {
    "user": TypeScope(
        attributes=frozenset({"parent", "displayName", "enabled"}),
        references=frozenset({"parent"}),
        place=frozenset({"parent"}),
        unique=(("parent", "name"), ("sAMAccountName",)),
        secrets=("initial_password",),
    ),
    "group": TypeScope(frozenset({"member"}), frozenset({"member"})),
}

MOVE = Change(
    Action.MOVE,
    YAMADA,
    {"parent": "ou:a", "title": None, "logonCount": 3},
    {"parent": "ou:b", "title": "課長", "enabled": True},
    "異動: 税務課→市民課、発令 2026-04-01 (𠮷田)",
    guard="sha256:12",
)
CREATE = Change(
    Action.CREATE,
    JOINER,
    {},
    {"displayName": "髙﨑　德子", "memberOf": frozenset({"group:1", "group:2"}), "empty": frozenset()},
    "採用 2026-04-01",
    secrets=("initial_password",),
    needs=(0,),
)
JOIN = Change(Action.UPDATE, SECTION, {"member": frozenset()}, {"member": frozenset({str(JOINER)})}, "採用", needs=(1,))

MANY_LEAVERS = Brake("leavers", message("example.leavers", share=12.5, limit=10))
ADMINISTRATOR = Brake("protected", message("example.protected", object="Administrator"), releasable=False)


def plan(*changes: Change, system: str = "lgwan_ad", brakes: tuple[Brake, ...] = ()) -> Plan:
    return Plan(
        system=system,
        operation="personnel",
        scope=SCOPE,
        changes=changes or (MOVE, CREATE, JOIN),
        observed="sha256:34",
        brakes=brakes,
        warnings=(message("example.warning", row=7, why=message("example.inner", name="外字")),),
        problems=(),
        inputs={"発令.csv": "sha256:56"},
    )


def change_set(
    *plans: Plan,
    id_: str = "20260401-personnel",
    author: str = "sato",
    rule: ApprovalRule | None = None,
    undo_of: str | None = None,
    not_before: datetime | None = None,
    start_by: datetime | None = None,
    announced_at: datetime | None = None,
) -> ChangeSet:
    return ChangeSet(
        id=id_,
        operation="personnel",
        author=author,
        created_at=CREATED,
        rule=rule or ApprovalRule(ApprovalKind.SECOND_PERSON),
        plans=plans or (plan(), plan(MOVE, system="ext_ad")),
        not_before=not_before,
        start_by=start_by,
        undo_of=undo_of,
        announced_at=announced_at,
        salt=SALT if announced_at else "",
    )


def carried_out(plan: Plan) -> list[Row]:
    """The journal of a plan of which everything is done."""
    positions = list(range(len(plan.changes)))
    data = [(Event.INTENT, {"changes": positions}), (Event.OUTCOME, {"done": positions})]
    return [
        Row(n, Entry(event, "id", plan.system, "sato", CREATED, each), "", "") for n, (event, each) in enumerate(data)
    ]
