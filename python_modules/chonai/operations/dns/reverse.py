"""The reverse tree follows the names: a PTR for each address that comes, and none for one that goes."""

from __future__ import annotations

from ipaddress import IPv6Address

from chonai.operations.dns.draft import ADDRESSES, Draft, key_of
from chonai.operations.dns.meaning import Meaning
from chonai.operations.dns.names import zone_of
from chonai.text.messages import message

PTR = "PTR"
MOST_TOLD = 5


def pointer_of(type_: str, address: str) -> str:
    """The name of an address, as a server writes it, in the reverse tree; with a dot at the end."""
    if type_ == "A":
        one, two, three, four = address.split(".")
        return f"{four}.{three}.{two}.{one}.in-addr.arpa."
    return f"{IPv6Address(address).reverse_pointer}."


def follow(meaning: Meaning) -> None:
    """Put into the draft what the addresses of the request make of the reverse tree. What the request itself says about
    a PTR is left as it says.
    """
    draft = meaning.draft
    homeless: list[str] = []
    for owner, type_, before, after in list(draft.touched()):
        if type_ in ADDRESSES:
            for address in sorted(before - after):
                _forget(meaning, owner, type_, address)
    for owner, type_, address, row in meaning.pointed:
        pointer = pointer_of(type_, address)
        if zone_of(pointer, meaning.zones) is None:
            homeless.append(address)
        elif key_of(pointer, PTR) not in meaning.rows and address in draft.data(owner, type_):
            others = _bearers(draft, pointer, type_, address) - {owner}
            if others:
                names = ", ".join(sorted(others))
                meaning.problems.append(row.place.says("value", "dns_request.address_taken", names=names))
            else:
                ttl = meaning.policy.ttl.default
                draft.put(pointer, PTR, frozenset({owner}), row.ttl, ttl, row.reason)
    if homeless:
        told = ", ".join(homeless[:MOST_TOLD])
        meaning.warnings.append(message("dns_request.no_reverse_zone", count=len(homeless), addresses=told))


def _forget(meaning: Meaning, owner: str, type_: str, address: str) -> None:
    draft, pointer = meaning.draft, pointer_of(type_, address)
    now = draft.data(pointer, PTR)
    if owner in now and key_of(pointer, PTR) not in meaning.rows:
        reason = draft.reasons[key_of(owner, type_)]
        draft.put(pointer, PTR, now - {owner}, None, meaning.policy.ttl.default, reason)


def _bearers(draft: Draft, pointer: str, type_: str, address: str) -> frozenset[str]:
    """Whom the reverse tree calls the bearers of an address and who has it."""
    return frozenset(name for name in draft.data(pointer, PTR) if address in draft.data(name, type_))
