"""What has to be written to bring an object from how it is to how a change wants it. Pure: no server is asked."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chonai.change.model import Action, Change, Key, Value, by_value, targets
from chonai.systems.directory import dn as dns
from chonai.systems.directory.flavour import ENABLED, MEMBER, MEMBER_OF, NAME, PARENT, TYPES, Flavour
from chonai.systems.directory.protocol import Attributes, Mod, Modification
from chonai.systems.directory.read import Found
from chonai.systems.directory.records import one_value
from chonai.systems.refused import NotDone
from chonai.text.messages import message

BINARY = ";base64"
"""Ends the name of an attribute in a preimage whose values are no text."""
LINKS_AT_ONCE = 1000
"""Members in one modification; Active Directory takes at most 5,000 ([MS-ADTS] 3.1.1.5.3)."""
_NOT_ATTRIBUTES = frozenset({PARENT, NAME, MEMBER_OF})


@dataclass(frozen=True, slots=True)
class Names:
    """DNs of the objects that changes refer to, by the text of their keys."""

    flavour: Flavour
    dns: Mapping[str, str]

    def dn(self, reference: object, name: str) -> str:
        """The DN of the place that a record names. Raises NotDone when there is no such place."""
        found = self.dns.get(str(reference))
        if found is None:
            raise NotDone(message("directory.no_parent", name=name, reference=str(reference)))
        return found

    def link(self, reference: str, name: str, attribute: str) -> bytes:
        """The value that names an object in another's attribute. Raises NotDone when the object is unknown."""
        key = Key.parse(reference)
        handle = self.flavour.handle(self.dns.get(reference, ""), key.id)
        if not handle or key.is_new:
            raise NotDone(message("directory.no_reference", name=name, attribute=attribute, reference=reference))
        return handle.encode()


def wanted(changes: Iterable[Change], flavour: Flavour) -> dict[str, tuple[str, ...]]:
    """By type, the attributes to read of objects that these changes concern:
    for their identity, their protection, and what is written.
    """
    common = (flavour.identity, flavour.kind, *flavour.guards, *flavour.account.values(), *flavour.residue)
    names = {type_: dict.fromkeys(common) for type_ in TYPES}
    for change in changes:
        if change.action is not Action.DELETE:
            touched = (change.before.keys() | change.after.keys()) - _NOT_ATTRIBUTES
            names[change.key.type].update(dict.fromkeys(_request(name, flavour) for name in sorted(touched)))
    return {type_: tuple(found) for type_, found in names.items()}


def _request(attribute: str, flavour: Flavour) -> str:
    special = {MEMBER: flavour.member_request, ENABLED: flavour.enabled_from}
    return special.get(attribute, attribute.removesuffix(BINARY))


def referenced(changes: Iterable[Change], flavour: Flavour) -> set[str]:
    """The references whose DNs are needed: places always, others only where the server knows no other name for them."""
    names = flavour.references - {MEMBER_OF} if flavour.handle("", "") == "" else frozenset({PARENT})
    found: set[str] = set()
    for change in changes:
        for side in (change.before, change.after):
            found.update(filter(None, targets(side, names)))
    return found


def modifications(change: Change, found: Found, names: Names) -> list[Modification]:
    """The values to take away and to add. A create of an object that is there already only gets what it lacks.

    Scalars are written as compare-and-set: the old value is deleted by value,
    so that the server refuses when it is not there any more.
    """
    edit = _Edit(change, found, names)
    result: list[Modification] = []
    for attribute in sorted(change.before.keys() | change.after.keys()):
        result += edit.attribute(attribute)
    return result


def in_steps(changes: Sequence[Modification]) -> list[list[Modification]]:
    """The modifications in as few requests as a server takes: one, unless there are very many links."""
    if sum(len(values) for _, _, values in changes) <= LINKS_AT_ONCE:
        return [list(changes)] if changes else []
    few = [change for change in changes if len(change[2]) <= LINKS_AT_ONCE]
    many = [change for change in changes if len(change[2]) > LINKS_AT_ONCE]
    parts = [
        (mod, name, values[n : n + LINKS_AT_ONCE])
        for mod, name, values in many
        for n in range(0, len(values), LINKS_AT_ONCE)
    ]
    return ([few] if few else []) + [[part] for part in parts]


def new_attributes(change: Change, names: Names, dn: str) -> dict[str, list[bytes]]:
    """All attributes of a new object but its password."""
    attributes = names.flavour.new_object(change.key.type, change.after)
    for attribute, value in sorted(change.after.items()):
        if attribute in _NOT_ATTRIBUTES or attribute == ENABLED:
            continue
        raws = _encoded(attribute, value, names, dn)
        if raws:
            attributes.setdefault(attribute.removesuffix(BINARY), []).extend(raws)
    return attributes


def as_attributes(attributes: Mapping[str, Iterable[bytes]]) -> Attributes:
    """In the form of a request."""
    return [(name, list(values)) for name, values in attributes.items()]


def new_dn(change: Change, names: Names) -> str:
    """Where a create puts its object. Raises NotDone when the record does not say, or the place does not exist."""
    name, shown = change.after.get(NAME), str(change.key)
    if not isinstance(name, str) or not name:
        raise NotDone(message("directory.bad_record", name=shown, attribute=NAME))
    parent = names.dn(change.after.get(PARENT), f"{shown} ({name})")
    return f"{dns.rdn(names.flavour.naming[change.key.type], name)},{parent}"


