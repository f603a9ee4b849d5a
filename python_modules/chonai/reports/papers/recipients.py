"""Who gets a slip: one for each person, however many systems have an account for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from chonai.change.errors import InputError
from chonai.reports.handout import Slip
from chonai.reports.papers.faces import Faces, code_points
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.visible import visible
from chonai.text.messages import Message, message

COLUMNS = ("system", "account", "name", "section", "number")


@dataclass(frozen=True, slots=True)
class Credential:
    """One account and its initial password."""

    system: str
    account: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person and all their accounts."""

    number: str
    name: str
    section: str
    credentials: tuple[Credential, ...]


def recipients(slips: Iterable[tuple[Slip, Mapping[str, str]]]) -> list[Recipient]:
    """The people, by section and then by number. One person is one staff number (else account) with one name."""
    found: dict[tuple[str, str], list[tuple[Slip, Mapping[str, str]]]] = {}
    for slip, secrets in slips:
        found.setdefault((slip.number or slip.account, slip.name), []).append((slip, secrets))
    people = {key: sorted(each, key=lambda one: one[0].system) for key, each in found.items()}
    return [_recipient(key[0], people[key]) for key in sorted(people, key=lambda key: _order(key[0], people[key]))]


def _order(number: str, slips: list[tuple[Slip, Mapping[str, str]]]) -> tuple[str, str, str]:
    code = next((slip.section_code for slip, _ in slips if slip.section_code), "")
    return code, _section(slips), number


def _recipient(number: str, slips: list[tuple[Slip, Mapping[str, str]]]) -> Recipient:
    credentials = tuple(
        Credential(slip.system, slip.account, secret) for slip, secrets in slips for secret in secrets.values()
    )
    return Recipient(number, slips[0][0].name, _section(slips), credentials)


def _section(slips: list[tuple[Slip, Mapping[str, str]]]) -> str:
    return next((slip.section for slip, _ in slips if slip.section), "")


def refuse_unprintable(slips: Iterable[Slip], letterhead: Letterhead, faces: Faces) -> None:
    """Return if the faces show every character; raise `InputError` naming each that none of them shows.

    Also raised where the site file does not say whose paper it is and whom to ask: nobody could tell it from a forgery.
    """
    if not (letterhead.city and letterhead.contact):
        raise InputError("report.no_letterhead")
    details = list(dict.fromkeys(_seen(problem) for slip in slips for problem in _unprintable(slip, faces)))
    head = [text for text in (letterhead.city, letterhead.contact) for text in faces.missing(visible(text))]
    if details or head:
        lines = [message("report.unencodable", account=a, column=Message(c), text=t, point=p) for a, c, t, p in details]
        lines += [message("report.unprintable_head", text=text, point=code_points(text)) for text in head]
        raise InputError("report.not_printable", details=lines, count=len(lines))


def _unprintable(slip: Slip, faces: Faces) -> Iterator[tuple[str, str, str]]:
    for column in COLUMNS:
        for cluster in faces.missing(visible(getattr(slip, column))):
            yield slip.account, f"report.column_{column}", cluster


def _seen(problem: tuple[str, str, str]) -> tuple[str, str, str, str]:
    return (*problem, code_points(problem[2]))
