"""The reality check of the address ledger for people, programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from itertools import groupby

from chonai.reports.columns import columns
from chonai.reports.visible import json_safe, visible
from chonai.reports.wording import Wording
from chonai.text.folding import escape_formula
from chonai.text.messages import Message

SCHEMA = 1
MOST = 10
"""How many prefixes where nobody looked are told to people."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One matter of one address, as `chonai.operations.addressing.audit.Finding` explains it."""

    group: str
    kind: str
    address: str
    prefix: str
    vrf: str
    status: str
    until: str
    hostname: str
    mac: str
    owner: str
    request: str
    item: str
    names: tuple[str, ...]
    macs: tuple[str, ...]
    ports: tuple[str, ...]
    sources: tuple[str, ...]
    last_seen: datetime | None
    why: Message


@dataclass(frozen=True, slots=True)
class Checked:
    """A reality check. `sources`: how much each saw; `unseen`: prefixes where nobody looked; `unclear`: how much of a
    source may belong to several VRFs.
    """

    rows: tuple[FindingRow, ...]
    counts: Mapping[str, int]
    checked: int
    days: int
    sources: Mapping[str, int]
    unseen: tuple[str, ...]
    unclear: Mapping[str, int]

    def data(self, locale: str | None = None) -> dict[str, object]:
        """Plain data, with the sentences in a language."""
        return {
            "findings": [_plain(row, locale) for row in self.rows],
            "counts": dict(self.counts),
            "checked": self.checked,
            "sources": dict(self.sources),
            "not_looked_at": list(self.unseen),
            "unclear": dict(self.unclear),
        }


def audit_text(found: Checked, locale: str) -> Iterator[str]:
    """What was compared, then a table for each group with what to do about each kind in it."""
    wording = Wording(locale)
    told = ", ".join(f"{visible(name)} ({count:,})" for name, count in found.sources.items())
    yield wording.say("audit.compared", addresses=f"{found.checked:,}", sources=told, days=found.days) + "\n"
    for name, count in found.unclear.items():
        yield wording.say("audit.unclear", source=visible(name), count=count) + "\n"
    if found.unseen:
        told = ", ".join(found.unseen[:MOST]) + (", …" if len(found.unseen) > MOST else "")
        yield wording.say("audit.unseen", count=len(found.unseen), prefixes=visible(told)) + "\n"
    for group, rows in groupby(found.rows, key=lambda row: row.group):
        yield from _group(wording, group, list(rows))
    if not found.rows:
        yield wording.say("audit.equal") + "\n"


def audit_json(found: Checked, locale: str) -> Iterator[str]:
    """The same for programs."""
    yield json_safe(json.dumps({"schema": SCHEMA, **found.data(locale)}, ensure_ascii=False)) + "\n"


def audit_csv(found: Checked, locale: str) -> bytes:
    """One row a finding: UTF-8 with BOM, CRLF, safe in a spreadsheet."""
    wording, buffer = Wording(locale), io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([wording.say(f"audit.column_{field.name}") for field in fields(FindingRow)])
    for row in found.rows:
        plain = {**_plain(row, locale), "kind": wording.say(f"audit.kind_{row.kind}")}
        plain["group"] = wording.say(f"audit.group_{row.group}")
        cells = (plain[field.name] for field in fields(FindingRow))
        writer.writerow([escape_formula(_cell(cell)) for cell in cells])
    return buffer.getvalue().encode("utf-8-sig")


def _group(wording: Wording, group: str, rows: Sequence[FindingRow]) -> Iterator[str]:
    yield "\n" + wording.say(f"audit.group_{group}") + f" ({len(rows):,})\n"
    names = ("address", "vrf", "kind", "hostname", "owner", "last_seen", "sources", "why")
    table = [[wording.say(f"audit.column_{name}") for name in names]]
    for row in rows:
        seen = wording.time(row.last_seen) if row.last_seen else ""
        words = [row.address, row.vrf, wording.say(f"audit.kind_{row.kind}"), row.hostname, row.owner, seen]
        table.append([*words, ", ".join(row.sources), row.why.render(wording.locale)])
    yield from (f"{line}\n" for line in columns([[visible(cell) for cell in row] for row in table]))
    for kind in dict.fromkeys(row.kind for row in rows):
        yield f"  {wording.say(f'audit.kind_{kind}')}: {wording.say(f'audit.do_{kind}')}\n"


def _plain(row: FindingRow, locale: str | None) -> dict[str, object]:
    at = row.last_seen.astimezone().isoformat(timespec="seconds") if row.last_seen else ""
    lists = {name: list(getattr(row, name)) for name in ("names", "macs", "ports", "sources")}
    return {**asdict(row), **lists, "last_seen": at, "why": row.why.render(locale)}


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
