"""Writing: one UPDATE message for each zone (as many as its size needs), which the server makes as a whole or not at
all (RFC 2136 section 3).

Each change brings the prerequisite that its RRset is as it was just read, so that the server itself refuses what
somebody else has changed in that moment. It does not say which one it was: the zone is read again, who moved is judged
anew, and the others are sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rcode
import dns.rdataset
import dns.update
from dns.rcode import NOERROR, NXDOMAIN, NXRRSET, YXDOMAIN, YXRRSET, Rcode

from chonai.change.model import Change
from chonai.change.system import Result
from chonai.systems.dns.protection import Guard
from chonai.systems.dns.records import CNAME, owner_of, type_of
from chonai.systems.dns.server import Server
from chonai.systems.dns.wanted import NotDone, wanted
from chonai.systems.dns.zone import RRset, Zone
from chonai.text.messages import Message, message

ATTEMPTS = 4
LARGEST = 60_000
"""Octets that the records of one message may take: over TCP a message has at most 65,535, its signature included."""
FIXED, SHORTEST = 16, 16
"""Octets of a record beside its owner's first labels and its content, and what the content of an AAAA takes."""
MOVED = (NXDOMAIN, NXRRSET, YXDOMAIN, YXRRSET)
"""What a server says when a prerequisite does not hold (RFC 2136 section 3.2)."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One RRset of a zone, from what it is to what it shall be; None is none. `place` is the change's in the call."""

    place: int
    id: str
    now: RRset | None
    then: RRset | None

    def size(self, zone: str) -> int:
        """The most octets that it takes: prerequisites, what is deleted, what is added. Of names only the zone's is
        shared with others.
        """
        head = len(owner_of(self.id)) - len(zone) + FIXED
        now, then = (side.data if side else frozenset[str]() for side in (self.now, self.then))
        return 2 * head + sum(head + max(len(text) + 2, SHORTEST) for text in (*now, *now, *then))


def apply(guard: Guard, server: Server, name: str, zone: Zone, changes: Sequence[Change]) -> list[Result]:
    """Make changes of one zone and say what became of each. Raises SystemUnreachable; those on the way may be made."""
    results: dict[int, Result] = {}
    left = list(range(len(changes)))
    for _ in range(ATTEMPTS):
        edits = _edits(guard, zone.look()[1], changes, left, results)
        left = []
        for batch in _batches(edits, name):
            left += _send(server, name, batch, changes, results)
        if not left:
            break
    results |= {n: Result(changes[n].key, message("dns.restless", name=changes[n].key.id)) for n in left}
    return [results[n] for n in range(len(changes))]


def _edits(
    guard: Guard,
    rrsets: Mapping[str, RRset],
    changes: Sequence[Change],
    left: Sequence[int],
    results: dict[int, Result],
) -> list[Edit]:
    """What is to be sent for the changes `left`. What is done already, or cannot be done, has its result."""
    edits = []
    for n in left:
        change = changes[n]
        try:
            now, then = rrsets.get(change.key.id), wanted(guard, change, rrsets)
        except NotDone as error:
            results[n] = Result(change.key, error.message)
            continue
        if now == then:
            results[n] = Result(change.key)
        else:
            edits.append(Edit(n, change.key.id, now, then))
    return edits


def _batches(edits: Sequence[Edit], zone: str) -> Iterator[list[Edit]]:
    batch: list[Edit] = []
    size = 0
    for edit in edits:
        octets = edit.size(zone)
        if batch and size + octets > LARGEST:
            yield batch
            batch, size = [], 0
        batch.append(edit)
        size += octets
    if batch:
        yield batch


def _send(
    server: Server, zone: str, edits: Sequence[Edit], changes: Sequence[Change], results: dict[int, Result]
) -> list[int]:
    """Send one message; the places of those changes that have to be looked at again."""
    update = dns.update.UpdateMessage(zone)
    good = []
    for edit in edits:
        try:
            _add(update, edit)
            good.append(edit)
        except dns.exception.DNSException as error:
            why = message("dns.bad_data", name=edit.id, why=str(error) or type(error).__name__)
            results[edit.place] = Result(changes[edit.place].key, why)
    if not good:
        return []
    rcode = server.update(update)
    if rcode in MOVED:
        return [edit.place for edit in good]
    for edit in good:
        key = changes[edit.place].key
        results[edit.place] = Result(key) if rcode == NOERROR else Result(key, _refusal(edit, rcode))
    return []


def _add(update: dns.update.UpdateMessage, edit: Edit) -> None:
    """Prerequisites and updates of one RRset. Raises a DNSException for what is no content of its type."""
    owner, type_ = dns.name.from_text(owner_of(edit.id)), type_of(edit.id)
    now, then = edit.now, edit.then
    new = _rdataset(type_, then) if then else None
    if now is not None:
        # Prerequisites have no TTL (RFC 2136 section 2.4.2).
        update.present(owner, _rdataset(type_, now._replace(ttl=0)))
    elif type_ == CNAME:
        update.absent(owner)
    else:
        update.absent(owner, type_)
        update.absent(owner, CNAME)
    if now is None or then is None or now.ttl != then.ttl:
        if now is not None:
            update.delete(owner, type_)
        if new is not None:
            update.add(owner, new)
        return
    for data in sorted(now.data - then.data):
        update.delete(owner, type_, data)
    if come := then.data - now.data:
        update.add(owner, _rdataset(type_, then._replace(data=come)))


def _rdataset(type_: str, rrset: RRset) -> dns.rdataset.Rdataset:
    return dns.rdataset.from_text_list("IN", type_, rrset.ttl, sorted(rrset.data))


def _refusal(edit: Edit, rcode: Rcode) -> Message:
    return message("dns.refused", name=edit.id, rcode=dns.rcode.to_text(rcode))
