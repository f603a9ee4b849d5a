"""Records of folders and of those who have rights in them."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Key, Record, Value
from chonai.systems.folders.acl import MASKS, Grant, Level, grants
from chonai.systems.folders.descriptor import Descriptor
from chonai.systems.folders.tree import Node
from chonai.systems.folders.trustees import Trustees, grant_key, grant_of, sid_of, trustee_key

PARENT, NAME, INHERITS, SPECIAL, ACL, EMPTY = "parent", "name", "inherits", "special", "acl", "empty"
INSTEAD_OF = "instead_of"
"""In the create of a trustee: the key of who bears the name when it is planned, and is not meant."""
LEVELS = tuple(map(str, Level))
SETS = (*LEVELS, SPECIAL)


def record(node: Node, descriptor: Descriptor, trustees: Trustees) -> dict[str, Value]:
    """All that is compared of a folder, but for whether it is empty. The trustees in its entries have to be known."""
    ours = [grant for grant in grants(descriptor.aces or ()) if trustees.owned(grant.sid)]
    by_level = {
        str(level): frozenset(str(trustee_key(grant.sid)) for grant in ours if grant.level is level) for level in Level
    }
    special = frozenset(str(grant_key(grant)) for grant in ours if grant.level is None)
    place = str(node.parent) if node.parent else None
    return {PARENT: place, NAME: node.name, INHERITS: not descriptor.protected, **by_level, SPECIAL: special}


def referred(descriptor: Descriptor) -> Iterable[Key]:
    """The keys of those who have explicit rights, ours or not, and of mixtures of rights."""
    for grant in grants(descriptor.aces or ()):
        yield trustee_key(grant.sid) if grant.level else grant_key(grant)


def grants_in(side: Record) -> Iterable[Grant]:
    """The grants of one side of a change. Raises ValueError for what is none."""
    for level in Level:
        for text in _values(side.get(level)):
            yield Grant(sid_of(Key.parse(text)), MASKS[level])
    for text in _values(side.get(SPECIAL)):
        yield grant_of(Key.parse(text))


def _values(value: Value) -> list[str]:
    return sorted(value) if isinstance(value, frozenset) else []
