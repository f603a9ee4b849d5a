"""What plans of an operation want until they are decided on: things for themselves, that no other change set may be
planned on meanwhile, and the day that they were made for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time

from chonai.change.errors import UsageError
from chonai.change.holds import Hold
from chonai.change.model import Plan, State
from chonai.operations import ADDRESS, ADDRESSING, RRSET
from chonai.text.messages import Message


def holds_of(operation: str, plans: Iterable[Plan]) -> list[Hold]:
    """What plans of an operation want until somebody has decided on them."""
    if operation != ADDRESSING:
        return []
    from chonai.operations import addressing  # reading requests takes libraries of its own

    return [hold for plan in plans for hold in addressing.claims(plan)]


def against_undo(undo: Plan, state: Callable[[], State]) -> list[Message]:
    """What an undo would make wrong although each object can be taken back by itself. `state`: the system as it is,
    read where it is asked for.
    """
    types = {change.key.type for change in undo.changes}
    if RRSET in types:
        from chonai.operations.dns import referrers

        return referrers.left_pointing(undo, state())
    if ADDRESS in types:
        from chonai.operations import addressing

        return addressing.names_in_the_way(undo, state())
    return []


def not_before(
    plans: Sequence[Plan], now: datetime, wanted: datetime | None, start_by: datetime | None
) -> datetime | None:
    """When an apply may start: as wanted, but not before the day that the plans were made for has begun.

    Raises `UsageError` where it has to have started before that.
    """
    days = [day for day in _days(plans) if day > now.date()]
    if not days:
        return wanted
    begin = datetime.combine(max(days), time(), now.tzinfo)
    if start_by is not None and start_by < begin:
        raise UsageError("site.starts_before_day", start_by=start_by, day=max(days).isoformat())
    return begin if wanted is None else max(begin, wanted)


def _days(plans: Sequence[Plan]) -> list[date]:
    """The days that plans were made for, where they say one."""
    made = [plan for plan in plans if plan.operation == ADDRESSING]
    if not made:
        return []
    from chonai.operations import addressing

    return [day for plan in made if (day := addressing.earliest(plan)) is not None]
