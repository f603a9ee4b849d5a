"""Whatever the encoding holds comes back from a file as it was, or is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chonai.change.errors import InputError
from chonai.change.model import Key, Value
from chonai.systems.csv_import.cells import UnwritableError, rows_of
from chonai.systems.csv_import.draft import draft_profile
from chonai.systems.csv_import.profile import FileProfile, Formula
from chonai.systems.csv_import.profile_reader import load_profile, parse_profile
from chonai.systems.csv_import.reading import read_export
from chonai.systems.csv_import.sheet import to_bytes

SHIPPED = {
    "cp932 without quotes, by rows": load_profile("internal_file_exchange").files["user"],
    "utf-16 with tabs, all quoted": load_profile("asset_management").files["group"],
    "utf-8 as needed": load_profile("external_file_exchange").files["group"],
}
ODD = st.sampled_from(list("\"'=+-@,;|\t\r\n 　〜～−－髙﨑①㈱\ue000ｶﾞ\ufeff\x00\x85\u2028"))
TEXT = st.text(ODD | st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
CP932 = st.text(ODD | st.characters(codec="cp932"), min_size=1, max_size=8)


def unlimited(file: FileProfile, formula: Formula) -> FileProfile:
    """The file with room for everything."""
    columns = tuple(replace(column, max_bytes=None) for column in file.columns)
    return replace(file, columns=columns, format=replace(file.format, formula=formula), clear_with=None)


def records(file: FileProfile) -> st.SearchStrategy[dict[str, Value]]:
    """Records of the file's attributes."""
    text = CP932 if file.format.encoding.codec == "cp932" else TEXT
    fields: dict[str, st.SearchStrategy[Value]] = {}
    for name, column in file.attributes.items():
        value = text.map(lambda found, column=column: f"{column.reference}:{found}" if column.reference else found)
        if column.words:
            fields[name] = st.booleans() if column.kind.value == "attribute" else st.none()
        else:
            fields[name] = st.frozensets(value, max_size=3) if column.many else value
            if not column.required and not column.many:
                fields[name] = st.none() | value
    return st.fixed_dictionaries(fields)


def unique(file: FileProfile) -> tuple[tuple[str, ...], ...]:
    """The groups of attributes that two objects may not share."""
    return (file.key, *file.unique)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("formula", [Formula.APOSTROPHE, Formula.KEEP])
@given(data=st.data())
def test_what_is_written_is_read(name: str, formula: Formula, data: st.DataObject) -> None:
    file = unlimited(SHIPPED[name], formula)
    wanted: dict[Key, dict[str, Value]] = {}
    rows: list[list[str]] = []
    names: set[object] = set()
    for record in data.draw(st.lists(records(file), max_size=3)):
        key = file.key_of(record)
        try:
            found = rows_of(file, record)
        except UnwritableError:
            continue
        claims = {(group, *(str(record.get(name) or "").casefold() for name in group)) for group in unique(file)}
        if key is not None and names.isdisjoint(claims):
            names |= {claim for claim in claims if all(claim[1:])}
            wanted[key] = record
            rows += found
    everything = replace(file, columns=tuple(replace(column, in_export=True) for column in file.columns))
    written = to_bytes([[column.title for column in file.columns], *rows], file.format)
    reading = read_export("f", written, everything)
    assert not reading.problems
    assert reading.records == wanted


@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
def test_a_draft_reads_its_export_or_says_why_there_is_none(name: str, data: st.DataObject) -> None:
    file = SHIPPED[name]
    cell = CP932 if file.format.encoding.codec == "cp932" else TEXT
    titles = data.draw(st.lists(cell, min_size=1, max_size=3, unique=True))
    table = data.draw(st.lists(st.lists(cell | st.just(""), min_size=len(titles), max_size=len(titles)), max_size=5))
    try:
        export = to_bytes([titles, *table], file.format)
    except UnicodeEncodeError:
        return
    text = draft_or_code(export)
    if text.startswith("csv_import."):
        assert text not in ("csv_import.draft_fails", "csv_import.bad_profile")
        return
    [drafted] = parse_profile("draft", text).files.values()
    assert not read_export("export.csv", export, drafted).problems


def draft_or_code(export: bytes) -> str:
    """The draft, or the code of what is said against it."""
    try:
        return draft_profile("export.csv", export)
    except InputError as error:
        return error.message.code
