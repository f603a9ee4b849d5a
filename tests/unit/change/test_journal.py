"""The hash chain: every way of tampering with it is found and named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from chonai.change.errors import JournalBroken, UsageError
from chonai.change.journal import GENESIS, START, Anchor, former_link, is_link, link, text_of, verify
from chonai.change.ports import Entry, Event, Row

Rows = list[Row]


def entry(n: int) -> Entry:
    at = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(seconds=n)
    return Entry(Event.OUTCOME, "set", "lgwan_ad", "sato", at, {"done": [n]})


def chained(entries: Sequence[Entry]) -> Rows:
    rows: Rows = []
    for seq, one in enumerate(entries, 1):
        previous = rows[-1].digest if rows else GENESIS
        rows.append(Row(seq, one, previous, link(previous, seq, one)))
    return rows


ROWS = chained([entry(n) for n in range(8)])
HEAD = Anchor(8, ROWS[-1].digest)


def renumbered(rows: Rows) -> Rows:
    return [replace(row, seq=seq) for seq, row in enumerate(rows, 1)]


def edit(rows: Rows) -> Rows:
    return [replace(row, entry=entry(99)) if row.seq == 4 else row for row in rows]


def edit_and_hash_again(rows: Rows) -> Rows:
    bad = replace(rows[3], entry=entry(99), digest=link(rows[3].previous, 4, entry(99)))
    return [*rows[:3], bad, *rows[4:]]


def edit_the_first_and_hash_it_again(rows: Rows) -> Rows:
    return [*chained([entry(99)]), *rows[1:]]


def insert(rows: Rows) -> Rows:
    forged = Row(4, entry(99), rows[2].digest, link(rows[2].digest, 4, entry(99)))
    return renumbered([*rows[:3], forged, *rows[3:]])


def rewrite_all(rows: Rows) -> Rows:
    return chained([entry(99) if n == 3 else row.entry for n, row in enumerate(rows)])


TAMPERING: dict[str, tuple[Callable[[Rows], Rows], str, int]] = {
    "an edited row": (edit, "edited", 4),
    "an edited row with its own hash": (edit_and_hash_again, "edited", 4),
    "the first row edited with its own hash": (edit_the_first_and_hash_it_again, "edited", 1),
    "the first row edited": (lambda rows: [replace(rows[0], entry=entry(9)), *rows[1:]], "edited", 1),
    "a removed row": (lambda rows: rows[:3] + rows[4:], "removed", 4),
    "a removed row, numbers closed up": (lambda rows: renumbered(rows[:3] + rows[4:]), "removed", 4),
    "the first row removed": (lambda rows: renumbered(rows[1:]), "removed", 1),
    "three removed rows, numbers closed up": (lambda rows: renumbered(rows[:3] + rows[6:]), "removed", 4),
    "an inserted row": (insert, "inserted", 4),
    "a row twice": (lambda rows: [*rows[:4], rows[3], *rows[4:]], "inserted", 4),
    "rows in another order": (lambda rows: [*rows[:3], rows[4], rows[3], *rows[5:]], "removed", 4),
    "a truncated end": (lambda rows: rows[:5], "truncated", 6),
    "nothing left": (lambda rows: [], "truncated", 1),
    "all rewritten": (rewrite_all, "other_anchor", 8),
    "the end rewritten": (lambda rows: chained([*(r.entry for r in rows[:7]), entry(99)]), "other_anchor", 8),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_and_named(name: str) -> None:
    tamper, how, seq = TAMPERING[name]
    with pytest.raises(JournalBroken) as caught:
        verify(tamper(ROWS), HEAD)
    assert (caught.value.message.code, caught.value.message.fields["seq"]) == (f"identity.journal_{how}", seq)
    assert caught.value.render("en")
    assert caught.value.render("ja")


def test_a_whole_chain_gives_its_head() -> None:
    assert verify(ROWS) == HEAD
    assert verify(ROWS, HEAD) == HEAD
    assert verify(ROWS, Anchor(3, ROWS[2].digest)) == HEAD


def test_an_empty_journal_is_whole() -> None:
    assert verify([]) == START
    assert verify([], START) == START


def test_an_anchor_is_one_line_that_can_be_found_in_a_log() -> None:
    line = str(HEAD)
    assert "\n" not in line
    assert Anchor.parse(f"Apr  1 06:00:00 hall chonai[12]: {line} (monthly report)") == HEAD


def test_of_a_long_text_without_an_anchor_the_beginning_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        Anchor.parse(f"  {'a' * 99}bc\n")
    assert caught.value.message.fields == {"text": f"{'a' * 99}b"}


def test_of_a_truncated_journal_it_is_told_which_row_is_known_to_have_been_there() -> None:
    with pytest.raises(JournalBroken) as caught:
        verify(ROWS[:5], Anchor(7, ROWS[6].digest), HEAD)
    assert caught.value.message.fields == {"seq": 6, "anchor": 8}


@pytest.mark.parametrize(("shift", "how", "seq"), [(100, "removed", 2), (101, "edited", 2)])
def test_a_row_from_far_away_is_known_up_to_a_hundred_rows(shift: int, how: str, seq: int) -> None:
    rows = chained([entry(n) for n in range(110)])
    with pytest.raises(JournalBroken) as caught:
        verify([rows[0], replace(rows[1 + shift], seq=2)])
    assert (caught.value.message.code, caught.value.message.fields["seq"]) == (f"identity.journal_{how}", seq)


def test_digests_of_journals_that_are_kept_stay_what_they_are() -> None:
    one = Entry(Event.NOTE, "発令", "lgwan_ad", "sato", datetime(2026, 4, 1, tzinfo=UTC), {"text": "異動"})
    content = f'["{GENESIS}",7,"note","発令","lgwan_ad","sato","2026-04-01T00:00:00+00:00","{{\\"text\\":\\"異動\\"}}"]'
    digest = f"sha256:{sha256(content.encode()).hexdigest()}"
    assert former_link(GENESIS, 7, one) == digest
    assert is_link(Row(7, one, GENESIS, digest), 7)


def test_digests_of_today_are_of_place_change_set_and_rest() -> None:
    one = Entry(Event.NOTE, "発令", "lgwan_ad", "sato", datetime(2026, 4, 1, tzinfo=UTC), {"text": "異動"})
    rest = '["note","lgwan_ad","sato","2026-04-01T00:00:00+00:00","{\\"text\\":\\"異動\\"}"]'
    content = f'["{GENESIS}",7,"発令","sha256:{sha256(rest.encode()).hexdigest()}"]'
    assert link(GENESIS, 7, one) == f"sha256:{sha256(content.encode()).hexdigest()}"


@pytest.mark.parametrize("text", ["", "chonai-journal x sha256:00", f"chonai-journal 3 {'0' * 64}", "sha256:00"])
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="anchor"):
        Anchor.parse(text)


def test_each_column_is_covered_by_the_digest() -> None:
    base = entry(1)
    others = [
        replace(base, event=Event.NOTE),
        replace(base, change_set="other"),
        replace(base, system="ext_ad"),
        replace(base, actor="mallory"),
        replace(base, at=base.at + timedelta(microseconds=1)),
        replace(base, data={"done": [2]}),
        replace(base, change_set="setlgwan_ad", system=""),
    ]
    digests = {link(GENESIS, 1, one) for one in (base, *others)} | {link(GENESIS, 2, base), link("x", 1, base)}
    assert len(digests) == len(others) + 3


def test_data_of_any_kind_can_be_kept() -> None:
    assert text_of({"when": datetime(2026, 4, 1, tzinfo=UTC), "who": {"b", "a"}}) == (
        '{"when":"2026-04-01 00:00:00+00:00","who":["a","b"]}'
    )
