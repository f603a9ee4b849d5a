"""Laws of the folders of sections, whatever becomes of the sections."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.property.personnel import cities
from tests.unit.personnel import shelves
from tests.unit.personnel.shelves import asked

BEFORE = dict(zip(cities.CODES, cities.NAMES, strict=False)) | {"040000": "市民部"}
Reformed = tuple[dict[str, str], list[tuple[str, str, str]]]


@settings(max_examples=60)
@given(reformed=cities.reorganisations(), directory_first=st.booleans())
def test_every_section_writes_its_own_folder_and_nobody_elses(reformed: Reformed, directory_first: bool) -> None:
    sections, rows = reformed
    assume(not cities.looks_done(sections, rows))
    server, wish = shelves.server(BEFORE), asked(sections, *rows)
    if directory_first:
        server.reorganise(rows)
    plan = server.plan(wish)
    if not directory_first:
        server.reorganise(rows)
    server.apply(plan)
    for code, name in sections.items():
        assert server.named(f"{code}_{name}")["write"] == {f"sec-{code}"}
    for old, _, kind in rows:
        if kind == "統合":
            record = server.named(f"{old}_{BEFORE[old]}（2027-03-31まで閲覧）")
            assert (record["read"], record["write"]) == ({"sec-049900"}, frozenset())
    assert len(server.names) == len(sections) + sum(kind == "統合" for _, _, kind in rows)
    assert server.plan(wish).changes == ()
