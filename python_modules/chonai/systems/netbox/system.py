"""NetBox as the engine sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from chonai.change.errors import InputError
from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.ipam.changes import unknown
from chonai.systems.ipam.fields import FIELDS
from chonai.systems.ipam.protection import protection
from chonai.systems.netbox import room, strays, write
from chonai.systems.netbox.connection import Connection
from chonai.systems.netbox.reading import GLOBAL_VRF, Reader
from chonai.systems.netbox.settings import NetboxSettings
from chonai.text.messages import Message, message


class NetboxSystem:
    """One connected NetBox; implements `chonai.change.system.System`. There are no secrets in it, and no sets."""

    def __init__(self, settings: NetboxSettings, connection: Connection, today: Callable[[], date]) -> None:
        self.name, self.whole_batches = settings.name, False
        self._settings, self._connection, self._today = settings, connection, today

    @property
    def warnings(self) -> tuple[Message, ...]:
        """VRFs in which NetBox takes an address twice; certificates are always verified."""
        loose = self._connection.listed("ipam/vrfs", {"enforce_unique": "false", "fields": "id,name"})
        names = ", ".join(sorted(str(one["name"]) for one in loose))
        return (message("netbox.not_unique", system=self.name, vrfs=names),) if loose else ()

    def observe(self, scope: Scope) -> Observation:
        """All objects of the scope's types. Raises InputError for what a ledger does not have."""
        self._must_know(scope)
        records = Reader(self._connection).whole(frozenset(scope))
        return Observation(_owned(records, scope), self._reasons(records))

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist now. Raises InputError for what a ledger does not have."""
        self._must_know(scope)
        return _owned(self._records([key for key in keys if key.type in scope]), scope)

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """The real keys of creates that are done already, told by what is unique in each."""
        known = [change for change in creates if change.key.type in FIELDS]
        if not known:
            return {}
        table = Reader(self._connection).around(known, named=False)
        found: dict[Key, Key] = {}
        for change in known:
            twins = table.twins(change.key, change.after)
            if len(twins) == 1:
                found[change.key] = twins[0]
        return found

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those whose name or network is protected, and the VRF that is none."""
        return self._reasons(self._records(keys))

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """Whole records."""
        return self._records(keys)

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes; what became of each."""
        return write.apply(self._settings, self._connection, changes, self._today())

    def unwritable(self, changes: Sequence[Change]) -> Mapping[Key, Message]:
        """The objects that NetBox has no room for as they are wanted, and new prefixes in which somebody has addresses
        that no ledger knows, so that they would be given once more; and why.
        """
        found = ((change.key, room.lacking(change)) for change in changes)
        lacking = {key: why for key, why in found if why is not None}
        return lacking | self._with_strays([change for change in changes if strays.is_new_prefix(change)])

    def _with_strays(self, creates: Sequence[Change]) -> dict[Key, Message]:
        networks = {str(change.after["network"]) for change in creates}
        found = Reader(self._connection).strays(networks) if networks else set()
        return {change.key: why for change in creates if (why := strays.inhabited(change, found)) is not None}

    def _records(self, keys: Collection[Key]) -> dict[Key, Record]:
        return Reader(self._connection).keys(keys)

    def _reasons(self, records: Mapping[Key, Record]) -> dict[Key, Message]:
        found = {key: protection(self._settings, record) for key, record in records.items()}
        found |= {GLOBAL_VRF: message("netbox.global_vrf")} if GLOBAL_VRF in records else {}
        return {key: why for key, why in found.items() if why is not None}

    def _must_know(self, scope: Scope) -> None:
        if problems := unknown(self.name, scope):
            raise InputError("ipam.bad_scope", system=self.name, details=problems)


def _owned(records: Mapping[Key, Record], scope: Scope) -> State:
    return {key: {name: record[name] for name in scope[key.type].attributes} for key, record in records.items()}
