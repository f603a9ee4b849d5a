"""How people stand before the orders: read from their accounts, section codes already those of the new organisation."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.operations.personnel.codes import office
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import Account, single_fields, text
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.placing import Evidence, evidence
from chonai.operations.personnel.records import StaffKey
from chonai.operations.personnel.succession import ENDED
from chonai.text.messages import Message, message


class Starts:
    """Reads standings.

    Accounts without OU by section tell their section by attributes, and together are the evidence of what is
    applied.
    """

    def __init__(self, context: Context, units: Units) -> None:
        self._context, self._units = context, units
        fields = single_fields(context.rules.users.attributes)
        self._title, self._shown = fields.get("title", ""), fields.get("name", "")
        self._kind = fields.get("employment_kind", "")
        self._occupied: Evidence = {} if context.rules.users.by_section else evidence(
            {account.key: account.home for account in context.directory.serving() if account.home is not None}
        )  # fmt: skip
        self._by_name = _codes_by_name(context, units)
        self._mains: dict[tuple[str, str], str | None] = {}
        self._ou_codes = {context.directory.section_ous[key]: units.now[key] for key in context.directory.section_ous}
        self.problems: list[Message] = []

    def of(self, account: Account) -> Person:
        """How the person of an account stands."""
        main = self._main(account)
        groups = {self._units.now[group] for group in account.posts if group in self._units.now}
        status = Status.LEFT if account.is_away else Status.WORKING if account.enabled else Status.ON_LEAVE
        return Person(
            key=staff_key(account.staff),
            status=status,
            main=main,
            also=frozenset(groups - {main}) if not account.is_away else frozenset(),
            title=text(account.record, self._title) or None,
            shown=text(account.record, self._shown),
            kind=text(account.record, self._kind) or None,
            serving=Status.WORKING if account.is_away else status,
        )

    def _main(self, account: Account) -> str | None:
        if account.home is None:
            return None
        if account.home not in self._mains:
            self._mains[account.home] = self._new_code(*account.home, retired=account.retired)
        return self._mains[account.home]

    def _new_code(self, code: str, name: str, *, retired: bool) -> str | None:
        if not code:
            return self._by_name.get(name)
        if not retired and self._context.rules.users.by_section:
            return self._ou_codes.get((code, name))
        code = office(code, self._context.policy.sections)
        if self._context.succession.is_unclear(code, name, self._occupied):
            self.problems.append(message("personnel.reform_unclear", code=code, name=name, object="user"))
        return self._context.succession.now(code, name, self._occupied)


def staff_key(text_: str) -> StaffKey:
    """The key that an account shows."""
    body, _, number = text_.partition("-")
    return StaffKey(body, number)


def _codes_by_name(context: Context, units: Units) -> Mapping[str, str]:
    """New code by the name that a section has now, else by the name that it will have; names that two sections
    bear are left out.
    """
    found: dict[str, set[str]] = {}
    for code, section in units.sections.items():
        found.setdefault(section.name, set()).add(code)
    observed: dict[str, set[str]] = {}
    for key, (_, name) in context.directory.section_ous.items():
        if not units.now[key].startswith(ENDED):
            observed.setdefault(name, set()).add(units.now[key])
    merged = found | observed
    return {name: next(iter(codes)) for name, codes in merged.items() if len(codes) == 1}
