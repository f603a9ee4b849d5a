"""RRsets as the engine sees them: keys, records, scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chonai.change.model import Key, Record, Scope
from chonai.systems.dns.zone import RRset
from chonai.text.hostnames import to_unicode

RRSET = "rrset"
NAME, TTL, DATA, REPLACES = "name", "ttl", "data", "replaces"
ATTRIBUTES = frozenset({NAME, TTL, DATA})
CNAME = "CNAME"
BESIDE_ANYTHING = frozenset({"NSEC", "RRSIG"})
"""What a server that signs puts beside a CNAME too (RFC 4035 section 2.5)."""
REPLACEABLE = ("A", "AAAA", "CAA", "MX", "NS", "PTR", "SRV", "TXT")


def owner_of(id_: str) -> str:
    """The name in an id, with a dot at the end."""
    return id_.partition(" ")[0]


def type_of(id_: str) -> str:
    """The type in an id."""
    return id_.partition(" ")[2]


def record_of(id_: str, rrset: RRset) -> Record:
    """The record of an RRset. `name` is its id as people read it."""
    return {NAME: to_unicode(id_), TTL: rrset.ttl, DATA: rrset.data}


def owned(id_: str, rrset: RRset, scope: Scope) -> Record:
    """The record with the scope's attributes alone."""
    record, wanted = record_of(id_, rrset), scope[RRSET].attributes
    return record if wanted == ATTRIBUTES else {name: record[name] for name in wanted}


def whole(id_: str, rrset: RRset) -> Record:
    """The record, and which RRsets it cannot stand beside: whoever makes it again waits until they are gone."""
    others = (to_unicode(f"{owner_of(id_)} {type_}") for type_ in _others(id_))
    return {**record_of(id_, rrset), REPLACES: frozenset(others)}


def crowds(ids: Iterable[str], rrsets: Iterable[str]) -> Mapping[str, list[str]]:
    """By name, all RRsets, of whatever type, where any of these `ids` is a CNAME."""
    owners = {owner_of(id_) for id_ in ids if type_of(id_) == CNAME}
    found: dict[str, list[str]] = {}
    for id_ in rrsets if owners else ():
        if (owner := owner_of(id_)) in owners:
            found.setdefault(owner, []).append(id_)
    return found


def rivals(id_: str, rrsets: Mapping[str, RRset], crowd: Mapping[str, list[str]]) -> list[str]:
    """Those that cannot stand beside this one: a CNAME is alone at its name (RFC 1034 section 3.6.2). `crowd` is what
    `crowds` says.
    """
    owner, alias = owner_of(id_), f"{owner_of(id_)} {CNAME}"
    if id_ != alias:
        return [alias] if alias in rrsets else []
    return [other for other in crowd.get(owner, ()) if other != id_ and type_of(other) not in BESIDE_ANYTHING]


def _others(id_: str) -> tuple[str, ...]:
    return REPLACEABLE if type_of(id_) == CNAME else (CNAME,)


def key_of(id_: str) -> Key:
    """The key of an RRset."""
    return Key(RRSET, id_)
