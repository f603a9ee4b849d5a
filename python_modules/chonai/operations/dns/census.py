"""One walk over all that a server holds: who points where, and what is wrong already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from chonai.change.model import Key, State
from chonai.operations.dns.draft import ADDRESSES, CNAME, Draft, data_of, key_of
from chonai.operations.dns.names import zone_of
from chonai.operations.dns.policy import DnsPolicy
from chonai.operations.dns.reverse import PTR, pointer_of
from chonai.operations.dns.values import target_of
from chonai.text.messages import Message, message

POINTERS = (CNAME, "MX", "NS", "SRV")
MOST_TOLD = 5


@dataclass
class Census:
    """What was found. `pointers` are the keys of what points to a name."""

    pointers: dict[str, list[Key]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    reverse: list[Key] = field(default_factory=list)
    ttls: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def take(state: State, zones: frozenset[str], policy: DnsPolicy) -> Census:
    """Walk over everything once."""
    found = Census()
    least, most = policy.ttl.least, policy.ttl.most
    for key, record in state.items():
        owner, _, type_ = key.id.partition(" ")
        zone = zone_of(owner, zones)
        if zone is not None:
            found.sizes[zone] += 1
        ttl = record["ttl"]
        if isinstance(ttl, int) and not least <= ttl <= most and type_ != "SOA":
            found.ttls.append(key.id)
        if type_ in ADDRESSES:
            for address in data_of(record):
                found.addresses[type_, address].append(owner)
        elif type_ == PTR:
            found.reverse.append(key)
        elif type_ in POINTERS:
            for data in data_of(record):
                found.pointers[target_of(type_, data) or ""].append(key)
    return found


def faults(
    census: Census, state: State, zones: frozenset[str], policy: DnsPolicy, spared: Collection[Key]
) -> list[Message]:
    """What is wrong in the zones as they are, a sentence for each kind. `spared` is others' affair."""
    draft, theirs = Draft(state), {key.id for key in spared}
    kinds = {
        "dns_request.lint_ttl": (id_ for id_ in census.ttls),
        "dns_request.lint_dangling": _dangling(census, draft, zones),
        "dns_request.lint_shared": _shared(census),
        "dns_request.lint_pointer": _astray(census, draft, zones),
        "dns_request.lint_no_pointer": _pointerless(census, draft, zones) if policy.reverse else iter(()),
    }
    found = {code: [id_ for id_ in ids if id_ not in theirs] for code, ids in kinds.items()}
    return [message(code, count=len(ids), names=", ".join(ids[:MOST_TOLD])) for code, ids in found.items() if ids]


def exists(draft: Draft, name: str, zones: frozenset[str]) -> bool:
    """Whether a name of one of the zones is there: by itself, by a wildcard, or below a delegation, where we cannot
    tell.
    """
    if draft.types(name) or is_delegated(draft, name, zones):
        return True
    return any(draft.types(f"*.{parent}") for parent in _parents(name, zones))


def is_delegated(draft: Draft, name: str, zones: frozenset[str]) -> bool:
    """Whether others serve a name, or whatever is above it in its zone."""
    above = (name, *_parents(name, zones))
    return any(each not in zones and draft.data(each, "NS") for each in above)


def _parents(name: str, zones: frozenset[str]) -> Iterator[str]:
    """The names above a name, up to its zone."""
    while name and name not in zones:
        name = name.partition(".")[2]
        yield name


def _dangling(census: Census, draft: Draft, zones: frozenset[str]) -> Iterator[str]:
    for target, keys in census.pointers.items():
        if zone_of(target, zones) and not exists(draft, target, zones):
            yield from (key.id for key in keys)


def _shared(census: Census) -> Iterator[str]:
    for (type_, _address), owners in census.addresses.items():
        if len(owners) > 1:
            yield from (key_of(owner, type_).id for owner in sorted(owners))


def _astray(census: Census, draft: Draft, zones: frozenset[str]) -> Iterator[str]:
    """PTR records to a name of ours that does not have the address."""
    named = {(owner, pointer_of(*address)) for address, owners in census.addresses.items() for owner in owners}
    for key in census.reverse:
        pointer = key.id.partition(" ")[0]
        if any(zone_of(name, zones) and (name, pointer) not in named for name in draft.data(pointer, PTR)):
            yield key.id


def _pointerless(census: Census, draft: Draft, zones: frozenset[str]) -> Iterator[str]:
    """Addresses in a reverse zone of ours without any PTR."""
    for (type_, address), owners in census.addresses.items():
        pointer = pointer_of(type_, address)
        if not draft.data(pointer, PTR) and zone_of(pointer, zones):
            ours = (owner for owner in owners if not owner.startswith("*.") and not is_delegated(draft, owner, zones))
            yield from (key_of(owner, type_).id for owner in ours)
