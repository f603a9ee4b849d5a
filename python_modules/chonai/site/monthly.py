"""The report of a month (月次作業報告), filed once and sent to who is to have it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from chonai.change.errors import UsageError
from chonai.reports.wording import Wording
from chonai.site.core import Site
from chonai.site.delivering import Parcel, mail, mail_settings, record
from chonai.site.new_files import write_new
from chonai.site.periods import Period, in_period, period_report

LOCALE = "ja"
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Filed:
    """The report of a month: where it is, whether it was made now, and the mail server's answer where it was sent."""

    file: Path
    is_new: bool
    answer: str = ""


def month_of(text: str | None, today: date) -> Period:
    """First and last day of `2026-04`; of the last month where nothing is said. Raises `UsageError` for what is no
    month, and for one that is not over: its report would not be whole.
    """
    found = _MONTH.fullmatch(text or f"{today.replace(day=1) - timedelta(days=1):%Y-%m}")
    if found is None:
        raise UsageError("jobs.no_such_month", value=text)
    first = date(int(found[1]), int(found[2]), 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if last >= today:
        raise UsageError("jobs.month_not_over", value=f"{first:%Y-%m}", last=last)
    return first, last


def file_report(site: Site, month: str | None, folder: Path, to: Sequence[str], *, is_check: bool = False) -> Filed:
    """Make the report of a month in a folder and send it, or leave the one that is there alone.

    Raises as `month_of` and `mail_settings` do, `UsageError` where the folder cannot be written to.
    """
    days = month_of(month, site.now().date())
    file = folder / f"{days[0]:%Y%m}_{Wording(LOCALE).say('jobs.monthly_name')}.xlsx"
    if to:
        mail_settings(site, to)
    if file.exists() or is_check:
        return Filed(file, is_new=not file.exists())
    ids = in_period(site, days)
    content = period_report(site, days, ids, Wording(LOCALE))
    if not to:
        write_new(file, content)
        return Filed(file, is_new=True)
    parcel = Parcel({file.name: content}, site.author().name, ids)
    handed = record(site, parcel)
    write_new(file, content)
    return Filed(file, is_new=True, answer=mail(site, parcel, handed, to, LOCALE))
