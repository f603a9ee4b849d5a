"""Records of folders, and grants in the words of records."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Record, Value
from chonai.systems.folders.acl import MASKS, Grant, Level, grants
from chonai.systems.folders.descriptor import Descriptor, flags_of, flags_text
from chonai.systems.folders.tree import Node
from chonai.systems.folders.trustees import Trustees

PARENT, NAME, INHERITS, SPECIAL, ACL = "parent", "name", "inherits", "special", "acl"
LEVELS = tuple(map(str, Level))
SETS = (*LEVELS, SPECIAL)


def record(node: Node, descriptor: Descriptor, trustees: Trustees) -> dict[str, Value]:
    """All that is compared of a folder. The trustees in its entries have to be known."""
    ours = [grant for grant in grants(descriptor.aces or ()) if trustees.owned(grant.sid)]
    by_level = {
        str(level): frozenset(trustees.name(grant.sid) for grant in ours if grant.level is level) for level in Level
    }
    special = frozenset(_special(grant, trustees.name(grant.sid)) for grant in ours if grant.level is None)
    place = str(node.parent) if node.parent else None
    return {PARENT: place, NAME: node.name, INHERITS: not descriptor.protected, **by_level, SPECIAL: special}


def named_grants(side: Record) -> Iterable[tuple[str, int, int]]:
    """Trustee, mask and inheritance flags of each grant in one side of a change. Raises ValueError for a bad text."""
    for level in Level:
        for trustee in _values(side.get(level)):
            yield trustee, MASKS[level], Grant("", 0).flags
    for text in _values(side.get(SPECIAL)):
        trustee, flags, mask = text.rsplit(";", 2)
        yield trustee, int(mask, 16), flags_of(flags)


def _special(grant: Grant, name: str) -> str:
    return f"{name};{flags_text(grant.flags)};{grant.mask:#x}"


def _values(value: Value) -> list[str]:
    return sorted(value) if isinstance(value, frozenset) else []
