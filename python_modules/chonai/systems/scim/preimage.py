"""All that can be written back of an object: its attributes by their plain names, what has no plain name as it
stands in the resource, and the groups that it is in.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from chonai.change.model import Key, Record, Value
from chonai.systems.scim.documents import Document, get, name_in, text
from chonai.systems.scim.edits import document
from chonai.systems.scim.records import edits
from chonai.systems.scim.session import Session
from chonai.systems.scim.types import GROUP, MEMBER, MEMBER_OF

RAW = "scim:"
"""Before the name of an attribute that has no plain name; its value is JSON."""

NOT_OURS = frozenset({"id", "meta", "schemas", "groups", "password"})
URN = "urn:"


def preimage(session: Session, keys: Collection[Key]) -> Mapping[Key, Record]:
    """What an undo can write back of those that exist."""
    resources = session.fetched(keys)
    groups = memberships(session, resources.keys())
    return {key: _image(session, key, resource, groups.get(key, ())) for key, resource in resources.items()}


def memberships(session: Session, keys: Collection[Key]) -> dict[Key, list[Key]]:
    """The groups that name these objects, by object."""
    path = session.settings.paths[GROUP][MEMBER]
    found: dict[Key, list[Key]] = {}
    for group in session.holding(GROUP, path, [key.id for key in keys], [MEMBER]):
        members = session.record(GROUP, group, [MEMBER])[MEMBER]
        for key in keys:
            if isinstance(members, frozenset) and str(key) in members:
                found.setdefault(key, []).append(Key(GROUP, text(group, "id")))
    return found


def _image(session: Session, key: Key, resource: Document, groups: Iterable[Key]) -> dict[str, Value]:
    record = session.record(key.type, resource, session.settings.paths[key.type])
    image: dict[str, Value] = {name: value for name, value in record.items() if value not in (None, frozenset())}
    rebuilt = document(edits(session, key.type, {}, image), {})
    members = session.settings.paths[GROUP][MEMBER].attribute.casefold()
    for name, value in _rest(resource, rebuilt):
        if name.casefold() != members and _is_writable(session, key.type, name):
            image[f"{RAW}{name}"] = json.dumps(value, ensure_ascii=False)
    if groups:
        image[MEMBER_OF] = frozenset(map(str, groups))
    return image


def _rest(resource: Document, rebuilt: Document) -> Iterator[tuple[str, object]]:
    """The attributes that the plain ones do not say in full, extensions one by one (`urn:… name`)."""
    for name, value in resource.items():
        if name.casefold() in NOT_OURS:
            continue
        if name.startswith(URN) and isinstance(value, dict):
            yield from (
                (f"{name} {sub}", part) for sub, part in value.items() if not _same(part, get(rebuilt, name, sub))
            )
        elif not _same(value, get(rebuilt, name)):
            yield name, value


def _same(one: object, other: object) -> bool:
    """Whether two values say the same; the order of a list means nothing (RFC 7643 section 2.4)."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(element in other for element in one)
    return one == other


def _is_writable(session: Session, type_: str, name: str) -> bool:
    schema, _, attribute = name.rpartition(" ")
    return session.provider.is_writable(type_, schema, attribute)


def base(image: Record) -> Document:
    """The resource that the raw attributes of an image make."""
    result: Document = {}
    for name, value in image.items():
        if name.startswith(RAW) and isinstance(value, str):
            schema, _, attribute = name.removeprefix(RAW).rpartition(" ")
            holder = result.setdefault(name_in(result, schema), {}) if schema else result
            if isinstance(holder, dict):
                holder[attribute] = json.loads(value)
    return result


def plain_part(image: Record) -> dict[str, Value]:
    """The attributes of an image that have plain names."""
    return {name: value for name, value in image.items() if name != MEMBER_OF and not name.startswith(RAW)}
