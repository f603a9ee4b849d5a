"""Reading: the whole directory, or known objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

from chonai.change.collector import collector_paused
from chonai.change.errors import Fault
from chonai.change.model import Key, Scope, State
from chonai.change.system import Observation
from chonai.systems.directory import dn as dns
from chonai.systems.directory.flavour import MEMBER, OU, TYPES, Values
from chonai.systems.directory.protection import Guard
from chonai.systems.directory.protocol import Entry, Search
from chonai.systems.directory.records import Records
from chonai.systems.directory.references import References
from chonai.systems.directory.session import Session
from chonai.text.messages import Message

_RANGE = re.compile(r"member;range=(\d+)-(\d+|\*)")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Requested: TypeAlias = Callable[[Sequence[str]], tuple[str, ...]]
"""The attributes to ask for, of objects of some types."""


class Found(NamedTuple):
    """An object as the server has it: DN without extensions, values as in `protocol.Entry`."""

    key: Key
    dn: str
    values: Values


@collector_paused()
def observe(session: Session, references: References, scope: Scope) -> Observation:
    """All objects of the scope's types below the base, and which of them are protected."""
    session.check(scope)
    records = Records(session, scope)
    everything = _everything(session, scope, records)
    for item in everything:
        references.learn(item.dn, item.key)
    guard = Guard(session)
    found = [item for item in everything if item.key.type in scope]
    state = {item.key: records.record(item.key, item.dn, item.values, references.key_of) for item in found}
    reasons = ((item.key, guard.reason(item.key, item.dn, item.values)) for item in found)
    return Observation(state, {key: reason for key, reason in reasons if reason is not None})


@collector_paused()
def read(session: Session, references: References, keys: Collection[Key], scope: Scope) -> State:
    """Those of the keys that exist below the base."""
    session.check(scope)
    records = Records(session, scope)
    found = find(session, (key for key in keys if key.type in scope), records.requested, below=session.base)
    for item in found:
        references.learn(item.dn, item.key)
    parents = {dns.split(item.dn)[1] for item in found}
    references.look_up(parents.union(*(records.links(item.key.type, item.values) for item in found)))
    return {item.key: records.record(item.key, item.dn, item.values, references.key_of) for item in found}


def objections(session: Session, keys: Collection[Key]) -> dict[Key, Message]:
    """Why some of these objects may not be touched."""
    flavour, guard = session.flavour, Guard(session)
    wanted = (flavour.identity, flavour.kind, *flavour.guards, *flavour.account.values())
    found = find(session, keys, lambda _: wanted, below=session.root)
    reasons = ((item.key, guard.reason(item.key, item.dn, item.values)) for item in found)
    return {key: reason for key, reason in reasons if reason is not None}


def find(session: Session, keys: Iterable[Key], requested: Requested, *, below: str) -> list[Found]:
    """The objects with these keys, below `below`, with link values whole.

    What does not exist, or is of another type, is left out.
    """
    by_type: dict[str, list[str]] = {}
    for key in keys:
        if is_id(key.id):
            by_type.setdefault(key.type, []).append(key.id)
    found: list[Found] = []
    for type_, ids in by_type.items():
        entries = session.entries_of(ids, requested([type_]), below=below, linked=True)
        items = (_found(session, entry) for entry in entries)
        found += [item for item in items if item is not None and item.key.type == type_]
    return _with_whole_links(session, found)


def is_id(text: str) -> bool:
    """Whether a key's id is one that a directory gives; nothing else is ever found."""
    return _ID.fullmatch(text) is not None


def _everything(session: Session, scope: Scope, records: Records) -> list[Found]:
    """Objects of the scope, and those that references of the scope can mean; the base itself whatever class it has."""
    types = TYPES if session.references_in(scope) else sorted({*scope, OU})
    wanted = records.requested(sorted(scope))
    search = Search(session.base, session.flavour.filter_of(types), wanted)
    found = [item for item in session.connection.search(search, partial(_found, session)) if item is not None]
    if not any(item.key == session.base_key for item in found):
        base = session.connection.searches([session.base_search(session.base, wanted)])[0]
        found += [Found(session.base_key, entry.dn, entry.values) for entry in base]
    return _with_whole_links(session, found)


def _found(session: Session, entry: Entry) -> Found | None:
    key = session.key_of(entry.values)
    return None if key is None else Found(key, session.flavour.plain(entry.dn), entry.values)


def _with_whole_links(session: Session, found: list[Found]) -> list[Found]:
    """Active Directory sends 1,500 values of a big group at a time ([MS-ADTS] 3.1.1.3.1.3.3): fetch the others too."""
    parts = {n: _taken(item) for n, item in enumerate(found) if any(";range=" in name for name in item.values)}
    unfinished = {n: next_ for n, next_ in parts.items() if next_ is not None}
    while unfinished:
        searches = [_continued(session, found[n], start) for n, start in unfinished.items()]
        answers = session.connection.searches(searches)
        unfinished = {
            n: start
            for n, entries in zip(unfinished, answers, strict=True)
            if (start := _joined(session, found[n], entries))
        }
    return found


def _continued(session: Session, item: Found, start: int) -> Search:
    search = session.base_search(session.flavour.handle(item.dn, item.key.id), (f"{MEMBER};range={start}-*",))
    return Search(search.base, search.filter, search.attributes, search.scope, session.flavour.linked)


def _taken(item: Found) -> int | None:
    """Move a part of the values under the plain name; where the next part begins, None when this was the last."""
    values = item.values
    assert isinstance(values, dict)
    name = next(name for name in values if ";range=" in name)
    values.setdefault(MEMBER, []).extend(values.pop(name))
    match = _RANGE.fullmatch(name)
    return None if match is None or match[2] == "*" else int(match[2]) + 1


def _joined(session: Session, item: Found, entries: Sequence[Entry]) -> int | None:
    more = entries[0].values if entries else {}
    if not any(";range=" in name for name in more):
        raise Fault("directory.read_not_whole", system=session.settings.name, dn=item.dn)
    assert isinstance(item.values, dict)
    item.values.update({name: values for name, values in more.items() if ";range=" in name})
    return _taken(item)
