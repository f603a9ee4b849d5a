"""Rows of zones, sites, VRFs, VLANs, networks, ranges, devices and interfaces, put into the ledger as it will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chonai.change.model import Key, Value
from chonai.operations.addressing.meaning import LAST_YEAR
from chonai.operations.addressing.model import (
    DEVICE,
    IN_USE,
    INTERFACE,
    PREFIX,
    RANGE,
    RESERVED,
    RETIRED,
    SITE,
    VLAN,
    VRF,
    ZONE,
    text,
)
from chonai.operations.addressing.sheet.draft import Draft, Name, Said, vlan_name
from chonai.operations.addressing.sheet.naming import Namer
from chonai.operations.addressing.sheet.rows import Row
from chonai.operations.addressing.sheet.values import Span, read_address, read_vlan
from chonai.operations.addressing.sheet.words import FLAGS, FREE, KINDS, STATUSES
from chonai.operations.addressing.spaces import Network
from chonai.text.dates import DateError, parse_date
from chonai.text.folding import search_key

Told = Mapping[str, Said | None]
_WORDS = ("owner", "purpose", "request", "item", "ended_by", "note")


@dataclass(frozen=True, slots=True)
class Placer:
    """Puts rows into a draft."""

    draft: Draft
    namer: Namer

    def place(self, row: Row) -> None:
        """A row of any of these types."""
        place = {
            ZONE: self._zone,
            SITE: self._site,
            VRF: self._vrf,
            VLAN: self._vlan,
            PREFIX: self._prefix,
            RANGE: self._range,
            DEVICE: self._device,
            INTERFACE: self._interface,
        }
        place[row.type](row)

    # -- names

    def _zone(self, row: Row) -> None:
        self._named(row, ZONE, "zone", {"description": self.namer.said(row, "description")})

    def _site(self, row: Row) -> None:
        self._named(row, SITE, "site", {"description": self.namer.said(row, "description")})

    def _vrf(self, row: Row) -> None:
        told = {"zone": self.namer.reference(row, "zone", ZONE), "description": self.namer.said(row, "description")}
        self._named(row, VRF, "vrf", told)

    def _device(self, row: Row) -> None:
        told = {name: self.namer.said(row, name) for name in ("product", "platform", "serial", "owner", "note")}
        self._named(row, DEVICE, "device", {**told, **self._placed(row)})

    def _named(self, row: Row, type_: str, word: str, told: Told) -> None:
        name = row[word]
        if not name:
            self.namer.wrong(row, word, "addressing.sheet_blank")
            return
        self.draft.put((type_, name), row, {"name": name}, told, is_own=True)

    def _interface(self, row: Row) -> None:
        device = self.namer.reference(row, "device", DEVICE)
        if not row["device"] or not row["interface"]:
            self.namer.wrong(row, "interface", "addressing.sheet_blank")
        if device is None or not row["interface"]:
            return
        management = self.namer.word(row, "management", FLAGS)
        told = {
            "mac": self.namer.said(row, "mac"),
            "note": self.namer.said(row, "note"),
            "management": Said(management == "yes", row.cell("management")) if management else None,
            "vlan": self._vlan_of(row, self._site_of(Key.parse(str(device.value))), makes=False),
        }
        name = (INTERFACE, self.namer.name(device), row["interface"])
        identity: Mapping[str, Value] = {"device": device.value, "name": row["interface"]}
        self.draft.put(name, row, identity, told, is_own=True)

    def _site_of(self, key: Key) -> str:
        record = self.draft.objects[key]
        return text(self.draft.objects.get(Key.parse(text(record, SITE)), {}), "name")

    # -- VLANs

    def _vlan(self, row: Row) -> None:
        if not row["vlan"]:
            self.namer.wrong(row, "vlan", "addressing.sheet_blank")
            return
        told = {"name": self.namer.said(row, "name") or self.namer.said(row, "vlan_name"), **self.life(row)}
        self._own_vlan(row, told)

    def _vlan_of(self, row: Row, site: str | None, *, makes: bool) -> Said | None:
        """The VLAN that a row names; with `makes` it is made where there is none."""
        wanted = self.namer.read(row, "vlan", read_vlan)
        if wanted is None:
            return None
        placed = self._placed(row)
        place = self.namer.name(placed["site"]) if site is None else site
        key = self.namer.vlan(row, wanted, place)
        if key is None and not makes:
            self.namer.wrong(row, "vlan", "addressing.unknown_vlan")
            return None
        name = (
            self.draft.name(key)
            if key
            else vlan_name(row["vlan_group"] or wanted.group, wanted.at(place), str(wanted.vid))
        )
        if key is None or row["vlan_name"]:
            zone = placed["zone"] if key is None else None
            told = {"name": self.namer.said(row, "vlan_name"), "zone": zone}
            key = self._put_vlan(row, name, told, is_own=False)
        return Said(str(key), row.cell("vlan")) if key else None

    def _own_vlan(self, row: Row, told: Told) -> None:
        wanted = self.namer.read(row, "vlan", read_vlan)
        if wanted is None:
            return
        placed = self._placed(row)
        place = self.namer.name(placed["site"])
        name = vlan_name(row["vlan_group"] or wanted.group, wanted.at(place), str(wanted.vid))
        if not {"site", "vlan_group"} & set(row.columns) and (key := self.namer.vlan(row, wanted, place)):
            name = self.draft.name(key)
        if self._is_free(row):
            self.draft.free(name, row)
            return
        site = placed["site"] if name[1] == "group" else None
        self._put_vlan(row, name, {**told, "zone": placed["zone"], "site": site}, is_own=True)

    def _put_vlan(self, row: Row, name: Name, told: Told, *, is_own: bool) -> Key | None:
        _, place, where, vid = name
        site = self.draft.find((SITE, where)) if place == "site" and where else None
        if place == "site" and where and site is None:
            self.namer.wrong(row, "vlan", "addressing.sheet_unknown_name", kind=SITE, name=where)
            return None
        identity: Mapping[str, Value] = {
            "vid": int(vid),
            "vlan_group": where if place == "group" else None,
            "site": str(site) if site else None,
        }
        return self.draft.put(name, row, identity, told, is_own=is_own)

    # -- networks

    def _prefix(self, row: Row) -> None:
        if not row["prefix"]:
            if row["vlan"] and (row["vlan_name"] or row["name"]):
                self._vlan(row)
            else:
                self.namer.wrong(row, "prefix", "addressing.sheet_blank")
            return
        network = self.namer.network(row)
        if network is None:
            return
        if self._is_free(row):
            vrf = self.namer.vrf(row, network)
            self.draft.free((PREFIX, self.namer.name(vrf), str(network)), row)
            return
        kind = self.namer.word(row, "kind", KINDS)
        told = {
            "name": self.namer.said(row, "name"),
            "kind": Said(kind, row.cell("kind")) if kind else None,
            **self.life(row),
        }
        self.network(row, network, told, is_own=True)

    def network(self, row: Row, network: Network, told: Told, *, is_own: bool) -> Key | None:
        """A network that a row is about, or that it names, with its VLAN and gateway."""
        vrf = self.namer.vrf(row, network)
        if vrf is None:
            return None
        name = (PREFIX, self.namer.name(vrf), str(network))
        known = self.draft.find(name)
        gateway = self.namer.read(row, "gateway", read_address)
        placed = self._placed(row)
        told = {
            **told,
            **placed,
            "gateway": Said(str(gateway), row.cell("gateway")) if gateway is not None else None,
            "vlan": self._vlan_of(row, self._site_of(known) if known and not placed["site"] else None, makes=True),
        }
        return self.draft.put(name, row, {"network": str(network), "vrf": vrf.value}, told, is_own=is_own)

    def _placed(self, row: Row) -> dict[str, Said | None]:
        return {"site": self.namer.reference(row, "site", SITE), "zone": self.namer.reference(row, "zone", ZONE)}

    # -- ranges

    def _range(self, row: Row) -> None:
        first, last = (self.namer.read(row, name, read_address) for name in ("first", "last"))
        if not row["first"] or not row["last"]:
            self.namer.wrong(row, "first", "addressing.sheet_blank")
        if first is None or last is None:
            return
        span = Span(first, last)
        prefix = self.prefix_of(row, span)
        issuable = self.namer.word(row, "issuable", FLAGS)
        if prefix is not None and issuable is not None:
            self.range(row, prefix, span, issuable=issuable != "no", is_said=bool(issuable))

    def range(self, row: Row, prefix: Key, span: Span, *, issuable: bool, is_said: bool = True) -> None:
        """A part of a network, from which addresses for a purpose are given, or none."""
        cell = row.cell("last") if row["last"] else row.cell("address")
        told = {
            "last": Said(str(span.last), cell),
            "issuable": Said(issuable, row.cell("issuable") if row["issuable"] else row.first) if is_said else None,
            "purpose": self.namer.said(row, "purpose"),
            "note": self.namer.said(row, "note"),
        }
        name = (RANGE, *self.draft.name(prefix)[1:], str(span.first))
        self.draft.put(name, row, {"prefix": str(prefix), "first": str(span.first)}, told, is_own=True)

    def prefix_of(self, row: Row, span: Span) -> Key | None:
        """The network that addresses are in: the one that the row names, or its length, or the sheet; else the one of
        the ledger.
        """
        named = self.namer.prefix_named(row)
        if named is None:
            stated = bool(row["prefix"])
            network = self.namer.network(row) if stated or span.network is None else span.network
            if network is None:
                return None if row.anywhere("prefix") else self.namer.around(row, span)
            told: dict[str, Said | None] = {}
            if not stated:
                told = {
                    name: Said(row.said[name].text, row.said[name]) for name in ("name", "purpose") if name in row.said
                }
            named = self.network(row, network, told, is_own=False)
        return named

    # -- what all that is issued has

    def life(self, row: Row) -> dict[str, Said | None]:
        """State and words of what is issued."""
        status = self.namer.word(row, "status", STATUSES) or ""
        told = {name: self.namer.said(row, name) for name in _WORDS}
        if row["until"] and status in (RESERVED, RETIRED):
            told["until"] = self._day(row)
        elif row["until"]:
            self.namer.wrong(row, "until", "addressing.sheet_until")
        if status in (IN_USE, RESERVED, RETIRED):
            told["status"] = Said(status, row.cell("status"))
        return told

    def _day(self, row: Row) -> Said | None:
        try:
            day = parse_date(row["until"])
        except DateError as wrong:
            self.namer.wrong(row, "until", wrong.why)
            return None
        if day.year > LAST_YEAR:
            self.namer.wrong(row, "until", "addressing.until_far", last=LAST_YEAR)
            return None
        return Said(day.isoformat(), row.cell("until"))

    def _is_free(self, row: Row) -> bool:
        """Whether a row says that nobody has it; then nothing is written."""
        return STATUSES.get(search_key(row["status"])) == FREE
