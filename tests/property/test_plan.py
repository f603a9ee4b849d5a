"""The differ and the order, on random trees: what is planned is what is asked for, and every step of it can be done."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from chonai.change.effect import Standing, applied, bound, reverted, standing
from chonai.change.model import Action, Change, Key, Plan, Record, TypeScope, Value
from chonai.change.order import rank
from chonai.change.plan import make_plan
from chonai.change.system import Observation

PLACE = frozenset({"parent", "name"})
SCOPE = {
    "ou": TypeScope(PLACE | {"code"}, frozenset({"parent"}), PLACE, (("parent", "name"), ("code",))),
    "user": TypeScope(
        PLACE | {"title", "notes", "posts"}, frozenset({"parent", "posts"}), PLACE, (("name",),), ("initial_password",)
    ),
    "group": TypeScope(
        PLACE | {"member", "code"}, frozenset({"parent", "member"}), PLACE, (("parent", "name"), ("code",))
    ),
}
ROOT = Key("ou", "root")
State = dict[Key, dict[str, Value]]


@st.composite
def states(draw: st.DrawFn) -> State:
    """A consistent directory: every parent and member exists, every unique name is unique."""
    known = {"ou": "abcd", "user": "pqrstu", "group": "ghi"}
    state: State = {ROOT: {"name": "root", "parent": None, "code": "0"}}
    units = draw(st.lists(st.sampled_from(known["ou"]), unique=True))
    names = draw(st.permutations("ABCD"))
    for letter, name in zip(units, names, strict=False):
        state[Key("ou", letter)] = {"name": name, "parent": str(ROOT), "code": f"c{name}"}
    homes = sorted(str(key) for key in state)
    logins = draw(st.permutations("PQRSTU"))
    for letter, name in zip(draw(st.lists(st.sampled_from(known["user"]), unique=True)), logins, strict=False):
        notes = draw(st.frozensets(st.sampled_from("xyz")))
        title = draw(st.sampled_from([None, "主事", "係長"]))
        state[Key("user", letter)] = {
            "name": name,
            "parent": draw(st.sampled_from(homes)),
            "title": title,
            "notes": notes,
        }
    people = sorted(str(key) for key in state if key.type == "user")
    for letter, name in zip(draw(st.lists(st.sampled_from(known["group"]), unique=True)), "GHI", strict=False):
        member = frozenset(draw(st.lists(st.sampled_from(people), unique=True))) if people else frozenset()
        state[Key("group", letter)] = {
            "name": name,
            "parent": draw(st.sampled_from(homes)),
            "member": member,
            "code": name,
        }
    # Users refer to groups as groups refer to users: circles, as in a product whose users name their sections.
    groups = sorted(str(key) for key in state if key.type == "group")
    for key in [key for key in state if key.type == "user"]:
        state[key]["posts"] = frozenset(draw(st.lists(st.sampled_from(groups), unique=True))) if groups else frozenset()
    return state


def planned(observed: State, desired: Mapping[Key, Record]) -> Plan:
    return make_plan(
        system="s", operation="o", observation=Observation(observed), desired=desired, scope=SCOPE,
        reasons={key: f"why {key}" for key in desired},
    )  # fmt: skip


def plain(state: Mapping[Key, Record]) -> dict[Key, dict[str, Value]]:
    """Without absent values: None, empty set and no value at all are one."""
    return {key: {n: v for n, v in record.items() if v not in (None, frozenset())} for key, record in state.items()}


def check_consistent(state: Mapping[Key, Record]) -> None:
    """What a server would refuse at this moment."""
    held: set[tuple[object, ...]] = set()
    for key, record in state.items():
        for group in SCOPE[key.type].unique:
            claim = (key.type, group, *(record.get(name) for name in group))
            assert claim not in held, f"two objects hold {claim}"
            held.add(claim)
        for name in SCOPE[key.type].references:
            value = record.get(name)
            for target in value if isinstance(value, frozenset) else [value] if isinstance(value, str) else []:
                assert Key.parse(target) in state, f"{key} refers to {target}, which is not there"


@given(states(), states())
@settings(max_examples=300)
def test_changes_in_order_lead_to_desired_and_every_step_is_possible(observed: State, desired: State) -> None:
    plan = planned(observed, desired)
    assert plan.problems == ()
    state: dict[Key, Record] = dict(observed)
    for position, change in enumerate(plan.changes):
        assert all(need < position for need in change.needs)
        record = applied(state.get(change.key), change)
        if record is None:
            del state[change.key]
        else:
            state[change.key] = record
        check_consistent(state)
    assert plain(state) == plain(desired)
    assert planned(desired, desired).changes == ()


@given(states(), states(), st.randoms())
def test_input_order_does_not_matter(observed: State, desired: State, random) -> None:  # type: ignore[no-untyped-def]
    items, wanted = list(observed.items()), list(desired.items())
    random.shuffle(items)
    random.shuffle(wanted)
    assert planned(dict(items), dict(wanted)) == planned(observed, desired)


@given(states(), states())
def test_every_change_can_be_taken_back(observed: State, desired: State) -> None:
    state: dict[Key, Record] = dict(observed)
    trail: list[tuple[Change, Record | None]] = []
    for change in planned(observed, desired).changes:
        trail.append((change, state.get(change.key)))
        assert standing(state.get(change.key), change) in (Standing.NOT_DONE, Standing.PARTLY)
        record = applied(state.get(change.key), change)
        assert standing(record, change) is Standing.DONE
        state = (
            {**state, change.key: record} if record is not None else {k: v for k, v in state.items() if k != change.key}
        )
    for change, before in reversed(trail):
        back = reverted(state.get(change.key), change)
        state = {**state, change.key: back} if back is not None else {k: v for k, v in state.items() if k != change.key}
        assert plain({change.key: back or {}}) == plain({change.key: before or {}})
    assert plain(state) == plain(observed)


@given(states(), states())
def test_rank_never_falls_without_a_need(observed: State, desired: State) -> None:
    """A later change of lower rank stands later only because it waits for something before it."""
    changes = planned(observed, desired).changes
    for position, change in enumerate(changes[1:], 1):
        if rank(change) < rank(changes[position - 1]):
            assert position - 1 in change.needs


def test_a_new_person_gets_a_secret_and_joins_last() -> None:
    group, unit, person = Key("group", "g"), Key("ou", "new:1"), Key("user", "new:7")
    observed: State = {
        ROOT: {"name": "root", "parent": None, "code": "0"},
        group: {"name": "G", "parent": str(ROOT), "code": "G"},
    }
    desired = {
        **observed,
        unit: {"name": "N", "parent": str(ROOT), "code": "1"},
        person: {"name": "P", "parent": str(unit)},
        group: {**observed[group], "member": frozenset({str(person)})},
    }
    changes = planned(observed, desired).changes
    assert [(c.action, c.key) for c in changes] == [
        (Action.CREATE, unit),
        (Action.CREATE, person),
        (Action.UPDATE, group),
    ]
    assert [c.secrets for c in changes] == [(), ("initial_password",), ()]
    assert [c.needs for c in changes] == [(), (0,), (1,)]
    real = bound(changes[2], {person: Key("user", "real")})
    assert real.after == {"member": frozenset({"user:real"})}


def test_a_name_that_nobody_gives_up_is_a_problem() -> None:
    one, two = Key("user", "1"), Key("user", "2")
    base: State = {ROOT: {"name": "root", "parent": None, "code": "0"}}
    observed = {**base, one: {"name": "A", "parent": str(ROOT)}, two: {"name": "B", "parent": str(ROOT)}}
    plan = planned(observed, {**observed, one: {"name": "b", "parent": str(ROOT)}})
    assert [problem.code for problem in plan.problems] == ["change.name_taken"]
