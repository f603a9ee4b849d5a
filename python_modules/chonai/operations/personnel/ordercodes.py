"""How the section codes of orders are read in one directory, while a reorganisation changes what they mean."""

from __future__ import annotations

from collections import defaultdict

from chonai.operations.personnel.codes import office
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.records import Order
from chonai.operations.personnel.succession import ENDED
from chonai.text.folding import search_key


class OrderCodes:
    """Implements `people.Codes`. An order older than the reorganisation speaks in old codes, one of its day in both, a
    later one in new codes.
    """

    def __init__(self, context: Context, units: Units) -> None:
        self._succession, self._codes = context.succession, context.policy.sections
        self._reformed = context.reforms[0].date if context.reforms else None
        self._names, self._units = _names(context, units), units

    def old(self, order: Order, code: str) -> frozenset[str]:
        """What an old code of an order can mean in the new organisation."""
        at = office(code, self._codes)
        if self._reformed is None or order.date > self._reformed:
            return frozenset({at})
        return self._succession.of_order(at)

    def new(self, order: Order, code: str) -> str:
        """The office of a new code of an order."""
        at = office(code, self._codes)
        if self._reformed is None or order.date >= self._reformed:
            return at
        meant = self._succession.of_order(at)
        return next(iter(meant)) if len(meant) == 1 else ENDED + at

    def targets(self, mark: str) -> frozenset[str]:
        """The targets of a split section, given its mark."""
        return frozenset(self._succession.fates[mark.removeprefix(ENDED)].to)

    def is_old(self, order: Order, main: str) -> bool:
        """Whether the old section that an order names can be the section of a code."""
        if order.old_section:
            return main in self.old(order, order.old_section)
        return search_key(order.old_name) in self._names[main]

    def name(self, code: str | None) -> str:
        """What a section is called."""
        return self._units.name(code)


def _names(context: Context, units: Units) -> dict[str, set[str]]:
    """Names that a new code has or had, folded."""
    names: dict[str, set[str]] = defaultdict(set)
    for code, section in units.sections.items():
        names[code].add(search_key(section.name))
    for code, name in context.directory.section_names.items():
        for new_code in context.succession.of_order(code):
            names[new_code].add(search_key(name))
    return names
