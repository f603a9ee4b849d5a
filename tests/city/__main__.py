"""``python -m tests.city [--out DIR]`` writes the city's files; ``--ldif corp --people 10000`` prints one directory,
``--mail`` the mail server.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from functools import cache
from pathlib import Path

from . import ledger, mail, names_asked, products, sheets, small, truth, workbook
from .build import build
from .model import City, Size
from .seed import ldif, packed
from .year import TYPES

FILES = Path(__file__).resolve().parents[2] / "inventories" / "shiomino" / "files"


@cache
def contents() -> dict[str, bytes]:
    """Every committed file by its path under the files folder."""
    city = build()
    return {
        "organisation-2025.csv": _utf8(sheets.organisation_rows(city.before_organisation), "\r\n"),
        "organisation-2026.csv": sheets.csv_bytes(sheets.organisation_rows(city.after_organisation)),
        "reorganisation-2026.csv": sheets.csv_bytes(sheets.reorganisation_rows(city)),
        "titles.csv": sheets.csv_bytes(sheets.title_rows()),
        "orders-2026.csv": sheets.csv_bytes(sheets.orders_as_arrived(city)),
        "orders-2026-utf8.csv": _utf8(sheets.orders_other(city), "\n"),
        "orders-2026.xlsx": workbook.orders_xlsx(city),
        "roster-2026.xlsx": workbook.roster_xlsx(city),
        "orders-small.csv": _small(small.small()),
        "orders-one-mover.csv": _small(small.one_mover()),
        "orders-cancel.csv": _small(small.cancelled()),
        "branch-office.yml": ledger.branch_office(),
        "release-addresses.csv": ledger.release(),
        "address-ledger.xlsx": workbook.ledger_xlsx(),
        "dns-request.csv": sheets.csv_bytes(names_asked.rows()),
        "seed/lgwan.ldif.gz": packed(ldif(city, "lgwan")),
        "seed/ext.ldif.gz": packed(ldif(city, "ext")),
        "seed/webmail.sql.gz": packed(mail.sql(city)),
        "seed/ledger.json": ledger.text(),
        **{f"seed/{product}.tar.gz": products.packed(city, product) for product in products.PRODUCTS},
    }


def _utf8(rows: list[sheets.Cells], line: str) -> bytes:
    return sheets.csv_bytes(rows, encoding="utf-8-sig", line=line)


def _small(city: City) -> bytes:
    return sheets.csv_bytes(sheets.orders_plain(city.orders))


def summary_lines(city: City) -> list[str]:
    """The counts that the README of the files tells, one Markdown table row each."""
    kinds = Counter(row["type"] for row in city.orders)
    moves = sum(kinds[kind] for kind in ("異動", "配置換", "昇任", "降任"))
    joiners = len(city.after) - len(city.before) + len(city.leavers) - len(city.returned)
    counts = {
        "people before / after": f"{len(city.before)} / {len(city.after)}",
        "retired before / of them due for deletion": f"{len(city.retired)} / {len(truth.deleted(city, 'lgwan'))}",
        "rows of orders (two stand twice)": len(city.orders),
        "異動・配置換・昇任・降任": moves,
        "people who leave for good": len(city.leavers),
        "people who join / come back from retirement": f"{joiners} / {len(city.returned)}",
    }
    lines = [f"| {name} | {count} |" for name, count in counts.items()]
    lines += [f"| {kind} | {kinds[kind]} |" for kind in TYPES if kinds[kind]]
    return lines + [_directory_line(city, d, w) for d in ("lgwan", "ext", "corp") for w in ("before", "after")]


def _directory_line(city: City, directory: str, when: str) -> str:
    counts = truth.summary(truth.expected(city, when, directory).values())
    return f"| {directory} {when} | {counts['enabled']} | {counts['on_leave']} | {counts['retired']} |"


def scaled(people: int) -> Size:
    """A size of ``people`` staff with the year's change in proportion."""
    base = Size()
    part = {name: getattr(base, name) * people // base.staff for name in base.__dataclass_fields__}
    return Size(**part)


def main() -> int:
    """Writes the files, or one LDIF to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.city", description=__doc__)
    parser.add_argument("--out", type=Path, default=FILES, help="folder to write into")
    parser.add_argument("--ldif", choices=("lgwan", "ext", "corp"), help="print this directory instead")
    parser.add_argument("--mail", action="store_true", help="print the mail server's accounts instead")
    parser.add_argument("--people", type=int, default=Size().staff, help="staff of the city (with --ldif and --mail)")
    arguments = parser.parse_args()
    if arguments.mail:
        sys.stdout.buffer.write(mail.sql(build(scaled(arguments.people))))
        return 0
    if arguments.ldif:
        sys.stdout.buffer.write(ldif(build(scaled(arguments.people)), arguments.ldif))
        return 0
    for name, data in contents().items():
        path = arguments.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
