"""Waits until every secondary has what the primary has."""

from __future__ import annotations

import time
from collections.abc import Mapping

import dns.exception
import dns.serial

from chonai.systems.dns.server import ask_serial
from chonai.systems.dns.settings import DnsSettings, Endpoint
from chonai.text.messages import Message, message

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
SHORTEST_QUESTION = 0.5


def laggards(settings: DnsSettings, serials: Mapping[str, int]) -> dict[str, Message]:
    """By zone, who has not got this serial or a later one (RFC 1982) within the time of the settings, and why."""
    deadline = time.monotonic() + settings.follow_timeout
    found: dict[str, Message] = {}
    for zone, serial in serials.items():
        for secondary in settings.secondaries:
            if why := _waited(settings, secondary, zone, serial, deadline):
                found[zone] = why
    return found


def _waited(settings: DnsSettings, secondary: Endpoint, zone: str, serial: int, deadline: float) -> Message | None:
    pause = FIRST_PAUSE
    while True:
        patience = min(settings.connect_timeout, max(SHORTEST_QUESTION, deadline - time.monotonic()))
        found = _serial(secondary, zone, patience)
        if isinstance(found, int) and dns.serial.Serial(found) >= dns.serial.Serial(serial):
            return None
        if time.monotonic() + pause > deadline:
            fields = {"server": str(secondary), "zone": zone, "serial": serial, "found": str(found)}
            return message("dns.not_followed", **fields)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _serial(secondary: Endpoint, zone: str, seconds: float) -> int | str:
    """What the secondary has, or why it does not say."""
    try:
        found = ask_serial(secondary, zone, seconds)
    except (OSError, EOFError, dns.exception.DNSException) as error:
        return str(error) or type(error).__name__
    return "-" if found is None else found
