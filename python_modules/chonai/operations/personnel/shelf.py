"""The folders of one file server as observed, read by their names. Reading them changes nothing.

Folders of sections stand side by side in the base. What no rule describes is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from chonai.change.model import Key, Record, State, TypeScope
from chonai.operations.personnel.codes import level, office
from chonai.operations.personnel.directory import text, values
from chonai.operations.personnel.folder_rules import FolderPolicy
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.placing import Shown
from chonai.operations.personnel.policy import CityPolicy, SectionCodes
from chonai.text.messages import Message, message

FOLDER, TRUSTEE, GRANT = "folder", "trustee", "grant"
LEVELS = ("read", "write", "manage")
SPECIAL, EMPTY, INSTEAD_OF = "special", "empty", "instead_of"
_DATE = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True, slots=True)
class Ended:
    """What the name of a section's folder says that has ended."""

    code: str
    name: str
    until: date


@dataclass(slots=True)
class Shelf:
    """The index.

    sections  folders of sections, with the code and the name that they show
    ended     those of sections that have ended
    trustees  who has rights anywhere, by name in small letters
    """

    state: State
    base: Key | None = None
    sections: dict[Key, Shown] = field(default_factory=dict)
    ended: dict[Key, Ended] = field(default_factory=dict)
    trustees: dict[str, Key] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)

    def name(self, key: Key) -> str:
        """What a folder is called now."""
        return text(self.state[key], "name")


def scope_of(rules: FolderPolicy, phase: Phase) -> dict[str, TypeScope]:
    """What this operation owns on a file server; the adapter reads exactly this.

    Whether a folder is empty is only looked at where folders are deleted: elsewhere the first file would be drift.
    """
    deletes = rules.delete_empty and phase in (Phase.CLEANUP, Phase.WHOLE)
    place, rights = frozenset({"parent", "name"}), frozenset({*LEVELS, SPECIAL})
    return {
        FOLDER: TypeScope(
            attributes=place | rights | {"inherits"} | ({EMPTY} if deletes else set()),
            references=rights | {"parent"},
            place=place,
            unique=(("parent", "name"),),
        ),
        TRUSTEE: TypeScope(frozenset({"name"}), references=frozenset({INSTEAD_OF})),
        GRANT: TypeScope(frozenset({"name"})),
    }


def index(state: State, policy: CityPolicy, rules: FolderPolicy) -> Shelf:
    """The index of a state; a base that cannot be told is a problem in it."""
    shelf = Shelf(state)
    shelf.trustees = {text(record, "name").casefold(): key for key, record in state.items() if key.type == TRUSTEE}
    folders = {key: record for key, record in state.items() if key.type == FOLDER}
    base = [key for key, record in folders.items() if text(record, "parent") not in {str(key) for key in folders}]
    if len(base) != 1:
        shelf.problems.append(message("personnel.no_folder_base", count=len(base)))
        return shelf
    shelf.base = base[0]
    for key, record in sorted(folders.items()):
        if text(record, "parent") == str(shelf.base):
            _sort_in(shelf, key, policy.sections, rules)
    return shelf


def has_folder(code: str, codes: SectionCodes, rules: FolderPolicy) -> bool:
    """Whether the rules give a section of this code a folder."""
    return office(code, codes) == code and (not rules.levels or level(code, codes) in rules.levels)


def holders(record: Record) -> Iterator[tuple[str, str]]:
    """Level and trustee of each right of one of the usual levels."""
    for each in LEVELS:
        for trustee in sorted(values(record, each)):
            yield each, trustee


def _sort_in(shelf: Shelf, key: Key, codes: SectionCodes, rules: FolderPolicy) -> None:
    """Ended ones first: their names begin as those of sections do. One with a day that there is not is nobody's."""
    name, digits = shelf.name(key), rf"\d{{{sum(codes.widths)}}}"
    ended = rules.ended_name.pattern(section_code=digits, date=_DATE).fullmatch(name)
    section = rules.name.pattern(section_code=digits).fullmatch(name)
    if ended:
        until = _day(ended["date"])
        shelf.ended |= {key: Ended(ended["section_code"], ended["section_name"], until)} if until else {}
    elif section and has_folder(section["section_code"], codes, rules):
        shelf.sections[key] = (section["section_code"], section["section_name"])


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
