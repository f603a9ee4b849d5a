"""Text on PDF pages: which face shows what, how wide it is, where it breaks, and what becomes of what is too long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chonai.reports.papers.faces import Run, clusters, monospaced, text_faces
from chonai.reports.papers.pages import Pages

AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def pages() -> Pages:
    made = Pages((210, 148.5), text_faces(), monospaced(), AT)
    made.new()
    return made


def test_a_selector_belongs_to_its_character() -> None:
    assert list(clusters("辻\U000e0100か\u3099a")) == ["辻\U000e0100", "か\u3099", "a"]


def test_each_character_comes_from_the_first_face_that_has_it() -> None:
    found = list(text_faces().runs("髙﨑𠮷田\ue000"))
    assert found == [Run(0, "髙﨑"), Run(1, "𠮷"), Run(0, "田"), Run(None, "\ue000")]
    assert text_faces().missing("德瀨濵神福㈱①〜～ｶﾞ\ue000😀\ue000") == ["\ue000", "😀"]


def test_a_selector_chooses_a_glyph_and_takes_no_room(pages: Pages) -> None:
    assert pages.width("辻\U000e0100", 10) == pages.width("辻", 10)


def test_lines_break_where_room_ends_and_words_stay_whole(pages: Pages) -> None:
    lines = pages.wrapped("without spaces 庁内の通知書\n次", 10, pages.width("without spac", 10))
    assert "".join(lines).replace(" ", "") == "withoutspaces庁内の通知書次"
    assert lines[0] == "without "
    assert lines[1].startswith("spaces ")
    assert lines[-1] == "次"
    assert all(pages.width(line.rstrip(), 10) <= 30 for line in pages.wrapped("a" * 500, 10, 30))


def test_text_that_no_face_shows_is_never_drawn(pages: Pages) -> None:
    with pytest.raises(ValueError, match="no face"):
        pages.text((10, 10), "\ue000", 10, 100)
