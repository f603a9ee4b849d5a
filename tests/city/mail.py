"""The city's mail server before the change, as a psql script in the layout of docs/systems/mail.md.

Everybody has a box `family.given`, every 部 and 課 an address `ka-CODE`. No row has a password: the script's variable
`password` is everybody's hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from uuid import NAMESPACE_DNS, uuid5

import jaconv

from . import truth
from .model import City
from .names import split
from .seed import PROTECTED
from .truth import Expected

DOMAIN = "mail.shiomino.example"
QUOTA_MB = 500
Row = tuple[object, ...]
_MAILBOX = """
    id domain type name password display_name family_name given_name kana department title staff_key section_code
    enabled listed quota_mb
""".split()


def sql(city: City) -> bytes:
    """The whole content of the server."""
    people = truth.expected(city, "before", "corp")
    names = addresses(people.values())
    parts = [
        "\\set ON_ERROR_STOP on\nBEGIN;\n",
        *_copy("mailbox", _MAILBOX, _mailboxes(city, people, names)),
        *_copy("member", ["section", "member"], _members(city, people)),
        *_copy("note", ["mailbox", "note"], _notes(people)),
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
    result: dict[str, str] = {}
    for person in sorted(people, key=lambda one: one.key):
        name, number = _wished(person.kana), 1
        while (free := name + (str(number) if number > 1 else "")) in taken:
            number += 1
        taken.add(free)
        result[person.account] = free
    return result


def _wished(kana: str) -> str:
    family, rest = split(kana)
    given = "-".join(filter(None, map(romaji, re.split(r"[ \u3000]", rest))))
    return ".".join(filter(None, (romaji(family), given)))


def id_of(type_: str, key: str) -> str:
    """The id of a person by staff key, or of a section by code: the same in every seed."""
    return str(uuid5(NAMESPACE_DNS, f"{type_}.{key}.{DOMAIN}"))


def _mailboxes(city: City, people: Mapping[str, Expected], names: Mapping[str, str]) -> Iterator[Row]:
    for name, shown, key in PROTECTED:
        yield _mailbox("user", key, name, (shown, None, None, None, None, None, key, None), enabled=True, listed=False)
    for account, p in people.items():
        facts = (p.name, p.family, p.given or None, p.kana, p.department or None, p.title, p.key, None)
        listed = p.retired_on is None
        yield _mailbox("user", p.key, names[account], facts, enabled=p.enabled, listed=listed)
    for office in truth.offices(city, "before"):
        facts = (office.name, None, None, None, None, None, None, office.code)
        yield _mailbox("group", office.code, f"ka-{office.code}", facts, enabled=True, listed=True)


def _mailbox(type_: str, key: str, name: str, facts: Row, *, enabled: bool, listed: bool) -> Row:
    is_person = type_ == "user"
    password, quota = ("-", QUOTA_MB) if is_person else (None, None)
    return (id_of(type_, key), DOMAIN, type_, name, password, *facts, enabled, listed, quota)


def _members(city: City, people: Mapping[str, Expected]) -> Iterator[Row]:
    for group, accounts in truth.members(city, "before", "corp").items():
        if group.startswith("sec-"):
            for account in sorted(accounts):
                yield id_of("group", group.removeprefix("sec-")), id_of("user", people[account].key)


def _notes(people: Mapping[str, Expected]) -> Iterator[Row]:
    for person in people.values():
        if person.retired_on:
            yield id_of("user", person.key), f"chonai:retired-on={person.retired_on.isoformat()}"


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
