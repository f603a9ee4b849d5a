"""No file makes a reader fall over, and every fault says where it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chonai.systems.sightings import Read, read_leases, read_tables
from chonai.text.macs import mac_address
from tests.unit.sightings import prints
from tests.unit.sightings.prints import MADE

TABLES = [
    getattr(prints, name)
    for name in ("CATALYST", "CATALYST_6500", "NEXUS", "ALLIED", "FORTIGATE", "PALO_ALTO", "LINUX", "UNIX", "WINDOWS")
]
LEASES = [prints.KEA4, prints.KEA6, prints.DNSMASQ, prints.DHCPD]
Reader = Callable[[str, bytes, datetime], Read]


@st.composite
def damaged(draw: st.DrawFn, texts: list[str]) -> bytes:
    """A file with some of its pieces taken out, doubled or overwritten."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 20)))
        kept = text[at:end] * draw(st.integers(0, 2))
        text = text[:at] + draw(st.text(max_size=6)) + kept + text[end:]
    return text.encode("utf-8", "surrogatepass")


def must_be_sound(read: Read) -> None:
    for one in read.seen:
        assert not one.address or str(ip_address(one.address)) == one.address
        assert not one.mac or mac_address(one.mac) == one.mac
        assert one.at.tzinfo is not None
    for problem in read.problems:
        assert re.match(r"f(, (line|row) \d+)?[:, ]", problem.render("en"))


@pytest.mark.parametrize("reader", [read_tables, read_leases])
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_anything(reader: Reader, data: bytes) -> None:
    must_be_sound(reader("f", data, MADE))


@given(data=damaged(TABLES))
def test_damaged_tables(data: bytes) -> None:
    must_be_sound(read_tables("f", data, MADE))


@given(data=damaged(LEASES))
def test_damaged_leases(data: bytes) -> None:
    must_be_sound(read_leases("f", data, MADE))
