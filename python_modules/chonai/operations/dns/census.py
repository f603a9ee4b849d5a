"""One walk over all that a server holds: who points where, and what is wrong already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from chonai.change.model import Key, State
from chonai.operations.dns.cuts import cut_of, exists
from chonai.operations.dns.draft import ADDRESSES, CNAME, KNOWN, SIGNERS, SOA, TTL, Draft, data_of, key_of
from chonai.operations.dns.names import zone_of
from chonai.operations.dns.policy import DnsPolicy
from chonai.operations.dns.reverse import PTR, pointer_of
from chonai.operations.dns.values import target_of
from chonai.text.few import first_few
from chonai.text.messages import Message, message

POINTERS = (CNAME, "MX", "NS", "SRV")
REVERSE_TREE = ".arpa."


@dataclass
class Census:
    """What was found.

    pointers   by name, the keys of what points to it
    addresses  by the reverse name of an address, who has it and by which type
    reverse    by reverse name, whom its PTR names
    foreign    by name, the types that no request can ask for
    ttls       ids with a TTL out of bounds
    """

    pointers: dict[str, list[Key]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    reverse: dict[str, frozenset[str]] = field(default_factory=dict)
    foreign: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    ttls: list[str] = field(default_factory=list)


def take(state: State, policy: DnsPolicy) -> Census:
    """Walk over everything once; nearly all of it are addresses and their reverse names."""
    found = Census()
    aliases: dict[str, str] = {}
    usual = range(policy.ttl.least, policy.ttl.most + 1)
    for key, record in state.items():
        owner, _, type_ = key.id.partition(" ")
        if record[TTL] not in usual and type_ != SOA:
            found.ttls.append(key.id)
        if type_ in ADDRESSES:
            for address in data_of(record):
                bearers = found.addresses.setdefault(pointer_of(type_, address), [])
                bearers.append((owner, type_))
        elif type_ == PTR:
            found.reverse[owner] = data_of(record)
        elif type_ == CNAME and owner.endswith(REVERSE_TREE):
            aliases.update((owner, target) for target in data_of(record))
        elif type_ in POINTERS:
            for data in data_of(record):
                found.pointers[target_of(type_, data) or ""].append(key)
        elif type_ not in KNOWN and type_ not in SIGNERS:
            found.foreign[owner].append(type_)
    _behind_aliases(found, aliases)
    return found


def faults(
    census: Census, state: State, zones: frozenset[str], policy: DnsPolicy, spared: Collection[Key]
) -> list[Message]:
    """What is wrong in the zones as they are, a sentence for each kind. `spared` is others' affair."""
    draft, theirs = Draft(state, census.foreign), {key.id for key in spared}
    kinds = {
        "dns_request.lint_ttl": iter(census.ttls),
        "dns_request.lint_dangling": _dangling(census, draft, zones),
        "dns_request.lint_shared": _shared(census),
        "dns_request.lint_pointer": _astray(census, zones),
        "dns_request.lint_no_pointer": _pointerless(census, draft, zones) if policy.reverse else iter(()),
    }
    found = {code: [id_ for id_ in ids if id_ not in theirs] for code, ids in kinds.items()}
    return [message(code, count=len(ids), names=first_few(ids)) for code, ids in found.items() if ids]


def _behind_aliases(found: Census, aliases: dict[str, str]) -> None:
    """An address's reverse name is another one where a classless delegation has its PTR (RFC 2317). Its aliases are
    made for all addresses of a network at once: one that leads to no PTR yet is not at fault.
    """
    for alias, target in aliases.items():
        if alias in found.addresses:
            found.addresses[target] = found.addresses.pop(alias)


def _dangling(census: Census, draft: Draft, zones: frozenset[str]) -> Iterator[str]:
    for target, keys in census.pointers.items():
        if zone_of(target, zones) and not exists(draft, target, zones):
            yield from (key.id for key in keys)


def _shared(census: Census) -> Iterator[str]:
    for bearers in census.addresses.values():
        if len(bearers) > 1:
            yield from (key_of(*bearer).id for bearer in sorted(bearers))


def _astray(census: Census, zones: frozenset[str]) -> Iterator[str]:
    """PTR records to a name of ours that does not have the address."""
    for pointer, names in census.reverse.items():
        bearers = {owner for owner, _type in census.addresses.get(pointer, ())}
        if any(zone_of(name, zones) for name in names - bearers):
            yield key_of(pointer, PTR).id


def _pointerless(census: Census, draft: Draft, zones: frozenset[str]) -> Iterator[str]:
    """Addresses in a reverse zone of ours without any PTR."""
    in_zone: dict[str, bool] = {}
    for pointer, bearers in census.addresses.items():
        if pointer in census.reverse:
            continue
        network = pointer.partition(".")[2]
        if network not in in_zone:
            in_zone[network] = zone_of(network, zones) is not None and cut_of(draft, network, zones) is None
        if in_zone[network]:
            ours = (one for one in bearers if not one[0].startswith("*.") and cut_of(draft, one[0], zones) is None)
            yield from (key_of(*one).id for one in ours)
