"""What has to hold between the keys of a profile, beyond each key for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from chonai.systems.csv_import.file_names import file_name, file_name_fault
from chonai.systems.csv_import.profile import Empty, FileProfile, Kind, Many, Mode, Quoting
from chonai.systems.csv_import.reader import ProfileReader


def check_profile(reader: ProfileReader, files: Sequence[FileProfile]) -> None:
    """Note every contradiction of a profile as a problem of the reader."""
    types = {one.type for one in files}
    for doubled in _doubled(one.type for one in files):
        reader.problem("doubled", "files", value=doubled)
    for number, one in enumerate(files, start=1):
        _check_file(_Notes(reader, f"files[{number}]."), one, types)
    names = Counter(file_name(one, "system", "batch", 1) for one in files if not file_name_fault(one.file_name))
    for name, count in names.items():
        if count > 1:
            reader.problem("same_file_name", "files", value=name)


class _Notes:
    """Notes problems of one file."""

    def __init__(self, reader: ProfileReader, prefix: str) -> None:
        self._reader, self._prefix = reader, prefix

    def note(self, code: str, name: str, value: str, **fields: object) -> None:
        """Note that the key `name` of the file is wrong."""
        self._reader.problem(code, f"{self._prefix}{name}", value=value, **fields)


def _check_file(notes: _Notes, one: FileProfile, types: set[str]) -> None:
    if ":" in one.type or "/" in one.type:
        notes.note("bad_type", "type", one.type)
    if file_name_fault(one.file_name):
        notes.note("bad_file_name", "file_name", one.file_name)
    if one.max_rows and one.mode is Mode.FULL:
        notes.note("full_is_one", "max_rows", str(one.max_rows))
    elif one.max_rows and "{part" not in one.file_name:
        notes.note("no_part", "file_name", one.file_name)
    if one.mode is Mode.FULL and one.actions is not None:
        notes.note("full_has_no_actions", "mode", one.mode.value)
    _check_columns(notes, one)
    _check_key(notes, one)
    for column in one.columns:
        if column.reference and column.reference not in types:
            notes.note("no_such_type", f"columns.{column.title}.reference", column.reference)


def _check_columns(notes: _Notes, one: FileProfile) -> None:
    for title in _doubled(column.title for column in one.columns):
        notes.note("doubled", "columns", title)
    for name in _doubled(column.name for column in one.columns if column.kind in (Kind.ATTRIBUTE, Kind.SECRET)):
        notes.note("doubled", "columns", name)
    counts = Counter(column.kind for column in one.columns)
    rows = [column.title for column in one.columns if column.many is Many.ROWS]
    if len(rows) > 1 or counts[Kind.MARK] > 1 or counts[Kind.ACTION] > 1:
        notes.note("too_many", "columns", ", ".join(rows))
    if counts[Kind.MARK] and not rows:
        notes.note("mark_without_rows", "columns", "marks")
    for column in one.columns:
        if column.separator and one.format.quoting is Quoting.NONE and one.format.delimiter in column.separator:
            notes.note("separator_is_delimiter", f"columns.{column.title}.separator", column.separator)
        if column.kind is Kind.SECRET and one.empty is Empty.CLEAR and not column.blank_keeps:
            notes.note("secret_is_cleared", f"columns.{column.title}.blank_keeps", "false")
        if column.words and column.many:
            notes.note("words_of_set", f"columns.{column.title}.many", column.many.value)


def _check_key(notes: _Notes, one: FileProfile) -> None:
    known = one.attributes
    if not one.key:
        notes.note("no_key", "key", "")
    for name in {*one.key, *(name for group in one.unique for name in group)} - known.keys():
        notes.note("no_attribute", "key", name)
    for name in known.keys() & set(one.key):
        if known[name].many or known[name].words or not known[name].required:
            notes.note("weak_key", "key", name)


def _doubled(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1 and value]
