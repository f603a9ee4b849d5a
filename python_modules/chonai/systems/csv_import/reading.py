"""A product's file as records: strictly by its profile, with every problem of the file, its row and its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chonai.change.model import Key, Record, Value, members
from chonai.systems.csv_import.cells import UnreadableCellError, value_of
from chonai.systems.csv_import.profile import Column, FileProfile, Kind, Many, Profile
from chonai.systems.csv_import.references import referred, refers
from chonai.systems.csv_import.sheet import Row, to_rows
from chonai.text.problems import Problem


@dataclass(slots=True)
class Reading:
    """What a file holds; `problems` must be empty to go on. `rows` says where each object stands first."""

    records: dict[Key, dict[str, Value]] = field(default_factory=dict)
    rows: dict[Key, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_export(name: str, data: bytes, file: FileProfile) -> Reading:
    """The objects in a product's export of this type."""
    rows, problems = to_rows(name, data, file.format)
    reader = _Reader(name, file, Reading(problems=problems))
    reader.read(rows)
    return reader.found


def dangling(profile: Profile, state: Mapping[Key, Record]) -> list[tuple[Key, Column, str]]:
    """References to objects that none of the files has."""
    known = {str(key) for key in state}
    referring = {
        type_: [(name, column) for name, column in file.attributes.items() if refers(file, column)]
        for type_, file in profile.files.items()
    }
    return [
        (key, column, value)
        for key, record in state.items()
        for name, column in referring[key.type]
        for value in sorted(referred(record.get(name)) - known)
    ]


class _Reader:
    """Goes through the rows of one file once."""

    def __init__(self, name: str, file: FileProfile, found: Reading) -> None:
        self.name, self.file, self.found = name, file, found
        self.places: list[Column | None] = [column for column in file.columns if column.in_export]
        self.claims: dict[tuple[tuple[str, ...], tuple[str, ...]], Key] = {}

    def read(self, rows: Sequence[Row]) -> None:
        if self.file.format.header and not self.found.problems:
            if not rows:
                self._wrong("csv_import.no_header", None)
                return
            self._find_columns(rows[0])
            rows = rows[1:]
        if not self.found.problems or not self.file.format.header:
            for row in rows:
                self._row(row)
            self._check_unique()

    def _find_columns(self, header: Row) -> None:
        """Columns by their titles: each that the profile demands once, and none that it does not know."""
        known = {column.title: column for column in self.file.columns}
        self.places = [known.get(title) for title in header.cells]
        for title in header.cells:
            if title not in known or list(header.cells).count(title) > 1:
                self._wrong("csv_import.strange_column", header.number, title)
        for column in self.file.columns:
            if column.in_export and column.title not in header.cells:
                self._wrong("csv_import.missing_column", header.number, column.title)

    def _row(self, row: Row) -> None:
        if len(row.cells) != len(self.places):
            fields = {"cells": len(row.cells), "columns": len(self.places)}
            self.found.problems.append(Problem("csv_import.wrong_width", self.name, row=row.number, fields=fields))
            return
        cells = {column.title: cell for column, cell in zip(self.places, row.cells, strict=True) if column}
        record = self._record(row, cells)
        key = self.file.key_of(record)
        if key is not None:
            self._add(key, row, record)

    def _record(self, row: Row, cells: Mapping[str, str]) -> dict[str, Value]:
        """The values of one row; a set that is written by rows holds the one of this row."""
        record: dict[str, Value] = {}
        for column in self.file.columns:
            if column.title in cells:
                try:
                    self._take(column, cells[column.title], record)
                except UnreadableCellError as error:
                    self._wrong(error.code, row.number, column.title, cells[column.title], error.fields)
        rows, mark = self.file.by_rows, self.file.mark
        if rows and mark and record.get(mark.name) is True and record.get(rows.name) is None:
            self._wrong("csv_import.mark_without_value", row.number, mark.title, cells[mark.title])
        return self._with_mark(record)

    def _take(self, column: Column, cell: str, record: dict[str, Value]) -> None:
        if column.kind is Kind.FIXED and cell != column.name:
            raise UnreadableCellError("csv_import.cell_not_fixed", fixed=column.name)
        if column.kind in (Kind.ATTRIBUTE, Kind.MARK):
            record[column.name] = value_of(self.file, column, cell)

    def _with_mark(self, record: dict[str, Value]) -> dict[str, Value]:
        """A row's value goes to the attribute of the mark if it is the main one, else into the set."""
        rows, mark = self.file.by_rows, self.file.mark
        if rows is None:
            return record
        value = record.get(rows.name)
        is_main = mark is not None and record.get(mark.name) is True
        if mark is not None:
            record[mark.name] = value if is_main else None
        record[rows.name] = frozenset() if value is None or is_main else frozenset({str(value)})
        return record

    def _values(self, record: Mapping[str, Value]) -> frozenset[str]:
        """What the rows of an object say so far."""
        rows, mark = self.file.by_rows, self.file.mark
        return members(record.get(rows.name) if rows else None) | referred(record.get(mark.name) if mark else None)

    def _add(self, key: Key, row: Row, record: dict[str, Value]) -> None:
        known = self.found.records.setdefault(key, record)
        if known is record:
            self.found.rows[key] = row.number
        elif self.file.by_rows is None:
            self._wrong("csv_import.doubled_key", row.number, fields={"key": key.id, "first": self.found.rows[key]})
        else:
            self._join(key, row, known, record)

    def _join(self, key: Key, row: Row, known: dict[str, Value], record: dict[str, Value]) -> None:
        """A further row of an object: one more value of its set, all else as in its first row."""
        if self._values(record) <= self._values(known):
            self._wrong("csv_import.doubled_key", row.number, fields=self._first(key))
        for name, column in self.file.attributes.items():
            before, now = known.get(name), record.get(name)
            if column.many is Many.ROWS:
                known[name] = members(before) | members(now)
            elif column.kind is Kind.MARK and (before is None or now is None):
                known[name] = before if now is None else now
            elif before != now:
                self._wrong("csv_import.rows_differ", row.number, column.title, str(now or ""), self._first(key))

    def _first(self, key: Key) -> dict[str, object]:
        return {"key": key.id, "first": self.found.rows[key]}

    def _check_unique(self) -> None:
        for group in (self.file.key, *self.file.unique):
            for key, record in self.found.records.items():
                values = tuple(str(record.get(name) or "").casefold() for name in group)
                holder = self.claims.setdefault((group, values), key) if all(values) else key
                if holder != key:
                    titles = " / ".join(self.file.attributes[name].title for name in group)
                    fields = {"key": key.id, "other": holder.id, "first": self.found.rows[holder]}
                    self._wrong("csv_import.not_unique", self.found.rows[key], titles, " / ".join(values), fields)

    def _wrong(
        self,
        code: str,
        row: int | None,
        column: str = "",
        value: str = "",
        fields: Mapping[str, object] | None = None,
    ) -> None:
        self.found.problems.append(Problem(code, self.name, row=row, column=column, value=value, fields=fields or {}))
