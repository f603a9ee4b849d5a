"""Backups of the store: made, proved, kept in a folder, and made a store again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chonai.change.errors import ChonaiError, UsageError
from chonai.change.ports import Entry, Event
from chonai.site.anchors import noted_of
from chonai.site.core import Site
from chonai.store import Store
from chonai.store.backup import restore as restore_file
from chonai.store.files import new_file
from chonai.store.proof import Proved, prove

_NAME = re.compile(r"chonai-store-\d{8}T\d{6}\.jsonl\.gz")
_LIKE = "chonai-store-{at:%Y%m%dT%H%M%S}.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a folder of backups: its newest file, whether it was made now, and which went."""

    file: Path
    is_new: bool
    removed: tuple[Path, ...]
    proved: Proved | None


def back_up(site: Site, path: Path) -> Proved:
    """Write the store, as it is at one moment, into a new file, and prove what lies on the disk then.

    Raises `UsageError` if there is such a file, `Fault` where it cannot be written.
    """
    with new_file(path) as (file, beside):
        site.store.dump(file)
        file.flush()
        return prove(beside, partial(noted_of, site.settings))


def back_up_into(site: Site, folder: Path, keep: int, *, is_check: bool = False) -> Kept:
    """Keep the `keep` newest backups in a folder. Where the newest holds what the store holds, none is made; with
    `is_check` none in any case, and nothing is removed.

    The folder is made where it is not there. Raises `UsageError` where it cannot be, or `keep` is none.
    """
    if keep < 1:
        raise UsageError("backup.keeps_none", keep=keep)
    old = _backups(folder, is_check=is_check)
    if old and _is_same(site, old[-1]):
        return _only_newest(old, keep, is_check=is_check)
    path = folder / _LIKE.format(at=site.now())
    proved = None if is_check else back_up(site, path)
    gone = [*old, path][:-keep]
    if not is_check:
        _remove(gone)
    return Kept(path, True, tuple(gone), proved)


def _backups(folder: Path, *, is_check: bool) -> list[Path]:
    """What is kept so far, the newest last."""
    try:
        if not is_check:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name)) if folder.exists() else []
    except OSError as error:
        raise UsageError("backup.no_folder", folder=folder, cause=error.strerror or str(error)) from error


def _only_newest(old: list[Path], keep: int, *, is_check: bool) -> Kept:
    if not is_check:
        _remove(old[:-keep])
    return Kept(old[-1], False, tuple(old[:-keep]), None)


def _remove(files: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)


def _is_same(site: Site, path: Path) -> bool:
    """Whether a file is whole and holds what the store holds now."""
    try:
        proved = prove(path, partial(noted_of, site.settings))
    except ChonaiError:
        return False
    with Path("/dev/null").open("wb") as nowhere:
        return site.store.dump(nowhere) == proved.sums


def prove_file(site: Site, path: Path) -> Proved:
    """Check a backup, also against the anchors of the site. Raises as `chonai.store.proof.prove` does."""
    return prove(path, partial(noted_of, site.settings))


def restore(site: Site, path: Path, operator: str) -> Proved:
    """Make the site's store of a backup that was proved first, all of it or nothing, and journal who did it.

    Raises `UsageError` where the store holds something already.
    """
    proved = prove_file(site, path)
    told: dict[str, object] = {"restored": {"file": path.name, "head": str(proved.head)}}
    restore_file(site.store_url, path, Entry(Event.NOTE, "", "", operator, site.now(), told))
    with Store.open(site.store_url) as store:
        store.journal.verify()
    return proved
