"""The hash chain of the journal. Each row's digest covers its content, its number and the digest before it.

A chain alone cannot tell that its end is missing: an `Anchor`, the number and digest of a row kept somewhere
else (a printed report, a log server), can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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

    SHA-256 over a JSON list of the columns of the row. `data` is `text_of(entry.data)` where that is known.
    """
    text = text_of(entry.data) if data is None else data
    place = [previous, seq, entry.event.value, entry.change_set, entry.system, entry.actor]
    # A list of text and one small number: json writes what RFC 8785 asks for, and faster.
    content = json.dumps([*place, time_to_json(entry.at), text], ensure_ascii=False, separators=(",", ":"))
    return sha256(content.encode())


def verify(rows: Iterable[Row], *anchors: Anchor) -> Anchor:
    """Check a whole journal from its first row, and that the anchored rows are in it; the head is returned.

    Raises `JournalBroken` for the first bad row and says how it is bad: edited, removed, inserted, truncated.
    """
    head, known = START, {anchor.seq: anchor.digest for anchor in anchors}
    for row in rows:
        head = _next(head, row)
        if known.get(head.seq, head.digest) != head.digest:
            raise _broken("other_anchor", head.seq)
    last = max(known, default=0)
    if last > head.seq:
        raise JournalBroken("identity.journal_truncated", seq=head.seq + 1, anchor=last)
    return head


def _next(head: Anchor, row: Row) -> Anchor:
    expected = head.seq + 1
    if row.seq != expected:
        raise _broken("removed" if row.seq > expected else "inserted", min(row.seq, expected))
    if row.previous != head.digest or link(head.digest, expected, row.entry) != row.digest:
        raise _diagnosis(head, row)
    return Anchor(row.seq, row.digest)


def _diagnosis(head: Anchor, row: Row) -> JournalBroken:
    """Why a row does not follow: it stood elsewhere, the row before it is another one, or it was edited."""
    for shift in range(1, _FARTHEST_SHIFT + 1):
        if link(row.previous, row.seq - shift, row.entry) == row.digest:
            return _broken("inserted", row.seq - shift)
        if link(row.previous, row.seq + shift, row.entry) == row.digest:
            return _broken("removed", row.seq)
    is_whole = link(row.previous, row.seq, row.entry) == row.digest
    return _broken("edited", max(head.seq, 1) if is_whole else row.seq)


def _broken(how: str, seq: int) -> JournalBroken:
    return JournalBroken(f"identity.journal_{how}", seq=seq)
