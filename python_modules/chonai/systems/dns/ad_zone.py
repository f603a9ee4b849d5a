"""A zone of Active Directory, read where it is kept: the directory. Its name servers hand over no zones."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import dns.exception

from chonai.change.errors import Fault
from chonai.systems.directory import filters
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.protocol import Entry, Search, SearchScope
from chonai.systems.dns import ad_record
from chonai.systems.dns.ad_record import AdRecord
from chonai.systems.dns.settings import DnsSettings
from chonai.systems.dns.zone import RRset

APEX = "@"
PLACES = ("CN=MicrosoftDNS,DC=DomainDnsZones,{base}", "CN=MicrosoftDNS,DC=ForestDnsZones,{root}",
          "CN=MicrosoftDNS,CN=System,{base}")  # fmt: skip
"""Where a domain keeps zones: its own, those of the forest, and those of the days of Windows 2000."""


class AdZone:
    """The RRsets of a zone by id (`OWNER. TYPE`); the same as `Zone`."""

    def __init__(self, settings: DnsSettings, connection: Connection, name: str) -> None:
        self._settings, self._connection, self._name = settings, connection, name

    def look(self) -> tuple[int, Mapping[str, RRset]]:
        """Serial and RRsets of now. Raises SystemUnreachable, and Fault when the directory does not have the zone."""
        search = Search(self._place, filters.equals("objectClass", "dnsNode"), ("dc", "dnsRecord"), SearchScope.ONE)
        found: dict[str, list[AdRecord]] = defaultdict(list)
        for owner, record in (pair for pairs in self._connection.search(search, self._records) for pair in pairs):
            found[f"{owner} {record.type}"].append(record)
        rrsets = {
            id_: RRset(min(each.ttl for each in records), frozenset(each.data for each in records))
            for id_, records in found.items()
        }
        soa = rrsets.get(f"{self._name} SOA")
        return int(min(soa.data).split()[2]) if soa else 0, rrsets

    def _records(self, node: Entry) -> list[tuple[str, AdRecord]]:
        """The records of a name, with the name."""
        label = node.values["dc"][0].decode("utf-8").lower()
        owner = self._name if label == APEX else f"{label}.{self._name}"
        try:
            records = [ad_record.read(blob) for blob in node.values.get("dnsrecord", ())]
        except (struct.error, IndexError, dns.exception.DNSException) as error:
            raise Fault("dns.bad_node", system=self._settings.name, dn=node.dn, why=str(error)) from error
        return [(owner, record) for record in records if record is not None]

    @cached_property
    def _place(self) -> str:
        """The DN of the zone."""
        places = list(self._places())
        is_zone = filters.equals("objectClass", "dnsZone")
        answers = self._connection.searches([Search(dn, is_zone, ("dc",), SearchScope.BASE) for dn in places])
        for entries in answers:
            if entries:
                return entries[0].dn
        raise Fault("dns.no_ad_zone", system=self._settings.name, zone=self._name, places="; ".join(places))

    def _places(self) -> Iterator[str]:
        names = ("defaultNamingContext", "rootDomainNamingContext")
        [[root]] = self._connection.searches([Search("", filters.present("objectClass"), names, SearchScope.BASE)])
        base, forest = (root.values[name.lower()][0].decode("utf-8") for name in names)
        for place in PLACES:
            yield f"DC={self._name.rstrip('.')},{place.format(base=base, root=forest)}"
