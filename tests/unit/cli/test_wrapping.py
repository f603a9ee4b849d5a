"""Help in lines: no ASCII word is parted, no line is too wide."""

from __future__ import annotations

import re

import pytest

from chonai.cli.app import COMMANDS
from chonai.cli.framework import WIDTH
from chonai.cli.wrapping import Formatter, wrapped
from chonai.reports.columns import width
from chonai.text.messages import sentences
from tests.unit.cli.test_outermost import outside
from tests.unit.cli.town import Town

WORDS = re.compile(r"[!-~]+")


@pytest.mark.parametrize("most", range(12, 60))
def test_words_stay_whole_and_nothing_is_lost(most: int) -> None:
    said = "この対象だけを取り消す。キーまたは名前（user:001234）。既定: CHONAI_LANG、LC_ALL、LANG。- は標準入力。"
    lines = list(wrapped(said, most))
    assert "".join("".join(lines).split()) == "".join(said.split())
    assert WORDS.findall("\n".join(lines)) == WORDS.findall(said)
    assert all(width(line) <= max(most, width("user:001234）。")) for line in lines)
    assert not [line for line in lines if line[0] in "、。）」"]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_holds_every_word_of_the_catalogue(command: str, lang: str) -> None:
    said = sentences("cli", lang)[f"cli.help_{command}"]
    formatter = Formatter(width=WIDTH)
    formatter.write_dl([("--only TYPE:ID", said), ("a name that is longer than its column", said)])
    formatter.write_text(said)
    shown = formatter.getvalue()
    assert max(map(width, shown.splitlines())) <= WIDTH
    words = WORDS.findall(shown)
    assert not [word for word in WORDS.findall(said) if words.count(word) < 3]


def test_help_in_japanese_is_written_so(town: Town) -> None:
    shown = outside("--lang", "ja", "--help").stdout
    assert "LC_ALL" in shown
    assert max(map(width, shown.splitlines())) <= WIDTH
