"""Waits until every secondary has what the primary has."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import dns.exception
import dns.serial

from chonai.systems.dns.server import ask_serial
from chonai.systems.dns.settings import DnsSettings, Endpoint
from chonai.text.messages import Message, message

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
SHORTEST_QUESTION = 0.5


def laggards(settings: DnsSettings, serials: Mapping[str, int], primary: Callable[[str], int]) -> dict[str, Message]:
    """By zone, who has not got this serial within the time of the settings, and why.

    A later one (RFC 1982) counts when `primary`, asked for the serial of a zone, has come as far meanwhile: a secondary
    that is ahead of its primary (which was restored, or made anew) takes nothing from it.
    """
    deadline = time.monotonic() + settings.follow_timeout
    found: dict[str, Message] = {}
    for zone, serial in serials.items():
        for secondary in settings.secondaries:
            reached = _waited(settings, secondary, zone, serial, deadline)
            if isinstance(reached, Message):
                found[zone] = reached
            elif reached != serial and (ahead := _ahead(secondary, zone, reached, primary(zone))):
                found[zone] = ahead
    return found


def _waited(settings: DnsSettings, secondary: Endpoint, zone: str, serial: int, deadline: float) -> Message | int:
    """The serial that it has got, this one or a later; or why not."""
    pause = FIRST_PAUSE
    while True:
        patience = min(settings.connect_timeout, max(SHORTEST_QUESTION, deadline - time.monotonic()))
        found = _serial(secondary, zone, patience)
        if isinstance(found, int) and dns.serial.Serial(found) >= dns.serial.Serial(serial):
            return found
        if time.monotonic() + pause > deadline:
            fields = {"server": str(secondary), "zone": zone, "serial": serial, "found": str(found)}
            return message("dns.not_followed", **fields)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _ahead(secondary: Endpoint, zone: str, found: int, serial: int) -> Message | None:
    if dns.serial.Serial(found) <= dns.serial.Serial(serial):
        return None
    return message("dns.ahead", server=str(secondary), zone=zone, serial=serial, found=found)


def _serial(secondary: Endpoint, zone: str, seconds: float) -> int | str:
    """What the secondary has, or why it does not say."""
    try:
        found = ask_serial(secondary, zone, seconds)
    except (OSError, EOFError, dns.exception.DNSException) as error:
        return str(error) or type(error).__name__
    return "-" if found is None else found
