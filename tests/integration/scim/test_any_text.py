"""Any text that a product takes comes back from it as it was, and can be found and taken away again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.ground import done, update
from tests.integration.scim.conftest import PlaceMaker

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize("kind", ["full", "plain"])
def test_any_text_survives_a_round_trip(place: PlaceMaker, kind: str) -> None:
    here = place(kind)
    [key] = here.users(1)
    names = here.ground.dialect

    @settings(max_examples=60)
    @given(TEXT, st.frozensets(TEXT, max_size=3))
    def survives(text: str, notes: frozenset[str]) -> None:
        now = here.ground.read(key)
        gone = {"title": now["title"], names.notes: now[names.notes]}
        done(here.ground.apply(update(key, gone, {"title": text, names.notes: notes}))[0])
        there = here.ground.read(key)
        assert (there["title"], there[names.notes]) == (text, notes)

    survives()


@pytest.mark.parametrize(
    "name", ["戸籍・住民課", 'a, b+c="d"; <e>', "#1", " 前後 ", "課\\係", "神㊤髙﨑𠮷", "a/b?c=d&e%41"]
)
def test_names_may_hold_anything(place: PlaceMaker, name: str) -> None:
    here = place()
    user, group = here.ground.user(name), here.ground.group([], name)
    made = here.ground.made(user, group)
    assert [here.others.read(key)["name"] for key in made] == [name, name]
    assert dict(here.ground.system.locate([user, group])) == dict(zip([user.key, group.key], made, strict=True))
