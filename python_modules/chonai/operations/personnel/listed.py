"""The transaction list applied to one directory: each person's orders folded, checked against the account, and
written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from chonai.operations.personnel.arrivals import ARRIVES, Arrivals
from chonai.operations.personnel.cases import Case, gather
from chonai.operations.personnel.census import Census, told
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.kinds import Act, Status
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.order_words import OrderWords
from chonai.operations.personnel.ordercodes import OrderCodes
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import Order
from chonai.operations.personnel.registry import Registry
from chonai.operations.personnel.sequence import Fold, effective_from, fold, sets_main_post
from chonai.operations.personnel.succession import ENDED
from chonai.operations.personnel.tasks import Task
from chonai.text.few import MANY, first_few
from chonai.text.messages import Message, message

_NAMING = (Act.JOIN, Act.REHIRE, Act.RENAME)


class Listed:
    """Writes the orders that are due into a census.

    `kinds` are employment kinds known from a roster.
    """

    def __init__(self, census: Census, kinds: Mapping[str, str]) -> None:
        self._census, self._context, self._units = census, census.context, census.units
        self._day, self._kinds = census.context.day, kinds
        self._codes = OrderCodes(census.context, census.units)
        self.problems: list[Message] = []
        self.warnings: list[Message] = []
        self._words = OrderWords(census, self._codes)
        self._arrivals = Arrivals(census, self.problems, self.warnings)

    def write(self, orders: Sequence[Order]) -> None:
        """Write all orders; those of a later day are reported."""
        cases, problems, warnings = gather(orders, Registry(self._context))
        self.problems += problems
        self.warnings += warnings
        for case in cases:
            self._case(case)
        self._report_future(orders)
        self._arrivals.tell_elsewhere()

    def _case(self, case: Case) -> None:
        due = [order for order in case.orders if effective_from(order) <= self._day]
        accounts = [account for key in case.keys if (account := self._census.account(str(key))) is not None]
        if not due or self._conflicts(due):
            return
        if len(accounts) > 1 or any(account.staff in self._context.directory.twice for account in accounts):
            names = ", ".join(account.name for account in accounts)
            self.problems.append(due[-1].says("number", str(due[-1].key), "personnel.two_accounts", accounts=names))
            return
        account = accounts[0] if accounts else None
        if account is not None and self._census.refuses(account):
            return
        if account is not None and account.outside:
            self.problems.append(due[-1].says("number", due[-1].key.number, "personnel.outside", account=account.name))
            return
        self._person(case, due, account)

    def _person(self, case: Case, due: Sequence[Order], account: Account | None) -> None:
        start = self._standing(account, due) if account is not None else None
        folded = fold(start, due, self._codes)
        self.problems.extend(folded.found.problems)
        target = self._without_right(self._with_kind(folded.person), due)
        if not self._arrivals.may_serve(account, folded.orders, target):
            return
        if account is None:
            target = _with_name(target, folded.orders)
        if self._unknown_sections(folded, start, target) or self._homeless(account, target, due):
            return
        if self._number_of_another(folded, account, target):
            return
        why, cause = self._words.why(folded.orders, account, start), self._words.cause(account, start, target)
        task = Task(account, start, target, why, cause, case.keys[0], _own_spelling(target, folded.orders))
        changed = self._census.write(task)
        self._census.tell_address(target, folded.orders, task.romaji)
        self.problems.extend(folded.found.doubts if changed else ())
        self._compare_names(folded, start, changed=changed)

    def _standing(self, account: Account, due: Sequence[Order]) -> Person:
        """How somebody stands. Who is in the kept group of a section from which an order moved them has no concurrent
        post there: the product took half of an import.
        """
        start, kept = self._census.start(account), self._context.directory.ended_groups
        left = {order.old_section for order in due if sets_main_post(order) and order.old_section}
        offices = {office(code, self._context.policy.sections) for code in left}
        gone = {self._units.now.get(group) for group in account.posts if group in kept and kept[group].code in offices}
        return replace(start, also=start.also - gone) if gone else start

    def _with_kind(self, person: Person) -> Person:
        kind = None if person.kind else self._kinds.get(str(person.key))
        return replace(person, kind=kind) if kind else person

    def _without_right(self, target: Person, due: Sequence[Order]) -> Person:
        """Who goes on under a kind that has no account here leaves this directory the day before."""
        if self._census.accounts.is_entitled(target.kind) or target.left_on is not None:
            return target
        said = [effective_from(order) for order in due if order.kind == target.kind] or [self._day]
        return replace(target, left_on=max(said) - timedelta(days=1))

    def _unknown_sections(self, folded: Fold, start: Person | None, target: Person) -> bool:
        if target.status is Status.LEFT:
            return False
        unknown = [
            code
            for code in self._census.new_posts(start, target)
            if code and not code.startswith(ENDED) and code not in self._units.sections
        ]
        for code in unknown:
            said = [order for order in folded.orders if code in {self._codes.new(order, each) for each in order.posts}]
            self.problems.append((said or folded.orders)[-1].says("new_section", code, "personnel.unknown_section"))
        return bool(unknown)

    def _homeless(self, account: Account | None, target: Person, due: Sequence[Order]) -> bool:
        """Who arrives or comes back must be told where to."""
        is_here = account is not None and not account.is_away
        if is_here or target.main is not None or not self._census.accounts.serves(target):
            return False
        self.problems.append(due[-1].says("new_section", "", "personnel.returns_where"))
        return True

    def _number_of_another(self, folded: Fold, account: Account | None, target: Person) -> bool:
        """A number that comes new into this directory was never somebody else's."""
        said = [order for order in folded.orders if order.key == target.key] or folded.orders
        names = [name for order in said for name in (order.name, order.legal_name)]
        other = self._census.former_bearer(target, account, names)
        if other is not None:
            self.problems.append(
                said[-1].says("number", target.key.number, "personnel.number_of_another", **told(other))
            )
        return other is not None

    def _conflicts(self, due: Sequence[Order]) -> bool:
        """One number on rows that cannot be one person, or two main posts on one day."""
        found = len(self.problems)
        renames = any(order.act is Act.RENAME for order in due)
        for other in due[1:]:
            if other.key == due[0].key and not renames and not _names_agree(due[0], other):
                first = due[0]
                self.problems.append(
                    other.says("name", other.name, "personnel.number_conflict", other=first.place.row, name=first.name)
                )
        posts: dict[date, Order] = {}
        for order in sorted(due, key=lambda order: order.place):
            if not sets_main_post(order):
                continue
            first = posts.setdefault(effective_from(order), order)
            if self._codes.new(first, first.new_section) != self._codes.new(order, order.new_section):
                fields = {"other": first.place.row, "first": first.new_section}
                self.problems.append(order.says("new_section", order.new_section, "personnel.two_posts", **fields))
        return len(self.problems) > found

    def _compare_names(self, folded: Fold, start: Person | None, *, changed: bool) -> None:
        """An order whose name is not that of the account is about somebody else, however the number came about.

        A joiner is compared even when nothing changes: else nobody would hear of an account that is not made.
        """
        if start is None or not start.shown or any(order.act is Act.RENAME for order in folded.orders):
            return
        for order in folded.orders:
            joins = order.act is Act.JOIN and order.old_key is None and order.superseded is None
            names = (order.name, order.legal_name)
            if (joins or changed) and not any(may_be_same(one, start.shown) for one in names):
                code = "personnel.number_reused" if joins else "personnel.name_differs"
                self.problems.append(order.says("name", order.name, code, name=start.shown))
                return

    def _report_future(self, orders: Sequence[Order]) -> None:
        later = sorted(order.place for order in orders if effective_from(order) > self._day)
        if later:
            rows = first_few((place.row for place in later), MANY)
            fields = {"file": later[0].file, "count": len(later), "rows": rows, "date": self._day.isoformat()}
            self.warnings.append(message("personnel.not_yet_due", **fields))


def _names_agree(one: Order, other: Order) -> bool:
    return any(may_be_same(a, b) for a in (one.name, one.legal_name) for b in (other.name, other.legal_name))


def _with_name(target: Person, orders: Sequence[Order]) -> Person:
    """A new account is named by the order that brings the person."""
    arrival = next(order for order in reversed(orders) if order.act in ARRIVES)
    return replace(target, name=target.name or arrival.name, kana=target.kana or arrival.kana)


def _own_spelling(target: Person, orders: Sequence[Order]) -> str:
    """The person's own spelling of the reading that they have afterwards: of orders that set one; blank if none."""
    told = (order for order in reversed(orders) if order.romaji and order.act in _NAMING)
    return next((order.romaji for order in told if order.kana in ("", target.kana)), "")
