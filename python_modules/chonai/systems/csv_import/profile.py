"""What a product's import files look like: the values that a profile (YAML) becomes. `profile_reader` makes them."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from chonai.change.model import Key, Record, Value


@dataclass(frozen=True, slots=True)
class Encoding:
    """How text becomes bytes: Python's codec, and what stands before the first character."""

    name: str
    codec: str
    bom: bytes = b""


ENCODINGS: Mapping[str, Encoding] = {
    one.name: one
    for one in (
        Encoding("cp932", "cp932"),
        Encoding("utf-8", "utf-8"),
        Encoding("utf-8-sig", "utf-8", codecs.BOM_UTF8),
        Encoding("utf-16le-bom", "utf-16-le", codecs.BOM_UTF16_LE),
    )
}
DELIMITERS: Mapping[str, str] = {"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|"}
LINE_ENDINGS: Mapping[str, str] = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}
OF = "Of"
"""`memberOf`: who names the object in `member`. Part of what is kept of an object before it is deleted."""


class Quoting(StrEnum):
    """Which cells stand in quotes. `none`: a quote is a character like any other."""

    ALL = "all"
    MINIMAL = "minimal"
    NONE = "none"


class Formula(StrEnum):
    """What becomes of a cell that a spreadsheet would take for a formula."""

    KEEP = "keep"
    REFUSE = "refuse"
    APOSTROPHE = "apostrophe"


class Mode(StrEnum):
    """Whether a file holds all objects of its type, or only those that change."""

    FULL = "full"
    DIFFERENCE = "difference"


class Empty(StrEnum):
    """What the product does with an empty cell of an object that it has."""

    KEEP = "keep"
    CLEAR = "clear"


class Many(StrEnum):
    """How a set is written: one row for each value, or joined in one cell."""

    ROWS = "rows"
    JOINED = "joined"


class Kind(StrEnum):
    """What a column holds.

    A mark says of each row whether it is the main one (本務); its attribute holds the value of that row.
    """

    ATTRIBUTE = "attribute"
    MARK = "marks"
    FIXED = "fixed"
    SECRET = "secret"
    ACTION = "action"


class Deed(StrEnum):
    """What a row asks the product to do."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a cell for yes and for no."""

    when_true: str
    when_false: str


@dataclass(frozen=True, slots=True)
class Format:
    """Bytes of a file. `delimiter` and `line_ending` are the characters themselves."""

    encoding: Encoding
    delimiter: str
    quoting: Quoting
    line_ending: str
    header: bool
    formula: Formula


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is the attribute of an attribute or mark, the secret's name, or the fixed text.

    max_bytes    the longest cell, in bytes of the file's encoding
    reference    the type of the objects that are named by their keys
    in_export    the product's exports have this column
    blank_keeps  the product leaves a secret as it is when its cell is empty
    """

    title: str
    kind: Kind
    name: str
    required: bool = False
    max_bytes: int | None = None
    many: Many | None = None
    separator: str = ""
    reference: str | None = None
    words: Words | None = None
    actions: Mapping[Deed, str] = field(default_factory=dict)
    in_export: bool = True
    blank_keeps: bool = False


@dataclass(frozen=True)
class FileProfile:
    """The file for one type of object.

    key        the attributes whose values make an object's key
    unique     further groups of attributes that two objects may not share
    max_rows   most rows of one file, the header not counted
    clear_with what stands in a cell to empty it, where an empty cell keeps what is there
    """

    type: str
    format: Format
    mode: Mode
    file_name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    max_rows: int | None = None
    empty: Empty = Empty.CLEAR
    clear_with: str | None = None

    @cached_property
    def attributes(self) -> dict[str, Column]:
        """The columns that hold attributes, by attribute."""
        return {one.name: one for one in self.columns if one.kind in (Kind.ATTRIBUTE, Kind.MARK)}

    @cached_property
    def by_rows(self) -> Column | None:
        """The column whose set is written one row a value."""
        return next((one for one in self.columns if one.many is Many.ROWS), None)

    @cached_property
    def mark(self) -> Column | None:
        """The column that says which row is the main one; its attribute holds that row's value, the set the others."""
        return next((one for one in self.columns if one.kind is Kind.MARK), None)

    @cached_property
    def secrets(self) -> frozenset[str]:
        """Names of the secrets that the file can carry."""
        return frozenset(one.name for one in self.columns if one.kind is Kind.SECRET)

    @cached_property
    def actions(self) -> Mapping[Deed, str] | None:
        """The words of the action column, None when there is no such column."""
        return next((one.actions for one in self.columns if one.kind is Kind.ACTION), None)

    def key_of(self, record: Record) -> Key | None:
        """The key of an object with these attributes; None when one that makes the key is empty."""
        values = [record.get(name) for name in self.key]
        if not all(isinstance(value, str) and value for value in values):
            return None
        if len(values) == 1:
            return Key(self.type, str(values[0]))
        return Key(self.type, "/".join(str(value).replace("%", "%25").replace("/", "%2F") for value in values))

    def whole(self, record: Record) -> dict[str, Value]:
        """The record with every attribute of the file: None or an empty set for what it does not have."""
        return {
            name: record.get(name) or (frozenset() if column.many else record.get(name))
            for name, column in self.attributes.items()
        }


@dataclass(frozen=True, slots=True)
class Profile:
    """One product: its files by type, in the order in which they have to be imported."""

    product: str
    files: Mapping[str, FileProfile]
