"""The sentences of the text room."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import chonai.text
from chonai.text.messages import message, sentences
from chonai.text.problems import Problem, shown

ROOM = Path(chonai.text.__file__).parent


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things() -> None:
    english, japanese = sentences("text", "en"), sentences("text", "ja")
    assert english.keys() == japanese.keys()
    assert {code: fields(text) for code, text in english.items()} == {c: fields(t) for c, t in japanese.items()}


def test_every_sentence_is_used_and_every_code_has_a_sentence() -> None:
    used = {code for path in ROOM.glob("*.py") for code in re.findall(r'"(text\.[a-z0-9_]+)"', path.read_text())}
    assert used == set(sentences("text", "ja"))


def test_a_problem_says_as_much_of_its_place_as_it_knows() -> None:
    assert Problem("text.empty_file", "a.csv").render("en").startswith("a.csv: the file is empty")
    assert Problem("text.no_rows", "a.csv", row=4).render("ja").startswith("a.csv 4行目: 見出しの下に")
    column = Problem("text.doubled_column", "a.csv", column="氏名", fields={"first": "漢字氏名", "key": "name"})
    assert column.render("en").startswith("a.csv, column 氏名: this column and")


def test_values_are_shown_on_one_line_and_not_too_long() -> None:
    assert shown("a\nb\x07\ue000　c") == "a<U+000A>b<U+0007>\ue000　c"
    assert shown("x" * 50) == "x" * 39 + "…"


@pytest.mark.parametrize("room", sorted(path.name.split(".")[0] for path in (ROOM / "catalogue").glob("*.ja.yml")))
def test_one_thing_has_one_word_in_japanese(room: str) -> None:
    said = "".join(sentences(room, "ja").values())
    assert not [word for word in ("ブレーキ", "停止条件", "錨", "ジャーナル") if word in said]


@pytest.mark.parametrize(
    "value",
    [{}, {"kind": "none"}, {"code": "text.no_rows"}, {"code": "../x.y", "fields": {}}, {"code": 1, "fields": {}}],
)
def test_a_mapping_that_is_no_message_is_shown_as_it_is(value: dict[str, object]) -> None:
    assert str(value) in message("site.bad_value", key="key", value=value, wanted="text").render("en")


def test_a_message_in_a_message_is_rendered_also_from_json() -> None:
    inner = message("site.missing_key", key="store")
    for value in (inner, inner.as_json()):
        assert "store: is missing" in message("site.bad_value", key="key", value=value, wanted="text").render("en")
