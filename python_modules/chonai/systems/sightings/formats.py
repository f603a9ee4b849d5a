"""The tables that devices print, each known by a line of its own. How their rows are read is ntc-templates' where that
has a template, else a template of the same kind (TextFSM) here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO

from textfsm import TextFSM

IP_NEIGH = r"""Value ADDRESS (\S+)
Value INTERFACE (\S+)
Value MAC (\S+)
Value USED (\d+/\d+/\d+)
Value STATE ([A-Z]+)

Start
  ^${ADDRESS}\s+dev\s+${INTERFACE}(?:\s+lladdr\s+${MAC})?(?:\s.*?used\s+${USED})?(?:\s.*)?\s${STATE}\s*$$ -> Record
  ^. -> Error
"""
"""`ip neigh` and `ip -s neigh` of Linux: ip-neighbour(8)."""

WINDOWS_ARP = r"""Value ADDRESS (\S+)
Value MAC_ADDRESS (\S+)
Value TYPE (\S+)

Start
  ^\s*(?:Interface|インターフェイス|インターフェース)\s*[:：]\s+\S+\s+---
  ^\s*(?:Internet Address|インターネット\s*アドレス)\s
  ^\s+${ADDRESS}\s+${MAC_ADDRESS}\s+${TYPE}\s*$$ -> Record
  ^\s*$$
  ^. -> Error
"""
"""`arp -a` of Windows, in English and Japanese."""


@dataclass(frozen=True, slots=True)
class Format:
    """A table.

    name      what people call it
    mark      the line that it is known by: its header, or where there is none, each of its rows
    template  of ntc-templates, or the text of one
    is_late   a row may go on in the lines after it
    is_bare   it has no header
    """

    name: str
    mark: re.Pattern[str]
    template: str
    is_late: bool = False
    is_bare: bool = False

    def machine(self) -> TextFSM:
        """What reads it, at its beginning."""
        return TextFSM(StringIO(_text(self.template)))


FORMATS = (
    Format("Cisco IOS show ip arp", re.compile(r"Protocol\s+Address\s+Age\s*\(min\)"), "cisco_ios_show_ip_arp"),
    Format(
        "Cisco IOS show ipv6 neighbors",
        re.compile(r"IPv6\s+Address\s+Age\s+Link-layer"),
        "cisco_ios_show_ipv6_neighbors",
    ),
    Format(
        "Cisco IOS show mac address-table",
        re.compile(
            r"Vlan\s+Mac Address\s+Type\s+Ports|Destination\s+Address\s+Address\s+Type"
            r"|\s+vlan\s+mac address\s+type\s+protocols"
        ),
        "cisco_ios_show_mac-address-table",
    ),
    Format(
        "Cisco Catalyst 6500 show mac address-table",
        re.compile(r"\s+vlan\s+mac address\s+type\s+learn"),
        "cisco_ios_show_mac-address-table",
        is_late=True,
    ),
    Format("Cisco NX-OS show ip arp", re.compile(r"Address\s+Age\s+MAC Address\s+Interface"), "cisco_nxos_show_ip_arp"),
    Format(
        "Cisco NX-OS show mac address-table",
        re.compile(r"\s*VLAN\s+MAC Address\s+Type\s+age\s+Secure"),
        "cisco_nxos_show_mac_address-table",
    ),
    Format(
        "AlliedWare Plus show arp",
        re.compile(r".*IP\s+Address\s+(?:MAC|LL)\s+Address\s+Interface\s+Port\s+Type"),
        "allied_telesis_awplus_show_arp",
    ),
    Format(
        "AlliedWare Plus show mac address-table",
        re.compile(r"VLAN\s+port\s+mac"),
        "allied_telesis_awplus_show_mac_address-table",
    ),
    Format("FortiOS get system arp", re.compile(r"Address\s+Age\(min\)\s+Hardware\s+Addr"), "fortinet_get_system_arp"),
    Format("PAN-OS show arp all", re.compile(r"interface\s+ip address\s+hw address"), "paloalto_panos_show_arp_all"),
    Format(
        "Windows arp -a",
        re.compile(r"\s*(?:Interface|インターフェイス|インターフェース)\s*[:：]\s+\S+\s+---"),
        WINDOWS_ARP,
    ),
    Format("Unix arp -a", re.compile(r"\S+ \([0-9a-fA-F.:]+\) at "), "linux_arp_-a", is_bare=True),
    Format("Linux ip neigh", re.compile(r"[0-9a-fA-F.:]+ dev \S"), IP_NEIGH, is_bare=True),
)


def format_of(line: str) -> Format | None:
    """The table that a line is the mark of."""
    return next((one for one in FORMATS if one.mark.match(line)), None)


@cache
def _text(template: str) -> str:
    if "\n" in template:
        return template
    return (resources.files("ntc_templates") / "templates" / f"{template}.textfsm").read_text(encoding="utf-8")
