"""CSV files of the city as rows of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import groupby
from random import Random

from .headers import ORDERS, ORDERS_OTHER, ORGANISATION, REORGANISATION
from .model import City, Organisation
from .noise import arrived, noted, typed
from .titles import TITLES
from .year import Row

Cells = Sequence[str]
_PAGE = 200


def csv_bytes(rows: Iterable[Cells], *, encoding: str = "cp932", line: str = "\r\n") -> bytes:
    """The rows as CSV in an encoding (``utf-8-sig`` writes a BOM)."""
    out = io.StringIO()
    csv.writer(out, lineterminator=line).writerows(rows)
    return out.getvalue().encode(encoding)


def organisation_rows(chart: Organisation) -> list[Cells]:
    """One row a 部, 課 or 係."""
    rows = [
        (s.code, s.name, *chart.path(s.code), s.parent, s.level, s.body, s.note)
        for s in sorted(chart.sections.values(), key=lambda s: s.code)
    ]
    return [ORGANISATION, *rows]


def reorganisation_rows(city: City) -> list[Cells]:
    """The reorganisation table."""
    return [REORGANISATION, *((r.old, r.new, r.kind, "R8.4.1", r.note) for r in city.reforms)]


def title_rows() -> list[Cells]:
    """Title codes and titles."""
    return [("職名コード", "職名"), *TITLES.items()]


def orders_as_arrived(city: City) -> list[Cells]:
    """The printed list: title rows, header on row 4 and again on each page, 部 rows, totals, blank rows, noise."""
    width = len(ORDERS)
    rows: list[Cells] = [
        _cells(width, "令和８年４月１日付け人事異動発令リスト"),
        _cells(width, "取扱注意・公表前", "", "", "", "作成：総務部人事課"),
        [],
        list(ORDERS.values()),
    ]
    count = 0
    for division, group in groupby(noted(list(city.orders)), key=_division):
        block = [list(arrived(i, row).values()) for i, row in enumerate(group, start=count)]
        rows.append(_cells(width, f"【{division}】"))
        for i, cells in enumerate(block, start=count):
            rows += [list(ORDERS.values())] if i and i % _PAGE == 0 else []
            rows.append(cells)
        count += len(block)
        rows += [_cells(width, "計", "", "", f"{len(block)}件"), _cells(width)]
    return [*rows, _cells(width, "合計", "", "", f"{count}件")]


def orders_plain(rows: Iterable[Row]) -> list[Cells]:
    """A tidy list with the header on row 1."""
    return [list(ORDERS.values()), *(list(row.values()) for row in rows)]


def orders_other(city: City) -> list[Cells]:
    """The same orders from another tool: other headers, other column order, rows shuffled, duplicates left out."""
    rows = list({row["order"]: row for row in noted(list(city.orders))}.values())
    Random(5).shuffle(rows)
    return [
        list(ORDERS_OTHER.values()),
        *([typed(i, row)[k] for k in ORDERS_OTHER] for i, row in enumerate(rows)),
    ]


def _division(row: Row) -> str:
    return row["new_division"] or row["old_division"]


def _cells(width: int, *values: str) -> list[str]:
    return [*values, *[""] * (width - len(values))]
