"""A name server as the engine sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chonai.change.errors import InputError
from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.dns import write
from chonai.systems.dns.follow import laggards
from chonai.systems.dns.protection import Guard
from chonai.systems.dns.records import ATTRIBUTES, RRSET, crowds, key_of, owned, owner_of, rivals, whole
from chonai.systems.dns.server import Server
from chonai.systems.dns.settings import DnsSettings
from chonai.systems.dns.zone import Readable, RRset, Zone
from chonai.text.messages import Message, message

if TYPE_CHECKING:
    from chonai.systems.directory.connection import Connection


class DnsSystem:
    """A primary name server and its zones; implements `chonai.change.system.System`. With a `connection` to a directory
    the zones are read there.
    """

    def __init__(self, settings: DnsSettings, connection: Connection | None = None) -> None:
        # A message may hold hundreds of changes and costs about as much as one: the server makes it as a whole.
        self.name, self.whole_batches = settings.name, True
        self._settings, self._server, self._guard = settings, Server(settings), Guard(settings)
        self._zones = {name: self._zone(name, connection) for name in settings.zones}

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Everything is signed; only the directory's certificate may go unchecked."""
        return self._settings.directory.warnings if self._settings.directory else ()

    def _zone(self, name: str, connection: Connection | None) -> Readable:
        if connection is None:
            return Zone(self._server, name)
        from chonai.systems.dns.ad_zone import AdZone  # the LDAP library takes its time

        return AdZone(self._settings, connection, name)

    def must_serve(self) -> None:
        """Return if the server takes our key and has all zones. Raises SystemUnreachable and Fault."""
        for zone in self._zones:
            self._server.serial(zone)

    def observe(self, scope: Scope) -> Observation:
        """All RRsets of all zones. Raises InputError for what name servers do not have."""
        self._must_know(scope)
        if RRSET not in scope:
            return Observation({})
        state: dict[Key, Record] = {}
        protected: dict[Key, Message] = {}
        for name, zone in self._zones.items():
            for id_, rrset in self._own(zone.look()[1], name):
                key = key_of(id_)
                state[key] = owned(id_, rrset, scope)
                if (why := self._guard.objection(id_)) is not None:
                    protected[key] = why
        return Observation(state, protected)

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the RRsets that exist now."""
        self._must_know(scope)
        wanted = [key for key in keys if key.type == RRSET and RRSET in scope]
        return {key: owned(key.id, rrset, scope) for key, rrset in self._found(wanted).items()}

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """Nothing: an RRset has its key before it is there."""
        return {}

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those that are protected, by their name or type."""
        reasons = ((key, self._guard.objection(key.id)) for key in keys if key.type == RRSET)
        return {key: why for key, why in reasons if why is not None}

    def in_the_way(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those that are not there and cannot be made, because something stands at the name that is none of `keys`, and
        beside which they do not stand.
        """
        by_zone = defaultdict[str | None, list[str]](list)
        for key in keys:
            by_zone[self._zone_of(key)].append(key.id)
        by_zone.pop(None, None)
        asked = {key.id for key in keys}
        return {key: why for zone, ids in by_zone.items() for key, why in self._crowded(zone or "", ids, asked)}

    def _crowded(self, zone: str, ids: Iterable[str], asked: Collection[str]) -> Iterator[tuple[Key, Message]]:
        rrsets = self._zones[zone].look()[1]
        missing = [id_ for id_ in ids if id_ not in rrsets]
        crowd = crowds(missing, rrsets)
        for id_ in missing:
            if others := [other for other in rivals(id_, rrsets, crowd) if other not in asked]:
                yield key_of(id_), message("dns.crowded", other=others[0])

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """The whole RRsets, and what they cannot stand beside."""
        return {key: whole(key.id, rrset) for key, rrset in self._found(keys).items()}

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes, zone by zone; each is done when every secondary has it too."""
        zones = defaultdict[str | None, list[int]](list)
        for n, change in enumerate(changes):
            zones[self._zone_of(change.key)].append(n)
        results = {n: Result(changes[n].key, self._stray(changes[n].key)) for n in zones.pop(None, [])}
        for name, places in zones.items():
            zone = self._zones[name or ""]
            made = write.apply(self._guard, self._server, name or "", zone, [changes[n] for n in places])
            results |= dict(zip(places, made, strict=True))
        return self._followed(changes, zones, results)

    def _followed(
        self, changes: Sequence[Change], zones: Mapping[str | None, Sequence[int]], results: dict[int, Result]
    ) -> list[Result]:
        serials = {name: self._server.serial(name) for name in zones if name and self._settings.secondaries}
        late = laggards(self._settings, serials, self._server.serial)
        for name, why in late.items():
            for n in zones[name]:
                if results[n].error is None:
                    error = message("dns.made_not_followed", name=changes[n].key.id, why=why)
                    results[n] = Result(changes[n].key, error)
        return [results[n] for n in range(len(changes))]

    def _own(self, rrsets: Mapping[str, RRset], zone: str) -> Iterable[tuple[str, RRset]]:
        """What lies in this zone, and not in one below it that this server has too: the parent has its NS and glue."""
        if not any(other.endswith(f".{zone}") for other in self._zones):
            return rrsets.items()
        return [item for item in rrsets.items() if self._settings.zone_of(owner_of(item[0])) == zone]

    def _zone_of(self, key: Key) -> str | None:
        return self._settings.zone_of(owner_of(key.id)) if key.type == RRSET else None

    def _stray(self, key: Key) -> Message:
        if key.type != RRSET:
            return message("dns.unknown_type", system=self.name, type=key.type)
        return message("dns.not_our_zone", name=key.id, system=self.name, zones=", ".join(self._zones))

    def _found(self, keys: Collection[Key]) -> dict[Key, RRset]:
        zones = {zone for key in keys if (zone := self._zone_of(key))}
        seen = {zone: self._zones[zone].look()[1] for zone in sorted(zones)}
        pairs = ((key, seen.get(self._zone_of(key) or "", {}).get(key.id)) for key in keys)
        return {key: rrset for key, rrset in pairs if rrset is not None}

    def _must_know(self, scope: Scope) -> None:
        problems = [
            message("dns.unknown_type", system=self.name, type=type_) for type_ in sorted(scope.keys() - {RRSET})
        ]
        attributes = scope[RRSET].attributes - ATTRIBUTES if RRSET in scope else ()
        problems += [message("dns.unknown_attribute", system=self.name, attribute=name) for name in sorted(attributes)]
        if problems:
            raise InputError("dns.bad_scope", system=self.name, details=problems)
