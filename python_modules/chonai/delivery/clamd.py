"""The virus scanner clamd, asked by its own protocol (clamd(8)): VERSION, and INSTREAM for a file's content.

Nothing is clean because nothing was said: whatever is no "OK" is refused, and so is a scanner whose definitions are
old, or that does not tell their date.
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from chonai.change.errors import Fault, Refused
from chonai.delivery.settings import VirusCheck

SECONDS = 300
_CHUNK = 1 << 20
_MOST_REPLY = 10_000
_VERSION = re.compile(r"ClamAV ([^/\s]+)/(\d+)/(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})")
_FOUND = re.compile(r"stream: (.+) FOUND")


@dataclass(frozen=True, slots=True)
class Definitions:
    """What the scanner knows: its version, and number and date of its definitions."""

    engine: str
    number: int
    made: datetime


def scan(settings: VirusCheck, name: str, content: bytes, now: datetime) -> Definitions:
    """By which definitions a file was found clean.

    Raises `Refused` naming what was found in it, where the scanner did not look into all of it, and where its
    definitions are too old or none; `Fault` where it does not answer.
    """
    known = definitions(settings)
    if now - known.made > timedelta(days=settings.max_age_days):
        raise Refused("delivery.definitions_old", file=name, made=known.made, days=settings.max_age_days)
    reply = _ask(settings, b"INSTREAM", content)
    if found := _FOUND.fullmatch(reply):
        raise Refused("delivery.virus", file=name, signature=found[1], number=known.number, made=known.made)
    if reply != "stream: OK":
        raise Refused("delivery.not_scanned", file=name, reply=reply[:200])
    return known


def definitions(settings: VirusCheck) -> Definitions:
    """What the scanner knows. Raises `Refused` where it tells no date, `Fault` where it does not answer."""
    reply = _ask(settings, b"VERSION")
    found = _VERSION.fullmatch(reply)
    if not found:
        raise Refused("delivery.no_definitions", reply=reply[:200])
    try:
        made = datetime.strptime(found[3], "%a %b %d %H:%M:%S %Y").astimezone()  # clamd says it in local time
    except ValueError:
        raise Refused("delivery.no_definitions", reply=reply[:200]) from None
    return Definitions(found[1], int(found[2]), made)


def _ask(settings: VirusCheck, command: bytes, content: bytes | None = None) -> str:
    where = settings.socket or f"{settings.host}:{settings.port}"
    try:
        with _connected(settings) as connection:
            connection.sendall(b"z" + command + b"\0")
            if content is not None:
                _stream(connection, content)
            reply = _reply(connection)
    except OSError as error:
        raise Fault("delivery.no_scanner", scanner=where, cause=error.strerror or error) from None
    if not reply:
        raise Fault("delivery.no_scanner", scanner=where, cause="no reply")
    return reply


@contextmanager
def _connected(settings: VirusCheck) -> Iterator[socket.socket]:
    family = socket.AF_UNIX if settings.socket else socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as connection:
        connection.settimeout(SECONDS)
        connection.connect(settings.socket or (settings.host, settings.port))
        yield connection


def _stream(connection: socket.socket, content: bytes) -> None:
    """Chunks with their lengths, and one of no length. A scanner that has enough says why and closes the line."""
    try:
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _reply(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _MOST_REPLY and (part := connection.recv(4096)):
        said += part
    return said.rstrip(b"\0\n").decode("utf-8", "backslashreplace")
