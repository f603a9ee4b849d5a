"""ARP and MAC tables as devices print them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chonai.systems.sightings import Seen, read_tables
from chonai.text.macs import is_shared, mac_address
from tests.unit.sightings import prints
from tests.unit.sightings.prints import MADE

CATALYST, TAKE_OUT = "Cisco IOS show mac address-table", "take the line out."
FIVE, AGO = "00:11:22:33:44:05", MADE - timedelta(minutes=12)


def read(text: str, encoding: str = "utf-8") -> list[Seen]:
    found = read_tables("arp.txt", text.encode(encoding), MADE)
    assert not [str(one) for one in found.problems]
    return found.seen


def faults(data: bytes) -> list[str]:
    found = read_tables("arp.txt", data, MADE)
    return [one.render("en") for one in found.problems]


def test_a_session_with_three_tables() -> None:
    assert read(prints.CATALYST) == [
        Seen("10.20.1.1", "00:11:22:33:44:01", MADE, port="SW-HON-1F-01 Vlan100", is_own=True),
        Seen("10.20.1.5", FIVE, AGO, port="SW-HON-1F-01 Vlan100"),
        Seen("2001:db8:20:1::10", "00:11:22:33:44:10", MADE, port="SW-HON-1F-01 Vl100"),
        Seen("", FIVE, MADE, port="SW-HON-1F-01 Gi1/0/5"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (prints.FORTIGATE, [Seen("10.20.1.5", FIVE, AGO, port="FW-A port1")]),
        (prints.PALO_ALTO, [Seen("10.20.1.5", FIVE, MADE, port="PA-1 ethernet1/1")]),
        (
            prints.ALLIED,
            [Seen("10.20.1.5", FIVE, MADE, port="awplus vlan100"), Seen("", FIVE, MADE, port="awplus port1.0.5")],
        ),
        (
            prints.NEXUS,
            [
                Seen("10.20.1.5", FIVE, MADE - timedelta(minutes=10, seconds=33), port="N9K-1 Vlan100"),
                Seen("", FIVE, MADE, port="N9K-1 Eth1/5"),
            ],
        ),
        (
            prints.CATALYST_6500,
            [Seen("", FIVE, MADE, port="Gi1/1"), Seen("", "00:11:22:33:44:06", MADE, port="Gi1/2,Gi1/3")],
        ),
        (
            prints.LINUX,
            [
                Seen("10.20.1.5", FIVE, AGO, port="gw:~ eth0"),
                Seen("fe80::1", "00:11:22:33:44:01", MADE, port="gw:~ eth0"),
            ],
        ),
        (prints.UNIX, [Seen("10.20.1.5", FIVE, MADE, port="eth0")]),
    ],
    ids=["FortiOS", "PAN-OS", "AlliedWare Plus", "NX-OS", "Catalyst 6500", "ip neigh", "arp -a"],
)
def test_one_product_each(text: str, expected: list[Seen]) -> None:
    assert read(text) == expected


def test_windows_in_both_languages_and_its_own_encoding() -> None:
    assert read(prints.WINDOWS, "cp932") == [
        Seen("10.20.1.5", FIVE, MADE),
        Seen("10.20.1.6", "00:11:22:33:44:06", MADE),
    ]


def test_windows_line_ends_and_a_pager() -> None:
    paged = prints.CATALYST.replace("Internet  10.20.1.5", " --More-- \b\b\b\b\b\b\b\b\b        Internet  10.20.1.5")
    assert read(paged.replace("\n", "\r\n")) == read(prints.CATALYST)


def test_every_line_that_cannot_be_read_is_named_at_once() -> None:
    text = prints.CATALYST.replace("0011.2233.4401", "0011.2233.44zz").replace("Total Mac", "% Total Mac")
    lines, out = ["", "stray words", *text.splitlines()], "Take the line out, or"
    assert faults(b"stray words\n" + text.encode()) == [
        f"arp.txt, line 1: {lines[1]}: This is in no table that is known. {out} put the header of its table before it.",
        f"arp.txt, line 5: {lines[5]}: 0011.2233.44zz is no MAC address. Print the table again, or {TAKE_OUT}",
        f"arp.txt, line 20: {lines[20]}: This is no row of {CATALYST}. {out} print the table again.",
    ]


def test_an_address_that_is_none() -> None:
    assert "10.20.1.300 is no address" in faults(prints.CATALYST.replace("10.20.1.5 ", "10.20.1.300 ").encode())[0]


@pytest.mark.parametrize("data", [b"hello\nworld\n", b"Vlan Mac\n"])
def test_a_file_without_a_table_has_one_fault(data: bytes) -> None:
    [fault] = faults(data)
    assert "there is no ARP or MAC table" in fault
    assert "Cisco IOS show ip arp, " in fault


def test_a_file_that_is_no_text_has_one_fault() -> None:
    [fault] = faults(b"\x00\x01\x02 10.20.1.1")
    assert fault.startswith("arp.txt, row 1: there is a NUL byte")


def test_nothing_is_no_fault() -> None:
    assert faults(b"\n") != []
    assert faults(b"Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0011.22AA.bbcc", "00:11:22:aa:bb:cc"),
        ("00-11-22-aa-bb-cc", "00:11:22:aa:bb:cc"),
        ("0:11:22:aa:b:c", "00:11:22:aa:0b:0c"),
        ("001122-aabbcc", "00:11:22:aa:bb:cc"),
        ("001122aabbcc", "00:11:22:aa:bb:cc"),
        ("0011-22aa-bbcc", "00:11:22:aa:bb:cc"),
        ("00:11:22:aa:bb", None),
        ("00:11-22:aa:bb:cc", None),
        ("", None),
        ("００:11:22:aa:bb:cc", None),
    ],
)
def test_forms_of_mac_addresses(text: str, expected: str | None) -> None:
    assert mac_address(text) == expected


@pytest.mark.parametrize(
    ("mac", "expected"),
    [
        ("00:00:5e:00:01:0a", True),
        ("00:00:0c:07:ac:01", True),
        ("00:00:0c:9f:f0:01", True),
        ("00:00:0c:9f:e0:01", False),
    ],
)
def test_those_of_virtual_routers(mac: str, expected: bool) -> None:
    assert is_shared(mac) is expected


def test_a_line_of_dashes_is_read_in_no_time() -> None:
    """A pattern that begins anew at each of them would take hours."""
    read = read_tables("arp.txt", f"SW#show ip arp\n{'-' * 500_000}\n".encode(), MADE)
    assert not read.seen
