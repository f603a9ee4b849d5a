"""Changes of a resource, as the operations of a PATCH and as the document of a POST or PUT.

RFC 7644 section 3.5.2: sets are changed value by value, so that what somebody else put there stays.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from chonai.change.model import Scalar
from chonai.systems.scim.documents import Document, get, items, name_in
from chonai.systems.scim.paths import Path, elements, is_kind, plain, quoted

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass(frozen=True, slots=True)
class Assign:
    """One value is set; None takes it away."""

    path: Path
    value: Scalar


@dataclass(frozen=True, slots=True)
class Amend:
    """Values leave a set and join it.

    `extra` says more of an element that joins (the type of a member), by its value.
    """

    path: Path
    gone: frozenset[str] = frozenset()
    come: tuple[tuple[str, Document], ...] = ()


Edit: TypeAlias = Assign | Amend


def patch(edits: Iterable[Edit], resource: object) -> Document:
    """The PATCH that makes the edits on a resource that is as shown."""
    operations: list[Document] = []
    for edit in edits:
        operations += _assigning(edit, resource) if isinstance(edit, Assign) else _amending(edit)
    return {"schemas": [PATCH_OP], "Operations": operations}


def _assigning(edit: Assign, resource: object) -> Iterator[Document]:
    path, value = edit.path, edit.value
    held = len(elements(resource, path)) if path.kind else 1
    if value is None:
        if held:
            yield {"op": "remove", "path": path.chosen if path.kind else path.target}
    elif held == 1:
        yield {"op": "replace", "path": path.target, "value": value}
    else:
        if held:
            yield {"op": "remove", "path": path.chosen}
        yield {"op": "add", "path": path.top, "value": [_element(path, value)]}


def _amending(edit: Amend) -> Iterator[Document]:
    path = edit.path
    for value in sorted(edit.gone):
        yield {"op": "remove", "path": f"{path.top}[{path.sub or 'value'} eq {quoted(value)}]"}
    if edit.come:
        yield {"op": "add", "path": path.top, "value": [_joining(path, *one) for one in edit.come]}


def _element(path: Path, value: Scalar) -> object:
    element: Document = {path.sub: value} if path.sub else {"value": value}
    return {path.kind[0]: path.kind[1], **element} if path.kind else element


def _joining(path: Path, value: str, extra: Document) -> object:
    return {**extra, path.sub: value} if path.sub else value


def document(edits: Iterable[Edit], resource: Document) -> Document:
    """The whole resource with the edits made; the one given stays as it is."""
    result = copy.deepcopy(resource)
    for edit in edits:
        holder = _holder(result, edit.path)
        name = name_in(holder, edit.path.attribute)
        made = _assigned(holder.get(name), edit) if isinstance(edit, Assign) else _amended(holder.get(name), edit)
        holder[name] = made
        if made in (None, [], {}):
            del holder[name]
    return result


def _holder(resource: Document, path: Path) -> Document:
    """Where the attribute stands: the resource, or its part for an extension."""
    if not path.schema:
        return resource
    name = name_in(resource, path.schema)
    holder = resource.get(name)
    if not isinstance(holder, dict):
        holder = resource[name] = {}
    schemas = items(get(resource, "schemas"))
    if path.schema not in schemas:
        resource["schemas"] = [*schemas, path.schema]
    return holder


def _assigned(held: object, edit: Assign) -> object:
    path, value = edit.path, edit.value
    if path.kind:
        kept = [element for element in items(held) if not is_kind(element, path.kind)]
        return kept if value is None else [*kept, _replaced(held, edit)]
    if not path.sub:
        return value
    whole: Document = dict(held) if isinstance(held, dict) else {}
    whole[name_in(whole, path.sub)] = value
    return {name: part for name, part in whole.items() if part is not None}


def _replaced(held: object, edit: Assign) -> object:
    """The element with the value; what else it says (a display, that it is the primary one) stays."""
    path = edit.path
    mine: Sequence[object] = [one for one in items(held) if path.kind and is_kind(one, path.kind)]
    whole = dict(mine[0]) if len(mine) == 1 and isinstance(mine[0], dict) else {}
    new = _element(path, edit.value)
    return {**whole, **new} if isinstance(new, dict) else new


def _amended(held: object, edit: Amend) -> list[object]:
    path = edit.path
    kept = [element for element in items(held) if plain(element, path) not in edit.gone]
    there = {plain(element, path) for element in kept}
    return [*kept, *(_joining(path, value, extra) for value, extra in edit.come if value not in there)]
