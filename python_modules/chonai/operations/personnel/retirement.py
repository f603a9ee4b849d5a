"""How long the account of somebody who has left is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from chonai.operations.personnel.tags import months_later

USUAL_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Retirement:
    """When a retired account is deleted.

    delete_after_months  age in months; None: never
    delete_after_days    age in days instead, where it is given
    """

    delete_after_months: int | None = USUAL_MONTHS
    delete_after_days: int | None = None

    @property
    def is_twice(self) -> bool:
        """Months and days are given, and nothing tells which is meant."""
        return self.delete_after_days is not None and self.delete_after_months != USUAL_MONTHS

    def due(self, left: date) -> date | None:
        """The first day on which the account of somebody whose last day was `left` is deleted; None: never."""
        if self.delete_after_days is not None:
            return left + timedelta(days=self.delete_after_days)
        return None if self.delete_after_months is None else months_later(left, self.delete_after_months)
