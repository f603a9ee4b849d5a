"""Lease files of ISC DHCP (`dhcpd.leases`), IPv4: declarations that are appended, so that the last one of an address
counts. Source: dhcpd.leases(5) of ISC DHCP 4.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from chonai.systems.sightings.moments import moment_of
from chonai.systems.sightings.seen import Read, Seen, address_of
from chonai.text.macs import mac_address

MARK = re.compile(r"lease \S+ \{|# The format of this file is documented in the dhcpd\.leases|server-duid ")
_LEASE = re.compile(r"lease (\S+) \{\s*")
_OTHER = re.compile(r"(?:host|group|subgroup|class|failover|ia-(?:na|ta|pd)|zone|key|on)\b.*\{\s*")
_TIME = re.compile(r"(starts|ends|cltt) (never|epoch \d+|[0-6] \d{4}/\d\d?/\d\d? \d\d?:\d\d:\d\d)\s*;.*")
_STATE = re.compile(r"binding state (\w+);")
_MAC = re.compile(r"hardware ethernet (\S+);")
_NAME = re.compile(r'client-hostname "(.*)";')
_WORDS = re.compile(r"[a-z][a-zA-Z0-9.-]*(?:\s.*|=.*)?;|\}|#.*|")
"""Statements that say nothing here, and what else may stand on a line."""


@dataclass(slots=True)
class _Lease:
    address: str
    mac: str = ""
    name: str = ""
    state: str = ""
    ends: datetime | None = None


def read(found: Read, data: bytes, made: datetime) -> None:
    """The leases that clients have at a moment."""
    reader = _Reader(found)
    for number, line in found.lines(data):
        reader.take(number, line.strip())
    for lease in reader.leases.values():
        if lease.state == "active" and (lease.ends is None or lease.ends > made):
            found.seen.append(Seen(lease.address, lease.mac, made, name=lease.name))


class _Reader:
    """Goes through the lines once."""

    def __init__(self, found: Read) -> None:
        self.found, self.leases = found, dict[str, _Lease]()
        self._lease: _Lease | None = None
        self._depth = 0

    def take(self, number: int, line: str) -> None:
        """One line."""
        begins = _LEASE.fullmatch(line)
        if begins is not None and self._depth == 0:
            self._begin(number, line, begins[1])
        elif _OTHER.fullmatch(line):
            self._depth += 1
        elif line == "}":
            self._depth, self._lease = max(0, self._depth - 1), self._lease if self._depth > 1 else None
        elif self._lease is None or self._depth != 1 or not self._say(self._lease, number, line):
            self._pass(number, line)

    def _begin(self, number: int, line: str, word: str) -> None:
        self._depth = 1
        try:
            self._lease = _Lease(address_of(word))
        except ValueError:
            self._lease = None
            self.found.unread(number, line, "sightings.no_address", value=word)
            return
        self.leases[self._lease.address] = self._lease

    def _say(self, lease: _Lease, number: int, line: str) -> bool:
        """Whether a statement says something of the lease."""
        if time := _TIME.fullmatch(line):
            self._time(lease, number, line, time[1], time[2])
        elif state := _STATE.fullmatch(line):
            lease.state = state[1]
        elif name := _NAME.fullmatch(line):
            lease.name = name[1]
        elif mac := _MAC.fullmatch(line):
            lease.mac = mac_address(mac[1]) or ""
            if not lease.mac:
                self.found.unread(number, line, "sightings.no_mac", value=mac[1])
        else:
            return False
        return True

    def _time(self, lease: _Lease, number: int, line: str, which: str, word: str) -> None:
        try:
            at = _moment(word)
        except ValueError:
            self.found.unread(number, line, "sightings.no_time", value=word)
            return
        if which == "ends":
            lease.ends = at

    def _pass(self, number: int, line: str) -> None:
        if not _WORDS.fullmatch(line):
            self.found.unread(number, line, "sightings.dhcpd_statement")


def _moment(word: str) -> datetime | None:
    """A time of the file, which is UTC; None is never."""
    if word == "never":
        return None
    if word.startswith("epoch "):
        return moment_of(int(word.removeprefix("epoch ")))
    return datetime.strptime(word.partition(" ")[2], "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
