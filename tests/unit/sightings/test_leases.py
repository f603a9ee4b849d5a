"""Lease files of DHCP servers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chonai.systems.sightings import Seen, read_leases
from tests.unit.sightings import prints
from tests.unit.sightings.prints import MADE


def read(text: str, made: datetime = MADE) -> list[Seen]:
    found = read_leases("leases", text.encode(), made)
    assert not [str(one) for one in found.problems]
    return found.seen


def faults(text: str) -> list[str]:
    found = read_leases("leases", text.encode(), MADE)
    return [one.render("en").removeprefix("leases, ") for one in found.problems]


def test_of_kea_the_last_line_of_an_address_counts() -> None:
    """Renewed by somebody else, given back, declined, expired, for ever."""
    assert read(prints.KEA4) == [
        Seen("10.20.200.1", "00:11:22:33:44:aa", MADE, name="pc,b"),
        Seen("10.20.200.5", "", MADE),
    ]


def test_kea_for_ipv6_without_delegated_prefixes() -> None:
    [one] = read(prints.KEA6)
    assert (one.address, one.mac, one.name) == ("2001:db8:20:1::100", "00:11:22:33:44:01", "pc-a")
    assert one.at == MADE


def test_dnsmasq_with_leases_for_ever_and_ipv6() -> None:
    assert read(prints.DNSMASQ) == [
        Seen("10.20.200.1", "00:11:22:33:44:01", MADE, name="pc-a"),
        Seen("10.20.200.2", "00:11:22:33:44:02", MADE),
        Seen("2001:db8:20:1::100", "", MADE, name="pc-a"),
    ]


def test_isc_dhcp() -> None:
    assert read(prints.DHCPD) == [
        Seen("10.20.200.1", "00:11:22:33:44:01", MADE, name="pc-a"),
        Seen("10.20.200.3", "00:11:22:33:44:03", MADE),
    ]


def test_a_lease_ends_with_its_time() -> None:
    assert read("1775100000 00:11:22:33:44:01 10.20.200.1 pc-a *\n", MADE + timedelta(days=2)) == []


def test_an_empty_file_has_no_leases() -> None:
    assert read("\n") == []


def test_a_file_of_another_kind() -> None:
    [fault] = faults("hello\n")
    assert fault.startswith(
        "leases is no lease file that is known. Known: Kea memfile, ISC dhcpd.leases, dnsmasq.leases"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            prints.KEA4
            + "10.20.200.300,,,1,1,1,0,0,,0,\n10.20.200.9,zz,,1,1,1,0,0,,0,\n10.20.200.9,,,1,soon,1,0,0,,0,\n"
            + "10.20.200.9,,,,,1,0,0,,0,\n1,2,3,4,5,6,7,8,9,10,11,12\n",
            [
                "line 9: 10.20.200.300,,,1,1,1,0,0,,0,: 10.20.200.300 is no address",
                "line 10: 10.20.200.9,zz,,1,1,1,0,0,,0,: zz is no MAC address",
                "line 11: 10.20.200.9,,,1,soon,1,0,0,,0,: 1, soon is no time",
                "line 12: 10.20.200.9,,,,,1,0,0,,0,: There is nothing in valid_lifetime, expire",
                "line 13: 1,2,3,4,5,6,7,8,9,10,11,12: It has 12 cells, and the header before it 11",
            ],
        ),
        (
            prints.DNSMASQ + "1775100000 zz 10.20.200.9 * *\nsoon 00:11:22:33:44:01 10.20.200.9 * *\nx y\n0 a b c d\n",
            [
                "line 6: 1775100000 zz 10.20.200.9 * *: zz is no MAC address",
                "line 7: soon 00:11:22:33:44:01 10.20.200.9 * *: soon is no time",
                "line 8: x y: It has 2 words and not five",
                "line 9: 0 a b c d: b is no address",
            ],
        ),
        (
            prints.DHCPD
            + "lease 10.20.200.300 {\n}\nlease 10.20.200.9 {\n  ends 3 2026/13/01 02:10:00;\n"
            + "  hardware ethernet zz;\n  Broken\n}\n",
            [
                "line 35: lease 10.20.200.300 {: 10.20.200.300 is no address",
                "line 38: ends 3 2026/13/01 02:10:00;: 3 2026/13/01 02:10:00 is no time",
                "line 39: hardware ethernet zz;: zz is no MAC address",
                "line 40: Broken: This is no statement of a lease",
            ],
        ),
    ],
    ids=["Kea", "dnsmasq", "ISC DHCP"],
)
def test_every_line_that_cannot_be_read_is_named_at_once(text: str, expected: list[str]) -> None:
    told = faults(text)
    assert [fault[: len(wanted)] for fault, wanted in zip(told, expected, strict=True)] == expected
