"""What stands above and between the rows of an address ledger: titles of tables, labels with their values, headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from chonai.operations.addressing.model import ADDRESS, DEVICE, PREFIX, RANGE, VLAN
from chonai.operations.addressing.sheet.rows import Cell
from chonai.operations.addressing.sheet.values import NETWORK_SEEN, VLAN_SEEN, Unreadable, fold, read_network, read_span
from chonai.operations.addressing.sheet.words import LEADS
from chonai.text.folding import search_key
from chonai.text.headers import Header, Wanted, fold_title

_TITLED = ("prefix", "mask", "vlan", "vlan_name", "gateway", "vrf", "zone", "site", "name", "purpose")
"""What may be said above a table, for all of its rows."""
OF_PREFIX = frozenset({"prefix", "mask", "vlan", "vlan_name", "gateway", "name", "purpose"})
"""Of these, what a new network makes anew."""
_NUMBERED = (ADDRESS, PREFIX, RANGE, VLAN)
"""Tables whose rows begin with a number."""
WITH_HEADINGS = (*_NUMBERED, DEVICE)
"""Tables in which people write headings and totals. In the others each row counts."""
_MARKS = tuple("■□●○◆◇▼▽★☆【")
"""How a heading between devices begins, so that it is none."""
_FEW = 3
"""Cells of a heading that names a network."""
_DOTTED = re.compile(r"\d\.\d")
_LABELLED = re.compile(r"([^:：=＝]+)[:：=＝](.+)", re.DOTALL)
_SHEET_NETWORK = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})[_-](\d{1,2})(?!\d)")


class Said:
    """What is said above the rows of a sheet, for all of them. `cells` is what holds now, by the name of a column, and
    stays as it is for the rows that were given it.
    """

    def __init__(self, given: Mapping[str, Cell], wanted: Wanted) -> None:
        self.cells, self._aliases = given, wanted.aliases

    def take_title(self, title: str, at: str) -> None:
        """Take the network and the VLAN that a sheet is named after; `at` is a cell of it."""
        folded, new = search_key(title), dict(self.cells)
        if found := _SHEET_NETWORK.search(folded):
            new["prefix"] = Cell(f"{found[1]}/{found[2]}", "", 1, at)
        if found := VLAN_SEEN.search(folded):
            new["vlan"] = Cell(found[1], "", 1, at)
        self.cells = new

    def take_line(self, line: Iterable[Cell], *, in_table: bool) -> None:
        """Take the filled cells of a line: labels with their values, and networks and VLANs that are named without one.
        Within a table another network makes anew what was said of the one before.
        """
        new: dict[str, Cell] = {}
        label = ""
        for cell in line:
            if label:
                new.setdefault(label, cell)
                label = ""
            elif not (label := self._label(cell.text)):
                self._seen(cell, new)
        is_other = in_table and "prefix" in new
        kept = {name: cell for name, cell in self.cells.items() if not is_other or name not in OF_PREFIX}
        self.cells = kept | new

    def _label(self, text: str) -> str:
        key = self._aliases.get(fold_title(text), "")
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


def is_section(type_: str, header: Header, cells: Sequence[str], filled: Sequence[int]) -> bool:
    """Whether a line between the rows of a table is a heading for those that follow: words alone, or words with a
    network. `filled` are the places of its cells that say something.
    """
    known = header.columns
    lead = known[LEADS[type_]]
    text = search_key(cells[lead]) if lead < len(cells) else ""
    alone = len(filled) == 1
    if type_ not in _NUMBERED:
        return type_ == DEVICE and alone and text.startswith(_MARKS)
    if text and _is_span(text):
        return False
    if type_ == ADDRESS and len(filled) <= _FEW and not _DOTTED.search(text):
        unknown = [search_key(cells[i]) for i in filled if text or i not in known.values()]
        if any(map(_network_in, unknown)):
            return True
    if type_ == ADDRESS and alone and _network_in(text):
        return True
    return alone and _is_heading(filled[0], cells, known.values())


def _is_heading(column: int, cells: Sequence[str], places: Collection[int]) -> bool:
    try:
        words = not fold(cells[column]).isascii()
    except Unreadable:
        return False
    return words and (column <= min(places) or column not in places)


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
