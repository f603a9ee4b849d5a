"""Cells of one row turned into values. What is wrong goes to one list, and the rest of the row is read all the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from chonai.operations.personnel.codes import padded, section_code
from chonai.operations.personnel.plausible import Span
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.records import Place, StaffKey
from chonai.text.dates import DateError, parse_date
from chonai.text.folding import search_key, strange_digit
from chonai.text.messages import Message
from chonai.text.tables import Table, TableRow

_NOTHING = date.min


class Words:
    """The city's words by how people write them: bodies, employment kinds, titles.

    type_width  digits of the longest code of a type of order
    """

    def __init__(self, policy: CityPolicy) -> None:
        self.bodies = {
            search_key(word): code for code, body in policy.bodies.items() for word in (code, body.name, *body.aliases)
        }
        self.kinds = {
            search_key(word): kind for kind, aliases in policy.employment_kinds.items() for word in (kind, *aliases)
        }
        self.titles = {search_key(name): code for code, name in policy.titles.items()}
        self.types = {
            search_key(word): code for code, kind in policy.order_types.items() for word in (kind.name, *kind.aliases)
        }
        self.type_width = max(map(len, policy.order_types), default=0)
        self.reforms = {search_key(word): word for word in policy.reorganisation.kinds}
        self.statuses = {search_key(word): word for word in policy.roster.statuses}


@dataclass(slots=True)
class Sheet:
    """A table that is being read, with everything found wrong in it."""

    table: Table
    policy: CityPolicy
    words: Words
    span: Span
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    unknown_titles: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class Cells:
    """One row."""

    sheet: Sheet
    row: TableRow
    _failed: bool = False

    def __getitem__(self, key: str) -> str:
        return self.row[key]

    @cached_property
    def place(self) -> Place:
        """Where the row is."""
        return Place(self.sheet.table.file, self.row.number, self.sheet.table, self.row)

    def failed(self) -> bool:
        """Whether something is wrong with one of its cells, as far as they were read."""
        return self._failed

    def wrong(self, key: str, code: str, **fields: object) -> None:
        """Note what is wrong with a cell."""
        self._failed = True
        self.sheet.problems.append(self.place.says(key, self.row[key], code, **fields))

    def needed(self, key: str) -> str:
        """The text of a cell that must not be blank."""
        if not self[key]:
            self.wrong(key, "personnel.missing_cell")
        return self[key]

    def day(self, key: str) -> date:
        """A date that must be there."""
        try:
            return parse_date(self[key])
        except DateError as error:
            self.wrong(key, error.why)
            return _NOTHING

    def day_of_change(self, key: str) -> date:
        """A date that must be there and can be that of an order or a reorganisation."""
        day, span = self.day(key), self.sheet.span
        if day is not _NOTHING and day not in span:
            fields = {"date": span.day, "earliest": span.earliest, "latest": span.latest}
            self.wrong(key, "personnel.date_implausible", **{name: each.isoformat() for name, each in fields.items()})
        return day

    def day_or_none(self, key: str) -> date | None:
        """A date, or None for a blank cell."""
        return self.day(key) if self[key] else None

    def section(self, key: str) -> str:
        """A section code in full width; blank for a blank cell."""
        text = search_key(self[key])
        if not text:
            return ""
        code = section_code(self._code(key), self.sheet.policy.sections)
        if code is None:
            self.wrong(key, "personnel.not_section_code", digits=sum(self.sheet.policy.sections.widths))
        return code or ""

    def sections(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The section codes of cells that are not blank."""
        return tuple(code for key in keys if self[key] and (code := self.section(key)))

    def staff_key(self, body_key: str, number_key: str, default_body: str | None) -> StaffKey | None:
        """The key of a person, or None when the cells do not give one (then noted) or the number is blank."""
        word = search_key(self[body_key])
        body = self.sheet.words.bodies.get(word) if word else default_body
        if body is None:
            known = ", ".join(f"{code} {each.name}" for code, each in self.sheet.policy.bodies.items())
            self.wrong(body_key, "personnel.unknown_body" if word else "personnel.no_body", known=known)
            return None
        width = self.sheet.policy.bodies[body].number_width
        number = padded(self._code(number_key), width)
        if number is None or not self[number_key]:
            self.wrong(number_key, "personnel.not_staff_number", digits=width)
            return None
        return StaffKey(body, number)

    def _code(self, key: str) -> str:
        """A cell of digits for `padded`, folded, but not where folding would make a digit of something else (², ①)."""
        return self[key] if strange_digit(self[key]) else search_key(self[key])

    def kind(self, key: str) -> str:
        """The city's word for an employment kind; blank for a blank cell."""
        return self._word(key, self.sheet.words.kinds, "personnel.unknown_kind")

    def status(self, key: str) -> str:
        """The city's word for a roster status; blank for a blank cell."""
        return self._word(key, self.sheet.words.statuses, "personnel.unknown_status")

    def reform(self, key: str) -> str:
        """The city's word for a kind of reorganisation."""
        return self._word(key, self.sheet.words.reforms, "personnel.unknown_reform")

    def _word(self, key: str, known: Mapping[str, str], code: str) -> str:
        if not self[key]:
            return ""
        found = known.get(search_key(self[key]))
        if found is None:
            self.wrong(key, code, known=", ".join(dict.fromkeys(known.values())))
        return found or ""

    def title(self, code_key: str, name_key: str) -> tuple[str, str]:
        """Code and name of a title; the code is blank for a name that the city's list has not."""
        policy, name = self.sheet.policy, self[name_key]
        if not self[code_key]:
            code = self.sheet.words.titles.get(search_key(name), "") if name else ""
            if name and not code:
                self.sheet.unknown_titles.setdefault(name, []).append(self.row.number)
            return code, policy.titles.get(code, name)
        found = padded(self._code(code_key), policy.title_code_width)
        if found is None or (found not in policy.titles and not name):
            self.wrong(code_key, "personnel.unknown_title_code", digits=policy.title_code_width)
            return "", name
        known = policy.titles.get(found, name)
        if name and search_key(name) != search_key(known):
            self.wrong(name_key, "personnel.title_disagrees", title_code=found, known=known)
        return found, known
