"""Which operations want something for themselves that no other change set may be planned on meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.holds import Hold
from chonai.change.model import Plan


def holds_of(operation: str, plans: Iterable[Plan]) -> list[Hold]:
    """What plans of an operation want until somebody has decided on them."""
    from chonai.operations import addressing  # reading requests takes libraries of its own

    wanted = {addressing.OPERATION: addressing.claims}
    return [hold for plan in plans for hold in wanted[operation](plan)] if operation in wanted else []
