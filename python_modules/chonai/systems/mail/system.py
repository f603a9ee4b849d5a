"""The mail domain as the engine sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.mail import read, write
from chonai.systems.mail.connection import Database
from chonai.systems.mail.settings import MailSettings
from chonai.text.messages import Message


class MailSystem:
    """One connected mail domain; implements `chonai.change.system.System`."""

    def __init__(self, settings: MailSettings, database: Database) -> None:
        self.name, self.whole_batches = settings.name, False
        self._settings, self._database = settings, database

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Settings that weaken a safeguard; the caller journals them before anything else."""
        return self._settings.warnings

    def observe(self, scope: Scope) -> Observation:
        """All accounts of the domain of the scope's types."""
        return read.observe(self._database, self._settings, scope)

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist now in the domain."""
        return read.read(self._database, self._settings, keys, scope)

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """The real keys of creates that are done already."""
        return read.locate(self._database, self._settings, creates)

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those whose address is protected."""
        return read.objections(self._database, self._settings, keys)

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """All that can be written back of these accounts."""
        return read.preimage(self._database, self._settings, keys)

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes; what became of each."""
        return write.apply(self._database, self._settings, changes, secret)
