"""The comparison: every address of the ledger and every address that was seen, once each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from chonai.change.model import Key
from chonai.operations.addressing.audit.atlas import Atlas
from chonai.operations.addressing.audit.case import Case
from chonai.operations.addressing.audit.judging import judge
from chonai.operations.addressing.audit.model import ALIVE, Finding, Group, Kind, Sighting, Source
from chonai.operations.addressing.audit.naming import names_of
from chonai.operations.addressing.audit.sorting import Sorted
from chonai.operations.addressing.model import IN_USE
from chonai.operations.addressing.spaces import numbered


@dataclass(frozen=True, slots=True)
class Audit:
    """What came of it.

    findings  conflicts first, then what is unknown, then what is unused; each by VRF and address
    checked   how many addresses of the ledger were compared
    seen      how many sightings each source gave
    unseen    prefixes with addresses in use where no source looked: of them nothing is called unused
    unclear   how many sightings of a source may belong to several VRFs: nothing is concluded from them
    """

    findings: tuple[Finding, ...]
    checked: int
    seen: Mapping[str, int]
    unseen: tuple[str, ...]
    unclear: Mapping[str, int]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many findings of each kind there are, in the order of the kinds."""
        return {kind: count for kind in Kind if (count := sum(one.kind is kind for one in self.findings))}


def compare(
    atlas: Atlas, sources: Sequence[Source], sightings: Iterable[Sighting], *, now: datetime, days: int
) -> Audit:
    """The ledger against what was seen; what was seen longer ago than so many days counts as gone."""
    found = Sorted(atlas, sources, sightings, now - timedelta(days=days))
    findings = [finding for case in _cases(atlas, found) for finding in _judged(case, atlas, found, sources)]
    order = list(Group)
    return Audit(
        findings=tuple(sorted(findings, key=lambda one: (order.index(one.group), *_place(one)))),
        checked=sum(len(atlas.book.addresses(prefix)) for prefix in atlas.prefixes),
        seen={source.name: found.counts[source.name] for source in sources},
        unseen=tuple(_unseen(atlas, found)),
        unclear={name: count for name, count in sorted(found.unclear.items()) if count},
    )


def _judged(case: Case, atlas: Atlas, found: Sorted, sources: Sequence[Source]) -> Iterator[Finding]:
    yield from judge(case, atlas.day, is_covered=case.prefix is not None and found.covers(case.prefix))
    if case.record.get("status") == IN_USE:  # a reservation has no names before it is issued
        yield from names_of(case, found, sources)


def _cases(atlas: Atlas, found: Sorted) -> Iterator[Case]:
    for prefix in atlas.prefixes:
        own, spots = atlas.book.addresses(prefix), found.spots.get(prefix, {})
        for number in sorted(own.keys() | spots.keys()):
            yield _case(atlas, found, prefix, number)
    if atlas.is_whole:
        for (_, address), seen in found.strays.items():
            fresh = [one for one in seen if found.fresh(one)]
            yield Case(atlas, address, None, {}, "", fresh, _last(seen), bool(fresh), is_expected=False)


def _case(atlas: Atlas, found: Sorted, prefix: Key, number: int) -> Case:
    network = atlas.book.network(prefix)
    address, key = numbered(network, number), atlas.book.addresses(prefix).get(number)
    record = atlas.state[key] if key is not None else {}
    mac = atlas.mac(record)
    alive = found.alive(prefix, number, mac)
    seen = [one for one in found.spots.get(prefix, {}).get(number, ()) if found.fresh(one)]
    is_expected = atlas.gateway(prefix) == address or atlas.book.is_closed(prefix, number)
    return Case(
        atlas=atlas,
        address=address,
        prefix=prefix,
        record=record,
        mac=mac,
        seen=seen,
        last_seen=_last(alive),
        seen_alive=any(map(found.fresh, alive)),
        is_expected=is_expected,
        ports=[port.port for one in seen if one.mac for port in found.ports.get(one.mac, ()) if found.fresh(port)],
    )


def _last(seen: Iterable[Sighting]) -> datetime | None:
    return max((one.at for one in seen if one.via in ALIVE), default=None)


def _unseen(atlas: Atlas, found: Sorted) -> Iterator[str]:
    for prefix in atlas.prefixes:
        if atlas.book.people(prefix) and not found.covers(prefix):
            yield f"{atlas.book.network(prefix)} ({atlas.vrf(prefix)})"


def _place(finding: Finding) -> tuple[str, int, int, str]:
    address = ip_address(finding.address)
    return finding.vrf, address.version, int(address), finding.kind
