"""What the city's files say, as values: orders, roster, organisation, reorganisation.

Nothing here is guessed or looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from chonai.operations.personnel.kinds import Act, OrderType, Phase, ReformKind, Status
from chonai.text.extents import address
from chonai.text.messages import Message
from chonai.text.problems import Problem
from chonai.text.tables import Table, TableRow

ROSTER = "名簿"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was read: file and row as a spreadsheet shows them (the first row is 1)."""

    file: str
    row: int
    table: Table | None = field(default=None, compare=False, repr=False)
    cells: TableRow | None = field(default=None, compare=False, repr=False)

    def says(self, column: str, value: object, code: str, /, **fields: object) -> Message:
        """The sentence `code` about one cell of this row, with file, row, column (as the file calls it) and value
        before it: what the cell holds, or `value` where it is blank.
        """
        table = self.table or Table(self.file)
        held = self.cells[column] if self.cells is not None and column in table.columns else ""
        at = table.positions.get(column)
        cell = address(at, self.row) if table.encoding == "xlsx" and at is not None else ""
        title = table.columns.get(column, column)
        return Problem(
            code, self.file, row=self.row, column=title, value=held or str(value), cell=cell, fields=fields
        ).message


class StaffKey(NamedTuple):
    """A person's key: appointing body (任命権者コード) and staff number, in full width with leading zeros."""

    body: str
    number: str

    def __str__(self) -> str:
        return f"{self.body}-{self.number}"


class Forward(NamedTuple):
    """Where somebody's mail is sent as well, and the last day of it."""

    to: str
    until: date


@dataclass(frozen=True, slots=True)
class Section:
    """A 部, 課 or 係. `division` is the name of its 部."""

    code: str
    name: str
    division: str


@dataclass(frozen=True, slots=True)
class Reform:
    """One row of the reorganisation table; `old` or `new` is blank where the kind has none."""

    place: Place = field(compare=False)
    kind: ReformKind
    word: str
    old: str
    new: str
    date: date


@dataclass(frozen=True, slots=True)
class Order:
    """One order (発令). A blank text says nothing. Section codes are those of the file, in full width.

    name       the name in use (after 旧姓使用); None where the cell is blank
    also       concurrent posts that the order adds
    old_key    the key under which this same person was known before
    target     the order number that a 取消 or 訂正 supersedes
    superseded the order that `target` names, where the file holds it
    forward    where the person's mail shall be sent as well
    romaji     the person's own spelling in Latin letters, family name first
    """

    place: Place = field(compare=False)
    id: str
    date: date
    type: OrderType
    key: StaffKey
    name: str = ""
    legal_name: str = ""
    kana: str = ""
    title_code: str = ""
    title: str = ""
    old_title: str = ""
    new_section: str = ""
    old_section: str = ""
    old_name: str = ""
    also: tuple[str, ...] = ()
    kind: str = ""
    old_key: StaffKey | None = None
    target: str = ""
    superseded: Order | None = None
    forward: Forward | None = None
    romaji: str = ""

    @property
    def act(self) -> Act:
        """What the order does."""
        return self.type.act

    @property
    def posts(self) -> list[str]:
        """The sections that the order gives a post in."""
        return [code for code in (self.new_section, *self.also) if code]

    def says(self, column: str, value: object, code: str, /, **fields: object) -> Message:
        """The sentence `code` about one cell of this order; it may use {number} and {type} too."""
        return self.place.says(column, value, code, number=str(self.key), type=self.type.name, **fields)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the roster. `also` is None where the roster does not speak of concurrent posts; `romaji` as in an
    order.
    """

    place: Place = field(compare=False)
    key: StaffKey
    name: str
    kana: str
    section: str
    title_code: str
    title: str
    also: frozenset[str] | None
    kind: str
    status: Status
    left: date | None = None
    romaji: str = ""

    def says(self, column: str, value: object, code: str, /, **fields: object) -> Message:
        """The sentence `code` about one cell of this row; it may use {number} and {type} too."""
        return self.place.says(column, value, code, number=str(self.key), type=ROSTER, **fields)


@dataclass(frozen=True, slots=True)
class Request:
    """All that was asked: the files as values, and everything that is wrong with them.

    `organisation` is that of `effective_date`. What a file did not come for is None.
    """

    effective_date: date
    orders: tuple[Order, ...] | None = None
    roster: tuple[RosterRow, ...] | None = None
    organisation: Mapping[str, Section] | None = None
    reorganisation: tuple[Reform, ...] | None = None
    problems: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    phase: Phase = Phase.WHOLE
