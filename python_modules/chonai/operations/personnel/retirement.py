"""How long the account of somebody who has left is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from chonai.operations.personnel.tags import months_later

USUAL_MONTHS = 6
MOST_MONTHS, MOST_DAYS = 1200, 36500
"""A hundred years: what is longer than that is meant to be never."""
NOT_SAID = -1
"""Months that no policy can write: they were left out."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """When a retired account is deleted.

    delete_after_months  age in months; None: never; left out: `USUAL_MONTHS`
    delete_after_days    age in days instead, where it is given
    """

    delete_after_months: int | None = NOT_SAID
    delete_after_days: int | None = None

    @property
    def months(self) -> int | None:
        """The age in months where no days are given; None: never."""
        return USUAL_MONTHS if self.delete_after_months == NOT_SAID else self.delete_after_months

    @property
    def is_twice(self) -> bool:
        """Months and days are given, and nothing tells which is meant."""
        return self.delete_after_days is not None and self.delete_after_months not in (None, NOT_SAID)

    def too_long(self) -> dict[str, tuple[int, int]]:
        """Periods that are longer than they may be, by setting: the period and the longest one."""
        said = {
            "delete_after_months": (self.delete_after_months, MOST_MONTHS),
            "delete_after_days": (self.delete_after_days, MOST_DAYS),
        }
        return {name: (period, most) for name, (period, most) in said.items() if period is not None and period > most}

    def due(self, left: date) -> date | None:
        """The first day on which the account of somebody whose last day was `left` is deleted; None: never."""
        if self.delete_after_days is not None:
            return left + timedelta(days=self.delete_after_days)
        return None if self.months is None else months_later(left, self.months)
