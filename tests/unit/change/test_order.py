"""What waits for what: names that one takes and names that one only wants gone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from chonai.change.model import Action, Key, Plan, Record, TypeScope
from chonai.change.plan import make_plan
from chonai.change.system import Observation

SCOPE = {"rrset": TypeScope(frozenset({"name", "data"}), names=frozenset({"name", "replaces"}))}
A, AAAA, CNAME = (Key("rrset", f"www. {type_}") for type_ in ("A", "AAAA", "CNAME"))


def planned(observed: Mapping[Key, Record], desired: Mapping[Key, Record]) -> Plan:
    observation = Observation(observed)
    return make_plan(
        system="s", operation="o", observation=observation, desired=desired, scope=SCOPE, reasons={}
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
