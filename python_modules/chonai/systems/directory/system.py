"""The directory as the engine sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.directory import locate, preimage, read, write
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.references import References
from chonai.systems.directory.session import Session
from chonai.systems.directory.settings import DirectorySettings
from chonai.text.messages import Message


class DirectorySystem:
    """One connected directory; implements `chonai.change.system.System`."""

    def __init__(self, settings: DirectorySettings, connection: Connection) -> None:
        self.name, self.whole_batches = settings.name, False
        self._session = Session(settings, connection)
        self._references = References(self._session)

    @property
    def base_key(self) -> Key:
        """The key of the base itself, a place like any other."""
        return self._session.base_key

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Settings that weaken a safeguard; the caller journals them before anything else."""
        return self._session.settings.warnings

    def observe(self, scope: Scope) -> Observation:
        """All objects of the scope below the base."""
        return read.observe(self._session, self._references, scope)

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist now below the base."""
        return read.read(self._session, self._references, keys, scope)

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """The real keys of creates that are done already."""
        return locate.locate(self._session, creates)

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """What is protected now, by the directory's own marks and by the settings."""
        return read.objections(self._session, keys)

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """All that can be written back of these objects."""
        return preimage.preimage(self._session, keys)

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes; what became of each."""
        return write.apply(self._session, self._references, changes, secret)
