"""Names that belong to no type, main addresses and aliases of people and sections: nobody ever has another's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from chonai.change.effect import applied, reverted
from chonai.change.model import Action, Change, Key, Plan, Record, TypeScope, Value
from chonai.change.plan import make_plan
from chonai.change.system import Observation

NAMES = frozenset({"name", "aliases"})
ATTRIBUTES = NAMES | {"title"}
SCOPE = {
    "user": TypeScope(ATTRIBUTES, place=frozenset({"name"}), unique=(("name",),), names=NAMES),
    "group": TypeScope(
        ATTRIBUTES | {"member"}, frozenset({"member"}), frozenset({"name"}), unique=(("name",),), names=NAMES
    ),
}
KEYS = [*(Key("user", letter) for letter in "pqr"), *(Key("group", letter) for letter in "gh")]
State = dict[Key, dict[str, Value]]


@st.composite
def states(draw: st.DrawFn) -> State:
    """Up to five objects that share out nine addresses."""
    free = draw(st.permutations("ABCDEFGHI"))
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
    state: State = {key: {"name": free.pop(), "title": draw(st.sampled_from([None, "主事"]))} for key in keys}
    for key in keys:
        further = frozenset(free.pop() for _ in range(draw(st.integers(0, min(2, len(free))))))
        state[key] |= {"aliases": further}
    people = sorted(str(key) for key in state if key.type == "user")
    for key in state:
        if key.type == "group":
            chosen = draw(st.lists(st.sampled_from(people), unique=True)) if people else []
            state[key] |= {"member": frozenset(chosen)}
    return state


def planned(observed: Mapping[Key, Record], desired: Mapping[Key, Record]) -> Plan:
    return make_plan(
        system="s", operation="o", observation=Observation(observed), desired=desired, scope=SCOPE, reasons={}
    )  # fmt: skip


def held(record: Record) -> frozenset[str]:
    aliases = record.get("aliases")
    return frozenset({str(record["name"]), *(aliases if isinstance(aliases, frozenset) else ())})


def step(state: Mapping[Key, Record], change: Change, record: Record | None) -> dict[Key, Record]:
    """The state with one object as it is after a change; nobody has another's name in it."""
    result = {key: each for key, each in state.items() if key != change.key}
    if record is not None:
        result[change.key] = record
    names = [name for each in result.values() for name in held(each)]
    assert len(names) == len(set(names)), (change, sorted(names))
    return result


def walked(state: Mapping[Key, Record], changes: tuple[Change, ...]) -> Iterator[Mapping[Key, Record]]:
    for change in changes:
        state = step(state, change, applied(state.get(change.key), change))
        yield state


def plain(state: Mapping[Key, Record]) -> dict[Key, dict[str, Value]]:
    return {key: {n: v for n, v in record.items() if v not in (None, frozenset())} for key, record in state.items()}


@given(states(), states())
@settings(max_examples=500)
def test_nobody_has_anothers_name_at_any_step(observed: State, desired: State) -> None:
    plan = planned(observed, desired)
    assert plan.problems == ()
    assert all(need < n for n, change in enumerate(plan.changes) for need in change.needs)
    *_, end = [observed, *walked(observed, plan.changes)]
    assert plain(end) == plain(desired)
    assert planned(desired, desired).changes == ()


@given(states(), states())
def test_nor_on_the_way_back(observed: State, desired: State) -> None:
    changes = planned(observed, desired).changes
    *_, state = [observed, *walked(observed, changes)]
    for change in reversed(changes):
        state = step(state, change, reverted(state.get(change.key), change))
    assert plain(state) == plain(observed)


@given(states())
def test_a_name_that_its_holder_keeps_is_a_problem_that_names_the_holder(observed: State) -> None:
    taker, holder = Key("group", "new:x"), next(iter(observed), None)
    for name in sorted(held(observed[holder])) if holder else ():
        for record in ({"name": name.lower()}, {"name": "free", "aliases": frozenset({name})}):
            [problem] = planned(observed, {**observed, taker: record}).problems
            assert problem.code == "change.name_taken"
            assert problem.fields == {"object": str(taker), "name": name.lower(), "holder": str(holder)}


PERSON, SECTION, OTHER = Key("user", "p"), Key("group", "g"), Key("group", "h")


def test_an_old_section_address_becomes_an_alias_after_it_was_given_up() -> None:
    observed: State = {SECTION: {"name": "ka-1"}, OTHER: {"name": "ka-2"}}
    desired: State = {SECTION: {"name": "ended-1"}, OTHER: {"name": "ka-2", "aliases": frozenset({"ka-1"})}}
    changes = planned(observed, desired).changes
    assert [(change.key, change.needs) for change in changes] == [(SECTION, ()), (OTHER, (0,))]


def test_aliases_that_are_exchanged_are_laid_down_first_and_no_name_is_made_up() -> None:
    observed: State = {
        SECTION: {"name": "ka-1", "aliases": frozenset({"x", "kept"})},
        OTHER: {"name": "ka-2", "aliases": frozenset({"y"})},
    }
    desired: State = {
        SECTION: {"name": "ka-1", "aliases": frozenset({"y", "kept"})},
        OTHER: {"name": "ka-2", "aliases": frozenset({"x"})},
    }
    changes = planned(observed, desired).changes
    assert [(change.key, dict(change.before), dict(change.after)) for change in changes] == [
        (SECTION, {"aliases": frozenset({"x"})}, {}),
        (OTHER, {"aliases": frozenset({"y"})}, {"aliases": frozenset({"x"})}),
        (SECTION, {}, {"aliases": frozenset({"y"})}),
    ]


def test_a_main_address_and_an_alias_that_are_exchanged_within_one_object_are_one_change() -> None:
    observed: State = {PERSON: {"name": "new", "aliases": frozenset({"old"})}}
    desired: State = {PERSON: {"name": "old", "aliases": frozenset({"new"})}}
    [change] = planned(observed, desired).changes
    assert (change.action, change.after) == (Action.MOVE, {"name": "old", "aliases": frozenset({"new"})})


def test_two_that_take_one_name_are_told() -> None:
    new = {Key("user", "new:1"): {"name": "a"}, Key("group", "new:2"): {"name": "b", "aliases": frozenset({"A"})}}
    [problem] = planned({}, new).problems
    assert problem.fields == {"object": "user:new:1", "name": "a", "holder": "group:new:2"}
