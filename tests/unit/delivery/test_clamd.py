"""What a scanner may answer, and that nothing but a plain OK under young definitions lets a file pass."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chonai.change.errors import ChonaiError, Fault, Refused
from chonai.delivery.clamd import definitions, scan
from chonai.delivery.settings import VirusCheck
from tests.unit.delivery.scripted import scripted

MADE = datetime(2026, 4, 1, 9, 30).astimezone()
VERSION = f"ClamAV 1.4.6/27500/{MADE:%a %b %e %H:%M:%S %Y}\0".encode()
DAY = timedelta(days=1)


def asked(version: bytes, reply: bytes, now: datetime = MADE + DAY, content: bytes = b"content") -> object:
    with scripted(version, reply) as (port, _):
        return scan(VirusCheck(host="127.0.0.1", port=port), "evidence.zip", content, now)


def test_what_is_clean_passes_with_the_date_of_the_definitions() -> None:
    with scripted(VERSION, b"stream: OK\0") as (port, heard):
        found = scan(VirusCheck(host="127.0.0.1", port=port), "evidence.zip", b"content", MADE + DAY)
    assert (found.engine, found.number, found.made) == ("1.4.6", 27500, MADE)
    assert heard[0] == b"zVERSION\0"
    assert heard[1].startswith(b"zINSTREAM\0")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", "delivery.virus"),
        (b"stream: OK FOUND\0", "delivery.virus"),
        (b"INSTREAM size limit exceeded. ERROR\0", "delivery.not_scanned"),
        (b"stream: Can't allocate memory ERROR\0", "delivery.not_scanned"),
        (b"stream: OK\nstream: X FOUND\0", "delivery.not_scanned"),
        (b"UNKNOWN COMMAND\0", "delivery.not_scanned"),
        (b"\xff\xfe\0", "delivery.not_scanned"),
        (b"", "delivery.no_scanner"),
    ],
)
def test_everything_else_does_not(reply: bytes, code: str) -> None:
    with pytest.raises((Refused, Fault)) as caught:
        asked(VERSION, reply)
    assert caught.value.message.code == code
    if code == "delivery.virus":
        assert "evidence.zip" in caught.value.render("en")
        assert str(caught.value.message.fields["signature"]) in reply.decode()


@pytest.mark.parametrize(
    "version",
    [b"ClamAV 1.4.6\0", b"ClamAV 1.4.6/27500/yesterday\0", b"ClamAV 1.4.6/27500/Wed Xxx 41 09:30:00 2026\0", b"hello"],
)
def test_without_a_date_of_definitions_nothing_passes(version: bytes) -> None:
    with pytest.raises(Refused) as caught:
        asked(version, b"stream: OK\0")
    assert caught.value.message.code == "delivery.no_definitions"


def test_old_definitions_let_nothing_pass() -> None:
    with pytest.raises(Refused) as caught:
        asked(VERSION, b"stream: OK\0", MADE + 7 * DAY + timedelta(seconds=1))
    assert caught.value.message.code == "delivery.definitions_old"
    assert asked(VERSION, b"stream: OK\0", MADE + 7 * DAY)


def test_a_scanner_that_hangs_up_in_the_middle_is_heard() -> None:
    with pytest.raises(ChonaiError) as caught:
        asked(VERSION, b"INSTREAM size limit exceeded. ERROR\0", content=bytes(30_000_000))
    assert caught.value.message.code in ("delivery.not_scanned", "delivery.no_scanner")


def test_no_scanner_at_all() -> None:
    with scripted() as (port, _):
        pass
    for settings in (VirusCheck(host="127.0.0.1", port=port), VirusCheck(socket="/nowhere/clamd.sock")):
        with pytest.raises(Fault) as caught:
            definitions(settings)
        assert caught.value.message.code == "delivery.no_scanner"
