"""What holds for any text, date and table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from chonai.text.dates import DateError, parse_date
from chonai.text.decoding import UndecodableError, decode
from chonai.text.folding import kana_fold, search_key, variant_key
from chonai.text.tables import read_table

ANY_TEXT = st.text(max_size=30)
JAPANESE = st.text(st.characters(min_codepoint=0x3000, max_codepoint=0x9FFF), max_size=20)
CELL = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12).filter(
    lambda s: s == s.strip() and "計" not in s
)
CP932 = st.characters(codec="cp932", exclude_characters="¢£¬‖−〜\x00\x1b")
WANTED = {"number": ("番号",), "name": ("氏名",), "note": ("備考",)}


@given(ANY_TEXT | JAPANESE)
@example("ア--")
@example("わ\u3099")
@example("0゛")
def test_folding_twice_changes_nothing(text: str) -> None:
    for fold in (search_key, variant_key, kana_fold):
        assert fold(fold(text)) == fold(text)


@given(ANY_TEXT, ANY_TEXT)
def test_equal_search_keys_are_equal_variant_keys(left: str, right: str) -> None:
    if search_key(left) == search_key(right):
        assert variant_key(left) == variant_key(right)


ERAS = {"令和": "2019-05-01", "平成": "1989-01-08", "昭和": "1926-12-25", "大正": "1912-07-30", "明治": "1868-01-25"}


def japanese(day: date) -> str:
    """As people write it: `令和8年4月1日`; the first year of an era is 元年."""
    era, first = next((name, first) for name, first in ERAS.items() if first <= day.isoformat())
    year = day.year - int(first[:4]) + 1
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"


@given(st.dates(min_value=date(1868, 2, 1), max_value=date(2100, 12, 31)))
def test_every_way_of_writing_a_day_reads_back(day: date) -> None:
    written = [japanese(day), f"{day:%Y%m%d}", day.isoformat(), f"{day.year}/{day.month}/{day.day}"]
    assert {parse_date(text) for text in written} == {day}


@given(st.integers(min_value=10000, max_value=99999))
def test_excel_serials(serial: int) -> None:
    assert parse_date(str(serial)) == date(1899, 12, 30) + timedelta(days=serial)


def failure(read: Callable[[Any], object], value: object) -> Exception | None:
    """The error that reading gives, or None."""
    try:
        read(value)
    except (DateError, UndecodableError) as error:
        return error
    return None


@given(ANY_TEXT)
def test_a_text_is_a_date_or_a_date_error(text: str) -> None:
    error = failure(parse_date, text)
    assert error is None or (isinstance(error, DateError) and error.value == text)


@given(st.binary(max_size=200))
def test_bytes_are_text_or_an_error_with_a_place(data: bytes) -> None:
    error = failure(decode, data)
    if error is None:
        decoded = decode(data)
        assert data.decode(decoded.encoding).removeprefix("\ufeff") == decoded.text
    else:
        assert isinstance(error, UndecodableError)
        assert 0 <= error.offset < len(data)
        assert error.line >= 1


@given(st.text(CP932, max_size=40))
def test_what_cp932_holds_survives_it(text: str) -> None:
    data = text.encode("cp932")
    if failure(decode, data) is None:
        assert decode(data).text == text or decode(data).encoding == "utf-8"


@given(st.binary(max_size=300))
def test_reading_a_table_never_raises(data: bytes) -> None:
    table = read_table("x", data, WANTED, required=("number",))
    assert table.rows or table.problems
    for problem in table.problems:
        assert problem.render("ja")
        assert problem.render("en")


@given(st.lists(st.tuples(st.integers(1, 999999), CELL, CELL), min_size=1, max_size=8), st.integers(0, 5))
def test_what_is_written_is_read(rows: list[tuple[int, str, str]], titles: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([["題"]] * titles + [["番号", "氏名", "備考"], *rows])
    table = read_table("x.csv", out.getvalue().encode(), WANTED, required=("number", "name"))
    assert [(int(r["number"]), r["name"], r["note"]) for r in table.rows] == rows
    assert [r.number for r in table.rows] == [titles + 2 + i for i in range(len(rows))]
