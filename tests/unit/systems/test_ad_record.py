"""Records as a directory of Samba 4.17 had them ([MS-DNSP] section 2.3.2.2)."""

from __future__ import annotations

import base64
import struct

import dns.exception
import pytest

from chonai.systems.dns.ad_record import read

DOMAIN = "lgwan.shiomino.example."
SOA = (
    "XAAGAAXwAAABAAAAAAAOEAAAAAAAAAAAAAAAAQAAA4QAAAJYAAFRgAAADhAhBAhkYy1sZ3dhbgVsZ3dhbghzaGlvbWlubwdleGFtcGxlACMECmhv"
    "c3RtYXN0ZXIFbGd3YW4Ic2hpb21pbm8HZXhhbXBsZQA="
)


@pytest.mark.parametrize(
    ("blob", "type_", "ttl", "data"),
    [
        ("BAABAAXwAAABAAAAAAADhAAAAAAAAAAAfwAACw==", "A", 900, "127.0.0.11"),
        ("EAAcAAXwAABuAAAAAAABLAAAAACd9zgAIAENuAAAAAAAAAAAAAAAAQ==", "AAAA", 300, "2001:db8::1"),
        ("BgAQAAXwAABuAAAAAAABLAAAAACd9zgAA2EgYgFj", "TXT", 300, '"a b" "c"'),
        (
            "KQAhAAXwAAABAAAAAAADhAAAAAAAAAAAAAAAZABYIQQIZGMtbGd3YW4FbGd3YW4Ic2hpb21pbm8HZXhhbXBsZQA=",
            "SRV",
            900,
            f"0 100 88 dc-lgwan.{DOMAIN}",
        ),
        ("HgAPAAXwAABuAAAAAAABLAAAAACd9zgAAAoaBAFhBWxnd2FuCHNoaW9taW5vB2V4YW1wbGUA", "MX", 300, f"10 a.{DOMAIN}"),
        ("HAAMAAXwAABuAAAAAAABLAAAAACd9zgAGgQBYQVsZ3dhbghzaGlvbWlubwdleGFtcGxlAA==", "PTR", 300, f"a.{DOMAIN}"),
        (SOA, "SOA", 3600, f"dc-lgwan.{DOMAIN} hostmaster.{DOMAIN} 1 900 600 86400 3600"),
    ],
)
def test_records_are_read_as_dns_has_them(blob: str, type_: str, ttl: int, data: str) -> None:
    assert read(base64.b64decode(blob)) == (type_, ttl, data)


def test_a_tombstone_is_no_record() -> None:
    assert read(base64.b64decode("CAAAAAUAAABuAAAAAAAAAAAAAAAAAAAAggePBnR+3QE=")) is None


def test_names_are_small_and_unknown_types_are_as_they_are() -> None:
    head = struct.pack("<HHBBHI", 7, 12, 5, 240, 0, 1) + struct.pack(">I", 60) + bytes(8)
    assert read(head + b"\x05\x02\x01A\x01B\x00") == ("PTR", 60, "a.b.")
    head = struct.pack("<HHBBHI", 2, 65400, 5, 240, 0, 1) + struct.pack(">I", 60) + bytes(8)
    assert read(head + b"\x0a\x0b") == ("TYPE65400", 60, r"\# 2 0a0b")


@pytest.mark.parametrize("blob", [b"", b"\x04\x00", base64.b64decode(SOA)[:60]])
def test_what_is_none_is_an_error(blob: bytes) -> None:
    with pytest.raises((struct.error, IndexError, dns.exception.DNSException)):
        read(blob)
