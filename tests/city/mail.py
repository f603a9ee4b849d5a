"""The city's mail server: what is in it before and after the change, and the former as a psql script.

Everybody has a box `family.given`, every 部 and 課 an address `ka-CODE`. The layout is that of docs/systems/mail.md. No
row of the script has a password: its variable `password` is everybody's hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_DNS, uuid5

import jaconv

from . import truth
from .model import EFFECTIVE, City
from .names import split
from .seed import PROTECTED
from .truth import Expected

DOMAIN = "mail.shiomino.example"
QUOTA_MB = 500
LAST_DAY_OF_OLD_ADDRESSES = date(2027, 3, 31)
ENDED = f"ended-{{code}}-{EFFECTIVE.isoformat()}"
Row = tuple[object, ...]
_MAILBOX = """
    id domain type name password display_name family_name given_name kana department title staff_key section_code
    enabled listed quota_mb
""".split()


@dataclass(frozen=True, slots=True)
class Box:
    """One person's box. ``until`` is the last day of the forwarding; while disabled, mail ``bounces`` or is kept."""

    person: Expected
    name: str
    aliases: frozenset[str] = frozenset()
    bounces: bool = False
    forward: str = ""
    until: date | None = None

    @property
    def is_listed(self) -> bool:
        """Whether the address book shows it."""
        return self.person.retired_on is None


@dataclass(frozen=True, slots=True)
class Section:
    """One section's address: ``old`` are its aliases, all of which end on the same day; ``members`` are staff keys."""

    name: str
    code: str
    shown: str
    members: frozenset[str]
    old: frozenset[str] = frozenset()
    is_listed: bool = True


def boxes(city: City, when: str) -> dict[str, Box]:
    """Every person's box by staff key, the retired included; others must not exist."""
    before = truth.expected(city, "before", "mail")
    names = addresses(before.values())
    if when == "before":
        return {person.key: Box(person, names[person.account]) for person in before.values()}
    taken = set(names.values())
    return {
        person.key: _after(city, person, before.get(person.account), names, taken)
        for person in sorted(truth.expected(city, "after", "mail").values(), key=lambda one: one.key)
    }


def sections(city: City, when: str) -> dict[str, Section]:
    """Every section's address by its part before the ``@``, those that ended included."""
    offices, old = {office.code: office for office in truth.offices(city, when)}, {}
    if when == "after":
        old = old_addresses(city)
    keys = {account: person.key for account, person in truth.expected(city, when, "mail").items()}
    members = {
        group.removeprefix("sec-"): frozenset(keys[account] for account in accounts)
        for group, accounts in truth.members(city, when, "mail").items()
    }
    found = [
        Section(f"ka-{code}", code, office.name, members[code], old.get(code, frozenset()))
        for code, office in offices.items()
    ]
    return {one.name: one for one in [*found, *(_ended(city) if when == "after" else [])]}


def old_addresses(city: City) -> dict[str, frozenset[str]]:
    """New code to the old addresses that go on under it: those that no other section has now."""
    still = {office.code for office in truth.offices(city, "after")}
    heirs: dict[str, str] = {}
    for reform in city.reforms:
        is_office = reform.old in city.before_organisation.sections and reform.old.endswith("00")
        if is_office and reform.new and reform.old not in still:
            heirs.setdefault(reform.old, reform.new)
    return {new: frozenset(f"ka-{old}" for old, heir in heirs.items() if heir == new) for new in heirs.values()}


def facts(city: City, when: str) -> dict[str, dict[str, object]]:
    """All that is to be seen of every address of people and sections, under the names of docs/systems/mail.md; members
    are staff keys. What is empty is left out. Protected accounts are not in it.
    """
    people = {box.name: _box_facts(box) for box in boxes(city, when).values()}
    groups = {section.name: _section_facts(section) for section in sections(city, when).values()}
    return {
        name: {fact: value for fact, value in found.items() if value not in (None, "", frozenset())}
        for name, found in (people | groups).items()
    }


def _box_facts(box: Box) -> dict[str, object]:
    person = box.person
    return {
        "staffKey": person.key,
        "displayName": person.name,
        "sn": person.family,
        "givenName": person.given,
        "kana": person.kana,
        "sectionCode": person.section_code,
        "department": person.department,
        "title": person.title,
        "enabled": person.enabled and not person.retired_on,
        "listed": box.is_listed,
        "whenDisabled": "bounce" if box.bounces else "accept",
        "forward": box.forward,
        "forwardUntil": box.until and box.until.isoformat(),
        "quotaMb": QUOTA_MB,
        "aliases": box.aliases,
        "retired": person.retired_on and person.retired_on.isoformat(),
    }


def _section_facts(section: Section) -> dict[str, object]:
    return {
        "sectionCode": section.code,
        "displayName": section.shown,
        "listed": section.is_listed,
        "enabled": True,
        "aliases": section.old,
        "aliasEnds": frozenset(f"{old}={LAST_DAY_OF_OLD_ADDRESSES.isoformat()}" for old in section.old),
        "member": section.members,
    }


