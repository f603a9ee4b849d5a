"""One address: what the ledger says of it and what was seen, and how a finding is made of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chonai.change.model import Key, Record
from chonai.operations.addressing.audit.atlas import Atlas
from chonai.operations.addressing.audit.model import Finding, Kind, Sighting, Via
from chonai.operations.addressing.model import text
from chonai.text.macs import is_shared
from chonai.text.messages import message


@dataclass(frozen=True, slots=True)
class Case:
    """An address.

    prefix       None outside of all
    record       the ledger's; nothing when it does not have the address
    mac          of the interface that has it, as the ledger says
    seen         what was seen of it lately
    last_seen    when somebody was there last, lately or not
    seen_alive   whether somebody was there lately
    ports        where MAC tables have the devices that were seen
    is_expected  it needs no record: the gateway of its prefix, or in a range that is not issued from
    """

    atlas: Atlas
    address: str
    prefix: Key | None
    record: Record
    mac: str
    seen: Sequence[Sighting]
    last_seen: datetime | None
    seen_alive: bool
    is_expected: bool
    ports: Sequence[str] = ()

    @property
    def vrf(self) -> str:
        """Where it lies; of a stray, what its sources say."""
        if self.prefix is not None:
            return self.atlas.vrf(self.prefix)
        return next((one.source.vrf for one in self.seen), "")

    def by(self, *ways: Via) -> list[Sighting]:
        """What was seen in one of these ways."""
        return [one for one in self.seen if one.via in ways]

    def macs(self, *ways: Via) -> list[str]:
        """The MAC addresses of devices that were seen there; those of virtual routers say nothing."""
        return _sorted(one.mac for one in self.by(*ways) if one.mac and not is_shared(one.mac))

    @property
    def told(self) -> str:
        """What was seen, in short: names, MAC addresses, places."""
        words = [*_sorted(one.name for one in self.seen), *_sorted(one.mac for one in self.seen), *self.places]
        return ", ".join(words) or "-"

    @property
    def places(self) -> list[str]:
        """Where it was seen."""
        return _sorted([*(one.port for one in self.seen), *self.ports])

    def finding(self, kind: Kind, code: str = "", /, **fields: object) -> Finding:
        """A finding; `code` says why where the kind alone does not."""
        words = ("status", "until", "hostname", "owner", "request", "item")
        prefix = str(self.atlas.book.network(self.prefix)) if self.prefix is not None else ""
        own = {name: text(self.record, name) for name in words}
        return Finding(
            kind=kind,
            address=self.address,
            why=message(code or f"audit.why_{kind.value}", **fields),
            prefix=prefix,
            vrf=self.vrf,
            mac=self.mac,
            names=tuple(_sorted(one.name for one in self.seen)),
            macs=tuple(_sorted(one.mac for one in self.seen)),
            ports=tuple(self.places),
            sources=tuple(_sorted(one.source.name for one in self.seen)),
            last_seen=self.last_seen,
            **own,
        )


def _sorted(words: Iterable[str]) -> list[str]:
    return sorted({word for word in words if word})
