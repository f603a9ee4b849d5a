"""What a row of a workbook names: zones, sites, VRFs, VLANs, networks and interfaces; found in the ledger to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TypeVar

from chonai.change.model import Key
from chonai.operations.addressing.model import ASSIGNABLE, DEVICE, INTERFACE, PREFIX, SITE, VLAN, VRF, text
from chonai.operations.addressing.sheet.draft import Draft, Said, vlan_name
from chonai.operations.addressing.sheet.rows import Row
from chonai.operations.addressing.sheet.values import Address, Span, Unreadable, VlanName, read_network
from chonai.operations.addressing.spaces import Network, is_special
from chonai.text.folding import search_key

T = TypeVar("T")


@dataclass(slots=True)
class Namer:
    """Finds what rows name. What is not there, or is not clear, becomes a problem of the draft."""

    draft: Draft
    _networks: dict[tuple[int, int], dict[int, list[Key]]] = field(default_factory=dict)
    _names: dict[str, list[Key]] = field(default_factory=lambda: defaultdict(list))
    _vids: dict[int, list[Key]] = field(default_factory=lambda: defaultdict(list))
    _seen: Counter[str] = field(default_factory=Counter)
    _by_vid: list[tuple[int, Row]] = field(default_factory=list)

    def wrong(self, row: Row, name: str, code: str, /, **fields: object) -> None:
        """Note a problem with a word of a row."""
        self.draft.problems.append(row.problem(name, code, **fields))

    def read(self, row: Row, name: str, parse: Callable[[str], T]) -> T | None:
        """A word of a row, or the one above its table, as what it means; None where it says nothing, or no sense."""
        text_ = row.anywhere(name)
        try:
            return parse(text_) if text_ else None
        except Unreadable as wrong:
            self.wrong(row, name, wrong.code, **wrong.fields)
            return None

    def word(self, row: Row, name: str, words: Mapping[str, str]) -> str | None:
        """One of some words, as what it means; blank for nothing, None for a word that is none of them."""
        found = words.get(search_key(row[name]), "") if row[name] else ""
        if row[name] and not found:
            self.wrong(row, name, "addressing.unknown_value", known=", ".join(words))
            return None
        return found

    def said(self, row: Row, name: str) -> Said | None:
        """A word of a row as it is."""
        return Said(row[name], row.cell(name)) if row[name] else None

    def reference(self, row: Row, name: str, type_: str) -> Said | None:
        """The object that a word of a row names, or the one above its table."""
        wanted = row.anywhere(name)
        if not wanted:
            return None
        key = self.draft.find((type_, wanted))
        if key is None:
            self.wrong(row, name, "addressing.sheet_unknown_name", kind=type_, name=wanted)
            return None
        return Said(str(key), row.cell(name))

    def name(self, said: Said | None) -> str:
        """What an object is called that a word refers to."""
        return text(self.draft.objects[Key.parse(str(said.value))], "name") if said else ""

    # -- VLANs

    def vlan(self, row: Row, wanted: VlanName, site: str) -> Key | None:
        """The VLAN that a row names: of its group or site, else the only one of its id, which `finish` makes sure of.
        None where there is none.
        """
        group = wanted.group or row["vlan_group"]
        exact = vlan_name(group, wanted.at(site), str(wanted.vid))
        key = self.draft.find(exact)
        if key is not None or group or wanted.site is not None:
            return key
        found = self._of_vid(wanted.vid)
        if not found:
            return None
        self._by_vid.append((wanted.vid, row))
        return found[0]

    def finish(self) -> None:
        """A VLAN that is named by its id alone is the only one of it in the whole ledger to be."""
        for vid, row in self._by_vid:
            found = self._of_vid(vid)
            if len(found) > 1:
                where = ", ".join(" ".join(part for part in self._place(one) if part) or "-" for one in found)
                self.wrong(row, "vlan", "addressing.sheet_vlans", where=where)

    def _of_vid(self, vid: int) -> list[Key]:
        for key in self._new(VLAN):
            self._vids[int(text(self.draft.objects[key], "vid"))].append(key)
        return self._vids.get(vid, [])

    def _new(self, type_: str) -> list[Key]:
        """The objects of a type that came since somebody asked."""
        known = self.draft.by_type[type_]
        new = known[self._seen[type_] :]
        self._seen[type_] = len(known)
        return new

    def _place(self, vlan: Key) -> tuple[str, str]:
        record = self.draft.objects[vlan]
        site = self.draft.objects.get(Key.parse(text(record, SITE)), {})
        return text(record, "vlan_group"), text(site, "name")

    # -- networks

    def network(self, row: Row) -> Network | None:
        """The network that a row names, or that stands above its table."""
        mask = row["mask"] if row["prefix"] else row.anywhere("mask")
        network = self.read(row, "prefix", lambda cell: read_network(cell, mask))
        if network is not None and is_special(network):
            self.wrong(row, "prefix", "addressing.special_network")
            return None
        return network

    def prefix_named(self, row: Row) -> Key | None:
        """The network whose name stands in the place of its number."""
        self._index()
        found = self._names.get(search_key(row["prefix"]), [])
        return found[0] if row["prefix"] and len(found) == 1 else None

    def vrf(self, row: Row, network: Network) -> Said | None:
        """The VRF of a network: the one that is named, else the one that has it, else the only one."""
        if row.anywhere("vrf"):
            return self.reference(row, "vrf", VRF)
        known = {text(self.draft.objects[key], "vrf") for key in self._having(network)}
        known = known or set(map(str, self.draft.by_type[VRF]))
        if len(known) == 1:
            return Said(known.pop(), row.first)
        self.wrong(row, "prefix", "addressing.sheet_no_vrf")
        return None

    def around(self, row: Row, span: Span) -> Key | None:
        """The smallest network that addresses lie in, of those that addresses are given from."""
        vrf = self.reference(row, "vrf", VRF)
        if row.anywhere("vrf") and vrf is None:
            return None
        found = [
            key
            for key in self._covering(span.first)
            if (vrf is None or self.draft.objects[key]["vrf"] == vrf.value)
            and self.draft.objects[key]["kind"] == ASSIGNABLE
        ]
        if len(found) != 1:
            self.wrong(row, "address", "addressing.sheet_no_vrf" if found else "addressing.sheet_no_prefix")
            return None
        return found[0]

    def _having(self, network: Network) -> list[Key]:
        self._index()
        return self._networks.get((network.version, network.prefixlen), {}).get(int(network.network_address), [])

    def _covering(self, address: Address) -> list[Key]:
        """The longest networks that have an address, one of each VRF."""
        self._index()
        longest: dict[str, Key] = {}
        for version, length in sorted(self._networks, key=lambda each: -each[1]):
            if version == address.version:
                behind = address.max_prefixlen - length
                for key in self._networks[version, length].get(int(address) >> behind << behind, ()):
                    longest.setdefault(text(self.draft.objects[key], "vrf"), key)
        return list(longest.values())

    def _index(self) -> None:
        for key in self._new(PREFIX):
            record = self.draft.objects[key]
            network = ip_network(text(record, "network"))
            place = self._networks.setdefault((network.version, network.prefixlen), {})
            place.setdefault(int(network.network_address), []).append(key)
            self._names[search_key(text(record, "name"))].append(key)

    # -- devices

    def interface(self, row: Row) -> Said | None:
        """The interface that a row names, with its device."""
        if not row["interface"]:
            return None
        device = self.draft.find((DEVICE, row["device"]))
        name = text(self.draft.objects[device], "name") if device else row["device"]
        key = self.draft.find((INTERFACE, name, row["interface"]))
        if key is None:
            self.wrong(row, "interface", "addressing.sheet_unknown_name", kind=INTERFACE, name=row["interface"])
            return None
        return Said(str(key), row.cell("interface"))
