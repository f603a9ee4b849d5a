"""Domain names."""

from __future__ import annotations

import pytest

from chonai.text.hostnames import NotAName, is_host_name, to_ascii, to_unicode


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SW-HON-3F-01", "sw-hon-3f-01"),
        ("portal.shiomino.lg.example.", "portal.shiomino.lg.example"),
        ("*.preview", "*.preview"),
        ("_ldap._tcp", "_ldap._tcp"),
        ("施設予約", "xn--0kqq97c2oq86l"),
        ("施設予約。ｅｘａｍｐｌｅ", "xn--0kqq97c2oq86l.example"),
        ("10.20", "10.20"),
    ],
)
def test_names_have_one_form(text: str, name: str) -> None:
    assert to_ascii(text) == name
    assert to_ascii(to_unicode(name)) == name


@pytest.mark.parametrize(
    "text", ["", ".", "a..b", "-a", "a-", "a b", "a.*", "a/b", "x" * 64, ".".join(["x" * 60] * 5), "\ud800"]
)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(NotAName):
        to_ascii(text)


def test_hosts_have_neither_underscores_nor_wildcards() -> None:
    assert is_host_name("sw-hon-3f-01.shiomino.lg.example")
    assert not any(map(is_host_name, ("a_b", "*.a", "a-.b", "")))


def test_labels_that_only_look_encoded_stay() -> None:
    assert to_unicode("xn--a.example") == "xn--a.example"
