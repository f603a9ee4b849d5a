"""The folders of a share as the engine sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.folders import names, read, write
from chonai.systems.folders.protection import protected
from chonai.systems.folders.records import NAME
from chonai.systems.folders.session import Session
from chonai.systems.folders.settings import FoldersSettings
from chonai.systems.folders.tree import FOLDER
from chonai.systems.folders.wire import Wire
from chonai.text.messages import Message, message


class FoldersSystem:
    """One connected share; implements `chonai.change.system.System` and `Selective`."""

    def __init__(self, settings: FoldersSettings, connection: Wire) -> None:
        self.name, self.whole_batches = settings.name, False
        self._session = Session(settings, connection)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Settings that weaken a safeguard, and what the last look found that no plan changes."""
        return (*self._session.settings.warnings, *self._session.found)

    def observe(self, scope: Scope) -> Observation:
        """All folders of the scope below the base."""
        return read.observe(self._session, scope)

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist now below the base."""
        return read.read(self._session, keys, scope)

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """The real keys of creates that are done already."""
        return read.locate(self._session, creates)

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those that are protected, or hold what is."""
        found = protected(self._session.tree(), self._session.settings)
        return {key: found[key] for key in keys if key in found}

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """All that can be written back of these folders."""
        return read.preimage(self._session, keys)

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes; what became of each. Folders have no secrets."""
        return write.apply(self._session, changes)

    def unwritable(self, changes: Sequence[Change]) -> Mapping[Key, Message]:
        """Folders that would get a name that Windows does not allow."""
        wanted = {change.key: change.after[NAME] for change in changes if _is_named(change)}
        found = ((key, name, names.problem(name)) for key, name in wanted.items())
        return {key: message("folders.bad_name", folder=str(name), why=why) for key, name, why in found if why}


def _is_named(change: Change) -> bool:
    return change.key.type == FOLDER and NAME in change.after
