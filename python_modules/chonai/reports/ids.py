"""The ledger of IDs: one line an ID."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from chonai.change.ids import GivenId
from chonai.reports.visible import json_safe, visible
from chonai.reports.wording import Wording

SCHEMA = 1


def ids_text(ids: Iterable[GivenId], locale: str) -> Iterator[str]:
    """One line each, with its end."""
    wording = Wording(locale)
    for one in ids:
        origin = one.change_set or wording.say("report.id_told")
        person = " ".join(part for part in (one.owner, one.person) if part)
        formerly = f"  {wording.say('report.id_formerly', key=one.formerly)}" if one.formerly else ""
        yield visible(f"{one.system}  {one.attribute}  {one.value}  {person}  {one.since}  {origin}{formerly}") + "\n"


def ids_json(ids: Iterable[GivenId]) -> Iterator[str]:
    """The same for programs."""
    rows = [{**asdict(one), "since": one.since.isoformat()} for one in ids]
    yield json_safe(json.dumps({"schema": SCHEMA, "ids": rows}, ensure_ascii=False)) + "\n"
