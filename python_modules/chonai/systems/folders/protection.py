"""Folders that no plan may touch."""

from __future__ import annotations

from chonai.change.model import Key
from chonai.systems.folders.settings import FoldersSettings
from chonai.systems.folders.tree import Node, Tree
from chonai.text.messages import Message, message


def protected(tree: Tree, settings: FoldersSettings) -> dict[Key, Message]:
    """The protected folders of those seen, each with the reason."""
    found = {node.key: why for node in tree.nodes.values() if (why := reason(tree, settings, node))}
    for inside in list(found):
        above = tree.nodes[inside].parent
        while above is not None and above not in found:
            what = tree.shown(inside)
            found[above] = message("folders.protected_inside", folder=tree.shown(above), inside=what)
            above = tree.nodes[above].parent
    return found


def reason(tree: Tree, settings: FoldersSettings, node: Node) -> Message | None:
    """Why this folder itself is protected, None when it is not."""
    folder = tree.shown(node.key)
    if node.parent is None:
        return message("folders.protected_base", folder=folder)
    return path_reason(settings, tree.below_base(node.key), folder)


def path_reason(settings: FoldersSettings, path: str, shown: str) -> Message | None:
    """Why nothing may be made, moved or changed at this path below the base: a name in it is protected, or it is in a
    protected place, or holds one.
    """
    for name in path.split("\\"):
        if (pattern := settings.protected.matching(name)) is not None:
            return message("folders.protected_name", folder=shown, pattern=pattern)
    mine = path.casefold() + "\\"
    for place in settings.protected.paths:
        theirs = place.casefold() + "\\"
        if mine.startswith(theirs):
            return message("folders.protected_place", folder=shown, place=place)
        if theirs.startswith(mine):
            return message("folders.protected_inside", folder=shown, inside=place)
    return None
