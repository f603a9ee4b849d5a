"""Whether orders give somebody an account who has none here, or whose account rests."""

from __future__ import annotations

from collections.abc import Sequence

from chonai.operations.personnel.census import Census
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.kinds import Act, Status
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import Order
from chonai.text.few import MANY, first_few
from chonai.text.messages import Message, message

ARRIVES = frozenset({Act.JOIN, Act.REHIRE})


class Arrivals:
    """Answers for one directory on the day of the change; what speaks against an order goes to `problems`."""

    def __init__(self, census: Census, problems: list[Message], warnings: list[Message]) -> None:
        self._census, self._context, self._day = census, census.context, census.context.day
        self._problems, self._warnings = problems, warnings
        self._elsewhere: list[str] = []

    def may_serve(self, account: Account | None, orders: Sequence[Order], target: Person) -> bool:
        """Whether these orders may write somebody: with an account in use always, else as they arrive."""
        if account is None:
            return self._may_be_made(orders, target)
        return not account.is_away or self._may_come_back(orders, target)

    def _may_be_made(self, orders: Sequence[Order], target: Person) -> bool:
        """Whether someone without an account here gets one. Who should have one and has not is a problem."""
        last = orders[-1]
        if target.status is not Status.LEFT and any(order.act in ARRIVES for order in orders):
            return self._has_right(orders, target)
        if all(order.act in (Act.JOIN, Act.CANCEL) for order in orders) or self._was_deleted(orders):
            return False
        restricted = self._context.rules.users.employment_kinds
        if restricted and target.kind not in restricted:
            if not target.kind:
                self._elsewhere.append(str(last.key))
            return False
        self._problems.append(last.says("number", last.key.number, "personnel.unknown_person", name=last.name))
        return False

    def _may_come_back(self, orders: Sequence[Order], target: Person) -> bool:
        """Whether it is known that someone whose account rests has a right to one again."""
        return all(order.act not in ARRIVES for order in orders) or self._kind_is_known(orders, target)

    def _kind_is_known(self, orders: Sequence[Order], target: Person) -> bool:
        if target.kind or not self._context.rules.users.employment_kinds:
            return True
        arrival = next(order for order in orders if order.act in ARRIVES)
        self._problems.append(arrival.says("kind", "", "personnel.kind_needed"))
        return False

    def _has_right(self, orders: Sequence[Order], target: Person) -> bool:
        if not self._kind_is_known(orders, target):
            return False
        if not self._census.accounts.serves(target):
            return False
        if all(order.act is not Act.JOIN for order in orders) and not self._context.rules.users.employment_kinds:
            return self._was_here(next(order for order in orders if order.act is Act.REHIRE))
        return True

    def _was_here(self, rehire: Order) -> bool:
        """Whether the ledger of IDs knows who comes back, under the number of the order or the old one that it names:
        then the account has been deleted since.
        """
        bearers = [one for key in (rehire.old_key, rehire.key) if key for one in self._context.taken.bearers(str(key))]
        known = [one.owner for one in bearers if may_be_same(one.person, rehire.name)]
        if known:
            fields = {"name": rehire.name, "former": known[-1]}
            self._warnings.append(rehire.says("old_number", "", "personnel.rehired_after_delete", **fields))
        else:
            self._problems.append(rehire.says("old_number", "", "personnel.rehire_unknown", name=rehire.name))
        return bool(known)

    def _was_deleted(self, orders: Sequence[Order]) -> bool:
        last = orders[-1]
        due = self._context.retirement.due(last.date) if last.act is Act.RETIRE else None
        return due is not None and due <= self._day

    def tell_elsewhere(self) -> None:
        """Warn of the people who need no account here, once for all."""
        if self._elsewhere:
            people = first_few(self._elsewhere, MANY)
            self._warnings.append(message("personnel.no_account_here", count=len(self._elsewhere), people=people))
