"""An open file server: the share, its trustees, and what the last look at it told."""

from __future__ import annotations

from collections.abc import Collection

from chonai.change.errors import Fault, UsageError
from chonai.change.model import Key, Scope
from chonai.systems.folders import tree as trees
from chonai.systems.folders import wire
from chonai.systems.folders.descriptor import Descriptor
from chonai.systems.folders.settings import FoldersSettings
from chonai.systems.folders.share import Share
from chonai.systems.folders.tree import FOLDER, Tree
from chonai.systems.folders.trustees import GRANT, TRUSTEE, Trustees
from chonai.systems.folders.wire import Wire
from chonai.text.messages import Message

TYPES = (FOLDER, TRUSTEE, GRANT)


class Session:
    """A connected share. `found` is what is odd about the folders that were observed, for the plan's warnings."""

    def __init__(self, settings: FoldersSettings, connection: Wire) -> None:
        self.settings = settings
        self.share, self.trustees = Share(connection), Trustees(connection)
        self.found: tuple[Message, ...] = ()

    def tree(self) -> Tree:
        """The folders as they are now."""
        return trees.load(self.share, self.settings)

    def descriptors(self, tree: Tree, keys: Collection[Key]) -> dict[Key, Descriptor]:
        """Descriptors of those that are still there; every trustee in them is learnt."""
        wanted = sorted(keys)
        found: dict[Key, Descriptor] = {}
        answers = self.share.descriptors([tree.path(key) for key in wanted])
        for key, (status, descriptor) in zip(wanted, answers, strict=True):
            if descriptor is not None:
                found[key] = descriptor
            elif status not in wire.NOT_FOUND:
                folder = tree.shown(key)
                raise Fault("folders.not_readable", system=self.settings.name, folder=folder, status=f"{status:#010x}")
        self.trustees.learn(
            {ace.sid for descriptor in found.values() for ace in descriptor.aces or () if ace.sid},
        )
        return found

    def check(self, scope: Scope) -> None:
        """Raise UsageError for types that a file server does not have; begin a new pass."""
        for type_ in scope:
            if type_ not in TYPES:
                raise UsageError("folders.unknown_type", system=self.settings.name, type=type_)
        self.trustees.look_again()
