"""What of a ledger no plan may touch, as a city's settings say it. For all systems that are ledgers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from chonai.systems.patterns import first_match
from chonai.systems.settings_reader import SettingsReader

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Shield:
    """What must not be touched.

    protected   patterns of names (`core-*`) whose objects no plan may touch
    networks    those in which no plan may touch an address, a range or a prefix
    """

    protected: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()

    def protecting(self, name: str) -> str | None:
        """The first pattern that a name falls under; upper and lower case are one."""
        return first_match(self.protected, name)

    def protecting_network(self, network: Network) -> Network | None:
        """The first protected network that a network lies in."""
        return next((item for item in self.networks if lies_in(network, item)), None)


def shield_of(settings: Mapping[str, object]) -> Shield:
    """What the settings of a system say of it; nothing where it has no such settings. Wrong ones are refused when the
    system is connected.
    """
    protected = SettingsReader(settings, [], room="ipam").group("protected")
    return Shield(protected=protected.texts("names"), networks=tuple(read_networks(protected)))


def lies_in(network: Network, other: Network) -> bool:
    """Whether all of a network is in another one; those of two families never are."""
    if isinstance(network, IPv4Network):
        return isinstance(other, IPv4Network) and network.subnet_of(other)
    return isinstance(other, IPv6Network) and network.subnet_of(other)


def read_networks(reader: SettingsReader) -> Iterator[Network]:
    """Those that `networks` names. What is none goes to the reader."""
    for text in reader.texts("networks"):
        try:
            yield ip_network(text)
        except ValueError:
            reader.problem("not_network", "networks", value=text)
