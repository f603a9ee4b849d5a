"""The city's rules for what is issued: which VLAN ids and networks are for which purpose, where, and what is too
much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_network

from chonai.operations.addressing.spaces import Network
from chonai.policies.reading import read_policy
from chonai.text.messages import Message, message

_NUMBERS = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


class Gateway(StrEnum):
    """Which host address of a new prefix is its gateway's."""

    FIRST = "first"
    LAST = "last"
    NONE = "none"


class Dns(StrEnum):
    """Whether DNS records come and go with the names of addresses."""

    FOLLOWS = "follows"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """From where something for a purpose is issued. Without `zone` or `site` it holds for all of them.

    vlans       ids and stretches of ids (`100-199`) that new VLANs get
    vlan_group  whose ids are counted together, such as a VTP domain; without it those of the site are
    vrf         of new prefixes
    containers  networks that new prefixes are cut out of
    length      of a new prefix
    leave_free  how many of the lowest host addresses are kept for network equipment
    """

    purpose: str
    zone: str | None = None
    site: str | None = None
    vlans: tuple[str, ...] = ()
    vlan_group: str | None = None
    vrf: str | None = None
    containers: tuple[str, ...] = ()
    length: int = 24
    gateway: Gateway = Gateway.FIRST
    leave_free: int = 0

    def vlan_ids(self) -> Iterator[int]:
        """The ids that new VLANs get, in the order in which they are named."""
        for part in self.vlans:
            found = _NUMBERS.fullmatch(part)
            if found:
                yield from range(int(found[1]), int(found[2] or found[1]) + 1)

    def networks(self) -> list[Network]:
        """The containers."""
        return [ip_network(each) for each in self.containers]


@dataclass(frozen=True, slots=True)
class Brakes:
    """How much one request may give back before somebody has to look at it."""

    released_addresses: int = 20
    released_prefixes_in_use: int = 0


@dataclass(frozen=True, slots=True)
class AddressingPolicy:
    """All of it. The first rule that fits an item holds.

    quarantine_days    how long nobody else gets what was given back
    reservation_days   how long a reservation without a day of its own lasts
    warn_percent       share of a prefix's host addresses from which on its filling is told
    dns                whether DNS follows the host names that are given; `none` where others see to it
    dns_elsewhere      zones (三層) of which others see to it, where it follows in the rest
    columns            further names of the columns of a request's table
    language           of the reasons that stand in a plan
    """

    rules: tuple[Rule, ...] = ()
    quarantine_days: int = 90
    reservation_days: int = 30
    warn_percent: int = 80
    dns: Dns = Dns.FOLLOWS
    dns_elsewhere: tuple[str, ...] = ()
    brakes: Brakes = Brakes()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language: str = "ja"

    def rule(self, purpose: str, zone: str, site: str) -> Rule | None:
        """The rule for a purpose in a zone at a site."""
        for rule in self.rules:
            if rule.purpose == purpose and rule.zone in (None, zone) and rule.site in (None, site):
                return rule
        return None


def addressing_policy(data: object, *, where: str = "addressing_policy") -> AddressingPolicy:
    """The policy from plain data. Raises `InputError` naming every fault and its path below `where`."""
    return read_policy(AddressingPolicy, data, where, _faults)


def _faults(policy: AddressingPolicy, where: str) -> list[Message]:
    found = [fault for n, rule in enumerate(policy.rules) for fault in _rule_faults(rule, f"{where}.rules[{n}]")]
    if policy.language not in ("ja", "en"):
        found.append(message("policy.word", path=f"{where}.language", value=f"{policy.language} (ja, en)"))
    return found


def _rule_faults(rule: Rule, path: str) -> Iterator[Message]:
    for part in rule.vlans:
        ends = _NUMBERS.fullmatch(part)
        if ends is None or not 1 <= int(ends[1]) <= int(ends[2] or ends[1]) <= 4094:
            yield message("addressing.policy_vlans", path=f"{path}.vlans", value=part)
    for each in rule.containers:
        try:
            network = ip_network(each)
        except ValueError:
            yield message("addressing.policy_network", path=f"{path}.containers", value=each)
            continue
        if not network.prefixlen <= rule.length <= network.max_prefixlen:
            yield message("addressing.policy_length", path=f"{path}.length", value=rule.length, network=each)
    if rule.containers and rule.vrf is None:
        yield message("policy.missing", path=f"{path}.vrf", value="vrf")
