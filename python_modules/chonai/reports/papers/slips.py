"""Password slips: one A5 page a person (more only where more accounts than fit), and the list that they sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chonai.change.errors import Refused
from chonai.reports.papers.faces import Face, Faces
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.papers.pages import Pages
from chonai.reports.papers.recipients import Credential, Recipient
from chonai.reports.visible import visible
from chonai.reports.wording import Wording

A5 = (210.0, 148.5)
"""On its side, so that the characters of a password stand far apart; two of them are one A4 page."""
LEFT, ROOM = 12.0, 186.0
MOST = 3
"""Accounts of one page."""
CELLS = 16
"""Characters of one line of a password."""
GROUP = 4
"""Characters in one thick frame: what an eye takes in at once."""
CELL = ROOM / CELLS
_BLOCK = 26.0


@dataclass(frozen=True, slots=True)
class Printing:
    """What all papers of one handing-out share."""

    id: str
    letterhead: Letterhead
    faces: Faces
    mono: Face
    wording: Wording


def slips_pdf(people: Sequence[Recipient], printing: Printing) -> bytes:
    """The slips, in the order of `people`. Raises `Refused` for a password that cannot be printed."""
    for person in people:
        _refuse_unprintable(person, printing.mono)
    pages = Pages(A5, printing.faces, printing.mono, printing.letterhead.at)
    pages.pdf.set_title(printing.wording.say("report.slip_title"))
    aid = Aid.of(printing.wording)
    for person in people:
        parts = list(_pages_of(person))
        for number, credentials in enumerate(parts, start=1):
            pages.new()
            _head(pages, person, printing)
            for place, credential in enumerate(credentials):
                _credential(pages, credential, aid, 50 + place * _BLOCK)
            _foot(pages, printing, f"{number}/{len(parts)}" if len(parts) > 1 else "")
    return pages.finish()


@dataclass(frozen=True, slots=True)
class Aid:
    """How each character is read aloud."""

    wording: Wording
    names: dict[str, str]

    @classmethod
    def of(cls, wording: Wording) -> Aid:
        """The names of letters, digits and marks in one language."""
        letters = zip("abcdefghijklmnopqrstuvwxyz", wording.say("report.letters").split(), strict=True)
        digits = zip("0123456789", wording.say("report.digits").split(), strict=True)
        words = wording.say("report.marks").split()
        marks = zip(words[::2], words[1::2], strict=True)
        return cls(wording, dict((*letters, *digits, *marks)))

    def kind(self, character: str) -> str:
        """Capital, small letter, digit or mark."""
        kinds = {"capital": character.isupper(), "small": character.islower(), "digit": character.isdigit()}
        return self.wording.say(f"report.kind_{next((name for name, holds in kinds.items() if holds), 'mark')}")

    def name(self, character: str) -> str:
        """What it is called; blank where it has no name here."""
        return self.names.get(character.lower(), "")


def _pages_of(person: Recipient) -> Iterator[Sequence[Credential]]:
    """Accounts page by page; a password of more than one line takes the place of several."""
    page: list[Credential] = []
    for one in person.credentials:
        if sum(map(_lines, (*page, one))) > MOST and page:
            yield page
            page = []
        page.append(one)
    if page:
        yield page


def _lines(credential: Credential) -> int:
    return -(-len(credential.secret) // CELLS)


def _refuse_unprintable(person: Recipient, mono: Face) -> None:
    for one in person.credentials:
        if _lines(one) > MOST or not all(mono.shows(character) for character in one.secret):
            raise Refused("report.unprintable_secret", system=one.system, account=one.account)


def _head(pages: Pages, person: Recipient, printing: Printing) -> None:
    say, letterhead = printing.wording.say, printing.letterhead
    pages.text((LEFT, 14), letterhead.city, 11, 60)
    pages.centred((60, 15, 90), say("report.slip_title"), 15)
    pages.box(LEFT + ROOM - 32, 8, (32, 9))
    pages.centred((LEFT + ROOM - 32, 14, 32), say("report.handle_with_care"), 10)
    pages.text((LEFT, 27), f"{say('report.column_section')}  {person.section}", 10.5, 105)
    pages.text((LEFT + 110, 27), f"{say('report.attribute_staff_number')}  {person.number}", 10.5, ROOM - 110)
    pages.text((LEFT, 38), person.name, 17, ROOM - 16)
    beside = min(ROOM - 14, pages.width(visible(person.name), 17) + 4) if len(person.name) < 100 else ROOM - 14
    pages.text((LEFT + beside, 38), say("report.slip_honorific"), 14, 14)
    pages.rule(LEFT, 42, ROOM)


def _credential(pages: Pages, one: Credential, aid: Aid, top: float) -> None:
    say = aid.wording.say
    pages.text((LEFT, top), f"{say('report.column_system')}  {one.system}", 9.5, 84)
    pages.text((LEFT + 88, top), f"{say('report.column_account')}  {one.account}", 9.5, ROOM - 88)
    for number, character in enumerate(one.secret):
        x, y = LEFT + number % CELLS * CELL, top + 2 + number // CELLS * _BLOCK
        pages.box(x, y, (CELL, 18))
        pages.mono((x, y + 8.5, CELL), character, 20)
        pages.centred((x, y + 12.5, CELL), aid.kind(character), 6.5)
        pages.centred((x, y + 16.2, CELL), aid.name(character), 6.5)
    for first in range(0, len(one.secret), GROUP):
        place = (LEFT + first % CELLS * CELL, top + 2 + first // CELLS * _BLOCK)
        pages.box(*place, (CELL * min(GROUP, len(one.secret) - first), 18), 0.7)


def _foot(pages: Pages, printing: Printing, page: str) -> None:
    say, letterhead = printing.wording.say, printing.letterhead
    pages.rule(LEFT, 124, ROOM)
    pages.paragraph((LEFT, 127.8), pages.wrapped(say("report.slip_advice"), 8, ROOM), 8, ROOM)
    pages.text((LEFT, 144.5), say("report.slip_contact", contact=letterhead.contact), 9.5, 120)
    pages.text((LEFT + 124, 144.5), f"{printing.id}  {letterhead.at:%Y-%m-%d}  {page}", 8, ROOM - 124)
