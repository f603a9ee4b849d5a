"""What a request may not make of a zone, told row by row. What is wrong there already is not the request's fault."""

from __future__ import annotations

from collections.abc import Iterator

from chonai.operations.dns.census import Census
from chonai.operations.dns.cuts import AT_A_CUT, NS, cut_of, exists, has_address, servers_of
from chonai.operations.dns.draft import ADDRESSES, CNAME, SIGNERS, Draft, key_of, split
from chonai.operations.dns.meaning import Meaning
from chonai.operations.dns.names import zone_of
from chonai.operations.dns.request import Row
from chonai.operations.dns.reverse import PTR, place_of, pointer_of
from chonai.operations.dns.values import target_of
from chonai.text.few import first_few
from chonai.text.hostnames import is_host_name
from chonai.text.messages import Message

REACHED = ("MX", NS, "SRV")
"""Types whose targets have to have an address of their own (RFC 2181 section 10.3, RFC 2782)."""


def broken(meaning: Meaning, census: Census) -> Iterator[Message]:
    """The sentences about everything that the draft would make wrong."""
    owners: dict[str, Row] = {}
    for owner, type_, before, after in list(meaning.draft.touched()):
        row = meaning.rows.get(key_of(owner, type_))
        if row is None:
            continue
        owners.setdefault(owner, row)
        if after:
            yield from _alone(meaning, owner, type_, row)
            yield from _served(meaning, owner, type_, row)
        if type_ == NS and after and not before:
            yield from _hidden(meaning, owner, row)
        if type_ in ADDRESSES and after and not before:
            yield from _named(meaning, owner, row)
        for data in sorted(after - before):
            yield from _target(meaning, owner, type_, data, row)
    for owner, row in owners.items():
        yield from _referred(meaning, census, owner, row)


def _alone(meaning: Meaning, owner: str, type_: str, row: Row) -> Iterator[Message]:
    """A CNAME is one, and alone at its name (RFC 1034 section 3.6.2)."""
    draft = meaning.draft
    types = draft.types(owner)
    foreign = draft.foreign(owner) if type_ == CNAME else []
    others = [each for each in types if each != CNAME and each not in foreign] if CNAME in types else []
    if type_ == PTR and others:
        yield row.place.says("name", "dns_request.behind_cname", owner=owner, target=place_of(draft, owner))
    elif others:
        yield row.place.says("name", "dns_request.beside_cname", owner=owner, others=", ".join(others))
    if foreign:
        yield row.place.says("name", "dns_request.beside_foreign", owner=owner, others=", ".join(foreign))
    if type_ == CNAME and len(meaning.draft.data(owner, CNAME)) > 1:
        yield row.place.says("value", "dns_request.one_cname", owner=owner)
    if type_ == CNAME and (way := _loop(draft, owner)):
        yield row.place.says("value", "dns_request.cname_loop", way=" → ".join(way))


def _loop(draft: Draft, owner: str) -> list[str]:
    """The names that a CNAME leads through until it comes to one of them again; nothing where it ends somewhere."""
    way = [owner]
    while len(targets := draft.data(way[-1], CNAME)) == 1:
        target = next(iter(targets)).lower()
        if target in way:
            return [*way, target]
        way.append(target)
    return []


def _served(meaning: Meaning, owner: str, type_: str, row: Row) -> Iterator[Message]:
    """What others serve is theirs; here are the delegation itself and the addresses of its servers."""
    cut = cut_of(meaning.draft, owner, meaning.zones)
    if cut is not None and not _is_of_cut(meaning, owner, type_, cut):
        servers = servers_of(meaning.draft, cut)
        yield row.place.says("name", "dns_request.delegated", owner=owner, cut=cut, servers=servers)


def _is_of_cut(meaning: Meaning, owner: str, type_: str, cut: str) -> bool:
    if owner == cut and type_ in AT_A_CUT:
        return True
    return type_ in ADDRESSES and owner in meaning.draft.data(cut, NS)


