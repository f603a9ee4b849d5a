"""Writing: one UPDATE message for each zone (as many as its size needs), which the server makes as a whole or not at
all (RFC 2136 section 3).

Each change brings the prerequisite that its RRset is as it was just read, so that the server itself refuses what
somebody else has changed in that moment. It does not say which one it was: the zone is read again, who moved is judged
anew, and the others are sent again. Nor does it say which one it refuses: the message is halved until that stands
alone.
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
from chonai.systems.dns.records import CNAME, crowds, owner_of, type_of
from chonai.systems.dns.server import Server
from chonai.systems.dns.wanted import wanted
from chonai.systems.dns.zone import Readable, RRset
from chonai.systems.refused import NotDone
from chonai.text.messages import Message, message

ATTEMPTS = 4
LARGEST = 60_000
"""Octets that the records of one message may take: over TCP a message has at most 65,535, its signature included."""
MOST_REFUSALS = 100
"""After so many of one call what is refused is halved no more: then it is not a single record that the server minds."""
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


def apply(guard: Guard, server: Server, name: str, zone: Readable, changes: Sequence[Change]) -> list[Result]:
    """Make changes of one zone and say what became of each. Raises SystemUnreachable; those on the way may be made."""
    post = Post(server, name)
    left: Sequence[int] = range(len(changes))
    for attempt in range(1, ATTEMPTS + 1):
        edits = _edits(guard, zone.look()[1], changes, left, post.said)
        again = [post.send(batch, is_last=attempt == ATTEMPTS) for batch in _batches(edits, name)]
        left = [edit.place for edits in again for edit in edits]
        if not left:
            break
    if not server.proves_refusals and (refused := [n for n, why in post.said.items() if why is not None]):
        _edits(guard, zone.look()[1], changes, refused, post.said)
    return [Result(change.key, post.said[n]) for n, change in enumerate(changes)]


class Post:
    """Sends the edits of one zone. `said` keeps what became of each, by its place: None is done."""

    def __init__(self, server: Server, zone: str) -> None:
        self._server, self._zone = server, zone
        self._refusals = 0
        self.said: dict[int, Message | None] = {}

    def send(self, edits: Sequence[Edit], *, is_last: bool) -> list[Edit]:
        """Send the edits as one message. Those come back that have to be looked at again, since a prerequisite of one
        of them did not hold; not from the last attempt.

        A message that is refused is halved until what is refused stands alone: the others are made.
        """
        update, good = self._message(edits)
        rcode = self._answer(update) if good else NOERROR
        if rcode == NOERROR:
            self.said |= dict.fromkeys((edit.place for edit in good), None)
            return []
        if rcode in MOVED and not is_last:
            return good
        if len(good) > 1 and self._refusals < MOST_REFUSALS:
            halves = good[: len(good) // 2], good[len(good) // 2 :]
            return [edit for half in halves for edit in self.send(half, is_last=is_last)]
        self._refusals += 1
        self.said |= {edit.place: _refusal(edit, rcode) for edit in good}
        return []

    def _message(self, edits: Sequence[Edit]) -> tuple[dns.update.UpdateMessage, list[Edit]]:
        """The message, and whose content is one."""
        update = dns.update.UpdateMessage(self._zone)
        good = []
        for edit in edits:
            try:
                _add(update, edit)
                good.append(edit)
            except dns.exception.DNSException as error:
                why = str(error) or type(error).__name__
                self.said[edit.place] = message("dns.bad_data", name=edit.id, why=why)
        return update, good

    def _answer(self, update: dns.update.UpdateMessage) -> Rcode | None:
        """What the server says; None when it is not asked, since the message is too long."""
        try:
            return self._server.update(update)
        except dns.exception.TooBig:
            return None


def _edits(
    guard: Guard,
    rrsets: Mapping[str, RRset],
    changes: Sequence[Change],
    left: Sequence[int],
    said: dict[int, Message | None],
) -> list[Edit]:
    """What is to be sent for the changes `left`. What is done already, or cannot be done, has been `said`."""
    crowd = crowds((changes[n].key.id for n in left), rrsets)
    edits = []
    for n in left:
        change = changes[n]
        try:
            now, then = rrsets.get(change.key.id), wanted(guard, change, rrsets, crowd)
        except NotDone as error:
            said[n] = error.message
            continue
        if now == then:
            said[n] = None
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
    if new is not None and (now is None or now.ttl != new.ttl):
        if now is not None:
            update.delete(owner, type_)
        update.add(owner, new)
        return
    # One by one also when all go: Samba's prerequisites let pass what came meanwhile.
    was, shall = (side.data if side else frozenset[str]() for side in (now, then))
    for data in sorted(was - shall):
        update.delete(owner, type_, data)
    if then is not None and (come := shall - was):
        update.add(owner, _rdataset(type_, then._replace(data=come)))


def _rdataset(type_: str, rrset: RRset) -> dns.rdataset.Rdataset:
    return dns.rdataset.from_text_list("IN", type_, rrset.ttl, sorted(rrset.data))


def _refusal(edit: Edit, rcode: Rcode | None) -> Message:
    if rcode is None:
        return message("dns.too_big", name=edit.id)
    code = "dns.restless" if rcode in MOVED else "dns.refused"
    return message(code, name=edit.id, rcode=dns.rcode.to_text(rcode))
