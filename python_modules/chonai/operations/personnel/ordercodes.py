"""How the section codes of orders are read in one directory, while a reorganisation changes what they mean."""

from __future__ import annotations

from collections import defaultdict

from chonai.operations.personnel.codes import office
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.people import Codes
from chonai.operations.personnel.records import Order
from chonai.operations.personnel.succession import ENDED
from chonai.text.folding import search_key


def order_codes(context: Context, units: Units) -> Codes:
    """An order older than the reorganisation speaks in old codes, one of its day in both, a later one in new codes."""
    succession, codes = context.succession, context.policy.sections
    reformed = context.reforms[0].date if context.reforms else None
    names = _names(context, units)

    def old(order: Order, code: str) -> frozenset[str]:
        if reformed is None or order.date > reformed:
            return frozenset({office(code, codes)})
        return succession.of_order(office(code, codes))

    def new(order: Order, code: str) -> str:
        at = office(code, codes)
        if reformed is None or order.date >= reformed:
            return at
        meant = succession.of_order(at)
        return next(iter(meant)) if len(meant) == 1 else ENDED + at

    def targets(mark: str) -> frozenset[str]:
        return frozenset(succession.fates[mark.removeprefix(ENDED)].to)

    def is_old(order: Order, main: str) -> bool:
        if order.old_section:
            return main in old(order, order.old_section)
        return search_key(order.old_name) in names[main]

    return Codes(old=old, new=new, targets=targets, same=may_be_same, is_old=is_old, name=units.name)


def _names(context: Context, units: Units) -> dict[str, set[str]]:
    """Names that a new code has or had, folded."""
    names: dict[str, set[str]] = defaultdict(set)
    for code, section in units.sections.items():
        names[code].add(search_key(section.name))
    for code, name in context.directory.section_names.items():
        for new_code in context.succession.of_order(code):
            names[new_code].add(search_key(name))
    return names
