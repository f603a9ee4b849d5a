"""In which words orders are the reason of a change."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.operations.personnel.census import Census
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.kinds import Act
from chonai.operations.personnel.ordercodes import OrderCodes
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import Order


class OrderWords:
    """Speaks for one directory, in the city's language."""

    def __init__(self, census: Census, codes: OrderCodes) -> None:
        self._census, self._context, self._units, self._codes = census, census.context, census.units, codes
        self._words = census.context.wording

    def why(self, orders: Iterable[Order], account: Account | None, start: Person | None) -> str:
        """Why somebody changes who stands so: each order with what it does and since when."""
        details = ((order, self._detail(order, account, start)) for order in orders)
        return self._words.together(self._words.order(order.type.name, detail, order.date) for order, detail in details)

    def cause(self, account: Account | None, start: Person | None, target: Person) -> str:
        """Under which word groups count somebody who comes or goes."""
        if turn := self._census.turn(account, start, target):
            return self._words.say(turn)
        if start is not None and start.also != target.also:
            return self._words.say("cause_post")
        return self._words.say("cause_title" if start is not None and start.title != target.title else "cause_reform")

    def _detail(self, order: Order, account: Account | None, start: Person | None) -> str:
        if order.act is Act.RENAME:
            return self._words.change(start.shown if start else "", order.name)
        if order.act in (Act.ADD_POST, Act.REMOVE_POST):
            if order.new_section:
                return self._units.name(self._codes.new(order, order.new_section))
            return self._units.name(min(self._codes.old(order, order.old_section)))
        if order.act is Act.RETIRE:
            return ""
        return " ".join(part for part in (self._section(order, account), self._title(order, start)) if part)

    def _section(self, order: Order, account: Account | None) -> str:
        if not order.new_section:
            return ""
        new = self._units.name(self._codes.new(order, order.new_section))
        return self._words.change(self._context.directory.home_name(account), new) if new else ""

    def _title(self, order: Order, start: Person | None) -> str:
        former = (start.title or "") if start else ""
        return self._words.change(former, order.title) if order.title not in ("", former) else ""
