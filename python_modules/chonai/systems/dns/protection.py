"""Which RRsets nobody's plan may touch, and why."""

from __future__ import annotations

import fnmatch
import re

from chonai.systems.dns.settings import DnsSettings
from chonai.text.messages import Message, message

SERVERS_OWN = frozenset({"DNSKEY", "CDS", "CDNSKEY", "NSEC", "NSEC3", "NSEC3PARAM", "RRSIG", "ZONEMD"})
"""Types that a name server writes itself when it signs a zone."""


ORDINARY = frozenset({"A", "AAAA", "CAA", "CNAME", "MX", "PTR", "SRV", "TXT"})
"""Types that nobody but a name or the settings protects."""


class Guard:
    """Judges RRsets by their ids; of a hundred thousand nearly all are free, and cost little."""

    def __init__(self, settings: DnsSettings) -> None:
        self._settings = settings
        self._free = ORDINARY - settings.protected_types
        patterns = "|".join(map(fnmatch.translate, settings.protected_names))
        self._protects = re.compile(patterns).match if patterns else None

    def objection(self, id_: str) -> Message | None:
        """Why the RRset of this id may not be touched; None when it may."""
        owner, _, type_ = id_.partition(" ")
        if type_ in self._free and not (self._protects and self._protects(owner[:-1])):
            return None
        return self._reason(id_, owner, type_)

    def _reason(self, id_: str, owner: str, type_: str) -> Message | None:
        if type_ == "SOA" or (type_ == "NS" and owner in self._settings.zones):
            return message("dns.protected_apex", name=id_)
        if type_ in SERVERS_OWN or type_.startswith("TYPE"):
            return message("dns.protected_server", name=id_)
        if type_ in self._settings.protected_types:
            return message("dns.protected_type", name=id_, type=type_)
        if pattern := self._settings.protecting(owner):
            return message("dns.protected_name", name=id_, pattern=pattern)
        return None
