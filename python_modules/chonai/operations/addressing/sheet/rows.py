"""From the sheets of an address ledger to rows of a known type: finds tables, titles and sections, and says of every
cell where it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chonai.operations.addressing.model import ADDRESS, DEVICE, PREFIX, RANGE, VLAN
from chonai.operations.addressing.sheet.values import (
    NETWORK_SEEN,
    VLAN_SEEN,
    Unreadable,
    fold,
    read_network,
    read_span,
    tidy,
)
from chonai.operations.addressing.sheet.words import LEADS, NEEDED, USED
from chonai.text.extents import address
from chonai.text.folding import search_key
from chonai.text.headers import Header, Wanted, find_header, fold_title
from chonai.text.messages import Message, message
from chonai.text.problems import Problem
from chonai.text.tables import is_total
from chonai.text.workbooks import Cells, Workbook

_TITLED = ("prefix", "mask", "vlan", "vlan_name", "gateway", "vrf", "zone", "site", "name", "purpose")
"""What may be said above a table, for all of its rows."""
_OF_PREFIX = frozenset({"prefix", "mask", "vlan", "vlan_name", "gateway", "name", "purpose"})
"""Of these, what a new network makes anew."""
_NUMBERED = (ADDRESS, PREFIX, RANGE, VLAN)
"""Tables whose rows begin with a number."""
_WITH_HEADINGS = (*_NUMBERED, DEVICE)
"""Tables in which people write headings and totals. In the others each row counts."""
_MARKS = tuple("■□●○◆◇▼▽★☆【")
"""How a heading between devices begins, so that it is none."""
_COUNTED = frozenset(("", "no", "番号", "項番", "通番", "連番"))
"""Titles of columns that only count the rows."""
_NOTHING = re.compile("[-ー]*")
BETWEEN_NOTES = " / "
"""What stands between a note and the comments that belong to it."""
_FEW = 3
"""Cells of a heading that names a network."""
_DOTTED = re.compile(r"\d\.\d")
_LABELLED = re.compile(r"([^:：=＝]+)[:：=＝](.+)", re.DOTALL)
_VALUE = re.compile(r"\d+|.*\d+\.\d+\.\d+.*|.*[0-9a-f]:[0-9a-f:].*")
_SHEET_NETWORK = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})[_-](\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text on one line, the title of its column, its row, and its address (`台帳!B12`)."""

    text: str
    title: str
    row: int
    at: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of a type. `said` is what stands above it for the whole table, `first` its first filled cell,
    `columns` are those that the table has.
    """

    file: str
    type: str
    cells: Mapping[str, Cell]
    said: Mapping[str, Cell]
    first: Cell
    columns: Collection[str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""

    def anywhere(self, name: str) -> str:
        """A word of the row, else the one that stands above it."""
        return self[name] or (self.said[name].text if name in self.said else "")

    def cell(self, name: str) -> Cell:
        """Where a word comes from; the first cell of the row where it says nothing of it."""
        if self[name]:
            return self.cells[name]
        return self.said.get(name, self.first)

    def problem(self, name: str, code: str, /, **fields: object) -> Message:
        """What is wrong with one of its words, with its place."""
        cell = self.cell(name)
        return problem_at(self.file, cell if cell.at else replace(cell, at=self.first.at), code, **fields)


@dataclass(slots=True)
class Rows:
    """All rows of a file and how many tables they are in, what is wrong with it, and what is left out of it."""

    tables: int = 0
    rows: list[Row] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)


def problem_at(file: str, cell: Cell, code: str, /, **fields: object) -> Message:
    """A problem with a cell."""
    return Problem(code, file, row=cell.row, column=cell.title, value=cell.text, cell=cell.at, fields=fields).message


def is_filled(text: str) -> bool:
    """Whether a cell says something: people put a dash where there is nothing."""
    return _NOTHING.fullmatch(search_key(text)) is None


def table_type(columns: Mapping[str, int]) -> str:
    """Of what a table with these columns is; blank for nothing that is known."""
    if len(columns) < 2:
        return ""
    return next((type_ for type_, ways in NEEDED.items() if any(way <= columns.keys() for way in ways)), "")


def rows_of(file: str, workbook: Workbook, wanted: Wanted, said: Mapping[str, str]) -> Rows:
    """The rows of all sheets. `said` holds for all of them, where they say nothing else."""
    found = Rows()
    given = {name: Cell(text, name, 1, "") for name, text in said.items() if text}
    for sheet in workbook.sheets:
        _Walk(file, sheet, wanted, given, found).read()
    found.warnings += [message("addressing.sheet_hidden", file=file, sheet=title) for title in workbook.hidden]
    if not found.tables and not found.problems:
        names = " / ".join(wanted.names[key][0] for key in ("address", "prefix", "vlan", "device"))
        found.problems.append(Problem("addressing.sheet_nothing", file, fields={"names": names}).message)
    return found


@dataclass(slots=True)
class _Walk:
    """Goes down one sheet."""

    file: str
    sheet: Cells
    wanted: Wanted
    given: Mapping[str, Cell]
    found: Rows
    said: dict[str, Cell] = field(default_factory=dict)
    header: Header | None = None
    header_row: int = 0
    type: str = ""
    unused: Counter[int] = field(default_factory=Counter)
    noted: set[str] = field(default_factory=set)

    def read(self) -> None:
        self.said = dict(self.given)
        self._name(self.sheet.title)
        number = 0
        while number < len(self.sheet.rows):
            number += self._line(number)
        self._end_table()
        if not self.type and any(any(map(str.strip, row)) for row in self.sheet.rows):
            self.found.warnings.append(message("addressing.sheet_no_table", file=self.file, sheet=self.sheet.title))
        for at, text in self.sheet.comments.items():
            if at in self.noted:
                continue
            fields = {"file": self.file, "cell": self._place(at), "text": text[:200]}
            self.found.warnings.append(message("addressing.sheet_comment", **fields))

    def _line(self, number: int) -> int:
        """Take a line; how many of them that took."""
        cells = self.sheet.rows[number]
        filled = [i for i, cell in enumerate(cells) if is_filled(cell)]
        if not filled or (self.type in ("", *_WITH_HEADINGS) and is_total(cells[filled[0]])):
            return 1
        if not self._has_values(number) and (taken := self._head(number)):
            return taken
        if self.header is None or self._is_section(number, filled):
            self._title(number, filled)
        else:
            self._row(number, filled[0])
        return 1

    # tables
    # -----------------------------------------------------------------------------------------------------

    def _has_values(self, number: int) -> bool:
        return any(_VALUE.fullmatch(search_key(cell)) for cell in self.sheet.rows[number] if is_filled(cell))

    def _head(self, number: int) -> int:
        """Begin a table where these lines are its header; how many lines that is."""
        is_alone = number + 1 >= len(self.sheet.rows) or self._has_values(number + 1)
        header = find_header(self.sheet.rows[number : number + (1 if is_alone else 2)], self.wanted)
        type_ = table_type(header.columns) if header else ""
        if header is None or not type_:
            return 0
        self._end_table()
        self.found.tables += 1
        self.header, self.type, self.header_row = header, type_, number + header.row
        for key, first, second in header.doubled:
            cell = self._cell(self.header_row, list(header.titles).index(second), second)
            fields = {"first": first, "key": key}
            self.found.problems.append(problem_at(self.file, cell, "text.doubled_column", **fields))
        return header.row + 1

    def _end_table(self) -> None:
        for column, count in sorted(self.unused.items()):
            cell = self._cell(self.header_row, column, "")
            fields = {"file": self.file, "cell": cell.at, "column": cell.text, "count": count}
            self.found.warnings.append(message("addressing.sheet_unused", **fields))
        self.unused.clear()

    def _row(self, number: int, first: int) -> None:
        header, cells = self.header, {}
        assert header is not None
        used = {place: key for key, place in header.columns.items() if key in USED[self.type]}
        for column, text in enumerate(self.sheet.rows[number]):
            if is_filled(text) and column in used:
                cells[used[column]] = self._cell(number, column, header.titles[column])
            elif is_filled(text) and column < len(header.titles) and fold_title(header.titles[column]) not in _COUNTED:
                self.unused[column] += 1
        place = self._cell(number, first, "")
        if not cells:
            return
        if "note" in USED[self.type] and (note := self._note(number, used, cells.get("note"))):
            cells["note"] = note
        self.found.rows.append(Row(self.file, self.type, cells, self.said, place, header.columns.keys()))

    def _note(self, number: int, used: Mapping[int, str], own: Cell | None) -> Cell | None:
        """What stands in the row's note, with the comments of its cells. Those of a cell that names the network of an
        address are that network's.
        """
        found = [own] if own else []
        for column, key in used.items():
            at = address(column, number + 1)
            text = self.sheet.comments.get(at)
            if text and text.isprintable() and not (self.type == ADDRESS and key in _OF_PREFIX):
                found.append(Cell(tidy(text), "", number + 1, self._place(at)))
                self.noted.add(at)
        if not found:
            return None
        return replace(found[0], text=BETWEEN_NOTES.join(one.text for one in found))

    def _is_section(self, number: int, filled: Sequence[int]) -> bool:
        """Whether a line between rows is a heading for those that follow: words alone, or words with a network."""
        assert self.header is not None
        cells, known = self.sheet.rows[number], self.header.columns
        lead = known[LEADS[self.type]]
        text = search_key(cells[lead]) if lead < len(cells) else ""
        alone = len(filled) == 1
        if self.type not in _NUMBERED:
            return self.type == DEVICE and alone and text.startswith(_MARKS)
        if text and _is_span(text):
            return False
        if self.type == ADDRESS and len(filled) <= _FEW and not _DOTTED.search(text):
            unknown = [search_key(cells[i]) for i in filled if text or i not in known.values()]
            if any(map(_network_in, unknown)):
                return True
        if self.type == ADDRESS and alone and _network_in(text):
            return True
        return alone and self._is_heading(filled[0], cells)

    def _is_heading(self, column: int, cells: Sequence[str]) -> bool:
        assert self.header is not None
        places = self.header.columns.values()
        try:
            words = not fold(cells[column]).isascii()
        except Unreadable:
            return False
        return words and (column <= min(places) or column not in places)

    # what stands above
    # ------------------------------------------------------------------------------------------

    def _name(self, title: str) -> None:
        folded = search_key(title)
        if found := _SHEET_NETWORK.search(folded):
            self.said["prefix"] = Cell(f"{found[1]}/{found[2]}", "", 1, self._place("A1"))
        if found := VLAN_SEEN.search(folded):
            self.said["vlan"] = Cell(found[1], "", 1, self._place("A1"))

    def _title(self, number: int, filled: Sequence[int]) -> None:
        """Labels with their values, and networks and VLANs that are named without one."""
        new: dict[str, Cell] = {}
        label = ""
        for column in filled:
            cell = self._cell(number, column, "")
            if label:
                new.setdefault(label, cell)
                label = ""
            elif not (label := self._label(cell.text)):
                self._seen(cell, new)
        is_other = self.header is not None and "prefix" in new
        kept = {name: cell for name, cell in self.said.items() if not is_other or name not in _OF_PREFIX}
        self.said = kept | new

    def _label(self, text: str) -> str:
        key = self.wanted.aliases.get(fold_title(text), "")
        return key if key in _TITLED else ""

    def _seen(self, cell: Cell, new: dict[str, Cell]) -> None:
        for part in re.split(r"[\s\u3000]{2,}|[、,;；]", cell.text):
            labelled = _LABELLED.fullmatch(part.strip())
            key = self._label(labelled[1]) if labelled else ""
            if labelled and key:
                new.setdefault(key, Cell(labelled[2].strip(), labelled[1].strip(), cell.row, cell.at))
        folded = search_key(cell.text)
        if network := _network_in(folded):
            new.setdefault("prefix", Cell(network, "", cell.row, cell.at))
        if found := VLAN_SEEN.search(folded):
            new.setdefault("vlan", Cell(found[1], "", cell.row, cell.at))

    # places
    # -----------------------------------------------------------------------------------------------------

    def _cell(self, number: int, column: int, title: str) -> Cell:
        at = self._place(address(column, number + 1))
        text = self.sheet.rows[number][column].strip()
        try:
            return Cell(tidy(text), title, number + 1, at)
        except Unreadable as wrong:
            self.found.problems.append(problem_at(self.file, Cell(text, title, number + 1, at), wrong.code))
            return Cell("", title, number + 1, at)

    def _place(self, at: str) -> str:
        return f"{self.sheet.title}!{at}" if self.sheet.title else at


def _is_span(text: str) -> bool:
    try:
        read_span(text, None)
    except Unreadable:
        return False
    return True


def _network_in(text: str) -> str:
    """The network that a folded text names; blank for none."""
    found = NETWORK_SEEN.search(text)
    try:
        return str(read_network(found[0], "")) if found else ""
    except Unreadable:
        return ""
