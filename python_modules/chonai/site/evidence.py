"""Work proved to somebody elsewhere: gathered from the store here, put together by `chonai.evidence`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from pathlib import Path

from chonai.change.errors import Fault, Refused, UsageError
from chonai.change.journal import Anchor
from chonai.change.ports import Row
from chonai.change.signature import read_signers
from chonai.evidence import verify
from chonai.evidence.bundle import Case, Contents, Making, make_bundle
from chonai.jobs.runs import is_run
from chonai.reports.papers.run_report import run_report
from chonai.reports.papers.work_report import work_report
from chonai.reports.wording import Wording
from chonai.site.archiving import rows_in, verify_all
from chonai.site.core import Author, Site
from chonai.site.periods import Period, in_period
from chonai.site.reading import opened
from chonai.site.reporting import existing, letterhead, review_of
from chonai.site.run_evidence import proved
from chonai.site.run_works import change_sets_of, run_record_of, run_work_in
from chonai.site.runs import Found, find
from chonai.site.works import record_of, work_in
from chonai.store.change_sets import Sealed
from chonai.store.journal import Archived
from chonai.text.messages import current_locale, message


@dataclass(frozen=True, slots=True)
class Asked:
    """Which change sets and runs: by id, or all of a period (both days included). With a run come the change sets that
    it worked on. A reader's key opens what is closed, and archives hold rows of the journal that are not in the store
    any more.
    """

    ids: Sequence[str] = ()
    period: Period | None = None
    key: Path | None = None
    locale: str = "ja"
    archives: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was made and checked: its bytes, their digest, whose it is, and the journal's head in it."""

    raw: bytes
    digest: str
    change_sets: tuple[str, ...]
    runs: tuple[str, ...]
    by: str
    head: Anchor

    @property
    def ids(self) -> tuple[str, ...]:
        """All of which it tells."""
        return (*self.change_sets, *self.runs)


def make(site: Site, asked: Asked, author: Author) -> Bundle:
    """A bundle, checked by what its receivers check it with, against the city's own file of signers.

    Raises `UsageError` where nothing is asked for, `JournalBroken` for a journal that is not whole, `SealBroken` for a
    change set that is not what was sealed, `Refused` for a maker who may not sign evidence.
    """
    ids, runs = _wanted(site, asked)
    found = [opened(site, id_, asked.key) if asked.key else site.sealed(id_) for id_ in ids]
    for sealed in found:
        site.check_sealed(sealed, sealed.change_set.created_at)
    head = verify_all(site, asked.archives)
    run_ids = tuple(run.request.id for run in runs)
    with rows_in(asked.archives) as archived:
        contents = Contents(
            cases=[Case(one.change_set, one.digest, one.seal, one.closed is not None) for one in found],
            rows=_rows(site, (*ids, *run_ids), head, archived),
            head=head,
            signers=read_signers(site.settings.allowed_signers),
            papers=dict(_papers(site, found, runs, head, Wording(asked.locale))),
            readme=_readme(site),
            runs=[proved(site, run) for run in runs],
        )
        raw = make_bundle(contents, _making(site, asked, author))
    check(raw, signers=site.settings.allowed_signers)
    return Bundle(raw, verify.sha256(raw), ids, run_ids, author.name, head)


def check(raw: bytes, *, signers: Path | None = None, anchor: Sequence[str] = ()) -> list[str]:
    """What holds of a bundle, sentence by sentence, with the very code that travels in it.

    Raises `Fault` saying what does not hold.
    """
    said: list[str] = []
    try:
        verify.check(raw, lambda *told: said.append(_mine(*told)), signers, anchor)
    except verify.Broken as broken:
        raise Fault("evidence.broken", why=_mine(broken.english, broken.japanese)) from None
    except OSError as error:
        raise Fault("evidence.unchecked", cause=error) from None
    except verify.UNEXPECTED as error:
        raise Fault("evidence.broken", why=repr(error)) from None
    return said


