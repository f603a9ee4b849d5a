"""Tables in spreadsheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from chonai.text.tables import Table, read_table

WANTED = {"number": ("番号",), "name": ("氏名",), "date": ("発令日",), "note": ("備考",), "section": ("新所属コード",)}


def workbook(fill: Callable[[Worksheet], None]) -> bytes:
    book = Workbook()
    fill(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, sheet: str | None = None) -> Table:
    return read_table("book.xlsx", data, WANTED, required=("number", "name"), sheet=sheet)


def rows(*values: list[object]) -> bytes:
    def fill(sheet: Worksheet) -> None:
        for row in values:
            sheet.append(row)

    return workbook(fill)


HEADER: list[object] = ["番号", "氏名", "発令日", "備考"]


def test_numbers_and_dates_become_plain_text() -> None:
    table = read(rows(HEADER, [1234.0, "佐藤", date(2026, 4, 1), 12.5], ["001235", "鈴木", 46113, True]))
    assert [list(row.values().values())[:4] for row in table.rows] == [
        ["1234", "佐藤", "2026-04-01", "12.5"],
        ["001235", "鈴木", "46113", "TRUE"],
    ]
    assert table.encoding == "xlsx"


def test_japanese_date_formats_and_times() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(HEADER)
        sheet.append([1, "佐藤", 46113, datetime(2026, 4, 1, 12, 30)])  # noqa: DTZ001  # cells have no time zone
        sheet["C2"].number_format = '[$-411]ggge"年"m"月"d"日"'

    row = read(workbook(fill)).rows[0]
    assert (row["date"], row["note"]) == ("2026-04-01", "2026-04-01 12:30:00")


def test_formula_looking_text_stays_text() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(HEADER)
        sheet.append([1, "佐藤", None, None])
        sheet["D2"].value = "=cmd|' /C calc'!A0"
        sheet["D2"].data_type = "s"

    assert read(workbook(fill)).rows[0]["note"] == "=cmd|' /C calc'!A0"


def test_merged_cells_hold_for_all_their_rows() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["発令一覧"])
        sheet.merge_cells("A1:D1")
        sheet.append(HEADER)
        for number in (1, 2, 3):
            sheet.append([number, "佐藤", "R8.4.1" if number == 1 else None])
        sheet.merge_cells("C3:C4")

    assert [row["date"] for row in read(workbook(fill)).rows] == ["R8.4.1", "R8.4.1", ""]


def test_a_merged_header_on_two_rows() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["番号", "氏名", "新所属", None])
        sheet.append([None, None, "コード", "課"])
        sheet.append([1, "佐藤", "020300", "財政課"])
        for cells in ("A1:A2", "B1:B2", "C1:D1"):
            sheet.merge_cells(cells)

    table = read(workbook(fill))
    assert (table.rows[0]["section"], table.rows[0]["number"]) == ("020300", "1")


def test_rows_and_cells_are_named_as_excel_names_them() -> None:
    table = read(rows([], ["", "title"], ["", *HEADER], [], ["", 1, "佐藤", "いつか"]))
    problem = table.problem(table.rows[0], "date", "text.date_unknown_form")
    assert (table.header_row, problem.row, problem.cell) == (3, 5, "D5")
    assert "発令日 D5" in problem.render("ja")


def test_the_first_visible_sheet_is_read_or_the_named_one() -> None:
    book = Workbook()
    book.worksheets[0].sheet_state = "hidden"
    for name in ("一覧", "別紙"):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        sheet.append([1, name])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).rows[0]["name"] == "一覧"
    assert read(out.getvalue(), "別紙").rows[0]["name"] == "別紙"
    missing = read(out.getvalue(), "無い")
    assert [p.code for p in missing.problems] == ["text.no_sheet"]
    assert "一覧, 別紙" in missing.problems[0].render("en")


def test_user_defined_characters_are_flagged() -> None:
    table = read(rows(HEADER, [1, "\ue000田"]))
    assert [(p.code, p.cell) for p in table.flags] == [("text.user_defined_character", "B2")]


SHEET = "xl/worksheets/sheet1.xml"


def repacked(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A workbook with some parts put in the place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({name: old.read(name) for name in old.namelist()} | parts).items():
            archive.writestr(name, content)
    return out.getvalue()


def with_row(row: str) -> bytes:
    """A workbook with a row more, as XML."""
    data = rows(HEADER, [1, "佐藤"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(SHEET).decode()
    return repacked(data, {SHEET: sheet.replace("</sheetData>", f"{row}</sheetData>").encode()})


CONTENT = 't="inlineStr"><is><t>x</t></is></c>'


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (f'<row r="1048576"><c r="XFD1048576" {CONTENT}</row>', "XFD1048576"),
        (f'<row r="3000"><c r="XFD3000" {CONTENT}</row>', "XFD3000"),
        (f'<row r="300001"><c {CONTENT}</row>', "A300001"),
        (f'<row r="299999"/><row/><row><c {CONTENT}</row>', "A300001"),
        (f'<row r="3"><c r="SF3"/><c {CONTENT}</row>', "SG3"),
        (f'<row r="100000"><c r="DZ100000" {CONTENT}</row>', "DZ100000"),
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "XFD1048576"),
    ],
)
def test_a_cell_far_away_is_named_and_nothing_is_read(row: str, cell: str) -> None:
    table = read(with_row(row))
    assert [p.code for p in table.problems] == ["text.far_cell"]
    assert f"「Sheet」がセル {cell} まで" in table.problems[0].render("ja")


def test_a_far_cell_that_only_has_a_format_is_no_content() -> None:
    table = read(with_row('<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert not table.problems
    assert len(table.rows) == 1


def test_a_far_cell_of_another_sheet_is_none_of_ours() -> None:
    book = Workbook()
    for name in ("一覧", "別紙"):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        sheet.append([1, name])
    del book["Sheet"]
    book["別紙"]["XFD9000"] = "x"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "一覧").rows[0]["name"] == "一覧"
    assert "「別紙」がセル XFD9000" in read(out.getvalue(), "別紙").problems[0].render("ja")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"x")
    data = bytearray(out.getvalue())
    at = data.index(b"PK\x01\x02") + 24  # the unpacked size in the archive's directory
    data[at : at + 4] = (2**31).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (rows(HEADER, [1, "a"])[:1500], "text.broken_spreadsheet"),
        (b"PK\x03\x04 not a workbook", "text.broken_spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "text.other_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "text.encrypted"),
        (bomb(), "text.file_too_big"),
        (repacked(rows(HEADER), {"content.xml": b"<x/>"}), "text.other_workbook"),
        (repacked(rows(HEADER), {"XL/workbook.xml": b"<x/>"}), "text.broken_spreadsheet"),
        (repacked(rows(HEADER), {SHEET: b"<!DOCTYPE x><worksheet/>"}), "text.broken_spreadsheet"),
        (repacked(rows(HEADER), {SHEET: b"<worksheet><row>"}), "text.broken_spreadsheet"),
    ],
)
def test_a_workbook_that_cannot_be_read(data: bytes, code: str) -> None:
    table = read(data)
    assert [p.code for p in table.problems] == [code]
    assert "book.xlsx" in table.problems[0].render("ja")


def test_an_empty_sheet_has_no_header() -> None:
    assert [p.code for p in read(rows()).problems] == ["text.no_header"]
