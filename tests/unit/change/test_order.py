"""What waits for what: names that one takes and names that one only wants gone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from chonai.change.model import Action, Change, Key, Plan, Record, Scope, TypeScope
from chonai.change.order import CREATE, DELETE, JOIN, LEAVE, MODIFY, MOVE, rank
from chonai.change.plan import make_plan
from chonai.change.system import Observation

SCOPE = {"rrset": TypeScope(frozenset({"name", "data"}), names=frozenset({"name", "replaces"}))}
A, AAAA, CNAME = (Key("rrset", f"www. {type_}") for type_ in ("A", "AAAA", "CNAME"))


def planned(observed: Mapping[Key, Record], desired: Mapping[Key, Record], scope: Scope = SCOPE) -> Plan:
    observation = Observation(observed)
    return make_plan(
        system="s", operation="o", observation=observation, desired=desired, scope=scope, reasons={}
    )  # fmt: skip


def record(key: Key, *replaces: Key) -> Record:
    return {"name": key.id, "data": frozenset({"x"}), "replaces": frozenset(each.id for each in replaces)}


def there(*keys: Key) -> dict[Key, Record]:
    return {key: {"name": key.id, "data": frozenset({"x"})} for key in keys}


@pytest.mark.parametrize(("gone", "come"), [([CNAME], [A, AAAA]), ([A, AAAA], [CNAME])])
def test_several_that_take_the_place_of_another_all_wait_for_it(gone: list[Key], come: list[Key]) -> None:
    plan = planned(there(*gone), {key: record(key, *gone) for key in come})
    assert not plan.problems
    deletes = tuple(n for n, change in enumerate(plan.changes) if change.action is Action.DELETE)
    assert deletes == tuple(range(len(gone)))
    assert {change.needs for change in plan.changes if change.action is Action.CREATE} == {deletes}


def test_who_waits_for_a_name_does_not_keep_it_from_others() -> None:
    plan = planned(there(CNAME), {**there(CNAME), A: record(A, AAAA), AAAA: record(AAAA, A)})
    assert not plan.problems
    assert [change.needs for change in plan.changes] == [(), ()]


PEOPLE = {
    "user": TypeScope(
        frozenset({"ou", "account", "dn", "mail", "aliases", "boss"}),
        references=frozenset({"boss"}),
        place=frozenset({"ou"}),
        unique=(("dn",), ("account",), ("mail",)),
        names=frozenset({"mail", "aliases"}),
    )
}


def person(**said: object) -> Record:
    nothing = dict.fromkeys(PEOPLE["user"].attributes)
    return {**nothing, "aliases": frozenset(), **said}  # type: ignore[dict-item]  # as each test says


def test_who_steps_aside_leaves_every_name_that_somebody_waits_for() -> None:
    """Stepping aside is done once: an account for one circle and an address for another have to go together."""
    one, two, three, five = (Key("user", n) for n in "1235")
    observed = {
        one: person(dn="d2", ou="o0", account="a2", mail="m4", aliases=frozenset({"m3"})),
        two: person(account="a4"),
        three: person(mail="m0", ou="o1"),
        five: person(account="a1", mail="m2"),
    }
    desired = {
        two: person(account="a1", mail="m3", ou="o1", boss="user:5"),
        three: person(account="a4", mail="m2"),
        five: person(dn="d2", mail="m0"),
    }
    plan = planned(observed, desired, PEOPLE)
    assert not plan.problems
    assert len(plan.changes) == len({change.key for change in plan.changes}) + 2


GROUP, USER = Key("group", "1"), Key("user", "1")
MEMBERS = frozenset({"user:1"})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(Action.CREATE, USER, {}, {"name": "a"}, ""), CREATE),
        (Change(Action.UPDATE, GROUP, {"member": MEMBERS}, {}, ""), LEAVE),
        (Change(Action.UPDATE, USER, {"title": "a"}, {"title": "b"}, ""), MODIFY),
        (Change(Action.UPDATE, USER, {}, {"title": "b", "notes": MEMBERS}, ""), MODIFY),
        (Change(Action.UPDATE, GROUP, {"member": MEMBERS}, {"member": frozenset({"user:2"})}, ""), MODIFY),
        (Change(Action.MOVE, USER, {"parent": "a"}, {"parent": "b"}, ""), MOVE),
        (Change(Action.UPDATE, GROUP, {}, {"member": MEMBERS}, ""), JOIN),
        (Change(Action.DELETE, USER, {"name": "a"}, {}, ""), DELETE),
    ],
)
def test_what_a_change_does_says_when_it_is_made(change: Change, expected: int) -> None:
    assert rank(change) == expected


def test_a_delete_waits_for_who_lets_go_of_it() -> None:
    scope = {"user": TypeScope(frozenset({"name"})), "group": TypeScope(frozenset({"member"}), frozenset({"member"}))}
    observed = {GROUP: {"member": MEMBERS}, USER: {"name": "a"}}
    plan = planned(observed, {GROUP: {"member": frozenset()}}, scope)
    assert [(change.key, change.needs) for change in plan.changes] == [(GROUP, ()), (USER, (0,))]
