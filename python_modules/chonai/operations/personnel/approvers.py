"""Who approves in each section and who stands in for them, as the posts say after the change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chonai.change.model import Key
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.codes import parent
from chonai.operations.personnel.directory import GROUP, values
from chonai.operations.personnel.directory_rules import Approvers
from chonai.operations.personnel.groups import title_code
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.people import Person
from chonai.text.messages import Message, message

Names = Mapping[str, str]
"""Names of people by the text of their account's key."""


@dataclass(slots=True)
class Findings:
    """What was found on the way."""

    warnings: list[Message] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)


def write_approvers(census: Census) -> Findings:
    """Write approvers and deputies of every section into the draft.

    A section approves by those of its people whose title does; else by those who hold it as a concurrent post; else by
    whoever approves in the section above it (a warning). Where nobody is left to approve, it is a problem if
    somebody was there before. Deputies are never approvers of the same section, and a title does not make both:
    so nobody stands in for themselves, and no two for each other.
    """
    rule = census.context.rules.groups.approvers
    return Findings() if rule is None else _Posts(census, rule).write()


class _Posts:
    """Working people by section."""

    def __init__(self, census: Census, rule: Approvers) -> None:
        self._census, self._rule, self._units = census, rule, census.units
        self._mains: dict[str, list[Person]] = defaultdict(list)
        self._alsos: dict[str, list[Person]] = defaultdict(list)
        self._found = Findings()
        for person in self._people():
            self._mains[person.main or ""].append(person)
            for code in sorted(person.also):
                self._alsos[code].append(person)

    def write(self) -> Findings:
        for code, group in sorted(self._units.groups.items()):
            approvers = self._approvers(code, group)
            deputies = {key: name for key, name in self._deputies(code).items() if key not in approvers}
            self._set(group, approvers, deputies)
        for group in sorted(self._units.ended):
            if group.type == GROUP:
                self._set(group, {}, {})
        return self._found

    def _people(self) -> Iterable[Person]:
        census = self._census
        for account in census.context.directory.serving():
            if not census.is_seen(account) and account.staff not in census.finals:
                census.keep(account)
        return [
            person
            for _, person in sorted(census.finals.items())
            if person.status is Status.WORKING and census.accounts.serves(person)
        ]

    def _titled(self, people: Sequence[Person], titles: Collection[str]) -> dict[str, str]:
        """Those of the people who have one of the titles."""
        chosen = (person for person in people if title_code(self._census.context.policy, person) in titles)
        return {str(self._census.keys[str(person.key)]): person.name or person.shown for person in chosen}

    def _deputies(self, code: str) -> dict[str, str]:
        return self._titled(self._mains[code], self._rule.deputy_titles)

    def _heads(self, code: str) -> dict[str, str]:
        return self._titled(self._mains[code], self._rule.titles) or self._titled(self._alsos[code], self._rule.titles)

    def _approvers(self, code: str, group: Key) -> dict[str, str]:
        if heads := self._heads(code):
            return heads
        name = self._units.name(code)
        above = parent(code, self._census.context.policy.sections)
        while above is not None and not (heads := self._heads(above)):
            above = parent(above, self._census.context.policy.sections)
        if above is not None:
            fields = {"section": name, "above": self._units.name(above), "people": "、".join(heads.values())}
            self._found.warnings.append(message("personnel.approver_above", **fields))
        elif self._had_some(group):
            self._found.problems.append(message("personnel.no_approver", section=name, code=code))
        return heads

    def _had_some(self, group: Key) -> bool:
        return bool(values(self._census.context.directory.state.get(group, {}), self._rule.approvers))

    def _set(self, group: Key, approvers: Names, deputies: Names) -> None:
        draft, words = self._census.context.draft, self._census.context.wording
        said = [draft.why.get(group, "")]
        said += [words.say("approvers", people="、".join(approvers.values()) or "-")]
        said += [words.say("deputies", people="、".join(deputies.values()))] if deputies else []
        wanted = {self._rule.approvers: frozenset(approvers), self._rule.deputies: frozenset(deputies)}
        draft.update(group, wanted, words.together(said))
