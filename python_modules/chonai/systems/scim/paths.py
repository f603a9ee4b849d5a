"""Where a value stands in a SCIM resource: `title`, `name.familyName`, `emails[type eq "work"].value`,
`entitlements[].value`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`.

The notation is that of RFC 7644 section 3.5.2, with one addition: `[]` says that the attribute is a set of values.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from chonai.change.model import Scalar, Value
from chonai.systems.scim.documents import get, items

CORE = "urn:ietf:params:scim:schemas:core:"
_NAME = r"[A-Za-z$][A-Za-z0-9$_-]*"
_NOTATION = re.compile(
    rf'(?:(?P<schema>urn:.+):)?(?P<attribute>{_NAME})(?:\[(?:(?P<key>{_NAME}) eq "(?P<value>[^"]*)")?\])?'
    rf"(?:\.(?P<sub>{_NAME}))?"
)


@dataclass(frozen=True, slots=True)
class Path:
    """One place in a resource.

    schema     URN of the extension that the attribute belongs to; empty for the core
    kind       which elements of a multi-valued attribute are meant: sub-attribute and its value (`type`, `work`)
    sub        the sub-attribute
    many       all elements are meant, as a set
    """

    attribute: str
    schema: str = ""
    kind: tuple[str, str] | None = None
    sub: str = ""
    many: bool = False

    @property
    def top(self) -> str:
        """The whole attribute, as a request names it."""
        return f"{self.schema}:{self.attribute}" if self.schema else self.attribute

    @property
    def chosen(self) -> str:
        """The elements that are meant, as a PATCH names them."""
        return f"{self.top}[{self.kind[0]} eq {quoted(self.kind[1])}]" if self.kind else self.top

    @property
    def target(self) -> str:
        """The value itself, as a PATCH or a filter names it."""
        return f"{self.chosen}.{self.sub}" if self.sub else self.chosen


def parse(notation: str) -> Path | None:
    """The path so written; None when it is not one."""
    found = _NOTATION.fullmatch(notation)
    if found is None:
        return None
    schema = found["schema"] or ""
    kind = (found["key"], found["value"]) if found["key"] else None
    core = "" if schema.startswith(CORE) else schema
    return Path(found["attribute"], core, kind, found["sub"] or "", "[]" in notation)


def quoted(value: str) -> str:
    """A text as filters write it: a JSON string (RFC 7644 section 3.4.2.2)."""
    return json.dumps(value, ensure_ascii=False)


def elements(resource: object, path: Path) -> list[object]:
    """Those elements of the attribute that the path means."""
    holder = get(resource, path.schema) if path.schema else resource
    found = items(get(holder, path.attribute))
    return found if path.kind is None else [element for element in found if is_kind(element, path.kind)]


def is_kind(element: object, kind: tuple[str, str]) -> bool:
    """Whether an element is one of those that a path means; types have no case."""
    value = get(element, kind[0])
    return isinstance(value, str) and value.casefold() == kind[1].casefold()


def plain(element: object, path: Path) -> Scalar:
    """The value that an element holds; what is empty is no value."""
    value = get(element, path.sub) if path.sub else element
    if isinstance(value, str | bool | int):
        return None if value == "" else value
    return str(value) if isinstance(value, float) else None


def value(resource: object, path: Path) -> Value:
    """What a record says of this place: a set, or one value.

    Several values where one is expected are shown together, sorted, one a line.
    """
    found = [held for element in elements(resource, path) if (held := plain(element, path)) is not None]
    if path.many:
        return frozenset(map(str, found))
    if len(found) > 1:
        return "\n".join(sorted(map(str, found)))
    return found[0] if found else None
