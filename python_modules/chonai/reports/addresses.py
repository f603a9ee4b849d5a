"""The address ledger for people and programs: prefixes with how full they are, and what is whose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from chonai.reports.columns import columns
from chonai.reports.visible import json_safe, visible
from chonai.reports.wording import Wording

SCHEMA = 1
BAR = 10
"""Places of a bar."""


@dataclass(frozen=True, slots=True)
class PrefixRow:
    """A prefix and how full it is: `taken` of `size` host addresses, of a container those that lie in prefixes."""

    network: str
    name: str
    kind: str
    vrf: str
    zone: str
    site: str
    vlan: str
    purpose: str
    owner: str
    status: str
    until: str
    size: int
    taken: int
    quarantined: int

    @property
    def percent(self) -> float:
        """Share that is taken."""
        return round(self.taken * 100 / self.size, 1)


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """Something that was issued. `within` is the prefix of an address, the VRF of a prefix, the site or group of a
    VLAN;
    `device` has it on one of its interfaces; `held_by` is a change set that nobody has decided on yet and that changes
    it.
    """

    type: str
    value: str
    name: str
    within: str
    status: str
    until: str
    owner: str
    purpose: str
    request: str
    item: str
    device: str
    note: str
    held_by: str


def prefixes_text(rows: Sequence[PrefixRow], locale: str) -> Iterator[str]:
    """One line each, with a bar and its end."""
    if not rows:
        return
    wording = Wording(locale)
    names = ("network", "used", "percent", "free", "vlan", "name", "zone", "site", "purpose")
    table = [[wording.say(f"report.ledger_{name}") for name in names]]
    for row in rows:
        fill = [row.network, bar(row.percent), f"{row.percent:.1f}", f"{row.size - row.taken:,}"]
        table.append([*fill, row.vlan, row.name, row.zone, row.site, row.purpose])
    yield from _lines(table, right=(2, 3, 4))


def issued_text(rows: Sequence[IssuedRow], locale: str) -> Iterator[str]:
    """One line each, with its end."""
    if not rows:
        return
    wording = Wording(locale)
    names = ("value", "within", "status", "until", "name", "owner", "purpose", "request", "device", "held_by")
    table = [[wording.say(f"report.ledger_{name}") for name in names]]
    for row in rows:
        status = wording.say(f"report.ledger_status_{row.status}") if row.status else ""
        request = f"{row.request} {row.item}".strip()
        whose = [row.within, status, row.until, row.name, row.owner, row.purpose, request, row.device, row.held_by]
        table.append([row.value, *whose])
    yield from _lines(table)


def bar(percent: float) -> str:
    """How full something is: `[###.......]`. What is not empty shows it, and what is not full too."""
    full = round(percent * BAR / 100)
    full = min(max(full, 1 if percent else 0), BAR if percent >= 100 else BAR - 1)
    return f"[{'#' * full}{'.' * (BAR - full)}]"


def prefixes_json(rows: Iterable[PrefixRow]) -> Iterator[str]:
    """The same for programs."""
    yield _document("prefixes", [{**asdict(row), "percent": row.percent} for row in rows])


def issued_json(rows: Iterable[IssuedRow]) -> Iterator[str]:
    """The same for programs."""
    yield _document("objects", [asdict(row) for row in rows])


def free_json(prefix: str, addresses: Iterable[str]) -> Iterator[str]:
    """Free addresses of a prefix for programs."""
    yield _document("free", {"prefix": prefix, "addresses": list(addresses)})


def _document(name: str, content: object) -> str:
    return json_safe(json.dumps({"schema": SCHEMA, name: content}, ensure_ascii=False)) + "\n"


def _lines(table: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Iterator[str]:
    shown = [[visible(cell) for cell in row] for row in table]
    yield from (f"{line}\n" for line in columns(shown, right=right))
