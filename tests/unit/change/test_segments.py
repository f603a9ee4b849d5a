"""A chain with runs that are kept elsewhere: proved over them, and the runs by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.errors import JournalBroken
from chonai.change.journal import Anchor, Segment, segments_of, verify
from tests.unit.change.test_journal import HEAD, ROWS

ELSEWHERE = (*ROWS[2:4], *ROWS[5:6])
HERE = [row for row in ROWS if row not in ELSEWHERE]
GONE = segments_of(ELSEWHERE)


def test_runs_are_told_apart() -> None:
    assert [
        Segment(3, 4, ROWS[1].digest, ROWS[3].digest),
        Segment(6, 6, ROWS[4].digest, ROWS[5].digest),
    ] == GONE
    assert segments_of([]) == []


def test_the_chain_goes_on_over_what_is_elsewhere() -> None:
    assert verify(HERE, gone=GONE) == HEAD
    assert verify(HERE, HEAD, Anchor(4, ROWS[3].digest), gone=GONE) == HEAD
    assert verify([], gone=segments_of(ROWS)) == HEAD
    assert verify(ROWS[:3], gone=segments_of(ROWS[3:])) == HEAD


@pytest.mark.parametrize(
    ("gone", "seq"),
    [
        (GONE[:1], 6),
        ([replace(GONE[0], previous="sha256:0"), GONE[1]], 3),
        ([replace(GONE[0], digest="sha256:0"), GONE[1]], 4),
        ([replace(GONE[0], last=2), GONE[1]], 3),
        ([*GONE, Segment(8, 8, ROWS[6].digest, HEAD.digest)], 8),
        ([*GONE, Segment(99, 99, "x", "y")], 99),
    ],
)
def test_runs_that_do_not_fit_break_it(gone: list[Segment], seq: int) -> None:
    with pytest.raises(JournalBroken) as caught:
        verify(HERE, gone=gone)
    assert caught.value.message.fields["seq"] == seq


def test_an_anchor_at_the_end_of_a_run_is_asked() -> None:
    with pytest.raises(JournalBroken):
        verify(HERE, Anchor(4, "sha256:0"), gone=GONE)


@pytest.mark.parametrize(
    "rows",
    [
        [ROWS[3], ROWS[2]],
        [ROWS[2], ROWS[2]],
        [replace(ROWS[2], digest="sha256:0")],
        [ROWS[2], replace(ROWS[3], previous="x")],
    ],
)
def test_runs_out_of_order_or_edited_are_none(rows: list) -> None:  # type: ignore[type-arg]
    with pytest.raises(JournalBroken):
        segments_of(rows)
