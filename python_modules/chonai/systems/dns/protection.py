"""Which RRsets nobody's plan may touch, and why."""

from __future__ import annotations

from chonai.systems.dns.records import owner_of, type_of
from chonai.systems.dns.settings import DnsSettings
from chonai.text.messages import Message, message

SERVERS_OWN = frozenset({"DNSKEY", "CDS", "CDNSKEY", "NSEC", "NSEC3", "NSEC3PARAM", "RRSIG", "ZONEMD"})
"""Types that a name server writes itself when it signs a zone."""


def protection(settings: DnsSettings, id_: str) -> Message | None:
    """Why the RRset of this id may not be touched; None when it may."""
    owner, type_ = owner_of(id_), type_of(id_)
    if type_ == "SOA" or (type_ == "NS" and owner in settings.zones):
        return message("dns.protected_apex", name=id_)
    if type_ in SERVERS_OWN or type_.startswith("TYPE"):
        return message("dns.protected_server", name=id_)
    if type_ in settings.protected_types:
        return message("dns.protected_type", name=id_, type=type_)
    if pattern := settings.protecting(owner):
        return message("dns.protected_name", name=id_, pattern=pattern)
    return None
