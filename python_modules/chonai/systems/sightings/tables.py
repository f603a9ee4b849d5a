"""ARP and MAC tables of devices, as they were printed into a file: one or several tables, with the prompts and commands
of the session around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from textfsm import TextFSM, TextFSMError

from chonai.systems.sightings.formats import FORMATS, Format, format_of
from chonai.systems.sightings.seen import Read, Seen, address_of
from chonai.text.macs import is_group, mac_address
from chonai.text.messages import message

_PROMPT = re.compile(r"(?:[A-Za-z]:\\[^>]*|(?P<host>[^\s#>$]+)(?:\s\([\w.-]+\))?)\s?[#>$](?:\s*\S.*)?|[#$] .*")
_MORE = re.compile(r"(?:(?<![-\s])\s|(?<!-))-+\s?\(?[Mm]ore[^-]*-+[\s\x08]*")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_AROUND = re.compile(
    r"\s*(?:$|[-=+ ]+$|total\b|mac address table|load for|time source|flags\s*:|legend\s*:|ip arp table"
    r"|internet address|インターネット|maximum of entries|default timeout|status:|displaying entries"
    r"|(?:do )?sh(?:ow)?\s|get system arp|arp -|ip (?:-\S+ )*n)"
    r"|\s+\S+ - ",
    re.IGNORECASE,
)
"""What stands around rows and says nothing."""
_REST = re.compile(r"\s*multicast entries", re.IGNORECASE)
"""After it come groups, and no devices."""
_ADDRESS, _MAC = ("ADDRESS", "IP_ADDRESS"), ("MAC_ADDRESS", "MAC", "DESTINATION_ADDRESS")
_PORT, _STATE = ("INTERFACE", "DESTINATION_PORT", "PORTS", "PORT"), ("STATE", "TYPE", "STATUS", "FWD")
_UNANSWERED = frozenset({"", "-", "incomplete", "<incomplete>"})
_NO_DEVICE = frozenset({"permanent", "noarp", "static", "静的", "failed", "none", "incmp", "s", "i"})
"""Somebody wrote it, or nobody answered."""
_OWN_PORTS = frozenset({"cpu", "router", "switch", "drop"})
OWN = "-"
"""The age that IOS gives its own addresses."""
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d)")


def read_tables(file: str, data: bytes, made: datetime) -> Read:
    """All tables of a file that was made at a moment. Ages count back from then."""
    read = Read(file)
    reader = _Reader(read, made)
    lines = list(read.lines(data))
    for number, line in lines:
        reader.take(number, _CONTROL.sub("", _MORE.sub("", line)).rstrip())
    reader.leave()
    if lines and not reader.tables:
        read.problems = [message("sightings.no_table", file=file, known=", ".join(one.name for one in FORMATS))]
    return read


class _Reader:
    """Goes through the lines once. `tables`: how many tables began."""

    def __init__(self, read: Read, made: datetime) -> None:
        self.read, self.made, self.tables = read, made, 0
        self._format: Format | None = None
        self._machine: TextFSM | None = None
        self._rows, self._device, self._is_over = 0, "", False

    def take(self, number: int, line: str) -> None:
        """One line."""
        if (prompt := _PROMPT.fullmatch(line)) is not None:
            self.leave()
            self._device = (prompt["host"] or "").rpartition("@")[2]
            return
        found = format_of(line)
        if found is not None and (found is not self._format or not found.is_bare):
            self.leave()
            self._enter(found)
        elif _REST.match(line):
            self._is_over = True
        elif _AROUND.match(line):
            return
        if self._machine is not None and not self._is_over:
            self._feed(self._machine, number, line, is_mark=found is not None)
        elif not self._is_over:
            self.read.unread(number, line, "sightings.outside")

    def leave(self) -> None:
        """The table that was read is over."""
        if self._machine is not None and self._format is not None and self._format.is_late and not self._is_over:
            self._keep(0, "", self._machine.ParseText("", eof=True))
        self._format, self._machine, self._is_over = None, None, False

    def _enter(self, found: Format) -> None:
        self._format, self._machine, self._rows = found, found.machine(), 0
        self.tables += 1

    def _feed(self, machine: TextFSM, number: int, line: str, *, is_mark: bool) -> None:
        """One line to the template. Some of them pass over what they do not know: a line without a row is a fault."""
        is_late = self._format is not None and self._format.is_late
        before = self._rows
        try:
            self._keep(number, line, machine.ParseText(line, eof=False))
        except TextFSMError:
            self._unread(number, line)
            return
        if self._rows == before and not is_late and not is_mark:
            self._unread(number, line)

    def _unread(self, number: int, line: str) -> None:
        self.read.unread(number, line, "sightings.no_row", format=self._format.name if self._format else "-")

    def _keep(self, number: int, line: str, rows: Sequence[Sequence[object]]) -> None:
        header = self._machine.header if self._machine is not None else []
        for row in rows[self._rows :]:
            cells = dict(zip(header, row, strict=True))
            self.read.seen.extend(self._seen(number, line, {name: _text(cell) for name, cell in cells.items()}))
        self._rows = len(rows)

    def _seen(self, number: int, line: str, row: Mapping[str, str]) -> Iterator[Seen]:
        address, mac, port, state = (_first(row, names) for names in (_ADDRESS, _MAC, _PORT, _STATE))
        has_address = any(name in row for name in _ADDRESS)
        nobody = mac.lower() in _UNANSWERED or state.lower() in _NO_DEVICE
        if nobody or (not has_address and port.lower() in _OWN_PORTS):
            return
        known = mac_address(mac)
        if known is None:
            self.read.unread(number, line, "sightings.no_mac", value=mac)
        elif not is_group(known):
            try:
                usual = address_of(address) if has_address else ""
            except ValueError:
                self.read.unread(number, line, "sightings.no_address", value=address)
                return
            at = self.made - _age(row) if has_address else self.made
            is_own = has_address and row.get("AGE") == OWN
            yield Seen(usual, known, at, port=f"{self._device} {port}".strip(), is_own=is_own)


def _first(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _text(cell: object) -> str:
    """A cell of a template: text, a list of texts, or nothing."""
    return ",".join(map(str, cell)) if isinstance(cell, list) else str(cell or "")


def _age(row: Mapping[str, str]) -> timedelta:
    """How long ago a neighbour was heard: minutes, hours:minutes:seconds, or what Linux says in seconds."""
    age = row.get("AGE", "")
    if age.isascii() and age.isdecimal() and len(age) < 8:
        return timedelta(minutes=int(age))
    if (clock := _CLOCK.fullmatch(age)) is not None and len(age) < 12:
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]), seconds=int(clock[3]))
    confirmed = row.get("USED", "").split("/")[1:2]
    return timedelta(seconds=int(confirmed[0])) if confirmed and len(confirmed[0]) < 10 else timedelta()
