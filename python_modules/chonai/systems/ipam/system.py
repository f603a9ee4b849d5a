"""The ledger as the engine sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from chonai.change.errors import InputError
from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.ipam import write
from chonai.systems.ipam.changes import unknown
from chonai.systems.ipam.connection import Database
from chonai.systems.ipam.fields import FIELDS
from chonai.systems.ipam.protection import protection
from chonai.systems.ipam.records import Records, load, load_keys, located
from chonai.systems.ipam.settings import LedgerSettings
from chonai.text.messages import Message, message


class LedgerSystem:
    """One connected ledger; implements `chonai.change.system.System`. There are no secrets in it, and no sets."""

    def __init__(self, settings: LedgerSettings, database: Database, today: Callable[[], date]) -> None:
        self.name, self.whole_batches = settings.name, False
        self._settings, self._database, self._today = settings, database, today

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Settings that weaken a safeguard, and that there is no ledger yet; the caller journals them before anything
        else.
        """
        if not self._database.is_new:
            return self._settings.warnings
        return (*self._settings.warnings, message("ipam.no_ledger_yet", system=self.name, url=self._settings.url))

    def observe(self, scope: Scope) -> Observation:
        """All objects of the scope's types. Raises InputError for what a ledger does not have."""
        self._must_know(scope)
        with self._database.read() as connection:
            records = load(connection, [type_ for type_ in FIELDS if type_ in scope])
        return Observation(_owned(records, scope), self._reasons(records))

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist now. Raises InputError for what a ledger does not have."""
        self._must_know(scope)
        with self._database.read() as connection:
            return _owned(load_keys(connection, [key for key in keys if key.type in scope]), scope)

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """The real keys of creates that are done already."""
        with self._database.read() as connection:
            return located(connection, creates)

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those whose name or network is protected."""
        with self._database.read() as connection:
            return self._reasons(load_keys(connection, keys))

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """Whole records."""
        with self._database.read() as connection:
            return load_keys(connection, keys)

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes; what became of each."""
        return write.apply(self._database, self._settings, changes, self._today())

    def _reasons(self, records: Records) -> dict[Key, Message]:
        found = ((key, protection(self._settings, record)) for key, record in records.items())
        return {key: why for key, why in found if why is not None}

    def _must_know(self, scope: Scope) -> None:
        if problems := unknown(self.name, scope):
            raise InputError("ipam.bad_scope", system=self.name, details=problems)


def _owned(records: Records, scope: Scope) -> State:
    return {key: {name: record[name] for name in scope[key.type].attributes} for key, record in records.items()}
