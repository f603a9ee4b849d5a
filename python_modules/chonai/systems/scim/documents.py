"""Looking into JSON documents that a server sent. Names of SCIM attributes have no case (RFC 7643 section 2.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

Document: TypeAlias = dict[str, object]


def parse(body: bytes) -> Document | None:
    """The JSON object in these bytes; None when they hold anything else."""
    try:
        found: object = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def written(document: object) -> bytes:
    """The bytes that are sent for a document."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def name_in(document: Mapping[str, object], name: str) -> str:
    """How the document itself spells the name; the name as it is when the document has none such."""
    if name in document:
        return name
    folded = name.casefold()
    return next((held for held in document if held.casefold() == folded), name)


def get(document: object, *names: str) -> object:
    """What stands under the names, one inside the other; None where there is nothing."""
    for name in names:
        if not isinstance(document, Mapping):
            return None
        document = document.get(name_in(document, name))
    return document


def text(document: object, *names: str) -> str:
    """The same as a text; empty where there is none."""
    value = get(document, *names)
    return value if isinstance(value, str) else ""


def items(value: object) -> list[object]:
    """The elements of a list; one value stands for a list of it, nothing for an empty one."""
    if isinstance(value, list):
        return list(value)
    return [] if value is None else [value]
