"""What is out there, from everything that was named: name servers, files of devices and DHCP servers, pings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path

from chonai.change.errors import InputError, UsageError
from chonai.operations.addressing.audit import Atlas, Sighting, Source, Via
from chonai.operations.addressing.model import SITE, VRF
from chonai.operations.dns.operation import SCOPE as NAMES
from chonai.site.files import read_file
from chonai.site.systems import Settings, connect
from chonai.site.typed import moment
from chonai.systems.sightings import Read, Seen, forward, read_leases, read_tables, reverse, zones
from chonai.systems.sightings.ping import TRIES, ping
from chonai.text.messages import Message, message

DNS_KIND, PING = "dns", "ping"
MOST_PINGED, FASTEST = 1 << 16, 1000
"""Addresses; pings in a second."""
_FILE = re.compile(r"(?P<what>.*?)(?P<said>(?:,(?:vrf|site|at)=[^,]*)*)", re.DOTALL)
_HOST = re.compile(r"(?P<what>.*?)(?P<said>(?:,vrf=[^,]*)*)", re.DOTALL)
"""A name server sees one VRF and no site of its own."""
Reader = Callable[[str, bytes, datetime], Read]
SettingsOf = Callable[[str], Settings | None]
"""How a host of the inventory is reached; None for one that is no system."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at.

    dns, arp, leases   hosts; files; files. Behind each may stand what it sees: `,vrf=NAME`; of a file `,site=NAME` too,
                       and when it was made: `,at=MOMENT`
    vrf, site          what those see that do not say so
    prefixes           only these, by network or name
    rate               pings in a second
    days               what was seen longer ago counts as gone
    """

    dns: tuple[str, ...] = ()
    arp: tuple[str, ...] = ()
    leases: tuple[str, ...] = ()
    ping: bool = False
    vrf: str = ""
    site: str = ""
    prefixes: tuple[str, ...] = ()
    rate: int = 50
    days: int = 30


@dataclass(slots=True)
class Collected:
    """All of it."""

    sources: list[Source] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)

    def add(self, source: Source, via: Via, seen: Iterable[Seen]) -> None:
        """What a source saw; an ARP table that shows no address is a MAC table."""
        if source not in self.sources:
            self.sources.append(source)
        for one in seen:
            way = Via.MAC if via is Via.ARP and not one.address else via
            told = (one.at, one.address, one.mac, one.name, one.port, one.is_own)
            self.sightings.append(Sighting(source, way, *told))


@dataclass(frozen=True, slots=True)
class _Told:
    """A host or file, and what was said of it."""

    what: str
    vrf: str
    site: str
    at: str

    @classmethod
    def host(cls, word: str, asked: Asked) -> _Told:
        what, said = _parted(_HOST, word)
        return cls(what, said.get("vrf", asked.vrf), "", "")

    @classmethod
    def file(cls, word: str, asked: Asked) -> _Told:
        what, said = _parted(_FILE, word)
        return cls(what, said.get("vrf", asked.vrf), said.get("site", asked.site), said.get("at", ""))

    def source(self, zones: frozenset[str] = frozenset()) -> Source:
        return Source(self.what, self.vrf, self.site, zones)


def _parted(form: re.Pattern[str], word: str) -> tuple[str, dict[str, str]]:
    found = form.fullmatch(word)
    assert found is not None  # any text is of these forms
    pairs = [part.partition("=") for part in found["said"].split(",") if part]
    return found["what"], {name: value for name, _, value in pairs}


def collect(
    atlas: Atlas, asked: Asked, settings_of: SettingsOf, before_ping: Callable[[int, float], None], now: datetime
) -> Collected:
    """Everything that the sources tell. `before_ping` is told how many addresses are asked, and for how many seconds.

    Raises `UsageError` when nothing was named and for numbers out of bounds, `InputError` with every line of every file
    that cannot be read, every file in which all is older than counts, and every name that the ledger does not have,
    `SystemUnreachable` where a name server does not answer.
    """
    if not (asked.dns or asked.arp or asked.leases or asked.ping):
        raise UsageError("audit.nothing_named")
    if not 1 <= asked.rate <= FASTEST or asked.days < 1:
        raise UsageError("audit.out_of_bounds", rate=asked.rate, days=asked.days, most=FASTEST)
    servers = [_Told.host(word, asked) for word in asked.dns]
    tables, leases = ([_Told.file(word, asked) for word in words] for words in (asked.arp, asked.leases))
    problems = _unknown(atlas, asked, [*servers, *tables, *leases])
    hosts = [(told, _server(told, settings_of, problems)) for told in servers]
    found = Collected()
    since = now - timedelta(days=asked.days)
    for via, reader, files in ((Via.ARP, read_tables, tables), (Via.LEASE, read_leases, leases)):
        for told in files:
            read = _read(told, via, reader)
            problems += [*read.problems, *_stale(told, read, since)]
            found.add(told.source(), via, read.seen)
    if problems:
        raise InputError("audit.unread", details=problems, count=len(problems))
    for told, settings in hosts:
        _ask(found, told, settings)
    if asked.ping:
        _ping(found, atlas, asked, before_ping)
    return found


def _unknown(atlas: Atlas, asked: Asked, every: Sequence[_Told]) -> list[Message]:
    """Names of VRFs and sites that the ledger does not have."""
    said = {VRF: [asked.vrf, *(told.vrf for told in every)], SITE: [asked.site, *(told.site for told in every)]}
    known = {type_: atlas.called(type_) for type_ in said}
    return [
        message("audit.no_such", type=type_, name=name, known=", ".join(known[type_]) or "-")
        for type_, names in said.items()
        for name in dict.fromkeys(names)
        if name and name not in known[type_]
    ]


def _server(told: _Told, settings_of: SettingsOf, problems: list[Message]) -> Settings:
    settings = settings_of(told.what)
    if settings is None or settings.get("kind") != DNS_KIND:
        problems.append(message("audit.no_server", host=told.what))
        return {}
    return settings


def _read(told: _Told, via: Via, reader: Reader) -> Read:
    path = Path(told.what)
    try:
        file = read_file(via.value, path, told.what)
        made = moment(told.at) if told.at else datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except UsageError as error:
        return Read(told.what, problems=[error.message, *error.details])
    return reader(file.name, file.data, made)


def _stale(told: _Told, read: Read, since: datetime) -> list[Message]:
    newest = max((one.at for one in read.seen), default=since)
    return [message("audit.stale", file=told.what, newest=newest, since=since)] if newest < since else []


def _ask(found: Collected, told: _Told, settings: Settings) -> None:
    with connect(told.what, settings) as server:
        state, now = server.observe(NAMES).state, datetime.now(UTC)
    source = told.source(zones(state))
    found.add(source, Via.FORWARD, forward(state, now))
    found.add(source, Via.REVERSE, reverse(state, now))


def _ping(found: Collected, atlas: Atlas, asked: Asked, before_ping: Callable[[int, float], None]) -> None:
    """From one machine one VRF is seen, and nothing is asked that is in none of the ledger's prefixes."""
    prefixes = [key for key in atlas.prefixes if asked.vrf in ("", atlas.vrf(key)) and atlas.book.live(key)]
    vrfs = sorted({atlas.vrf(key) for key in prefixes})
    if len(vrfs) > 1:
        raise UsageError("audit.ping_one_vrf", vrfs=", ".join(vrfs))
    hosts = chain.from_iterable(atlas.hosts(key) for key in prefixes)
    addresses = list(islice(hosts, MOST_PINGED + 1))
    if len(addresses) > MOST_PINGED:
        raise UsageError("audit.too_many", most=MOST_PINGED)
    before_ping(len(addresses), len(addresses) * TRIES / asked.rate)
    source = Source(PING, vrfs[0] if vrfs else "", swept=frozenset(prefixes))
    found.add(source, Via.PING, ping(addresses, rate=asked.rate))
