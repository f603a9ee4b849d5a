"""`chonai show` and `chonai list`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import click

from chonai.change.codec import time_to_json
from chonai.change.errors import UsageError
from chonai.cli.common import list_format_option, reader_option, wording
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import page, say, write
from chonai.reports.as_html import as_html
from chonai.reports.as_json import as_json
from chonai.reports.as_text import as_text
from chonai.reports.columns import columns
from chonai.reports.review import Review
from chonai.reports.visible import json_safe, visible
from chonai.site import Site
from chonai.site.reporting import Listed, existing, newest, review
from chonai.text.messages import LOCALES, current_locale

REFUSED = 3
NEWEST = 20
FORMATS: Mapping[str, Callable[[Review, str], Iterable[str]]] = {"text": as_text, "json": as_json, "html": as_html}

limit_option = option("--limit", type=click.IntRange(min=1), default=NEWEST, says="cli.opt_limit")


@click.command("show", cls=Command, help=text("cli.help_show"))
@click.argument("id_", metavar="[ID]", required=False)
@option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", says="cli.opt_format")
@option("--locale", type=click.Choice(sorted(LOCALES)), says="cli.opt_locale")
@reader_option
@limit_option
def show(id_: str | None, format_: str, locale: str | None, key: Path | None, limit: int) -> int:
    """One change set, or the newest ones."""
    with Site.visit() as site:
        if id_ is None:
            return _list(site, format_, limit)
        found = review(site, existing(site, id_), key)
        pieces = FORMATS[format_](found, locale or current_locale())
        (page if format_ == "text" else write)(pieces)
        return REFUSED if found.broken else 0


@click.command("list", cls=Command, help=text("cli.help_list"))
@list_format_option
@limit_option
def list_(format_: str, limit: int) -> int:
    """The newest change sets."""
    with Site.visit() as site:
        return _list(site, format_, limit)


def _list(site: Site, format_: str, limit: int) -> int:
    found = list(newest(site, limit)) if site.has_store or site.store_is_named else []
    if format_ == "json":
        data = {"schema": 1, "change_sets": [_data(one) for one in found]}
        write([json_safe(json.dumps(data, ensure_ascii=False, indent=1)), "\n"])
    elif format_ == "html":
        raise UsageError("cli.no_html_list")
    elif found:
        page(f"{line}\n" for line in columns([_header(), *map(_row, found)]))
    elif site.has_store:
        say("cli.no_change_sets", store=site.store.name)
    else:
        say("cli.nothing_planned", store=site.store_url)
    return 0


def _header() -> tuple[str, ...]:
    return tuple(text(f"cli.column_{name}") for name in ("id", "created", "operation", "author", "state", "undo_of"))


def _row(one: Listed) -> tuple[str, ...]:
    summary, words = one.summary, wording()
    state = words.say(f"report.state_{one.state}")
    plain = (words.operation(summary.operation), summary.author, state, summary.undo_of or "")
    return (visible(summary.id), words.time(summary.created_at), *map(visible, plain))


def _data(one: Listed) -> dict[str, object]:
    summary = one.summary
    return {
        "id": summary.id,
        "state": one.state,
        "operation": summary.operation,
        "author": summary.author,
        "created_at": time_to_json(summary.created_at),
        "undo_of": summary.undo_of,
    }
