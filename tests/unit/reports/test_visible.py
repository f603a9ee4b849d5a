"""No character from a directory acts on a terminal or deceives a reader; names stay as they are."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from chonai.reports.columns import columns, width
from chonai.reports.visible import json_safe, visible, visible_lines

ANY = st.text(st.characters(exclude_categories=()))


def acts(text: str) -> bool:
    """Does a terminal obey it, or does it turn the direction of text?"""
    return any(
        unicodedata.category(c) == "Cc" or c in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for c in text
    )


@given(ANY)
def test_nothing_acts(text: str) -> None:
    assert not acts(visible(text))
    assert not acts(visible_lines(text).replace("\n", ""))
    visible(text).encode()


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_json_stays_the_same_json(text: str) -> None:
    safe = json_safe(json.dumps({"x": text}, ensure_ascii=False))
    assert not acts(safe)
    assert json.loads(safe) == {"x": text}


def test_names_stay_as_they_are() -> None:
    for name in ("髙﨑　德子", "𠮷田", "辻󠄀", "神︀", "がぎぐ", "ｶﾞ", "㈱①", "\ue000"):
        assert visible(name) == name


def test_what_is_spelled_out_can_be_read() -> None:
    assert visible("\x1b[31m\n\u202e\x9b\ud800") == "\\x1b[31m\\n\\u202e\\x9b\\ud800"
    assert visible_lines("a\nb\r") == "a\nb\\r"


def test_japanese_takes_two_places_and_marks_none() -> None:
    assert [width(text) for text in ("ab", "漢字", "ｶﾅ", "か\u3099", "辻\U000e0100")] == [2, 4, 2, 2, 2]


def test_columns_are_aligned_by_places() -> None:
    lines = list(columns([("漢字", "1", "x"), ("a", "10", "")], right=[1]))
    assert lines == ["漢字   1  x", "a     10"]
