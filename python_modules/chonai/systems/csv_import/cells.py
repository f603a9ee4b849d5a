"""A record's values as cells, and back. Pure; what cannot be written raises `UnwritableError`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chonai.change.model import Key, Record, Value, members
from chonai.systems.csv_import.profile import Column, Deed, Empty, FileProfile, Kind, Many
from chonai.systems.csv_import.writable import escaped, fault, unescaped
from chonai.text.messages import Message, message


class UnwritableError(ValueError):
    """A value that the file cannot hold. `why` is a sentence without the object's name."""

    def __init__(self, why: Message) -> None:
        self.why = why
        super().__init__(why.code)


class UnreadableCellError(ValueError):
    """A cell that the profile does not allow; the catalogue code and its fields say why."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code, self.fields = code, fields
        super().__init__(code)


def rows_of(
    file: FileProfile, record: Record, deed: Deed | None = None, secrets: Mapping[str, str] | None = None
) -> list[list[str]]:
    """The rows for one object: one, or one for each value of the set that is written by rows, the main one first.

    `deed` is None in a file that replaces all. Raises UnwritableError.
    """
    return _Writer(file, record, deed, secrets or {}).rows()


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the rows of one object."""

    file: FileProfile
    record: Record
    deed: Deed | None
    secrets: Mapping[str, str]

    def rows(self) -> list[list[str]]:
        column = self.file.by_rows
        if column is None:
            return [self._row(None)]
        values = sorted(members(self.record.get(column.name)))
        main = self.record.get(self.file.mark.name) if self.file.mark else None
        if isinstance(main, str) and main in values:
            raise UnwritableError(message("csv_import.mark_twice", column=column.title, value=main))
        rows = [self._row(main, is_main=True)] if isinstance(main, str) else []
        rows += [self._row(value) for value in values]
        return rows or [self._row(None)]

    def _row(self, of_row: str | None, *, is_main: bool = False) -> list[str]:
        return [self._cell(column, of_row, is_main) for column in self.file.columns]

    def _cell(self, column: Column, of_row: str | None, is_main: bool) -> str:
        if column.kind is Kind.FIXED:
            return column.name
        if column.kind is Kind.ACTION:
            return column.actions.get(self.deed, "") if self.deed else ""
        if column.kind is Kind.SECRET:
            return self._secret(column)
        if column.kind is Kind.MARK:
            return _worded(column, is_main)
        return self._attribute(column, of_row if column.many is Many.ROWS else self.record.get(column.name))

    def _secret(self, column: Column) -> str:
        """A secret stands as it is; why it cannot is said without it."""
        secret = self.secrets.get(column.name, "")
        why = fault(secret, column, self.file)
        if why is not None and why.code != "csv_import.formula":
            raise UnwritableError(message("csv_import.secret_unfit", column=column.title))
        return secret

    def _attribute(self, column: Column, value: Value) -> str:
        if column.words:
            if not isinstance(value, bool):
                raise UnwritableError(message("csv_import.no_truth", column=column.title, value=str(value)))
            return _worded(column, value)
        if column.many is Many.JOINED:
            return self._joined(column, members(value))
        if value is None:
            return self._nothing(column)
        if not isinstance(value, str) or not value:
            raise UnwritableError(message("csv_import.no_text", column=column.title, value=str(value)))
        return self._checked(column, _named(column, value))

    def _joined(self, column: Column, values: Iterable[str]) -> str:
        texts = sorted(_named(column, value) for value in values)
        for text in texts:
            if not text or column.separator in text:
                raise UnwritableError(message("csv_import.holds_separator", column=column.title, value=text))
        return self._checked(column, column.separator.join(texts)) if texts else self._nothing(column)

    def _nothing(self, column: Column) -> str:
        """An empty cell, or what empties it in an object that the product has."""
        if column.required:
            raise UnwritableError(message("csv_import.required", column=column.title))
        keeps = self.deed is Deed.UPDATE and self.file.empty is Empty.KEEP
        return self.file.clear_with or "" if keeps else ""

    def _checked(self, column: Column, text: str) -> str:
        if why := fault(text, column, self.file):
            raise UnwritableError(why)
        return escaped(text, self.file.format)


def _worded(column: Column, value: bool) -> str:
    if column.words is None:
        return ""
    return column.words.when_true if value else column.words.when_false


def _named(column: Column, value: str) -> str:
    """What stands in the cell for another object: the id of its key."""
    if column.reference is None:
        return value
    key = Key.parse(value)
    if key.type != column.reference:
        raise UnwritableError(message("csv_import.wrong_type", column=column.title, value=value, type=column.reference))
    return key.id


def value_of(file: FileProfile, column: Column, cell: str) -> Value:
    """The value that a cell of an attribute stands for. Raises UnreadableCellError."""
    if column.words is not None:
        return _truth(column, cell)
    text = unescaped(cell, file.format)
    if column.many and column.separator:
        return _split(column, text)
    if not text:
        if column.required:
            raise UnreadableCellError("csv_import.cell_empty")
        return None
    return _reference(column, text)


def _truth(column: Column, cell: str) -> bool:
    words = column.words
    if words is None or cell not in (words.when_true, words.when_false):
        known = ", ".join([words.when_true, words.when_false]) if words else ""
        raise UnreadableCellError("csv_import.cell_no_word", known=known)
    return cell == words.when_true


def _split(column: Column, text: str) -> frozenset[str]:
    parts = text.split(column.separator) if text else []
    if "" in parts or len(set(parts)) < len(parts):
        raise UnreadableCellError("csv_import.cell_bad_list", separator=column.separator)
    return frozenset(_reference(column, part) for part in parts)


def _reference(column: Column, text: str) -> str:
    return f"{column.reference}:{text}" if column.reference else text
