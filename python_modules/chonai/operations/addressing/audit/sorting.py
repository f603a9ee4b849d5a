"""Sightings, sorted to the prefixes that they lie in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address

from chonai.change.model import Key
from chonai.operations.addressing.audit.atlas import Atlas
from chonai.operations.addressing.audit.model import ALIVE, NAMES, Sighting, Source, Via
from chonai.text.hostnames import to_ascii

Spots = dict[int, list[Sighting]]
"""Sightings by the number of their address."""


class Sorted:
    """Where everything was seen. `since`: what was seen before that counts as gone.

    spots     sightings in a prefix, by the number of the address
    blurred   likewise, of sources that may have meant the same address of another VRF: nothing but that somebody was
              there follows from them
    strays    sightings outside of all prefixes, by VRF (as far as known) and address
    ports     sightings of a MAC address alone
    homes     the addresses of each name, and who says so
    """

    def __init__(self, atlas: Atlas, sources: Iterable[Source], sightings: Iterable[Sighting], since: datetime) -> None:
        self.since = since
        self.spots: dict[Key, Spots] = defaultdict(lambda: defaultdict(list))
        self.blurred: dict[Key, Spots] = defaultdict(lambda: defaultdict(list))
        self.strays: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
        self.ports: dict[str, list[Sighting]] = defaultdict(list)
        self.homes: dict[str, list[tuple[Source, str]]] = defaultdict(list)
        self.unclear: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self._atlas = atlas
        self._sites: set[tuple[str, str]] = set()
        self._looked: set[Key] = {key for source in sources for key in source.swept}
        for one in sightings:
            self.counts[one.source.name] += 1
            self._take(one)

    def fresh(self, one: Sighting) -> bool:
        """Whether it counts as now."""
        return one.at >= self.since

    def covers(self, prefix: Key) -> bool:
        """Whether somebody looked there who would have seen the devices of this prefix: its gateway, who was told to
        see its site, or who asked all of its addresses. Any other table has only those that its device had to do with.
        """
        vrf, site = self._atlas.vrf(prefix), self._atlas.site(prefix)
        return prefix in self._looked or (bool(site) and not self._sites.isdisjoint({(vrf, site), ("", site)}))

    def alive(self, prefix: Key, number: int, mac: str) -> list[Sighting]:
        """All that shows somebody at an address, at whatever time; `mac` is the ledger's."""
        told = [*self._at(self.spots, prefix, number), *self._at(self.blurred, prefix, number)]
        return [one for one in told if one.via in ALIVE] + (self.ports.get(mac, []) if mac else [])

    def _at(self, spots: dict[Key, Spots], prefix: Key, number: int) -> list[Sighting]:
        return spots[prefix].get(number, []) if prefix in spots else []

    def _take(self, one: Sighting) -> None:
        source = one.source
        if one.via in (Via.ARP, Via.MAC) and source.site and self.fresh(one):
            self._sites.add((source.vrf, source.site))
        if one.via is Via.FORWARD:
            self.homes[bare(one.name)].append((source, one.address))
        if not one.address:
            self.ports[one.mac].append(one)
            return
        found, number = self._atlas.holding(one.address, source.vrf), int(ip_address(one.address))
        if not found:
            self._stray(one)
        for prefix in found:
            spots = self.spots if len(found) == 1 else self.blurred
            spots[prefix][number].append(one)
            if one.is_own and self.fresh(one) and self._atlas.gateway(prefix) == one.address:
                self._looked.add(prefix)
        self.unclear[source.name] += len(found) > 1

    def _stray(self, one: Sighting) -> None:
        """What no ledger has is left out, and names of others' public addresses."""
        address = ip_address(one.address)
        nobodys = address.is_link_local or address.is_multicast or address.is_loopback or address.is_unspecified
        if not nobodys and (one.via not in NAMES or address.is_private):
            self.strays[one.source.vrf, one.address].append(one)


def bare(name: str) -> str:
    """A name as names are compared: small ASCII letters, no dot at the end."""
    try:
        return to_ascii(name)
    except ValueError:
        return name.rstrip(".").lower()
