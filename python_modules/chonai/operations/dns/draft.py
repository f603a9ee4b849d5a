"""The RRsets that a request touches, as they shall be, beside all that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chonai import operations
from chonai.change.model import Key, Record, State, Value, members
from chonai.operations.dns.values import TYPES
from chonai.text.hostnames import to_unicode

RRSET = operations.RRSET
NAME, TTL, DATA, REPLACES = "name", "ttl", "data", "replaces"
CNAME, SOA = "CNAME", "SOA"
ADDRESSES = ("A", "AAAA")
SIGNERS = frozenset({"NSEC", "NSEC3", "RRSIG"})
"""What a server that signs puts beside anything, a CNAME too (RFC 4035 section 2.5): it makes no name exist."""
KNOWN = frozenset({*TYPES, SOA})


@dataclass(frozen=True, slots=True)
class RRset:
    """Seconds that it may be kept, and its contents; without any it is not there."""

    ttl: int
    data: frozenset[str] = frozenset()


def key_of(owner: str, type_: str) -> Key:
    """The key of an RRset; the owner's name has a dot at the end."""
    return Key(RRSET, f"{owner} {type_}")


def split(key: Key) -> tuple[str, str]:
    """Owner and type of a key."""
    owner, _, type_ = key.id.partition(" ")
    return owner, type_


def zones_of(state: State) -> frozenset[str]:
    """The zones of a server: each has a SOA record."""
    return frozenset(key.id.partition(" ")[0] for key in state if key.id.endswith(f" {SOA}"))


def data_of(record: Record | None) -> frozenset[str]:
    """The contents in a record."""
    return members(record.get(DATA)) if record else frozenset()


@dataclass
class Draft:
    """What was observed, and over it what is wanted.

    others   by name, the types that no request can ask for
    reasons  why, by key; the first one counts
    """

    state: State
    others: Mapping[str, list[str]] = field(default_factory=dict)
    wanted: dict[Key, RRset] = field(default_factory=dict)
    reasons: dict[Key, str] = field(default_factory=dict)

    def data(self, owner: str, type_: str) -> frozenset[str]:
        """The contents of an RRset as it shall be."""
        key = key_of(owner, type_)
        found = self.wanted.get(key)
        return found.data if found else data_of(self.state.get(key))

    def before(self, owner: str, type_: str) -> frozenset[str]:
        """The contents of an RRset as it is."""
        return data_of(self.state.get(key_of(owner, type_)))

    def types(self, owner: str) -> list[str]:
        """The types that a name shall have, those included that no request can ask for."""
        return [*(type_ for type_ in (*TYPES, SOA) if self.data(owner, type_)), *self.foreign(owner)]

    def foreign(self, owner: str) -> list[str]:
        """The types of a name that no request can ask for (SSHFP, HTTPS): they are nobody's plan's, and stay."""
        return self.others.get(owner, [])

    def put(self, key: Key, data: frozenset[str], ttl: int | None, default_ttl: int, reason: str) -> None:
        """An RRset shall hold this. Without a `ttl` it keeps its own."""
        record = self.state.get(key)
        own = record.get(TTL) if record else None
        earlier = self.wanted.get(key)
        kept = earlier.ttl if earlier else own if isinstance(own, int) else default_ttl
        self.wanted[key] = RRset(kept if ttl is None else ttl, data)
        self.reasons.setdefault(key, reason)

    def touched(self) -> Iterator[tuple[str, str, frozenset[str], frozenset[str]]]:
        """Owner, type, contents before and after of every RRset that changes."""
        for key in list(self.wanted):
            owner, type_ = split(key)
            before, after = self.before(owner, type_), self.data(owner, type_)
            if before != after:
                yield owner, type_, before, after

    def observed(self) -> dict[Key, Record]:
        """What is there of the RRsets that are wanted otherwise."""
        return {key: self.state[key] for key in self.wanted if key in self.state}

    def desired(self) -> dict[Key, Record]:
        """The same as they shall be. A new one says which it takes the place of."""
        return {key: self._record(key, rrset) for key, rrset in self.wanted.items() if rrset.data}

    def _record(self, key: Key, rrset: RRset) -> Mapping[str, Value]:
        owner, type_ = split(key)
        record: dict[str, Value] = {NAME: to_unicode(key.id), TTL: rrset.ttl, DATA: rrset.data}
        if key in self.state:
            return record
        others = TYPES if type_ == CNAME else (CNAME,)
        gone = [each for each in others if each != type_ and key_of(owner, each) in self.state]
        return {**record, REPLACES: frozenset(to_unicode(key_of(owner, each).id) for each in gone)} if gone else record
