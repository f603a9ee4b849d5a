"""Creates that are done already, after an apply that was killed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chonai.change.model import Change, Key
from chonai.systems.scim.documents import Document, text
from chonai.systems.scim.paths import Path
from chonai.systems.scim.session import Session
from chonai.systems.scim.types import ENDPOINTS, NAMING

EXTERNAL = "externalId"


def locate(session: Session, creates: Sequence[Change]) -> Mapping[Key, Key]:
    """The real keys, by the provisional ones, of objects that have the name.

    Where both have an externalId, it has to be the same.
    """
    found: dict[Key, Key] = {}
    for type_ in ENDPOINTS:
        mine = [change for change in creates if change.key.type == type_]
        held = _held(session, type_, [name for change in mine if (name := said(session, change, NAMING[type_]))])
        for change in mine:
            resource = held.get(said(session, change, NAMING[type_]).casefold())
            if resource is not None and _is_the_same(session, change, resource):
                found[change.key] = Key(type_, text(resource, "id"))
    return found


def _held(session: Session, type_: str, names: Sequence[str]) -> dict[str, Document]:
    return {
        text(one, NAMING[type_]).casefold(): one
        for one in session.holding(type_, Path(NAMING[type_]), names, [EXTERNAL])
    }


def said(session: Session, change: Change, target: str) -> str:
    """What the record of a create says of a place in the resource, under whatever plain name."""
    paths = session.settings.paths[change.key.type]
    found = (change.after[name] for name in change.after if name in paths and paths[name].target == target)
    return next((one for one in found if isinstance(one, str)), "")


def _is_the_same(session: Session, change: Change, resource: Document) -> bool:
    wanted, held = said(session, change, EXTERNAL), text(resource, EXTERNAL)
    return not wanted or not held or wanted == held