def read_bundle(path: Path) -> bytes:
    """The bytes of a file. Raises `UsageError` where it cannot be read, or is larger than any bundle."""
    try:
        if path.stat().st_size > verify.MOST_BYTES:
            raise UsageError("evidence.no_bundle", file=path, cause=f"> {verify.MOST_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise UsageError("evidence.no_bundle", file=path, cause=error.strerror or error) from None


def of_file(site: Site, path: Path) -> Bundle:
    """A bundle that was made earlier, checked again. Raises `UsageError` for a file that cannot be read or is not of
    this site, `Fault` for one that does not hold.
    """
    raw = read_bundle(path)
    check(raw, signers=site.settings.allowed_signers)
    manifest = json.loads(verify.unpack(raw)[verify.MANIFEST])
    ids = tuple(existing(site, one["id"]) for one in manifest["change_sets"])
    runs = tuple(find(site, one["id"]).request.id for one in manifest.get("runs", ()))
    return Bundle(raw, verify.sha256(raw), ids, runs, manifest["made_by"], Anchor.parse(manifest["head"]))


def _mine(english: str, japanese: str) -> str:
    """What the verifier says in both languages, in that of this process."""
    return japanese if current_locale() == "ja" else english


def _wanted(site: Site, asked: Asked) -> tuple[tuple[str, ...], list[Found]]:
    """Ids of the change sets, and the runs."""
    if bool(asked.ids) == bool(asked.period):
        raise UsageError("evidence.ids_or_period")
    ids = asked.ids or (in_period(site, asked.period) if asked.period else ())
    if not ids:
        raise UsageError("evidence.nothing")
    runs = [find(site, id_) for id_ in dict.fromkeys(ids) if is_run(id_)]
    own = [existing(site, id_) for id_ in ids if not is_run(id_)]
    theirs = [id_ for run in runs for id_ in change_sets_of(site, run)]
    return tuple(dict.fromkeys((*own, *theirs))), runs


def _making(site: Site, asked: Asked, author: Author) -> Making:
    period = None if asked.period is None else (asked.period[0].isoformat(), asked.period[1].isoformat())
    settings = site.settings
    return Making(author.name, author.key, site.now(), settings.city_name, settings.city, period)


def _rows(site: Site, ids: Sequence[str], head: Anchor, archived: Archived) -> Iterator[Row]:
    """From the first row of these change sets to the head. Raises `Refused` where rows between are in an archive that
    was not handed in: the chain would have a gap.
    """
    missing = [one for one in site.store.journal.archives() if one.sha256 not in archived]
    is_begun, gone = False, {segment.first: one for one in missing for segment in one.segments}
    for row in merge(site.store.journal.rows(), *archived.values(), key=lambda row: row.seq):
        is_begun = is_begun or row.entry.change_set in ids
        if row.seq > head.seq:
            return
        if is_begun:
            yield row
            if archive := gone.get(row.seq + 1):
                raise Refused("archive.gap_in_evidence", file=archive.file, seq=row.seq + 1)


def _papers(
    site: Site, found: Sequence[Sealed], runs: Sequence[Found], head: Anchor, wording: Wording
) -> Iterator[tuple[str, bytes]]:
    whose, works = letterhead(site), {}
    for sealed in found:
        id_ = sealed.change_set.id
        works[id_] = work = work_in(site, review_of(site, sealed), head, wording)
        yield f"{id_}.docx", work_report(work, whose, wording)
        yield f"{id_}.xlsx", record_of(site, work, wording)
    for run in runs:
        facts = run_work_in(site, run, head, wording).with_works(works)
        yield f"{run.request.id}.docx", run_report(facts, whose, wording)
        yield f"{run.request.id}.xlsx", run_record_of(site, facts, wording)


def _readme(site: Site) -> str:
    told = message("evidence.readme", city=site.settings.city_name or "-")
    return f"{told.render('ja')}\n\n{told.render('en')}\n"
