"""Of a change that a system refused halfway, exactly what it had made is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from chonai.change.effect import part_made
from chonai.change.model import Action, Change, Key, Record, TypeScope
from chonai.change.plan import make_plan
from chonai.change.ports import Entry, Event, Row
from chonai.change.system import Observation
from chonai.change.undo import undo_plan
from chonai.systems.memory import MemorySystem

USER = Key("user", "u1")
ON = {"name": "001234", "parent": "ou:tax", "enabled": True, "notes": frozenset({"手書き"})}
OFF = {"name": "001234", "parent": "ou:retired", "enabled": False, "notes": frozenset({"手書き", "retired"})}
PLACE = frozenset({"parent", "name"})
SCOPE = {"user": TypeScope(PLACE | {"enabled", "notes"}, frozenset({"parent"}), PLACE, (("parent", "name"),))}


def moving(before: Record, after: Record) -> Change:
    return Change(Action.MOVE, USER, before, after, "退職")


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        ({"a": 2, "b": 1}, {"a": 1}, {"a": 2}),
        ({"a": 1, "b": 1}, None, None),
        ({"a": 2, "b": 9}, {"a": 1}, {"a": 2}),
        ({"a": 3, "b": 3, "s": frozenset({"old", "new"})}, {}, {"s": frozenset({"new"})}),
        ({"a": 3, "b": 3, "s": frozenset()}, {"s": frozenset({"old"})}, {}),
        (None, None, None),
    ],
)
def test_of_an_update(now: Record | None, before: Record | None, after: Record | None) -> None:
    change = moving({"a": 1, "b": 1, "s": frozenset({"old"})}, {"a": 2, "b": 2, "s": frozenset({"new"})})
    if now is not None and "s" not in now:
        now = {**now, "s": frozenset({"old"})}
    part = part_made(now, change)
    assert (part and part.before, part and part.after) == (before, after)


def test_of_a_create_and_a_delete() -> None:
    create = Change(Action.CREATE, USER, {}, {"name": "001234", "enabled": True}, "採用")
    part = part_made({"name": "001234", "enabled": False}, create)
    assert part is not None
    assert part.after == {"name": "001234"}
    assert part_made(None, create) is None
    delete = Change(Action.DELETE, USER, ON, {}, "削除")
    assert part_made(None, delete) == delete
    assert part_made(ON, delete) is None


def rows(events: Mapping[Event, dict[str, object]]) -> list[Row]:
    at = datetime(2026, 4, 1, tzinfo=UTC)
    return [
        Row(n, Entry(event, "id", "ad", "sato", at, data), "", "") for n, (event, data) in enumerate(events.items())
    ]


@pytest.mark.parametrize(
    "halfway", [{**OFF, "parent": "ou:tax"}, {**ON, "notes": OFF["notes"]}, {**OFF, "enabled": True}, OFF, ON]
)
def test_an_undo_takes_back_what_failed_halfway(halfway: Record) -> None:
    places = {Key("ou", name): {"name": name} for name in ("tax", "retired")}
    plan = make_plan(
        system="ad", operation="personnel", observation=Observation({**places, USER: ON}),
        desired={**places, USER: OFF}, scope=SCOPE, reasons={USER: "退職"},
    )  # fmt: skip
    told = rows({Event.INTENT: {"changes": [0]}, Event.OUTCOME: {"failed": {"0": {"code": "x", "fields": {}}}}})
    system = MemorySystem("ad", {**places, USER: halfway})
    undo = undo_plan(plan, told, system)
    assert not undo.warnings
    system.apply(undo.changes, lambda change, name: "")
    assert system.read([USER], SCOPE)[USER] == ON


@pytest.mark.parametrize(("found", "left"), [({"ttl": 60, "data": frozenset({"10.0.0.9"})}, 1), (None, 0)])
def test_what_somebody_else_made_in_the_place_of_a_refused_create_stays(found: Record | None, left: int) -> None:
    """A name server's objects are known by their name before anybody makes them."""
    key = Key("rrset", "yoyaku.example. A")
    scope = {"rrset": TypeScope(frozenset({"name", "ttl", "data"}))}
    wanted = {"name": key.id, "ttl": 60, "data": frozenset({"10.0.0.1"})}
    plan = make_plan(
        system="dns", operation="dns", observation=Observation({}), desired={key: wanted}, scope=scope,
        reasons={key: "追加"},
    )  # fmt: skip
    told = rows({Event.INTENT: {"changes": [0]}, Event.OUTCOME: {"failed": {"0": {"code": "x", "fields": {}}}}})
    theirs = MemorySystem("dns", {} if found is None else {key: {"name": key.id, **found}})
    assert not undo_plan(plan, told, theirs).changes
    assert len(theirs.objects) == left
    ours = MemorySystem("dns", {key: wanted})
    assert [change.action for change in undo_plan(plan, told, ours).changes] == [Action.DELETE]
