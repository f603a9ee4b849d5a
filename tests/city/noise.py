"""What files look like when they arrive: one order, three ways of writing it."""

from __future__ import annotations

import unicodedata
from datetime import date

import jaconv

from .year import Row

_DATES = ("date", "term_start", "term_end", "forward_until", "born")
_CODES = ("new_section", "old_section")
_NOTES = (
    "①㈱汐見野開発へ出向経験あり",
    "=cmd|' /C calc'!A0",
    "令和８年度〜令和９年度",
    "+81-599-00-0000",
    "@SUM(1+1)",
    "産休代替\n（後任あり）",
    "-1+1",
    "Ⅱ種・№３",
)
# What a clerk's editor writes for characters that Windows-31J has not.
_LOST = {"\U00020bb7": "吉", "\U000e0100": "", "\u2014": "\u2015", "\u301c": "\uff5e", "\u2212": "\uff0d"}
_RADICALS = {"長": "\u2ed1", "民": "\u2ea0", "高": "\u2fbc", "行": "\u2f8f", "日": "\u2f47", "谷": "\u2f95"}


def noted(rows: list[Row]) -> list[Row]:
    """The rows with a remark on every 37th that has none."""
    return [row | {"note": _NOTES[i // 37 % len(_NOTES)]} if i % 37 == 0 else row for i, row in enumerate(rows)]


def windows_31j(text: str) -> str:
    """``text`` as far as CP932 can hold it: variants instead of 𠮷 and IVS, composed kana, ～ instead of 〜."""
    if _fits(text):
        return text
    text = unicodedata.normalize("NFC", text) if "\u3099" in text or "\u309a" in text else text
    return "".join(_LOST.get(c, c) for c in text)


def arrived(i: int, row: Row) -> Row:
    """Row ``i`` as the personnel system's CP932 export and its users leave it."""
    row = {k: windows_31j(v) for k, v in row.items()}
    row["kana"] = jaconv.z2h(row["kana"], kana=True, digit=False, ascii=False).replace("\u3000", " ")
    for name in _DATES:
        row[name] = written_date(row[name], i)
    if i % 17 == 3:
        row["number"] = row["number"].lstrip("0")
    if i % 29 == 5:
        row["number"] = jaconv.h2z(row["number"], digit=True)
    if i % 23 == 7:
        row |= {name: row[name].lstrip("0") for name in _CODES}
    if i % 31 == 9:
        row["name"] += "\u3000"
    return row


def typed(i: int, row: Row) -> Row:
    """Row ``i`` as somebody who pastes from a PDF writes it in UTF-8: CJK radicals in two names, ISO dates."""
    if row["name"] in ("長谷川\u3000高行", "民谷\u3000日出男"):
        return row | {"name": "".join(_RADICALS.get(c, c) for c in row["name"])}
    return row


def written_date(iso: str, i: int) -> str:
    """An ISO date in one of the ways in which dates arrive; blank stays blank."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    if day.year < 2019:
        return f"{day.year}/{day.month}/{day.day}"
    era = day.year - 2018
    return (
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"R{era}.{day.month}.{day.day}",
        f"令和{era}年{day.month}月{day.day}日",
        str(excel_serial(day)),
    )[i % 5]


def excel_serial(day: date) -> int:
    """Days since 1899-12-30, as Excel counts."""
    return (day - date(1899, 12, 30)).days


def _fits(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