def destination(change: Change, found: Found, names: Names) -> tuple[str, str] | None:
    """RDN and parent's DN that the object has to get; None when it is there already."""
    rdn, parent = dns.split(found.dn)
    new_rdn, new_parent = _new_rdn(change, found, rdn), _new_parent(change, found, names, parent)
    return None if (new_rdn, new_parent) == (rdn, parent) else (new_rdn, new_parent)


def _new_rdn(change: Change, found: Found, rdn: str) -> str:
    if NAME not in change.after:
        return rdn
    attribute, now = dns.rdn_parts(rdn)
    wanted = change.after[NAME]
    if now == wanted:
        return rdn
    _must_be_as_planned(change, found, NAME, now, change.before.get(NAME))
    return dns.rdn(attribute, str(wanted))


def _new_parent(change: Change, found: Found, names: Names, parent: str) -> str:
    if PARENT not in change.after:
        return parent
    wanted = names.dn(change.after[PARENT], found.dn)
    if dns.fold(wanted) == dns.fold(parent):
        return parent
    before = change.before.get(PARENT)
    planned = names.dns.get(str(before), str(before))
    _must_be_as_planned(change, found, PARENT, dns.fold(parent), dns.fold(planned))
    return wanted


def _must_be_as_planned(change: Change, found: Found, attribute: str, now: object, before: object) -> None:
    if attribute in change.before and now != before:
        fields = {"now": _shown(now), "before": _shown(before), "after": _shown(change.after.get(attribute))}
        raise NotDone(message("directory.moved_meanwhile", name=found.dn, attribute=attribute, **fields))


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


class _Edit:
    """Works out the modifications of one object, attribute by attribute."""

    def __init__(self, change: Change, found: Found, names: Names) -> None:
        self._change, self._found, self._names, self._flavour = change, found, names, names.flavour
        self._named_by = dns.rdn_parts(found.dn)[0].casefold()

    def attribute(self, attribute: str) -> list[Modification]:
        """What one attribute needs."""
        before, after = self._change.before.get(attribute), self._change.after.get(attribute)
        if attribute in _NOT_ATTRIBUTES or attribute.casefold() in (self._named_by, "objectclass"):
            return []
        if attribute == ENABLED:
            overruled = self._flavour.enabled_from in self._change.after
            return [] if overruled else self._flavour.enabling(self._found.values, bool(after))
        if attribute in self._flavour.references:
            return self._links(attribute, before, after)
        if by_value(before, after) or attribute.endswith(BINARY):
            return self._set(attribute, before, after)
        return self._scalar(attribute, before, after)

    def _scalar(self, attribute: str, before: Value, after: Value) -> list[Modification]:
        raws = self._raws(attribute)
        now, wanted = one_value(raws), _as_text(after)
        if now == wanted:
            return []
        _must_be_as_planned(self._change, self._found, attribute, now, _as_text(before))
        return _exchange(attribute, raws, [] if wanted is None else [wanted.encode()])

    def _set(self, attribute: str, before: Value, after: Value) -> list[Modification]:
        raws, name = self._raws(attribute), attribute.removesuffix(BINARY)
        gone, come = (_encoded(attribute, side, self._names, self._found.dn) for side in (before, after))
        return _exchange(
            name, [raw for raw in gone if raw in raws and raw not in come], [raw for raw in come if raw not in raws]
        )

    def _links(self, attribute: str, before: Value, after: Value) -> list[Modification]:
        now = {self._flavour.link(raw.decode()): raw for raw in self._raws(attribute)}
        gone, come = self._linked(attribute, before, known_only=True), self._linked(attribute, after)
        taken = [self._flavour.unlink(now[link]) for link in gone if link in now and link not in come]
        return _exchange(attribute, taken, [raw for link, raw in come.items() if link not in now])

    def _linked(self, attribute: str, value: Value, *, known_only: bool = False) -> dict[str, bytes]:
        """Raw values by comparable form. What is to be taken away but does not exist any more is gone already."""
        references = sorted(value) if isinstance(value, frozenset) else [str(value)] if value else []
        result = {}
        for reference in references:
            try:
                raw = self._names.link(reference, self._found.dn, attribute)
            except NotDone:
                if not known_only:
                    raise
            else:
                result[self._flavour.link(raw.decode())] = raw
        return result

    def _raws(self, attribute: str) -> Sequence[bytes]:
        return self._found.values.get(attribute.removesuffix(BINARY).lower(), ())


def _exchange(attribute: str, gone: Sequence[bytes], come: Sequence[bytes]) -> list[Modification]:
    changes: list[Modification] = [(Mod.DELETE, attribute, list(gone))] if gone else []
    return [*changes, (Mod.ADD, attribute, list(come))] if come else changes


def _as_text(value: Value) -> str | None:
    """A scalar as the directory writes it; an empty one is no value there."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return None if value in (None, "") else str(value)


def _encoded(attribute: str, value: Value, names: Names, dn: str) -> list[bytes]:
    items = sorted(value) if isinstance(value, frozenset) else [text] if (text := _as_text(value)) is not None else []
    if attribute in names.flavour.references:
        return [names.link(item, dn, attribute) for item in items]
    if attribute.endswith(BINARY):
        return [base64.b64decode(item) for item in items]
    return [item.encode() for item in items]
