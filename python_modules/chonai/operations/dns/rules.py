"""What a request may not make of a zone, told row by row. What is wrong there already is not the request's fault."""

from __future__ import annotations

from collections.abc import Iterator

from chonai.operations.dns.census import Census, exists
from chonai.operations.dns.draft import ADDRESSES, CNAME, key_of, split
from chonai.operations.dns.meaning import Meaning
from chonai.operations.dns.names import zone_of
from chonai.operations.dns.request import Row
from chonai.operations.dns.reverse import PTR, pointer_of
from chonai.operations.dns.values import target_of
from chonai.text.hostnames import is_host_name
from chonai.text.messages import Message


def broken(meaning: Meaning, census: Census) -> Iterator[Message]:
    """The sentences about everything that the draft would make wrong."""
    for owner, type_, before, after in list(meaning.draft.touched()):
        row = meaning.rows.get(key_of(owner, type_))
        if row is None:
            continue
        if after:
            yield from _alone(meaning, owner, type_, row)
        if type_ in ADDRESSES and after and not before:
            yield from _named(meaning, owner, row)
        for data in sorted(after - before):
            yield from _target(meaning, owner, type_, data, row)
        if not meaning.draft.types(owner):
            yield from _referred(meaning, census, owner, row)


def _alone(meaning: Meaning, owner: str, type_: str, row: Row) -> Iterator[Message]:
    """A CNAME is one, and alone at its name (RFC 1034 section 3.6.2)."""
    types = meaning.draft.types(owner)
    others = [each for each in types if each != CNAME]
    if CNAME in types and others:
        yield row.place.says("name", "dns_request.beside_cname", owner=owner, others=", ".join(others))
    if type_ == CNAME and len(meaning.draft.data(owner, CNAME)) > 1:
        yield row.place.says("value", "dns_request.one_cname", owner=owner)


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
    if type_ not in (CNAME, PTR) and meaning.draft.data(target, CNAME):
        yield row.place.says("value", "dns_request.target_is_cname", target=target)
    elif not exists(meaning.draft, target, meaning.zones) or _lacks_glue(meaning, owner, type_, target):
        yield row.place.says("value", "dns_request.no_target", target=target)
    elif type_ == PTR and not _has_pointer(meaning, target, owner):
        yield row.place.says("value", "dns_request.pointer_astray", target=target)


def _lacks_glue(meaning: Meaning, owner: str, type_: str, target: str) -> bool:
    """A server of a delegated zone that is called by a name in it has its address here too (RFC 9471)."""
    is_inside = type_ == "NS" and f".{target}".endswith(f".{owner}")
    return is_inside and not any(meaning.draft.data(target, each) for each in ADDRESSES)


def _has_pointer(meaning: Meaning, name: str, pointer: str) -> bool:
    return any(
        pointer_of(type_, address) == pointer for type_ in ADDRESSES for address in meaning.draft.data(name, type_)
    )


def _referred(meaning: Meaning, census: Census, owner: str, row: Row) -> Iterator[Message]:
    """Who still points to a name that goes."""
    for key in census.pointers.get(owner, ()):
        other, type_ = split(key)
        if any(target_of(type_, data) == owner for data in meaning.draft.data(other, type_)):
            yield row.place.says("name", "dns_request.still_referred", other=key.id)
