"""Old change sets go out of the store into a file; the whole journal is proved with such files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import file_digest
from pathlib import Path

from chonai.change.errors import ChonaiError
from chonai.change.journal import Anchor
from chonai.change.ports import Row
from chonai.site import anchors
from chonai.site.core import Site
from chonai.store.archiving import Deed
from chonai.store.files import new_file
from chonai.store.portable import ARCHIVE
from chonai.store.proof import Proved, journal_in, prove
from chonai.store.retention import Limits, Survey


@dataclass(frozen=True, slots=True)
class Moved:
    """What went where."""

    survey: Survey
    proved: Proved


def survey(site: Site, before: date | None = None) -> Survey:
    """What may leave the store: what is over, and where nothing happened since the day `before` and for as long as the
    site keeps things of its class.
    """
    return site.store.archiver.survey(_limits(site, before))


def archive(site: Site, path: Path, operator: str, before: date | None = None) -> Moved | None:
    """Move it into a new file that is proved before anything leaves the store; None where there is nothing.

    Raises `UsageError` if there is such a file, `Refused` where something is needed meanwhile.
    """
    archiver, limits = site.store.archiver, _limits(site, before)
    found = archiver.survey(limits)
    if not found.leaving.ids:
        return None
    with new_file(path) as (file, beside):
        archiver.write(file, found.leaving, site.now())
        file.flush()
        proved = prove(beside, kind=ARCHIVE)
    digest = _sha256(path)
    with _removed_if_in_vain(site, path, digest):
        archiver.move_out(found.leaving, Deed(path.name, digest, operator, site.now()), limits)
    return Moved(found, proved)


@contextmanager
def _removed_if_in_vain(site: Site, path: Path, digest: str) -> Iterator[None]:
    """Where the store did not change the file goes; where that cannot be known it stays."""
    try:
        yield
    except BaseException:
        with suppress(ChonaiError):
            if digest not in {one.sha256 for one in site.store.journal.archives()}:
                path.unlink()
        raise


def verify_all(site: Site, files: Sequence[Path], handed_in: Anchor | None = None) -> Anchor:
    """Check the whole journal with what archives hold of it, against all anchors that are known; its head.

    Raises as `chonai.site.anchors.verify` and `chonai.store.proof.prove` do, `UsageError` for a file that is not of
    this store.
    """
    with rows_in(files) as archived:
        return anchors.verify(site, handed_in, archived)


@contextmanager
def rows_in(files: Sequence[Path]) -> Iterator[dict[str, Iterator[Row]]]:
    """The rows of the journal in archives, each proved first, by the SHA-256 of its file; to be gone through once."""
    with ExitStack() as stack:
        archived: dict[str, Iterator[Row]] = {}
        for path in files:
            prove(path, kind=ARCHIVE)
            archived[_sha256(path)] = stack.enter_context(journal_in(path))
        yield archived


def _limits(site: Site, before: date | None) -> Limits:
    now = site.now()
    latest = datetime.combine(before, time(), now.tzinfo) if before else now
    return lambda operation: min(latest, now - site.settings.kept_online(operation))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
