"""The reverse tree follows the names: a PTR for each address that comes, and none for one that goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address

from chonai.change.model import State
from chonai.operations.dns.cuts import cut_of, servers_of
from chonai.operations.dns.draft import ADDRESSES, CNAME, Draft, data_of, key_of, split
from chonai.operations.dns.meaning import Borne, Meaning
from chonai.operations.dns.names import zone_of
from chonai.operations.dns.request import Row
from chonai.text.few import first_few
from chonai.text.messages import Message, message

PTR = "PTR"
_NIBBLES = 32


def pointer_of(type_: str, address: str) -> str:
    """The name of an address, as a server writes it, in the reverse tree; with a dot at the end."""
    if type_ == "A":
        one, two, three, four = address.split(".")
        return f"{four}.{three}.{two}.{one}.in-addr.arpa."
    return f"{IPv6Address(address).reverse_pointer}."


def address_of(pointer: str) -> str | None:
    """The address of such a name; nothing for what is none, such as the name of a zone."""
    labels = pointer.removesuffix(".").split(".")
    numbers, tree = labels[:-2][::-1], labels[-2:]
    try:
        if tree == ["in-addr", "arpa"]:
            return str(IPv4Address(".".join(numbers)))
        if tree == ["ip6", "arpa"] and len(numbers) == _NIBBLES:
            return str(IPv6Address(int("".join(numbers), 16)))
    except ValueError:
        pass
    return None


def bearers(state: State, zones: frozenset[str]) -> Mapping[str, set[str]]:
    """Who has which address: by address records, and by PTR records to names that lie in none of the zones. A PTR to a
    name of ours that has not the address is out of date.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for key, record in state.items():
        owner, type_ = split(key)
        if type_ in ADDRESSES:
            for each in data_of(record):
                found[each].add(owner)
        elif type_ == PTR and (address := address_of(owner)):
            found[address].update(name for name in data_of(record) if zone_of(name, zones) is None)
    return found


def place_of(draft: Draft, pointer: str) -> str:
    """Where the PTR of a reverse name stands: behind the CNAME of a classless delegation (RFC 2317), else there."""
    return min(draft.data(pointer, CNAME), default=pointer)


def follow(meaning: Meaning) -> None:
    """Put into the draft what the addresses of the request make of the reverse tree. What the request itself says about
    a PTR is left as it says. A city without PTRs has none made and none deleted.
    """
    if not meaning.policy.reverse:
        return
    for owner, type_, before, after in list(meaning.draft.touched()):
        if type_ in ADDRESSES:
            gone = (Borne(owner, type_, address) for address in sorted(before - after))
            for borne in (one for one in gone if one not in meaning.unpointed):
                _forget(meaning, borne)
    homeless: list[str] = []
    for borne, row in meaning.pointed:
        if zone_of(pointer_of(borne.type, borne.address), meaning.zones) is None:
            homeless.append(borne.address)
        elif borne.address in meaning.draft.data(borne.owner, borne.type):
            _point(meaning, borne, row)
    if homeless:
        fields = {"count": len(homeless), "addresses": first_few(homeless)}
        meaning.warnings.append(message("dns_request.no_reverse_zone", **fields))


def _point(meaning: Meaning, borne: Borne, row: Row) -> None:
    pointer = pointer_of(borne.type, borne.address)
    place = place_of(meaning.draft, pointer)
    key = key_of(place, PTR)
    if key in meaning.rows:
        return
    objection = _elsewhere(meaning, pointer, place, row) or _taken(meaning, borne, place, row)
    if objection is None:
        meaning.draft.put(key, frozenset({borne.owner}), row.ttl, meaning.policy.ttl.default, row.reason)
    else:
        meaning.problems.append(objection)


def _elsewhere(meaning: Meaning, pointer: str, place: str, row: Row) -> Message | None:
    """Who else has to be asked for the PTR."""
    draft, zones = meaning.draft, meaning.zones
    if zone_of(place, zones) is None:
        return row.place.says("value", "dns_request.reverse_behind_cname", pointer=pointer, target=place)
    if cut := cut_of(draft, place, zones):
        fields = {"pointer": place, "cut": cut, "servers": servers_of(draft, cut)}
        return row.place.says("value", "dns_request.reverse_delegated", **fields)
    return None


def _taken(meaning: Meaning, borne: Borne, place: str, row: Row) -> Message | None:
    """Whom the reverse tree calls the bearer of the address, if that is so or cannot be seen from here."""
    draft, zones = meaning.draft, meaning.zones
    others = sorted(draft.data(place, PTR) - {borne.owner})
    if taken := [name for name in others if borne.address in draft.data(name, borne.type)]:
        return row.place.says("value", "dns_request.address_taken", names=", ".join(taken))
    if away := [name for name in others if zone_of(name, zones) is None or cut_of(draft, name, zones)]:
        return row.place.says("value", "dns_request.address_elsewhere", names=", ".join(away), pointer=place)
    return None


def _forget(meaning: Meaning, borne: Borne) -> None:
    draft = meaning.draft
    place = place_of(draft, pointer_of(borne.type, borne.address))
    key, now = key_of(place, PTR), draft.data(place, PTR)
    if borne.owner in now and key not in meaning.rows:
        reason = draft.reasons[key_of(borne.owner, borne.type)]
        draft.put(key, now - {borne.owner}, None, meaning.policy.ttl.default, reason)
