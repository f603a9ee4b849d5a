"""How known objects and names are looked up: by id, by filter, or in the list of all, whichever is less."""

from __future__ import annotations

import pytest

from tests.integration.scim.conftest import PlaceMaker

FEW = {"limits": {"page": 4}}


def test_a_few_known_objects_are_read_by_id(place: PlaceMaker) -> None:
    here = place(**FEW)
    keys = here.users(12)
    assert set(here.ground.system.read(keys[:2], here.ground.scope)) == set(keys[:2])
    asked = [one.path.partition("?")[0].rpartition("/")[2] for one in here.troubled.asked]
    assert sorted(asked) == sorted(key.id for key in keys[:2])


def test_most_of_all_objects_are_read_as_a_list(place: PlaceMaker) -> None:
    here = place(**FEW)
    keys = here.users(12)
    state = here.ground.system.read(keys[:11], here.ground.scope)
    assert set(state) == set(keys[:11])
    assert state == here.others.system.read(keys[:11], here.others.scope)
    assert len([asked for asked in here.troubled.asked if "startIndex=" in asked.path]) == 3
    assert len(here.troubled.asked) == 4


@pytest.mark.parametrize("kind", ["full", "plain"])
def test_names_are_found_by_filter_or_in_the_list(place: PlaceMaker, kind: str) -> None:
    here = place(kind)
    creates = [here.ground.user(f"U{n}") for n in range(3)]
    keys = here.others.made(*creates)
    missing = here.ground.user("nobody")
    lower = [here.ground.user(f"u{n}") for n in range(3)]
    assert list(here.ground.system.locate([*lower, missing]).values()) == keys
    assert any("filter=" in asked.path for asked in here.troubled.asked) is (kind == "full")


def test_who_has_another_external_id_is_somebody_else(place: PlaceMaker) -> None:
    here = place()
    [key] = here.others.made(here.others.user("tanaka", externalId="1-000001"))
    same, other, silent = (here.ground.user("tanaka", **more) for more in (
        {"externalId": "1-000001"}, {"externalId": "2-000001"}, {},
    ))  # fmt: skip
    locate = here.ground.system.locate
    assert [list(locate([one]).values()) for one in (same, other, silent)] == [[key], [], [key]]
