"""Anchors: the journal's head, noted in a file outside of the store, so that a cut tail or an older copy is found.

A line holds a time, the store, the first row of its journal (which tells one store from another, wherever it lies) and
the head.
"""

from __future__ import annotations

from types import MappingProxyType

from chonai.change.errors import UsageError
from chonai.change.journal import START, Anchor
from chonai.site.core import Site
from chonai.site.settings import SiteSettings
from chonai.store.journal import Archived


def note(site: Site) -> None:
    """Note the journal's head. Raises `UsageError` naming the file when it cannot be written."""
    if (path := site.settings.anchor_file) is None:
        return
    line = f"{site.now().isoformat()} {site.store.name} {_birth(site)} {site.store.journal.head()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
    except OSError as error:
        raise UsageError("site.anchor_not_noted", file=path, cause=error.strerror or error) from error


def noted(site: Site) -> list[Anchor]:
    """All anchors of this store's journal in the site's file."""
    return noted_of(site.settings, _birth(site))


def noted_of(settings: SiteSettings, birth: str) -> list[Anchor]:
    """All anchors in the site's file of the journal whose first row has this digest. A line that was not written whole
    says nothing.
    """
    path = settings.anchor_file
    if path is None or not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [anchor for line in lines if f" {birth} " in line and (anchor := _parsed(line)) is not None]


def verify(site: Site, handed_in: Anchor | None = None, archived: Archived = MappingProxyType({})) -> Anchor:
    """Check the whole journal against all anchors that are known, with what archives hold of it; its head.

    Raises `JournalBroken` naming the first bad row.
    """
    known = [*([handed_in] if handed_in else []), *noted(site)]
    return site.store.journal.verify(*known, archived=archived)


def _birth(site: Site) -> str:
    """The digest of the journal's first row: no two journals share it."""
    first = next(site.store.journal.rows(), None)
    return first.digest if first else START.digest


def _parsed(line: str) -> Anchor | None:
    try:
        return Anchor.parse(line)
    except UsageError:
        return None
