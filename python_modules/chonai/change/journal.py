"""The hash chain of the journal. Each row's digest covers its content, its number and the digest before it.

A chain alone cannot tell that its end is missing: an `Anchor`, the number and digest of a row kept somewhere
else (a printed report, a log server), can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chonai.change.canonical import canonical, plain, sha256
from chonai.change.codec import time_to_json
from chonai.change.errors import JournalBroken, UsageError
from chonai.change.ports import Entry, Row

GENESIS = f"sha256:{'0' * 64}"
"""Stands before the first row."""

_ANCHOR = re.compile(r"chonai-journal ([0-9]{1,18}) (sha256:[0-9a-f]{64})")
_FARTHEST_SHIFT = 100


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row that is known to have been there: its number and its digest."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"chonai-journal {self.seq} {self.digest}"

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """The anchor in a line of text, which may hold more; raises `UsageError` if there is none."""
        found = _ANCHOR.search(text)
        if not found:
            raise UsageError("identity.no_anchor", text=text.strip()[:100])
        return cls(int(found[1]), found[2])


START = Anchor(0, GENESIS)
"""The head of an empty journal."""


def text_of(data: Mapping[str, object]) -> str:
    """The data of an entry as it is hashed and kept. Whatever it holds, it can be kept: see `plain`."""
    try:
        return canonical(data).decode()
    except ValueError:
        return canonical(plain(data)).decode()


def link(previous: str, seq: int, entry: Entry, data: str | None = None) -> str:
    """The digest of the row with number `seq` that follows the row with digest `previous`.

    SHA-256 over a JSON list: digest before it, number, change set, `rest_of` the row. So that a row can be proved to
    whoever may not see the rows around it: of these number, change set and rest are enough (docs/decisions/0019).
    `data` is `text_of(entry.data)` where that is known.
    """
    return _hashed([previous, seq, entry.change_set, rest_of(entry, data)])


def rest_of(entry: Entry, data: str | None = None) -> str:
    """The digest of all columns of a row but its place and its change set. `data` as in `link`."""
    text = text_of(entry.data) if data is None else data
    return _hashed([entry.event.value, entry.system, entry.actor, time_to_json(entry.at), text])


def former_link(previous: str, seq: int, entry: Entry) -> str:
    """`link` as it was before a row could be proved alone; journals of that time go on with the new one."""
    place = [previous, seq, entry.event.value, entry.change_set, entry.system, entry.actor]
    return _hashed([*place, time_to_json(entry.at), text_of(entry.data)])


def _hashed(columns: Sequence[object]) -> str:
    # A list of text and small numbers: json writes what RFC 8785 asks for, and faster.
    return sha256(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode())


def is_link(row: Row, seq: int) -> bool:
    """Whether the digest of a row is that of its content, with `seq` for its number, after the digest before it."""
    return row.digest == link(row.previous, seq, row.entry) or row.digest == former_link(row.previous, seq, row.entry)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of rows that are kept elsewhere: the numbers of its first and last row, the digest before the first and
    that of the last.
    """

    first: int
    last: int
    previous: str
    digest: str


def verify(rows: Iterable[Row], *anchors: Anchor, gone: Iterable[Segment] = ()) -> Anchor:
    """Check a whole journal from its first row, and that the anchored rows are in it; the head is returned. Of what is
    gone only the ends are known: an anchor inside of it proves nothing here.

    Raises `JournalBroken` for the first bad row and says how it is bad: edited, removed, inserted, truncated.
    """
    head, known = START, {anchor.seq: anchor.digest for anchor in anchors}
    left = {segment.first: segment for segment in gone}
    for row in rows:
        head = _over(head, left, known)
        head = _next(head, row)
        _compare(head, known)
    head = _over(head, left, known)
    if left:
        raise _broken("inserted", min(left))
    last = max(known, default=0)
    if last > head.seq:
        raise JournalBroken("identity.journal_truncated", seq=head.seq + 1, anchor=last)
    return head


def segments_of(rows: Iterable[Row]) -> list[Segment]:
    """Check rows that are parts of a journal, in order, each part by itself; which parts they are.

    Raises `JournalBroken` as `verify` does.
    """
    found: list[Segment] = []
    head = START
    for row in rows:
        if found and row.seq == head.seq + 1:
            head = _next(head, row)
            found[-1] = replace(found[-1], last=head.seq, digest=head.digest)
            continue
        if row.seq <= head.seq:
            raise _broken("inserted", row.seq)
        head = _next(Anchor(row.seq - 1, row.previous), row)
        found.append(Segment(row.seq, row.seq, row.previous, row.digest))
    return found


def _over(head: Anchor, left: dict[int, Segment], known: Mapping[int, str]) -> Anchor:
    """Past the runs that are gone here."""
    while segment := left.pop(head.seq + 1, None):
        if segment.previous != head.digest or segment.last < segment.first:
            raise _broken("edited", segment.first)
        head = Anchor(segment.last, segment.digest)
        _compare(head, known)
    return head


def _compare(head: Anchor, known: Mapping[int, str]) -> None:
    if known.get(head.seq, head.digest) != head.digest:
        raise _broken("other_anchor", head.seq)


def _next(head: Anchor, row: Row) -> Anchor:
    expected = head.seq + 1
    if row.seq != expected:
        raise _broken("removed" if row.seq > expected else "inserted", min(row.seq, expected))
    if row.previous != head.digest or not is_link(row, expected):
        raise _diagnosis(head, row)
    return Anchor(row.seq, row.digest)


def _diagnosis(head: Anchor, row: Row) -> JournalBroken:
    """Why a row does not follow: it stood elsewhere, the row before it is another one, or it was edited."""
    for shift in range(1, _FARTHEST_SHIFT + 1):
        if is_link(row, row.seq - shift):
            return _broken("inserted", row.seq - shift)
        if is_link(row, row.seq + shift):
            return _broken("removed", row.seq)
    is_whole = is_link(row, row.seq)
    return _broken("edited", max(head.seq, 1) if is_whole else row.seq)


def _broken(how: str, seq: int) -> JournalBroken:
    return JournalBroken(f"identity.journal_{how}", seq=seq)
