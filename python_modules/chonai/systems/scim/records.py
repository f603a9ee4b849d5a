"""From plain records to edits of resources."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Key, Record, Value, members
from chonai.systems.scim.documents import Document
from chonai.systems.scim.edits import Amend, Assign, Edit
from chonai.systems.scim.session import Session
from chonai.systems.scim.types import GROUP, MEMBER, MEMBER_TYPES, REFERENCES


def edits(session: Session, type_: str, gone: Record, come: Record) -> list[Edit]:
    """What turns `gone` into `come`, attribute by attribute: of sets the values that leave and that join."""
    return [_edit(session, type_, name, gone.get(name), come.get(name)) for name in sorted(gone.keys() | come.keys())]


def _edit(session: Session, type_: str, name: str, gone: Value, come: Value) -> Edit:
    path = session.settings.paths[type_][name]
    is_member = (type_, name) == (GROUP, MEMBER)
    if path.many:
        leaving = (_id(one) if is_member else one for one in members(gone))
        joining = sorted(members(come) - members(gone))
        return Amend(path, frozenset(leaving), tuple(_member(one) if is_member else (one, {}) for one in joining))
    if isinstance(come, frozenset):
        come = "\n".join(sorted(come))
    return Assign(path, _id(str(come)) if name in REFERENCES and come is not None else come)


def _id(key: str) -> str:
    return Key.parse(key).id


def _member(key: str) -> tuple[str, Document]:
    parsed = Key.parse(key)
    return parsed.id, {"type": MEMBER_TYPES.get(parsed.type, parsed.type)}


def referred(record: Record) -> set[Key]:
    """The keys of objects that a record names."""
    single = (record.get(name) for name in REFERENCES)
    texts: Iterable[str] = (*members(record.get(MEMBER)), *(one for one in single if isinstance(one, str)))
    return {Key.parse(one) for one in texts}
