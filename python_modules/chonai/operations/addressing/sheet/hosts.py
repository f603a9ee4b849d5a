"""Rows of addresses: single ones and whole ranges, in use, reserved, free or left to DHCP."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from chonai.change.model import Key, Value
from chonai.operations.addressing.model import ADDRESS, HOST, IN_USE, RANGE, RETIRED, text
from chonai.operations.addressing.sheet.draft import Draft, Said
from chonai.operations.addressing.sheet.naming import Namer
from chonai.operations.addressing.sheet.placing import Placer
from chonai.operations.addressing.sheet.rows import Row
from chonai.operations.addressing.sheet.values import Span, Unreadable, read_hostname, read_network, read_span
from chonai.operations.addressing.sheet.words import FREE, GATEWAY, OF_THE_NETWORK, POOL, ROLES, STATUSES
from chonai.operations.addressing.spaces import Network, host_span, numbered, without
from chonai.text.folding import search_key

MOST = 4096
"""Addresses that one row may stand for."""
_ABOUT = ("hostname", "device", "owner", "purpose", "dns_zone", "request", "item", "role", "until")
"""Words without which a row of a numbered list says that nobody has the address."""

_DHCP = re.compile("dhcp[^0-9a-z]*")
_SERVER = "サーバ"


@dataclass(frozen=True, slots=True)
class Hosts:
    """Puts rows of addresses into a draft. `pools` gathers what is left to DHCP, by network."""

    draft: Draft
    namer: Namer
    placer: Placer
    pools: dict[Key, list[tuple[int, int, Row]]] = field(default_factory=lambda: defaultdict(list))

    def place(self, row: Row) -> None:
        """A row of a table of addresses."""
        if not row["address"]:
            self.namer.wrong(row, "address", "addressing.sheet_blank")
            return
        status = self.namer.word(row, "status", STATUSES)
        span = self._span(row)
        prefix = self.placer.prefix_of(row, span) if span is not None else None
        if status is None or span is None or prefix is None or not self._is_inside(row, span, prefix):
            self._told(row)  # what else is wrong in the row is told too
            self._hostname(row, "")
            return
        network = ip_network(text(self.draft.objects[prefix], "network"))
        if status == FREE:
            self._leave_note(row)
            self._free(row, span, prefix)
        elif self._says_nothing(row, status) or _is_networks_own(row, span, network):
            self._leave_note(row)
        elif status == POOL or (not status and self._is_pool(row, span)):
            self.pools[prefix].append((int(span.first), int(span.last), row))
        elif span.count > 1 and not status and not any(row[name] for name in _ABOUT if name != "purpose"):
            self.placer.range(row, prefix, span, issuable=True)
        else:
            self._hosts(row, span, prefix)

    def finish(self) -> None:
        """Make the ranges that are left to DHCP, where they are not in one already."""
        for prefix, pools in self.pools.items():
            for first, last, row in _joined(pools):
                network = ip_network(text(self.draft.objects[prefix], "network"))
                closed = self._closed(prefix)
                if list(without((first, last), closed)):
                    start, end = (ip_address(numbered(network, number)) for number in (first, last))
                    self.placer.range(row, prefix, Span(start, end), issuable=False)

    def _closed(self, prefix: Key) -> list[tuple[int, int]]:
        records = (self.draft.objects[key] for key in self.draft.by_type[RANGE])
        return [
            (int(ip_address(text(one, "first"))), int(ip_address(text(one, "last"))))
            for one in records
            if one["prefix"] == str(prefix) and one["issuable"] is False
        ]

    def _span(self, row: Row) -> Span | None:
        within: Network | None = None
        if row.anywhere("prefix"):
            try:
                within = read_network(row.anywhere("prefix"), row["mask"] or row.anywhere("mask"))
            except Unreadable:  # said where the network is looked for
                within = None
        return self.namer.read(row, "address", lambda cell: read_span(cell, within))

    def _is_inside(self, row: Row, span: Span, prefix: Key) -> bool:
        network = ip_network(text(self.draft.objects[prefix], "network"))
        is_inside = span.first in network and span.last in network
        if not is_inside:
            self.namer.wrong(row, "address", "addressing.sheet_outside", prefix=network)
        return is_inside

    def _is_pool(self, row: Row, span: Span) -> bool:
        """Whether a row without a state says DHCP (DHCP用, DHCP配布範囲), and of one address nothing of who has it."""
        words = [search_key(row[name]) for name in ("hostname", "device", "purpose") if row[name]]
        is_said = bool(words) and all(_DHCP.fullmatch(word) and _SERVER not in word for word in words)
        return is_said and (span.count > 1 or not row["owner"])

    def _says_nothing(self, row: Row, status: str) -> bool:
        return not status and not any(row[name] for name in _ABOUT)

    def _leave_device(self, row: Row) -> None:
        """An address has a host name, or an interface of a device."""
        if row["hostname"] and row["device"] and not row["interface"] and row["device"] != row["hostname"]:
            self.draft.warnings.append(row.problem("device", "addressing.sheet_device_left"))

    def _leave_note(self, row: Row) -> None:
        """A note needs something that it is about."""
        if row["note"]:
            self.draft.warnings.append(row.problem("note", "addressing.sheet_note_left"))

    def _free(self, row: Row, span: Span, prefix: Key) -> None:
        """What the workbook says nobody has must be nobody's, and have no host name."""
        if row["hostname"] or row["interface"]:
            self.namer.wrong(row, "status", "addressing.sheet_free_host", host=row["hostname"] or row["interface"])
        place = self.draft.name(prefix)[1:]
        for number in range(int(span.first), min(int(span.last), int(span.first) + MOST - 1) + 1):
            self.draft.free((ADDRESS, *place, str(type(span.first)(number))), row)

    def _hosts(self, row: Row, span: Span, prefix: Key) -> None:
        if span.count > MOST:
            self.namer.wrong(row, "address", "addressing.sheet_too_many", count=str(span.count), most=MOST)
        elif span.count > 1 and row["hostname"]:
            self.namer.wrong(row, "hostname", "addressing.sheet_one_host", count=str(span.count))
        else:
            told = self._told(row)
            self._leave_device(row)
            for number in range(int(span.first), int(span.last) + 1):
                self._host(row, prefix, str(type(span.first)(number)), told)

    def _told(self, row: Row) -> dict[str, Said | None]:
        return {
            **self.placer.life(row),
            "dns_zone": self.namer.said(row, "dns_zone"),
            "interface": self.namer.interface(row),
        }

    def _host(self, row: Row, prefix: Key, address: str, told: Mapping[str, Said | None]) -> None:
        name = (ADDRESS, *self.draft.name(prefix)[1:], address)
        known = self.draft.find(name)
        before = self.draft.state.get(known, {}) if known else {}
        role = self._role(row, prefix, address)
        if role is None:
            return
        if before.get("status") == RETIRED and "status" not in told:
            told = {**told, "status": Said(IN_USE, row.first)}
        values = {**told, "role": role, "hostname": self._hostname(row, text(before, "hostname"))}
        identity: Mapping[str, Value] = {"address": address, "prefix": str(prefix)}
        self.draft.put(name, row, identity, values, is_own=True)

    def _role(self, row: Row, prefix: Key, address: str) -> Said | None:
        """Host or gateway: by the row's own word, or its name, or because it is the gateway of its network."""
        said = self.namer.word(row, "role", ROLES)
        if said is None:
            return None
        gateway = self.draft.objects[prefix]["gateway"]
        names = (search_key(row[name]) for name in ("hostname", "device", "purpose"))
        is_gateway = address == gateway or GATEWAY in [ROLES.get(name) for name in names]
        role = said or (GATEWAY if is_gateway else HOST)
        cell = row.cell("role") if said else row.cell("address")
        if role == GATEWAY and gateway != address:
            self.draft.rows.setdefault(prefix, row)
            self.draft.say(prefix, "gateway", Said(address, row.cell("address")))
        return Said(role, cell)

    def _hostname(self, row: Row, before: str) -> Said | None:
        """The host name, or the name of the device where no interface stands beside it."""
        word = "hostname" if row["hostname"] else "device" if row["device"] and not row["interface"] else ""
        if not word or search_key(row[word]) in ROLES:
            return None
        if row[word] == before:
            return Said(before, row.cell(word))
        name = self.namer.read(row, word, read_hostname)
        return Said(name, row.cell(word)) if name else None


def _is_networks_own(row: Row, span: Span, network: Network) -> bool:
    """Whether the row is there only to say which address is the network's own, or the broadcast's."""
    first, last = host_span(network)
    words = {search_key(row[name]) for name in ("hostname", "device", "purpose", "owner") if row[name]}
    return span.count == 1 and not first <= int(span.first) <= last and words <= OF_THE_NETWORK


def _joined(pools: list[tuple[int, int, Row]]) -> list[tuple[int, int, Row]]:
    """Stretches that follow each other and are told the same of, as one."""
    found: list[tuple[int, int, Row]] = []
    for first, last, row in sorted(pools, key=lambda pool: pool[:2]):
        if found and first == found[-1][1] + 1 and all(row[word] == found[-1][2][word] for word in ("purpose", "note")):
            found[-1] = (found[-1][0], last, found[-1][2])
        else:
            found.append((first, last, row))
    return found
