"""棚卸し: accounts that nobody owns or uses, as a workbook in which 人事 writes what becomes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chonai.reports.papers.book import Book, Column, Page, Sheet, beginning
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.visible import visible
from chonai.reports.wording import Wording


class Finding(StrEnum):
    """Why an account, or a person, is listed."""

    NO_OWNER = "no_owner"
    SILENT = "silent"
    RETIRED = "retired"
    NO_ACCOUNT = "no_account"


@dataclass(frozen=True, slots=True)
class Found:
    """One account, or one person without one (then `account` is blank and `enabled` None).

    login  the day of the last login; None where there is no record of one
    due    the day from which a retired account is deleted; None where it has no date
    """

    finding: Finding
    system: str
    number: str
    account: str
    name: str
    section: str
    enabled: bool | None
    login: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A system that was looked at, how many accounts of staff it has, and whether it tells of logins."""

    system: str
    accounts: int
    tells_logins: bool


@dataclass(frozen=True, slots=True)
class Stocktaking:
    """All that was found. `days`: since when nobody has logged in."""

    roster: str
    digest: str
    people: int
    days: int
    looked: Sequence[Looked]
    found: Sequence[Found]


def unused_book(stock: Stocktaking, letterhead: Letterhead, locale: str) -> bytes:
    """The xlsx file."""
    wording = Wording(locale)
    title = wording.say("report.unused_title")
    book = Book(title, letterhead.at)
    page = Page(f"{letterhead.city}  {title}  {letterhead.at:%Y-%m-%d}", wording.say("report.handle_with_care"))
    _summary(stock, letterhead, wording, book.sheet(wording.say("report.sheet_summary"), page))
    for finding in Finding:
        _list(stock, finding, wording, book.sheet(wording.say(f"report.unused_{finding.value}"), page))
    return book.finish()


def _summary(stock: Stocktaking, letterhead: Letterhead, wording: Wording, sheet: Sheet) -> None:
    say = wording.say
    sheet.columns([24, 16, *([20] * len(Finding)), 30])
    last = len(Finding) + 2
    sheet.span(0, last, f"{letterhead.city}  {say('report.unused_title')}", "title")
    sheet.sheet.set_row(sheet.row, 26)
    sheet.row += 1
    _facts(stock, letterhead, wording, sheet)
    sheet.row += 1
    findings = [say(f"report.unused_{finding.value}") for finding in Finding]
    heads = [say("report.column_system"), say("report.unused_accounts"), *findings, say("report.unused_notes")]
    sheet.cells(heads, "head")
    counts = Counter((one.system, one.finding) for one in stock.found)
    for looked in stock.looked:
        note = "" if looked.tells_logins else say("report.unused_no_logins")
        numbers = [counts[looked.system, finding] for finding in Finding]
        sheet.cells([looked.system, looked.accounts, *numbers, note], "text")
    sheet.end(last + 1)


def _facts(stock: Stocktaking, letterhead: Letterhead, wording: Wording, sheet: Sheet) -> None:
    facts = {
        "unused_at": f"{letterhead.at:%Y-%m-%d %H:%M}",
        "unused_roster": f"{stock.roster}  {stock.digest}",
        "unused_people": f"{stock.people:,}",
        "unused_days": f"{stock.days:,}",
    }
    for name, value in facts.items():
        sheet.put(0, wording.say(f"report.{name}"), "name")
        sheet.span(1, len(sheet.widths) - 1, value, "text")
        sheet.row += 1


def _list(stock: Stocktaking, finding: Finding, wording: Wording, sheet: Sheet) -> None:
    say = wording.say
    sizes = {
        "number": 6,
        "system": 16,
        "staff_number": 16,
        "account": 22,
        "name": 24,
        "section": 26,
        "enabled": 8,
        "login": 14,
        "due": 14,
        "decision": 24,
    }
    sheet.table_head([Column(say(f"report.column_{name}"), size) for name, size in sizes.items()])
    for number, one in enumerate((one for one in stock.found if one.finding is finding), start=1):
        texts = [one.system, one.number, one.account, one.name, one.section]
        enabled = "" if one.enabled is None else wording.value(one.enabled)
        sheet.cells(
            [str(number), *(beginning(visible(text)) for text in texts), enabled, *_days(one, wording), ""], "text"
        )
    sheet.end(len(sizes), table=0)


def _days(one: Found, wording: Wording) -> tuple[str, str]:
    """Last login and day of deletion, where this list is about them."""
    nothing = wording.say("report.unused_no_record")
    login = (one.login.isoformat() if one.login else nothing) if one.finding is Finding.SILENT else ""
    due = (one.due.isoformat() if one.due else nothing) if one.finding is Finding.RETIRED else ""
    return login, due
