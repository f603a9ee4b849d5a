"""What every part of one plan needs, and the sections as they will be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from chonai.change.model import Key, Value
from chonai.operations.personnel.directory import Directory
from chonai.operations.personnel.directory_rules import DirectoryPolicy
from chonai.operations.personnel.draft import Draft
from chonai.operations.personnel.placing import Placing
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.records import Reform, Section
from chonai.operations.personnel.retirement import Retirement
from chonai.operations.personnel.succession import ENDED, Succession
from chonai.operations.personnel.taken import Taken
from chonai.operations.personnel.wording import Wording
from chonai.text.messages import Message


@dataclass(frozen=True, slots=True)
class Context:
    """What every part of one plan needs."""

    directory: Directory
    draft: Draft
    policy: CityPolicy
    rules: DirectoryPolicy
    succession: Succession
    reforms: tuple[Reform, ...]
    organised: bool
    wording: Wording
    day: date
    taken: Taken

    @property
    def retirement(self) -> Retirement:
        """What becomes of retired accounts here."""
        return self.rules.retirement_in(self.policy)

    def placed(self, place: Key | None) -> dict[str, Value]:
        """Where an object is put; nowhere in a flat directory."""
        return {} if self.rules.flat else {"parent": str(place)}

    def listed(self, shown: bool) -> dict[str, Value]:
        """Whether the address book shows the group of a section, where there is one."""
        listed = self.rules.groups.section.listed if self.rules.groups.section else None
        return {} if listed is None else {listed: shown}


@dataclass(slots=True)
class Units:
    """Sections as they will be. Keys of OUs and groups by their new code; what ends, with its old code."""

    sections: dict[str, Section] = field(default_factory=dict)
    ous: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, Key] = field(default_factory=dict)
    now: dict[Key, str] = field(default_factory=dict)
    ended: dict[Key, tuple[str, str]] = field(default_factory=dict)
    vanished: dict[str, str] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)

    def name(self, code: str | None) -> str:
        """The name of a section, or its code where no name is known."""
        section = self.sections.get(code or "")
        return section.name if section else (code or "").removeprefix(ENDED)

    def take(self, found: Placing) -> None:
        """Add what was found out about objects of one type; their places are the caller's to keep."""
        self.now |= found.now
        self.ended |= found.ended
        self.problems += found.problems
        self.warnings += found.warnings

    def loses_people(self, group: Key) -> bool:
        """Whether who is in a section's group has to be in another one, without an order of their own."""
        return group in self.ended or self.groups.get(self.now.get(group, ""), group) != group

    def values(self, code: str) -> dict[str, str]:
        """The template fields of a section."""
        section = self.sections[code]
        return {"section_code": code, "section_name": section.name, "division_name": section.division}
