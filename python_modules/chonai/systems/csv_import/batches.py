"""Work as import files: which rows go into which file. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from chonai.change.codec import record_to_json
from chonai.change.errors import InputError
from chonai.change.model import Change, Key
from chonai.systems.csv_import.cells import UnwritableError, rows_of
from chonai.systems.csv_import.file_names import file_name
from chonai.systems.csv_import.objections import deed_of
from chonai.systems.csv_import.outbox import Draft, Made
from chonai.systems.csv_import.profile import Deed, FileProfile, Mode, Profile
from chonai.systems.csv_import.sheet import to_bytes
from chonai.systems.csv_import.work import Work
from chonai.text.messages import Message, message

Rows = list[list[str]]


def drafts(profile: Profile, system: str, batch: str, work: Work) -> list[Draft]:
    """The files that bring the work about, in the order in which they have to be imported: what is named before what
    names it, and the other way round where things go.

    Raises InputError when a file that replaces all would hold an object that cannot be written.
    """
    files = [file for file in profile.files.values() if any(key.type == file.type for key in work.touched)]
    if _only_goes(work):
        files.reverse()
    return [draft for file in files for draft in _drafts(file, system, batch, work)]


def digest(change: Change) -> str:
    """The name of exactly this change, the same when an apply is resumed."""
    parts = [change.action.value, str(change.key), record_to_json(change.before), record_to_json(change.after)]
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def made(changes: Sequence[Change], work: Work, written: Sequence[Draft]) -> dict[str, Made]:
    """By digest, which of the files each change needs."""
    holders: dict[Key, list[str]] = {}
    for draft in written:
        for key in draft.effects:
            holders.setdefault(key, []).append(draft.name)
    return {
        digest(change): Made(outcome.key, tuple(name for key in outcome.touched for name in holders[key]))
        for change, outcome in zip(changes, work.outcomes, strict=True)
        if outcome.error is None and outcome.touched
    }


def _only_goes(work: Work) -> bool:
    return any(key not in work.objects for key in work.touched) and all(
        old is not None for old in work.touched.values()
    )


def _drafts(file: FileProfile, system: str, batch: str, work: Work) -> Iterator[Draft]:
    touched = sorted(key for key in work.touched if key.type == file.type)
    if file.mode is Mode.FULL:
        rows = _all_rows(file, work)
        yield _draft(file, file_name(file, system, batch, 1), rows, touched, work)
        return
    for part, (rows, keys) in enumerate(_parts(file, touched, work), start=1):
        yield _draft(file, file_name(file, system, batch, part), rows, keys, work)


def _draft(file: FileProfile, name: str, rows: Rows, keys: Sequence[Key], work: Work) -> Draft:
    header = [[column.title for column in file.columns]] if file.format.header else []
    effects = {key: work.objects.get(key) for key in keys}
    provable = all(effects[key] != work.touched[key] for key in keys)
    return Draft(name, file.type, len(rows), provable, effects, to_bytes([*header, *rows], file.format))


def _all_rows(file: FileProfile, work: Work) -> Rows:
    rows: Rows = []
    problems: list[Message] = []
    for key in sorted(key for key in work.objects if key.type == file.type):
        try:
            rows += rows_of(file, work.objects[key], None, work.secrets.get(key))
        except UnwritableError as error:
            problems.append(message("csv_import.unwritable", object=str(key), why=error.why))
    if problems:
        raise InputError("csv_import.cannot_write_all", details=problems, type=file.type)
    return rows


def _parts(file: FileProfile, touched: Sequence[Key], work: Work) -> Iterator[tuple[Rows, list[Key]]]:
    """Rows for at most as many as a file takes; the rows of one object stay together."""
    rows: Rows = []
    keys: list[Key] = []
    for key in touched:
        more = _difference_rows(file, key, work)
        if keys and file.max_rows is not None and len(rows) + len(more) > file.max_rows:
            yield rows, keys
            rows, keys = [], []
        rows, keys = [*rows, *more], [*keys, key]
    yield rows, keys


def _difference_rows(file: FileProfile, key: Key, work: Work) -> Rows:
    old, new = work.touched[key], work.objects.get(key)
    deed = deed_of(old, new)
    record = new if new is not None else old or {}
    return rows_of(file, record, deed, work.secrets.get(key) if deed is not Deed.DELETE else None)
