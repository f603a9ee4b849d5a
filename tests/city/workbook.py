"""The xlsx files of the city, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from .headers import ORDERS, ROSTER
from .model import City, Organisation, Person
from .noise import excel_serial, noted
from .titles import TITLES
from .year import Row

_WHEN = datetime(2026, 3, 24, 8, 0, tzinfo=UTC)
_DATES = ("date", "term_start", "term_end", "forward_until", "born")
_NUMBERS = ("number", "new_section", "old_section", "grade", "body")
_TOP = 5
_LEDGER: tuple[tuple[str | None, ...], ...] = (
    ("10.20.150.1", "GW", None, None, None, None),
    ("■ 健康増進課",),
    ("１０．２０．１５０．１１", "hoken-annex-pc01", "健康増進課", "事務端末", "使用中", None),
    ("10.20.150.12", "hoken-annex-pc02", None, "事務端末", "使用中", None),
    ("10.20.150.13", "hoken-annex-pc03", None, "事務端末", "予約", "9 月納品"),
    ("10.20.150.14", None, None, None, "空き", None),
    ("10.20.150.50～60", None, "情報政策課", "監視カメラ", "使用中", None),
    ("10.20.150.200～10.20.150.250", "DHCP", None, "DHCP", None, None),
    ("合計",),
)


def orders_xlsx(city: City) -> bytes:
    """Header on row 5 under a merged title; numbers as numbers, dates as dates, the first dates of the list merged."""
    book, sheet = _book("発令一覧")
    sheet.append(["令和８年４月１日付け 人事異動発令一覧"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=12)
    sheet.append(["取扱注意・公表前"])
    sheet.append([])
    sheet.append([])
    sheet.append(list(ORDERS.values()))
    for i, row in enumerate(noted(list(city.orders))):
        _write_order(sheet, _TOP + 1 + i, row, i)
    _merge_dates(sheet, [row["date"] for row in city.orders])
    _legend(book)
    return _bytes(book)


def _write_order(sheet: Worksheet, number: int, row: Row, i: int) -> None:
    for column, name in enumerate(ORDERS, start=1):
        cell = sheet.cell(number, column)
        value = row[name]
        if value and name in _DATES and i % 3:
            cell.value = date.fromisoformat(value)
            cell.number_format = "yyyy/m/d"
        elif value and name in _DATES:
            cell.value = excel_serial(date.fromisoformat(value))
        elif value and name in _NUMBERS and i % 4:
            cell.value = int(value)
        else:
            _text(cell, value)


def _text(cell: Cell, value: str) -> None:
    cell.value = value or None
    if value:
        cell.data_type = "s"  # else openpyxl would write `=cmd` as a formula


def _merge_dates(sheet: Worksheet, dates: list[str]) -> None:
    """Three equal dates below each other become one merged cell, as people who tidy a sheet do."""
    first = next(i for i in range(len(dates)) if len(set(dates[i : i + 3])) == 1)
    column = list(ORDERS).index("date") + 1
    row = _TOP + 1 + first
    sheet.merge_cells(start_row=row, start_column=column, end_row=row + 2, end_column=column)


def _legend(book: Workbook) -> None:
    sheet = book.create_sheet("凡例")
    for line in (["本務・兼務区分", "本務または兼務"], ["旧姓使用", "○＝使用する"]):
        sheet.append(line)


def roster_xlsx(city: City) -> bytes:
    """Everyone as of 2026-04-01 and the leavers of March; numbers and codes as numbers, dates in two ways."""
    book, sheet = _book("職員名簿")
    sheet.append(["職員名簿（令和８年４月１日現在）"])
    sheet.append(list(ROSTER))
    chart = city.after_organisation
    people = sorted(city.after, key=lambda p: (chart.home(p.main.section).code, p.main.title, p.key))
    for i, person in enumerate(people):
        _write_person(sheet, i, person, chart)
    for i, person in enumerate(city.leavers, start=len(people)):
        _write_person(sheet, i, person, city.before_organisation)
    return _bytes(book)


def _write_person(sheet: Worksheet, i: int, person: Person, chart: Organisation) -> None:
    division, _, unit = chart.path(person.main.section)
    also = [p.section for p in person.also] + ["", "", ""]
    values: list[str | int | date | None] = [
        person.body,
        int(person.number),
        person.name,
        person.kana,
        TITLES[person.main.title],
        int(person.main.section),
        division,
        chart.home(person.main.section).name,
        unit,
        "、".join(f"{chart.home(p.section).name} {TITLES[p.title]}" for p in person.also),
        *also[:3],
        person.kind,
        person.hired if i % 2 else _era(person.hired),
        person.left,
        person.status,
        person.born,
        person.gender,
    ]
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(i + 3, column)
        if isinstance(value, str):
            _text(cell, value)
        else:
            cell.value = value
            cell.number_format = "yyyy/m/d" if isinstance(value, date) else "General"


def _era(day: date) -> str:
    if day < date(2019, 5, 1):
        return f"{day.year}/{day.month}/{day.day}"
    return f"R{day.year - 2018}.{day.month}.{day.day}"


def ledger_xlsx() -> bytes:
    """An address ledger as a city keeps it: a cover, a sheet for a VLAN with its network above the table, devices."""
    book, cover = _book("表紙")
    cover.append(["汐見野市 アドレス管理台帳"])
    sheet = book.create_sheet("VLAN150")
    sheet.append(
        ["セグメント", "１０．２０．１５０．０／２４", None, "ゲートウェイ", "10.20.150.1", "名称", "保健センター別館"]
    )
    sheet.append([])
    sheet.append(["No.", "ＩＰアドレス", "ホスト名", "所属", "用途", "状態", "備考"])
    for number, row in enumerate(_LEDGER, start=1):
        sheet.append([row[0]] if len(row) == 1 else [number, *row])
    sheet.merge_cells(start_row=6, start_column=4, end_row=8, end_column=4)
    sheet["C7"].comment = Comment("2026 年 9 月に更新", "情報政策課", height=60, width=180)
    devices = book.create_sheet("機器")
    devices.append(["機器名", "拠点", "系統", "機種", "シリアル番号"])
    devices.append(["l2-hoken-annex-01", "保健センター", "LGWAN系", "C9200-24T", "FOC00150A"])
    return _bytes(book)


def _book(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    book.properties.creator = "汐見野市"
    book.properties.created = book.properties.modified = _WHEN
    sheet = book.worksheets[0]
    sheet.title = title
    return book, sheet


def _bytes(book: Workbook) -> bytes:
    """The workbook with every time in the archive fixed; openpyxl writes the time of saving."""
    saved, out = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _fixed_times(data)
            info = zipfile.ZipInfo(name, _WHEN.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, data)
    return out.getvalue()


def _fixed_times(core: bytes) -> bytes:
    head, _, rest = core.partition(b"<dcterms:modified")
    value, end, tail = rest.partition(b"</dcterms:modified>")
    start = value[: value.index(b">") + 1]
    return head + b"<dcterms:modified" + start + _WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + end + tail
