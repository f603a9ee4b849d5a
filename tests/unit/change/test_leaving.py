"""What is left as it is although the request names it, and what cannot be without it."""

from __future__ import annotations

from chonai.change.leaving import left_alone
from chonai.change.model import Key, Record, State
from tests.unit.change.hall import GROUP, HANA, OBSERVED, SCOPE, TARO, WATER, group, person

SECTION: Record = {"parent": None, "name": "水道課"}
DESIRED: State = {
    **OBSERVED,
    HANA: person("hana", title="主任"),
    WATER: SECTION,
    TARO: person("taro", WATER),
    GROUP: group(HANA, TARO),
}


def left(*keys: Key, desired: State = DESIRED) -> State:
    return left_alone(OBSERVED, desired, keys, SCOPE)


def test_nothing_left_alone_is_what_was_desired() -> None:
    assert left() == DESIRED


def test_what_is_there_stays_as_it_is_and_the_rest_is_as_desired() -> None:
    assert left(HANA) == {**DESIRED, HANA: OBSERVED[HANA]}


def test_what_is_to_go_stays() -> None:
    assert left(HANA, desired={**DESIRED, HANA: person("jiro")})[HANA] == OBSERVED[HANA]
    without = {key: record for key, record in DESIRED.items() if key != HANA}
    assert left(HANA, desired=without)[HANA] == OBSERVED[HANA]


def test_who_is_not_there_yet_is_not_made_and_nobody_refers_to_them() -> None:
    expected = {key: record for key, record in DESIRED.items() if key != TARO}
    assert left(TARO) == {**expected, GROUP: group(HANA)}


def test_who_cannot_be_without_a_place_is_left_alone_with_it() -> None:
    assert left(WATER) == {**OBSERVED, HANA: person("hana", title="主任"), GROUP: group(HANA)}


def test_who_was_to_move_there_stays_where_they_are() -> None:
    desired = {**DESIRED, HANA: person("hana", WATER, title="主任")}
    assert left(WATER, desired=desired)[HANA] == OBSERVED[HANA]


def test_a_place_in_a_place_in_a_place_is_left_alone_too() -> None:
    inner, innermost = Key("ou", "new:inner"), Key("ou", "new:innermost")
    more = {
        inner: {"parent": str(WATER), "name": "係"},
        innermost: {"parent": str(inner), "name": "班"},
        TARO: person("taro", innermost),
    }
    assert left(WATER, desired={**DESIRED, **more}).keys() == OBSERVED.keys()


def test_nobody_refers_to_a_place_that_is_left_alone_with_those_in_it() -> None:
    assert left(WATER, desired={**DESIRED, GROUP: group(HANA, TARO, WATER)})[GROUP] == group(HANA)


def test_what_only_looks_like_a_key_is_no_reference() -> None:
    noted = {**DESIRED, HANA: person("hana", title=str(WATER))}
    assert left(WATER, desired=noted)[HANA] == noted[HANA]


def test_what_is_in_neither_state_is_left_alone_by_itself() -> None:
    assert left(Key("user", "new:nobody")) == DESIRED
