"""Whether DNS calls an address as the ledger does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from chonai.operations.addressing.audit.case import Case
from chonai.operations.addressing.audit.model import Finding, Kind, Source, Via
from chonai.operations.addressing.audit.sorting import Sorted, bare
from chonai.operations.addressing.model import text
from chonai.text.hostnames import joined


def names_of(case: Case, found: Sorted, sources: Sequence[Source]) -> Iterator[Finding]:
    """What is wrong with the names of an address that somebody has."""
    hostname = bare(text(case.record, "hostname"))
    if not hostname:
        return
    zone = bare(text(case.record, "dns_zone"))
    whole = joined(hostname, zone)
    own = [source for source in sources if source.vrf in ("", case.vrf)]
    named = _Named(case, hostname, whole, bool(zone))
    servers = [source for source in own if (_serves(source, whole) if zone else _forward(source))]
    pointing = [source for source in own if _serves(source, ip_address(case.address).reverse_pointer)]
    yield from named.forward(found, servers)
    yield from named.reverse(pointing if servers else [])


class _Named:
    """An address by the name that it should have."""

    def __init__(self, case: Case, hostname: str, whole: str, has_zone: bool) -> None:
        self.case, self.hostname, self.whole, self.has_zone = case, hostname, whole, has_zone

    def forward(self, found: Sorted, servers: Sequence[Source]) -> Iterator[Finding]:
        """The name has this address."""
        names = {bare(one.name) for one in self.case.by(Via.FORWARD)}
        if any(map(self._is_own, names)):
            return
        if names:
            yield self._other(names)
        elif servers:
            called = self._called(servers)
            homes = {address for name in called for source, address in found.homes.get(name, ()) if source in servers}
            version = ip_address(self.case.address).version
            alike = sorted(address for address in homes if ip_address(address).version == version)
            if alike:
                fields = {"name": self.whole, "addresses": ", ".join(alike)}
                yield self.case.finding(Kind.OTHER_NAME, "audit.why_elsewhere", **fields)
            else:
                record = f"{'A' if version == 4 else 'AAAA'} {self.whole}"
                yield self.case.finding(Kind.NO_NAME, record=record, servers=_called(servers))

    def _called(self, servers: Sequence[Source]) -> list[str]:
        """The names that it may have: where the ledger says no zone, one in any of the servers'."""
        if self.has_zone:
            return [self.whole]
        return [f"{self.hostname}.{zone}" for source in servers for zone in sorted(_forward(source))]

    def reverse(self, servers: Sequence[Source]) -> Iterator[Finding]:
        """The address has this name. It must have one where somebody serves the name itself."""
        names = {bare(one.name) for one in self.case.by(Via.REVERSE)}
        if names:
            if not any(map(self._is_own, names)):
                yield self._other(names)
        elif servers:
            record = f"PTR {self.case.address}"
            yield self.case.finding(Kind.NO_NAME, record=record, servers=_called(servers))

    def _is_own(self, name: str) -> bool:
        return name == self.whole or (not self.has_zone and name.partition(".")[0] == self.hostname)

    def _other(self, names: set[str]) -> Finding:
        return self.case.finding(Kind.OTHER_NAME, ledger=self.whole, dns=", ".join(sorted(names)))


def _serves(source: Source, name: str) -> bool:
    while name:
        if name in source.zones:
            return True
        name = name.partition(".")[2]
    return False


def _forward(source: Source) -> frozenset[str]:
    """The zones of names, and not of addresses, that it serves."""
    return frozenset(zone for zone in source.zones if not zone.endswith(".arpa"))


def _called(servers: Sequence[Source]) -> str:
    return ", ".join(sorted(source.name for source in servers))
