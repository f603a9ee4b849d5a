"""Addresses in wide letters are the same addresses."""

from __future__ import annotations

import pytest

from chonai.text.addresses import narrowed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("１０．２０．８．２００", "10.20.8.200"),
        ("１０．２０．８．０／２４", "10.20.8.0/24"),
        ("２００１：ｄｂ８：：１", "2001:db8::1"),
        ("10.20.8。200", "10.20.8.200"),
        ("10.20.8.200", "10.20.8.200"),
        ("東支所", "東支所"),
        ("１０．２０．８．③", "１０．２０．８．③"),
        ("１０．２０．８", "１０．２０．８"),
    ],
)
def test_narrowed(typed: str, meant: str) -> None:
    assert narrowed(typed) == meant
