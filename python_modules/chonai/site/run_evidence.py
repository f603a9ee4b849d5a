"""Runs of jobs as they are proved: what was asked for, and what people signed for it."""

from __future__ import annotations

from collections.abc import Iterator

from chonai.change.ports import Event, Row
from chonai.evidence.bundle import JobRun, Signed
from chonai.jobs.runs import ORDER, Request, order_statement, part_of
from chonai.site.core import Site
from chonai.site.runs import Found


def proved(site: Site, found: Found) -> JobRun:
    """A run for a bundle of evidence."""
    request = found.request
    signed = [one for row in site.store.journal.rows(request.id) for one in _signed(request, row)]
    return JobRun(request.id, request.as_json(), request.digest, request.by, signed)


def _signed(request: Request, row: Row) -> Iterator[Signed]:
    entry = row.entry
    if entry.event is Event.RUN_JOINED:
        part = part_of(row)
        yield Signed(part.person, part.statement(request), part.signature)
    elif entry.event is Event.NOTE and entry.data.get("what") == ORDER:
        text = order_statement(request.id, str(entry.data["wanted"]), str(entry.data["at"]))
        yield Signed(entry.actor, text, str(entry.data["signature"]))
