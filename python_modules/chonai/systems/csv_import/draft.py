"""Drafts a profile from a product's export: YAML that reads this export, with remarks on what is not sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath

from chonai.change.errors import InputError
from chonai.systems.csv_import.draft_columns import Guess, guess_columns
from chonai.systems.csv_import.draft_format import Table, read_unknown
from chonai.systems.csv_import.file_names import FORBIDDEN
from chonai.systems.csv_import.profile import DELIMITERS, LINE_ENDINGS, Encoding, Format, Kind
from chonai.systems.csv_import.profile_reader import parse_profile
from chonai.systems.csv_import.reading import read_export
from chonai.text.messages import Message, message


def draft_profile(name: str, data: bytes) -> str:
    """The profile of the file called `name`, in YAML; the draft reads the very export that it was made from.

    Raises InputError when the export is no table, or its rows cannot be told apart.
    """
    table = read_unknown(name, data)
    if not table.rows:
        raise InputError("csv_import.no_table", file=name)
    columns = guess_columns(name, table.titles, table.rows)
    text = "\n".join([*_top(name, table), *_file(name, columns), *_columns(table, columns), ""])
    _refuse_unread(name, data, text)
    return text


def _refuse_unread(name: str, data: bytes, text: str) -> None:
    """A draft that does not read its own export helps nobody."""
    [file] = parse_profile(name, text).files.values()
    problems = read_export(name, data, file).problems
    if problems:
        raise InputError("csv_import.draft_fails", file=name, details=[one.message for one in problems])


def _top(name: str, table: Table) -> Iterator[str]:
    form, rows = table.form, len(table.rows)
    yield from _remarks([message("csv_import.draft_head", file=quoted(name), rows=rows), *table.doubts])
    yield f"product: {quoted(PurePath(name).stem or name)}"
    yield "format:"
    yield f"  encoding: {form.encoding.name}"
    yield f"  delimiter: {_name_of(DELIMITERS, form.delimiter)}"
    yield f"  quoting: {form.quoting.value}"
    yield f"  line_ending: {_name_of(LINE_ENDINGS, form.line_ending)}"
    yield f"  header: {str(form.header).lower()}"
    yield f"  formula: {form.formula.value}"


def _file(name: str, columns: Iterable[Guess]) -> Iterator[str]:
    suffix = FORBIDDEN.sub("", PurePath(name).suffix).replace("{", "").replace("}", "").strip() or ".csv"
    yield "files:"
    yield from _remarks([message("csv_import.draft_type")], "  ")
    yield "  - type: user"
    yield from _remarks([message("csv_import.draft_mode"), message("csv_import.draft_empty")], "    ")
    yield "    mode: full"
    yield "    empty: clear"
    yield f"    file_name: {quoted('{batch}_{type}' + suffix[:20])}"
    keys = ", ".join(quoted(one.name) for one in columns if one.required)
    yield f"    key: [{keys}]"


def _columns(table: Table, columns: Iterable[Guess]) -> Iterator[str]:
    yield from _remarks([message("csv_import.draft_limits")], "    ")
    yield "    columns:"
    for column in columns:
        longest = max(len(_bytes(value, table.form)) for value in column.values)
        count = len(set(column.values))
        yield from _remarks(
            [message("csv_import.draft_values", count=count, longest=longest), *column.doubts], "      "
        )
        yield f"      - title: {quoted(column.title)}"
        yield from (f"        {line}" for line in _keys(column))


def _keys(column: Guess) -> Iterator[str]:
    yield f"{column.kind.value}: {quoted(column.name)}"
    if column.required:
        yield "required: true"
    if column.by_rows:
        yield "many: rows"
    if column.words:
        yield f"when_true: {quoted(column.words.when_true)}"
        yield f"when_false: {quoted(column.words.when_false)}"
    if column.kind is Kind.SECRET:
        yield "blank_keeps: true"
        yield "in_export: true"


def _bytes(value: str, form: Format) -> bytes:
    encoding: Encoding = form.encoding
    return value.encode(encoding.codec)


def _name_of(names: Mapping[str, str], value: str) -> str:
    return next(name for name, one in names.items() if one == value)


def _remarks(sentences: Iterable[Message], indent: str = "") -> Iterator[str]:
    return (f"{indent}# {line}" for one in sentences for line in one.render().splitlines())


def quoted(text: str) -> str:
    """A YAML text in quotes, on one line; what cannot be printed is escaped."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable() or character == "\u3000":
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
