"""The output of a playbook is cut into lines, however it comes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from chonai.runner.playbook import Lines, Order, Playbook


def test_who_hears_much_is_let_go_between(tmp_path: Path) -> None:
    order = Order(tmp_path, tmp_path / "x.yml", tmp_path, {}, "", timedelta(hours=1))
    playbook = Playbook(order, tmp_path)
    for number in range(5_000):
        playbook._hear(str(number))
    first = list(playbook.said(0))
    assert 0 < len(first) < 5_000
    assert next(text for _kind, text in playbook.said(0)) == str(len(first))


def lines(*chunks: str) -> list[str]:
    found: list[str] = []
    cutter = Lines(found.append)
    for chunk in chunks:
        cutter.write(chunk)
    cutter.close()
    return found


def test_a_line_is_whole_however_it_comes() -> None:
    assert lines("one\r\ntw", "o\r", "\nthree") == ["one", "two", "three"]


def test_nothing_is_taken_for_an_event() -> None:
    token = "\x1b[KWzFd\x1b[4D\x1b[K"
    assert lines(f"a {token} b\n", "c\n") == [f"a {token} b", "c"]


def test_output_without_an_end_of_line_does_not_fill_the_memory() -> None:
    [line] = lines(*["x" * 50_000] * 20)
    assert len(line) == 100_000