def sql(city: City) -> bytes:
    """The whole content of the server before the change."""
    people, groups = boxes(city, "before"), sections(city, "before")
    parts = [
        "\\set ON_ERROR_STOP on\nBEGIN;\n",
        *_copy("mailbox", _MAILBOX, _mailboxes(people.values(), groups.values())),
        *_copy("member", ["section", "member"], _members(groups.values())),
        *_copy("note", ["mailbox", "note"], _notes(people.values())),
        "UPDATE mailbox SET password = :'password' WHERE type = 'user' AND password = '-';\nCOMMIT;\n",
    ]
    return "".join(parts).encode()


def romaji(kana: str) -> str:
    """A reading in modified Hepburn without long vowels, as passports write it; letters and digits only."""
    text = jaconv.kana2alphabet(jaconv.kata2hira(kana)).lower()
    text = re.sub(r"[^a-z0-9]", "", text).replace("cch", "tch")
    text = re.sub(r"n(?=[bmp])", "m", text)
    # イノウエ is the usual name in which オ and ウ belong to two words.
    return re.sub(r"uu", "u", re.sub(r"oo|ou(?!e)", "o", text))


def addresses(people: Iterable[Expected]) -> dict[str, str]:
    """Account to local part: `family.given`, further names joined by `-`; whoever comes second in the order of staff
    keys gets a 2, and so on.
    """
    taken: set[str] = set()
    return {person.account: _free(person, taken) for person in sorted(people, key=lambda one: one.key)}


def _free(person: Expected, taken: set[str]) -> str:
    """The first address for a person that is not taken; it is then."""
    name, number = _wished(person.kana), 1
    while (free := name + (str(number) if number > 1 else "")) in taken:
        number += 1
    taken.add(free)
    return free


def _wished(kana: str) -> str:
    family, rest = split(kana)
    given = "-".join(filter(None, map(romaji, re.split(r"[ \u3000]", rest))))
    return ".".join(filter(None, (romaji(family), given)))


def _after(city: City, person: Expected, was: Expected | None, names: dict[str, str], taken: set[str]) -> Box:
    if was is None:
        return Box(person, _free(person, taken))
    asked = next(
        (row for row in city.orders if row["forward"] and f"{row['body']}-{row['number']}" == person.key), None
    )
    leaves = any(one.account == person.account for one in city.leavers)
    name = names[person.account]
    old = frozenset({name}) if _wished(was.kana) != _wished(person.kana) else frozenset()
    until = date.fromisoformat(asked["forward_until"]) if asked else None
    return Box(person, _free(person, taken) if old else name, old, leaves, asked["forward"] if asked else "", until)


def _ended(city: City) -> list[Section]:
    """Sections that a merger, a split or their end left empty, under their last names."""
    kept = {reform.old for reform in city.reforms if reform.kind in ("改称", "移管")}
    gone = sorted({reform.old for reform in city.reforms if reform.old} - kept)
    names = city.before_organisation.sections
    day = EFFECTIVE.isoformat()
    return [
        Section(
            ENDED.format(code=code),
            f"ended:{code}:{day}",
            f"{names[code].name}（{day}廃止）",
            frozenset(),
            is_listed=False,
        )
        for code in gone
    ]


def id_of(type_: str, key: str) -> str:
    """The id of a person by staff key, or of a section by code: the same in every seed."""
    return str(uuid5(NAMESPACE_DNS, f"{type_}.{key}.{DOMAIN}"))


def _mailboxes(people: Iterable[Box], groups: Iterable[Section]) -> Iterator[Row]:
    for name, shown, key in PROTECTED:
        yield _mailbox("user", key, name, (shown, None, None, None, None, None, key, None), enabled=True, listed=False)
    for box in people:
        p = box.person
        facts = (p.name, p.family, p.given or None, p.kana, p.department or None, p.title, p.key, p.section_code)
        yield _mailbox("user", p.key, box.name, facts, enabled=p.enabled, listed=box.is_listed)
    for group in groups:
        facts = (group.shown, None, None, None, None, None, None, group.code)
        yield _mailbox("group", group.code, group.name, facts, enabled=True, listed=True)


def _mailbox(type_: str, key: str, name: str, facts: Row, *, enabled: bool, listed: bool) -> Row:
    is_person = type_ == "user"
    password, quota = ("-", QUOTA_MB) if is_person else (None, None)
    return (id_of(type_, key), DOMAIN, type_, name, password, *facts, enabled, listed, quota)


def _members(groups: Iterable[Section]) -> Iterator[Row]:
    for group in sorted(groups, key=lambda one: one.code):
        for member in sorted(group.members):
            yield id_of("group", group.code), id_of("user", member)


def _notes(people: Iterable[Box]) -> Iterator[Row]:
    for box in people:
        if box.person.retired_on:
            yield id_of("user", box.person.key), f"chonai:retired-on={box.person.retired_on.isoformat()}"


def _copy(table: str, columns: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    yield f"COPY {table} ({', '.join(columns)}) FROM stdin;\n"
    for row in rows:
        yield "\t".join(map(_cell, row)) + "\n"
    yield "\\.\n"


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
