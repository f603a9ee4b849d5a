"""What was seen by whom, and what the ledger makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chonai.change.model import Key
from chonai.text.messages import Message


class Via(StrEnum):
    """How something was seen."""

    ARP = "arp"
    MAC = "mac"
    LEASE = "lease"
    PING = "ping"
    FORWARD = "forward"
    REVERSE = "reverse"


ALIVE = frozenset({Via.ARP, Via.MAC, Via.LEASE, Via.PING})
"""What only somebody does who is there. A name in DNS stays when its host is long gone."""
NAMES = frozenset({Via.FORWARD, Via.REVERSE})


@dataclass(frozen=True, slots=True)
class Source:
    """Who saw something.

    name   a file or a host, as it was given
    vrf    the name of the one that it sees; blank where nobody said so
    site   likewise: all devices of this site are among what it sees
    zones  the DNS zones that it serves, without a dot at the end
    swept  prefixes all of whose addresses it asked
    """

    name: str
    vrf: str = ""
    site: str = ""
    zones: frozenset[str] = frozenset()
    swept: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Sighting:
    """An address, a MAC address or both, at a moment; `name` and `port` as the source calls host and place. `is_own`:
    it is an address of the device that tells.
    """

    source: Source
    via: Via
    at: datetime
    address: str = ""
    mac: str = ""
    name: str = ""
    port: str = ""
    is_own: bool = False


class Kind(StrEnum):
    """What is the matter with an address."""

    TWO_DEVICES = "two_devices"
    OTHER_MAC = "other_mac"
    OTHER_NAME = "other_name"
    NO_NAME = "no_name"
    RESERVED = "reserved"
    QUARANTINED = "quarantined"
    FREE = "free"
    LEASE_ON_STATIC = "lease_on_static"
    LEASE_OUTSIDE = "lease_outside"
    OTHER_SITE = "other_site"
    UNKNOWN = "unknown"
    UNUSED = "unused"


class Group(StrEnum):
    """How the kinds are shown together, in this order."""

    CONFLICTING = "conflicting"
    UNKNOWN = "unknown"
    UNUSED = "unused"


GROUPS: Mapping[Kind, Group] = {
    **dict.fromkeys(Kind, Group.CONFLICTING),
    Kind.UNKNOWN: Group.UNKNOWN,
    Kind.UNUSED: Group.UNUSED,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter of one address: what the ledger says of it, what was seen, and why that does not agree.

    prefix, vrf            in which it lies; blank for what is in none of the ledger
    status … item          the ledger's words; blank where it does not have the address
    names, macs, ports, sources   what was seen, and by whom
    last_seen              when somebody was there last, as far as the sources tell
    """

    kind: Kind
    address: str
    why: Message
    prefix: str = ""
    vrf: str = ""
    status: str = ""
    until: str = ""
    hostname: str = ""
    mac: str = ""
    owner: str = ""
    request: str = ""
    item: str = ""
    names: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    last_seen: datetime | None = None

    @property
    def group(self) -> Group:
        """With which others it is shown."""
        return GROUPS[self.kind]
