"""Initial passwords for the person who hands them out: at a terminal, or as CSV for the city's own programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from chonai.change.errors import InputError
from chonai.change.model import ChangeSet, Record, Value
from chonai.reports.columns import columns
from chonai.reports.visible import visible
from chonai.text.folding import escape_formula
from chonai.text.messages import Message, message

ENCODINGS = ("utf-8-sig", "cp932")
ACCOUNT = ("sAMAccountName", "uid", "name")
NAME = ("displayName", "cn")
SECTION = ("department", "ou", "departmentNumber")
NUMBER = ("employeeID", "employeeNumber")
SECTION_CODE = ("departmentNumber",)


@dataclass(frozen=True, slots=True)
class Slip:
    """Who gets which secret. `number` is the staff number; it and the section's code are blank where nobody knows."""

    system: str
    account: str
    name: str
    section: str
    number: str = ""
    section_code: str = ""

    @classmethod
    def of(cls, system: str, record: Record, owner: str) -> Slip:
        """The slip of a new object, from what it was created with. `owner`: the attribute that says whose it is, as the
        plan knows it; what products call it differs.
        """
        return cls(
            system=system,
            account=_first(record, ACCOUNT),
            name=_first(record, NAME),
            section=_first(record, SECTION),
            number=_first(record, (owner, *NUMBER)),
            section_code=_first(record, SECTION_CODE),
        )

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """In the order of the columns."""
        return self.system, self.account, self.name, self.section


def slips_text(slips: Iterable[tuple[Slip, Mapping[str, str]]], locale: str) -> Iterator[str]:
    """A table for a terminal."""
    rows = [_header(locale), *_rows(slips, visible)]
    yield from (f"{line}\n" for line in columns(rows))


def slips_csv(slips: Iterable[tuple[Slip, Mapping[str, str]]], locale: str, encoding: str) -> bytes:
    """CSV with CRLF in one of `ENCODINGS`, safe in a spreadsheet; check with `refuse_unencodable` first."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([_header(locale), *_rows(slips, escape_formula)])
    return buffer.getvalue().encode(encoding)


def refuse_unencodable(slips: Iterable[Slip], encoding: str) -> None:
    """Return if the encoding holds every character; raise `InputError` naming each that it lacks."""
    details = [problem for slip in slips for problem in _unencodable(slip, encoding)]
    if details:
        raise InputError("report.not_encodable", details=details, encoding=encoding, count=len(details))


def expected_slips(change_set: ChangeSet) -> Iterator[Slip]:
    """A slip for every object whose creation makes a secret."""
    for plan in change_set.plans:
        for change in plan.changes:
            if change.secrets:
                yield Slip.of(plan.system, change.after, plan.scope[change.key.type].owner)


def _rows(slips: Iterable[tuple[Slip, Mapping[str, str]]], safe: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    """A password stays as it is: it begins with a letter, and one character more would make it another."""
    for slip, secrets in slips:
        yield from ((*map(safe, slip.cells), secret) for secret in secrets.values())


def _header(locale: str) -> tuple[str, ...]:
    names = ("system", "account", "name", "section", "password")
    return tuple(Message(f"report.column_{name}").render(locale) for name in names)


def _unencodable(slip: Slip, encoding: str) -> Iterator[Message]:
    names = ("system", "account", "name", "section")
    for name, cell in zip(names, slip.cells, strict=True):
        for character in dict.fromkeys(cell):
            if not _holds(encoding, character):
                point = f"U+{ord(character):04X}"
                column = Message(f"report.column_{name}")
                yield message("report.unencodable", account=slip.account, column=column, text=character, point=point)


def _holds(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _first(record: Record, names: Iterable[str]) -> str:
    found = (_single(record.get(name)) for name in names)
    return next((value for value in found if isinstance(value, str) and value), "")


def _single(value: Value) -> Value:
    """The value of a set that holds one: some directories allow several of what everybody has one of."""
    return next(iter(value)) if isinstance(value, frozenset) and len(value) == 1 else value
