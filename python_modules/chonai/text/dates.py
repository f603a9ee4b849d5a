"""Dates as they arrive in the city's files, and Japanese years.

Two-digit years, eras with one code point (㋿), dates outside of their era, years before 明治 and digits other than
0 to 9 and ０ to ９ are refused: each has been somebody's mistake.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from chonai.text.folding import search_key, strange_digit

_ERAS = {
    "令和": (date(2019, 5, 1), date.max),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "明治": (date(1868, 1, 25), date(1912, 7, 29)),
}
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_ERA_NAME = r"(?P<era>令和|平成|昭和|大正|明治|令|平|昭|大|明|[RHSTM])"
_YMD = r"(?P<m>\d{1,2})[./\-月](?P<d>\d{1,2})日?"
_ERA_DATE = re.compile(rf"{_ERA_NAME}(?P<y>\d{{1,2}}|元)[./\-年]{_YMD}", re.IGNORECASE)
_PACKED_ERA = re.compile(r"(?P<era>[RHSTM])(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})", re.IGNORECASE)
_WESTERN = re.compile(rf"(?P<y>\d{{4}})[./\-年]{_YMD}")
_PACKED = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_SERIAL = re.compile(r"(?P<days>[1-9]\d{4})(?:\.0*)?")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?$")
_SQUARE_ERAS = re.compile("[\u32ff\u337b-\u337e]")
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_YEAR = _ERAS["明治"][0].year


class DateError(ValueError):
    """`value` is not a date. `why` is the catalogue code of the reason and the way out."""

    def __init__(self, value: str, why: str) -> None:
        self.value = value
        self.why = why
        super().__init__(f"{why}: {value!r}")


def parse_date(value: str | float | date) -> date:
    """The day that `value` names: text such as 2026/4/1, 20260401, R8.4.1, 令和8年4月1日, a date or datetime at
    midnight, or an Excel serial.

    Raises `DateError` for everything else, an empty text included.
    """
    if isinstance(value, datetime):
        return _from_datetime(value)
    if isinstance(value, date):
        return value
    return _parse_text(str(value))


@lru_cache(maxsize=4096)  # a file names few days, many times
def _parse_text(text: str) -> date:
    if _SQUARE_ERAS.search(text):
        raise DateError(text, "text.date_square_era")
    if strange_digit(text):
        raise DateError(text, "text.date_strange_digit")
    plain = search_key(_MIDNIGHT.sub("", text.strip()))
    if not plain:
        raise DateError(text, "text.date_empty")
    return _parse(plain, text)


def _from_datetime(value: datetime) -> date:
    if value.time() != value.min.time():
        raise DateError(value.isoformat(sep=" "), "text.date_with_time")
    return value.date()


def _parse(plain: str, original: str) -> date:
    if match := _SERIAL.fullmatch(plain):
        return _EXCEL_EPOCH + timedelta(days=int(match["days"]))
    if match := _WESTERN.fullmatch(plain) or _PACKED.fullmatch(plain):
        return _western_day(match, original)
    if match := _ERA_DATE.fullmatch(plain) or _PACKED_ERA.fullmatch(plain):
        return _era_day(match, original)
    raise DateError(original, "text.date_unknown_form")


def _western_day(match: re.Match[str], original: str) -> date:
    year = int(match["y"])
    if year < _FIRST_YEAR:
        raise DateError(original, "text.date_first_year")
    return _day(year, match, original)


def _era_day(match: re.Match[str], original: str) -> date:
    short = match["era"].upper()
    first, last = _ERAS[_LETTERS.get(short) or next(name for name in _ERAS if name.startswith(short))]
    year = 1 if match["y"] == "元" else int(match["y"])
    day = _day(first.year + year - 1, match, original)
    if year < 1 or not first <= day <= last:
        raise DateError(original, "text.date_outside_era")
    return day


def _day(year: int, match: re.Match[str], original: str) -> date:
    try:
        return date(year, int(match["m"]), int(match["d"]))
    except ValueError as error:
        raise DateError(original, "text.date_impossible") from error
