"""Items are told apart by their parts, and are the same however wide or in whatever case they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chonai.operations.addressing.identity import identity, item_mark, mark_of, new_key, tag, tags, with_tag

PARTS = st.text("aA１ ,/%2005C-", max_size=6)


@given(PARTS, PARTS, PARTS, PARTS)
def test_two_items_share_a_mark_only_when_they_are_one(one: str, a: str, other: str, b: str) -> None:
    are_one = identity("vlan", one, a) == identity("vlan", other, b)
    assert (item_mark(one, a) == item_mark(other, b)) is are_one
    assert (new_key("vlan", one, a) == new_key("vlan", other, b)) is ((one, a) == (other, b))


@given(st.lists(st.tuples(PARTS, PARTS), min_size=1, max_size=4))
def test_tags_tell_all_items_in_their_order(items: list[tuple[str, str]]) -> None:
    ended_by = ""
    for request, item in items:
        ended_by = with_tag(ended_by, tag(request, item))
    assert [mark_of(each) for each in tags(ended_by)] == [item_mark(request, item) for request, item in items]


def test_a_tag_reads_as_it_is_written() -> None:
    assert tag("R8-0413", "pc/kita-pc001") == "R8-0413 pc/kita-pc001"
    assert tags("") == []
