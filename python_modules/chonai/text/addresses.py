"""Addresses as people type them."""

from __future__ import annotations

from ipaddress import ip_interface

from chonai.text.folding import search_key, strange_digit


def narrowed(text: str) -> str:
    """An address or a network in wide letters (１０．２０．８．０／２４) in narrow ones; other texts as they are."""
    if text.isascii() or strange_digit(text):
        return text
    plain = search_key(text).replace("。", ".")
    try:
        ip_interface(plain)
    except ValueError:
        return text
    return plain
