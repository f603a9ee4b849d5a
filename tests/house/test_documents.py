"""Every command in a document is one that a test runs, or one that says why none can; every link leads
somewhere.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.house.documents import Block, BlockFailed, blocks, documents, fault, session
from tests.house.sentences import catalogue, rooms
from tests.house.tree import ROOT, name_of

# What runs the tests, and so is run by whoever reads this.
THE_TESTS_THEMSELVES = {"make test", "make check", "make lint", "make bench", "make honesty", ".ci/run"}


def sh(text: str, **options: str) -> Block:
    return Block(ROOT / "README.md", 1, "sh", {"test": "plain", **options}, text)


@pytest.mark.parametrize("name", [name_of(path) for path in documents()])
def test_every_block_says_what_becomes_of_it(name: str) -> None:
    assert not [f"{block.where}: {wrong}" for block in blocks(ROOT / name) if (wrong := fault(block))]


@pytest.mark.parametrize("name", [name_of(path) for path in documents()])
def test_links_lead_somewhere(name: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text) if "://" not in target]
    assert not [target for target in targets if not ((ROOT / name).parent / target).exists()]


def test_only_the_tests_themselves_are_excused_as_such() -> None:
    excused = [block for path in documents() for block in blocks(path) if block.options.get("test") == "self"]
    lines = [line.split("#")[0].strip() for block in excused for line in block.text.splitlines()]
    assert not [line for line in lines if line and re.split(r" [A-Z]+=", line)[0] not in THE_TESTS_THEMSELVES]


def test_the_readmes_begin_with_the_two_commands() -> None:
    for name in ("README.md", "README.ja.md"):
        commands = [line for block in blocks(ROOT / name) if block.language == "sh" for line in block.text.splitlines()]
        assert [command.split("#")[0].strip() for command in commands[:2]] == ["make demo", "make test"]


@pytest.mark.parametrize("name", [name_of(path) for path in documents() if path.name.endswith(".ja.md")])
def test_both_languages_show_the_same_commands(name: str) -> None:
    def told(path: Path) -> list[tuple[dict[str, str], str]]:
        return [(block.options, block.text) for block in blocks(path) if block.language == "sh"]

    assert told(ROOT / name) == told(ROOT / name.replace(".ja.md", ".md"))


@pytest.mark.parametrize("name", [name_of(path) for path in documents() if path.name.endswith(".ja.md")])
def test_both_languages_have_the_same_sections_and_tables(name: str) -> None:
    def shape(path: Path) -> list[str]:
        prose = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        return [line.split()[0] for line in prose.splitlines() if line.startswith(("#", "|"))]

    assert shape(ROOT / name) == shape(ROOT / name.replace(".ja.md", ".md"))


@pytest.mark.parametrize("name", [name_of(path) for path in documents() if path.match("runbooks/*.ja.md")])
def test_what_a_japanese_runbook_quotes_is_what_chonai_says(name: str) -> None:
    said = [re.sub(r"\{\w+\}", "…", sentence) for room in rooms() for sentence in catalogue(room, "ja").values()]
    rows = [
        line.split("|")[1] for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line.startswith("|")
    ]
    quoted = [quote for cell in rows for quote in re.findall("「(.*?)」", cell)]
    patterns = {quote: ".*".join(re.escape(part) for part in re.split(r"\s*…\s*", quote)) for quote in quoted}
    assert not [quote for quote, pattern in patterns.items() if not any(re.search(pattern, one) for one in said)]


def test_a_session_keeps_variables_and_learns_ids(tmp_path: Path) -> None:
    running = session(tmp_path, Path(sys.executable))
    running.run(sh("NAME=sato"))
    running.run(sh('echo "chonai approve 2026-abc --as $NAME --key FILE"'))
    assert running.run(sh('echo "$ID $NAME"')) == "2026-abc sato\n"


def test_an_undo_has_an_id_of_its_own(tmp_path: Path) -> None:
    running = session(tmp_path, Path(sys.executable))
    running.run(sh("echo chonai approve 2026-abc --as NAME"))
    running.run(sh("true chonai undo 2026-abc\necho chonai approve 2026-def --as NAME"))
    running.run(sh('echo "chonai approve $UNDO_ID --as NAME"'))
    assert running.run(sh('echo "$ID $UNDO_ID"')) == "2026-abc 2026-def\n"


def test_a_block_ends_as_it_says(tmp_path: Path) -> None:
    running = session(tmp_path, Path(sys.executable))
    running.run(sh("exit 3", exit="3"))
    with pytest.raises(BlockFailed, match=r"README.md:1 ended with 1, not 0"):
        running.run(sh("echo one\nfalse\necho two"))
    with pytest.raises(BlockFailed, match="ended with 0, not 3"):
        running.run(sh("true", exit="3"))