def _hidden(meaning: Meaning, cut: str, row: Row) -> Iterator[Message]:
    """What is here already and would not be seen any more when others serve it."""
    draft, zone, below = meaning.draft, zone_of(cut, meaning.zones), f".{cut}"
    there = ((key.id, *split(key)) for key in draft.state)
    hidden = sorted(
        id_
        for id_, owner, type_ in there
        if (owner == cut or owner.endswith(below))
        and zone_of(owner, meaning.zones) == zone
        and type_ not in SIGNERS
        and draft.data(owner, type_)
        and not _is_of_cut(meaning, owner, type_, cut)
    )
    if hidden:
        names = first_few(hidden)
        yield row.place.says("name", "dns_request.would_hide", cut=cut, count=len(hidden), names=names)


def _named(meaning: Meaning, owner: str, row: Row) -> Iterator[Message]:
    """What a new name with an address is called."""
    name = owner.removeprefix("*.").rstrip(".")
    if not is_host_name(name):
        yield row.place.says("name", "dns_request.no_host_name")
    elif not owner.startswith("*.") and owner not in meaning.zones and not _is_allowed(meaning, name):
        patterns = ", ".join(meaning.policy.host_names)
        yield row.place.says("name", "dns_request.not_citys_name", patterns=patterns)


def _is_allowed(meaning: Meaning, name: str) -> bool:
    return meaning.policy.allows_host(name.partition(".")[0])


def _target(meaning: Meaning, owner: str, type_: str, data: str, row: Row) -> Iterator[Message]:
    target = target_of(type_, data)
    if target is None or zone_of(target, meaning.zones) is None:
        return
    if type_ in REACHED and meaning.draft.data(target, CNAME):
        yield row.place.says("value", "dns_request.target_is_cname", target=target)
    elif not exists(meaning.draft, target, meaning.zones) or _lacks_glue(meaning, owner, type_, target):
        yield row.place.says("value", "dns_request.no_target", target=target)
    elif type_ == PTR and not _has_pointer(meaning, target, owner):
        yield row.place.says("value", "dns_request.pointer_astray", target=target)
    elif type_ in REACHED and not has_address(meaning.draft, target, meaning.zones):
        yield row.place.says("value", "dns_request.target_has_no_address", target=target)


def _lacks_glue(meaning: Meaning, owner: str, type_: str, target: str) -> bool:
    """A server of a delegated zone that is called by a name in it has its address here too (RFC 9471)."""
    is_inside = type_ == "NS" and f".{target}".endswith(f".{owner}")
    return is_inside and not any(meaning.draft.data(target, each) for each in ADDRESSES)


def _has_pointer(meaning: Meaning, name: str, pointer: str) -> bool:
    draft = meaning.draft
    reverse = (pointer_of(type_, address) for type_ in ADDRESSES for address in draft.data(name, type_))
    return any(pointer in (each, place_of(draft, each)) for each in reverse)


def _referred(meaning: Meaning, census: Census, owner: str, row: Row) -> Iterator[Message]:
    """Who still points to a name that goes, or that cannot be pointed to any more."""
    for key in census.pointers.get(owner, ()):
        other, type_ = split(key)
        points = any(target_of(type_, data) == owner for data in meaning.draft.data(other, type_))
        if points and (code := _lost(meaning, owner, type_)):
            yield row.place.says("name", f"dns_request.{code}", owner=owner, other=key.id)


def _lost(meaning: Meaning, owner: str, type_: str) -> str | None:
    """What makes a name useless for a record of this type that points to it."""
    draft = meaning.draft
    if not draft.types(owner):
        return "still_referred"
    if type_ not in REACHED:
        return None
    if draft.data(owner, CNAME):
        return None if draft.before(owner, CNAME) else "referred_is_cname"
    had_address = any(draft.before(owner, each) for each in ADDRESSES)
    return "referred_without_address" if had_address and not has_address(draft, owner, meaning.zones) else None
