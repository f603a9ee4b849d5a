"""What is out there, as others see it: ARP and MAC tables, DHCP leases, names of name servers, answers to pings.

Each reader gives what it saw, and names every line that it cannot read. Nothing here changes anything.
"""

from __future__ import annotations

from chonai.systems.sightings.leases import read_leases
from chonai.systems.sightings.names import forward, reverse, zones
from chonai.systems.sightings.seen import Read, Seen
from chonai.systems.sightings.tables import read_tables

__all__ = ["Read", "Seen", "forward", "read_leases", "read_tables", "reverse", "zones"]
