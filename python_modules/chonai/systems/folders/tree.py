"""The folders that are seen: from the base down to the depth of the settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chonai.change.errors import Fault
from chonai.change.model import Key
from chonai.systems.folders import wire
from chonai.systems.folders.settings import FoldersSettings
from chonai.systems.folders.share import Share

FOLDER = "folder"
BASE = Key(FOLDER, "base")
"""The base is whatever the settings say; what else is told of it (its number, the time of its making) may change."""


@dataclass(slots=True)
class Node:
    """One folder, by its name in its place. The base has no place."""

    key: Key
    name: str
    parent: Key | None


class Tree:
    """Folders by key."""

    def __init__(self, settings: FoldersSettings) -> None:
        self._settings = settings
        self.nodes = {BASE: Node(BASE, settings.base.rpartition("\\")[2] or settings.share, None)}

    def path(self, key: Key) -> str:
        """Where the folder is in the share."""
        node = self.nodes[key]
        if node.parent is None:
            return self._settings.base
        return joined(self.path(node.parent), node.name)

    def shown(self, key: Key) -> str:
        """The path as people write it, below the share's name."""
        return rf"{self._settings.url}\{self.path(key)}".rstrip("\\")

    def below_base(self, key: Key) -> str:
        """The path below the base."""
        node = self.nodes[key]
        return joined(self.below_base(node.parent), node.name) if node.parent else ""

    def depth(self, key: Key) -> int:
        """Levels below the base."""
        parent = self.nodes[key].parent
        return 0 if parent is None else 1 + self.depth(parent)

    def child(self, parent: Key, name: str) -> Key | None:
        """The folder of that name in that place; upper and lower case are one."""
        found = (node.key for node in self.children(parent) if node.name.casefold() == name.casefold())
        return next(found, None)

    def children(self, key: Key) -> Iterator[Node]:
        """The folders seen in this one."""
        return (node for node in self.nodes.values() if node.parent == key)

    def below(self, key: Key) -> Iterator[Node]:
        """All folders seen below this one."""
        for node in list(self.children(key)):
            yield node
            yield from self.below(node.key)


def load(share: Share, settings: FoldersSettings) -> Tree:
    """The folders as they are. Raises Fault when not all of them can be seen."""
    status, _ = share.identity(settings.base)
    if status != wire.OK:
        where = rf"{settings.url}\{settings.base}"
        raise Fault("folders.no_base", system=settings.name, base=where, status=f"{status:#010x}")
    tree = Tree(settings)
    level = [BASE]
    for _ in range(settings.depth):
        level = list(_next_level(share, settings, tree, level))
    return tree


def _next_level(share: Share, settings: FoldersSettings, tree: Tree, level: list[Key]) -> Iterator[Key]:
    for parent, (status, entries) in zip(level, share.listings([tree.path(key) for key in level]), strict=True):
        if status in wire.NOT_FOUND:
            continue
        if status != wire.OK:
            where = tree.shown(parent)
            raise Fault("folders.not_readable", system=settings.name, folder=where, status=f"{status:#010x}")
        for entry in entries:
            if entry.is_folder:
                key = Key(FOLDER, entry.id)
                tree.nodes[key] = Node(key, entry.name, parent)
                yield key


def joined(parent: str, name: str) -> str:
    """The path of a name in a folder."""
    return f"{parent}\\{name}" if parent else name
