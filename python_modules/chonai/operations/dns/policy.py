"""What a city has settled about its DNS records (host_vars)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from chonai.policies.reading import read_policy
from chonai.text.folding import search_key
from chonai.text.hostnames import to_ascii
from chonai.text.messages import Message, message


@dataclass(frozen=True, slots=True)
class Ttl:
    """Seconds that a record may be kept: where nobody says otherwise, and the bounds of what a request may say."""

    default: int = 3600
    least: int = 60
    most: int = 86400


@dataclass(frozen=True, slots=True)
class Brakes:
    """The brake stands when more than this share of a zone's RRsets, and more than are always allowed, are deleted."""

    deletions_percent: int = 10
    always_allowed: int = 5


@dataclass(frozen=True)
class DnsPolicy:
    """Rules for all name servers: the host variable `dns_policy`.

    networks    what a request calls the networks (LGWAN系): name to further names
    host_names  patterns, one of which the first label of a name with addresses has to fit; without any, RFC 1123 alone
    reverse     whether a PTR follows each address
    """

    networks: Mapping[str, tuple[str, ...]]
    ttl: Ttl = field(default_factory=Ttl)
    host_names: tuple[str, ...] = ()
    reverse: bool = True
    brakes: Brakes = field(default_factory=Brakes)

    def network(self, text: str) -> str | None:
        """The network that somebody calls so; None for one that there is not."""
        return self._networks.get(search_key(text))

    def allows_host(self, label: str) -> bool:
        """Whether the city gives such names to hosts."""
        return not self.host_names or any(re.fullmatch(pattern, label) for pattern in self.host_names)

    @cached_property
    def _networks(self) -> Mapping[str, str]:
        return {search_key(text): name for name, texts in self.networks.items() for text in (name, *texts)}


@dataclass(frozen=True, slots=True)
class ServerPolicy:
    """What one name server is for: the host variable `dns_records`.

    network  whose names it serves
    domain   what names without one get; once read, with a dot at the end
    """

    network: str
    domain: str


def dns_policy(data: object, *, where: str = "dns_policy") -> DnsPolicy:
    """Raises `InputError` naming every fault and its path below `where`."""
    return read_policy(DnsPolicy, data, where, _city_faults)


def server_policy(data: object, city: DnsPolicy, *, where: str = "dns_records") -> ServerPolicy:
    """Raises `InputError` naming every fault and its path below `where`."""

    def faults(policy: ServerPolicy, where: str) -> list[Message]:
        found = []
        if policy.network not in city.networks:
            known = ", ".join(city.networks)
            found.append(message("dns_request.policy_no_network", path=f"{where}.network", known=known))
        if not _is_domain(policy.domain):
            found.append(message("dns_request.policy_no_domain", path=f"{where}.domain", value=policy.domain))
        return found

    policy = read_policy(ServerPolicy, data, where, faults)
    return replace(policy, domain=f"{to_ascii(policy.domain)}.")


def _is_domain(text: str) -> bool:
    try:
        return bool(to_ascii(text))
    except ValueError:
        return False


def _city_faults(policy: DnsPolicy, where: str) -> list[Message]:
    found = []
    if not policy.ttl.least <= policy.ttl.default <= policy.ttl.most:
        found.append(message("dns_request.policy_ttl_order", path=f"{where}.ttl"))
    for n, pattern in enumerate(policy.host_names):
        try:
            re.compile(pattern)
        except re.error as error:
            path = f"{where}.host_names[{n}]"
            found.append(message("dns_request.policy_no_pattern", path=path, value=pattern, why=str(error)))
    return found
