"""Names as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chonai.systems.directory import dn

NAMES = ["税務課", "a,b", 'say "hi"', "#1", " x ", "\\", "a=b", "<x>;y+z", "髙﨑𠮷", "a\nb", "\0", "  ", "#", "課 "]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_survives_being_written_and_read(name: str) -> None:
    first, parent = dn.split(f"{dn.rdn('CN', name)},OU=課,DC=x")
    assert dn.rdn_parts(first) == ("CN", name)
    assert parent == "OU=課,DC=x"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_survives(name: str) -> None:
    first, parent = dn.split(f"{dn.rdn('OU', name)},DC=x")
    assert (dn.rdn_parts(first), parent) == (("OU", name), "DC=x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=A,DC=X", "cn=a,dc=x"),
        ("CN=a\\,b,DC=x", "CN=a\\2Cb,DC=x"),
        ('CN="a,b",DC=x', "CN=a\\,b,DC=x"),
        ("CN=a, DC=x", "CN=a,DC=x"),
        ("CN=\\E7\\A8\\8E,DC=x", "CN=税,DC=x"),
        ("CN=a  b,DC=x", "CN=a b,DC=x"),
        ("cn = a,DC=x", "CN=a,DC=x"),
    ],
)
def test_ways_of_writing_one_name_are_equal(one: str, other: str) -> None:
    assert dn.fold(one) == dn.fold(other)


@pytest.mark.parametrize("other", ["CN=b,DC=x", "CN=a,DC=y", "CN=a,CN=b,DC=x", "CN=a\\,DC=x"])
def test_different_names_are_not(other: str) -> None:
    assert dn.fold("CN=a,DC=x") != dn.fold(other)


def test_below_is_not_beside() -> None:
    assert dn.is_under("CN=a,OU=B,DC=x", "ou=b,dc=X")
    assert dn.is_under("OU=b,DC=x", "OU=b,DC=x")
    assert not dn.is_under("OU=ab,DC=x", "OU=b,DC=x")
    assert not dn.is_under("DC=x", "OU=b,DC=x")


def test_the_parts_of_a_dn_from_the_inside_out() -> None:
    assert dn.rdns("CN=a\\,b,OU=c,DC=x") == ["CN=a\\,b", "OU=c", "DC=x"]
