"""Dates as they arrive."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chonai.text.dates import DateError, parse_date

APRIL = date(2026, 4, 1)


@pytest.mark.parametrize(
    "value",
    [
        "2026/4/1",
        "2026-04-01",
        "2026.4.1",
        "20260401",
        "2026年4月1日",
        "R8.4.1",
        "r8/04/01",
        "R080401",
        "令8.4.1",
        "令和8年4月1日",
        "令和８年４月１日",
        "令和 8年 4月 1日",
        "２０２６／４／１",
        "2026−4−1",
        "46113",
        "46113.0",
        46113,
        46113.0,
        "2026-04-01 00:00:00",
        "2026-04-01T00:00:00",
        " 2026/4/1 ",
        datetime(2026, 4, 1),  # noqa: DTZ001  # a spreadsheet cell has no time zone
        APRIL,
    ],
)
def test_every_form_of_the_first_of_april(value: str | float | date) -> None:
    assert parse_date(value) == APRIL


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("H元.1.8", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S55.4.1", date(1980, 4, 1)),
        ("2028/2/29", date(2028, 2, 29)),
    ],
)
def test_eras_and_leap_years(value: str, day: date) -> None:
    assert parse_date(value) == day


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "text.date_empty"),
        ("　", "text.date_empty"),
        ("㋿8年4月1日", "text.date_square_era"),
        ("㍻31.4.1", "text.date_square_era"),
        ("2026/2/29", "text.date_impossible"),
        ("20261301", "text.date_impossible"),
        ("R8.4.31", "text.date_impossible"),
        ("平成31年5月1日", "text.date_outside_era"),
        ("令和元年4月30日", "text.date_outside_era"),
        ("R0.4.1", "text.date_outside_era"),
        ("26/4/1", "text.date_unknown_form"),
        ("2026/4", "text.date_unknown_form"),
        ("4月1日", "text.date_unknown_form"),
        ("未定", "text.date_unknown_form"),
        ("=TODAY()", "text.date_unknown_form"),
        ("8", "text.date_unknown_form"),
        ("00001", "text.date_unknown_form"),
        ("0026/3/31", "text.date_first_year"),
        ("00260331", "text.date_first_year"),
        ("٢٠٢٦/٤/١", "text.date_strange_digit"),
        ("R8.④.1", "text.date_strange_digit"),
        ("2026/4/¹", "text.date_strange_digit"),
        ("2026年4㏠", "text.date_strange_digit"),
        ("2026-04-01 12:30:00", "text.date_unknown_form"),
    ],
)
def test_everything_else_is_refused_with_its_value(value: str, why: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(value)
    assert (caught.value.value, caught.value.why) == (value, why)


def test_a_cell_with_a_time_of_day_is_refused() -> None:
    with pytest.raises(DateError, match="with_time"):
        parse_date(datetime(2026, 4, 1, 12, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "text"),
    [(APRIL, "令和8年4月1日"), (date(2019, 5, 1), "令和元年5月1日"), (date(2019, 4, 30), "平成31年4月30日")],
)
def test_japanese_dates(day: date, text: str) -> None:
    assert parse_date(text) == day
