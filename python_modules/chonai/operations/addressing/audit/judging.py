"""What is the matter with one address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from chonai.operations.addressing.audit.case import Case
from chonai.operations.addressing.audit.model import Finding, Kind, Via
from chonai.operations.addressing.model import IN_USE, RESERVED, is_free, is_live, text
from chonai.text.macs import is_shared

AT_ONCE = timedelta(hours=4)
"""How long Cisco's routers, and most others, keep who answered: two within that are there at one time."""


def judge(case: Case, day: date, *, is_covered: bool) -> Iterator[Finding]:
    """All but names. `is_covered`: somebody looked who would have seen it."""
    if not case.record:
        yield from _unrecorded(case)
    elif is_live(case.record, day):
        yield from _recorded(case)
        if case.seen and case.record.get("status") == RESERVED:
            yield case.finding(Kind.RESERVED, **_last_owner(case))
        if not case.seen_alive and is_covered and case.record.get("status") == IN_USE:
            yield case.finding(Kind.UNUSED)
    elif case.seen:
        kind = Kind.FREE if is_free(case.record, day) else Kind.QUARANTINED
        yield case.finding(kind, **_last_owner(case))
    yield from _anywhere(case)


def _last_owner(case: Case) -> dict[str, str]:
    return {"owner": text(case.record, "owner") or "-", "until": text(case.record, "until") or "-", "seen": case.told}


def _unrecorded(case: Case) -> Iterator[Finding]:
    """A lease is looked at first: a pool that reaches out of its range will do so again."""
    if case.is_expected or not case.seen:
        return
    leases = case.by(Via.LEASE)
    if leases and case.prefix is not None:
        yield case.finding(Kind.LEASE_OUTSIDE, client=_client(case))
    else:
        yield case.finding(Kind.UNKNOWN, seen=case.told)


def _recorded(case: Case) -> Iterator[Finding]:
    """What a lease, or another device than the ledger's, makes of an address that somebody has."""
    if any(not one.mac or one.mac != case.mac for one in case.by(Via.LEASE)):
        yield case.finding(Kind.LEASE_ON_STATIC, client=_client(case))
    macs = case.macs(Via.ARP)
    if case.mac and macs and case.mac not in macs:
        yield case.finding(Kind.OTHER_MAC, ledger=case.mac, seen=", ".join(macs))


def _anywhere(case: Case) -> Iterator[Finding]:
    """What is wrong with any address."""
    told = sorted(case.by(Via.ARP, Via.LEASE), key=lambda one: one.at)
    devices = [one for one in told if one.mac and not is_shared(one.mac)]
    if any(one.mac != two.mac and two.at - one.at <= AT_ONCE for one, two in pairwise(devices)):
        yield case.finding(Kind.TWO_DEVICES, macs=", ".join(case.macs(Via.ARP, Via.LEASE)))
    home = case.atlas.site(case.prefix) if case.prefix is not None else ""
    strange = sorted({one.source.site for one in case.seen} - {"", home}) if home else []
    if strange:
        yield case.finding(Kind.OTHER_SITE, ledger=home, seen=", ".join(strange))


def _client(case: Case) -> str:
    """Who has the lease."""
    leases = case.by(Via.LEASE)
    return " ".join(sorted({word for one in leases for word in (one.mac, one.name) if word})) or "-"
