"""The directories before the change, as LDIF add records in the layout that the lab's policy describes.

No record has a password: whoever loads them gives everybody the lab's.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import truth
from .model import City, Person
from .people import PROJECTS
from .titles import TITLES
from .truth import Expected

AD_BASES = {
    "lgwan": ("lgwan.shiomino.example", "OU=汐見野市,DC=lgwan,DC=shiomino,DC=example"),
    "ext": ("ext.shiomino.example", "OU=汐見野市,DC=ext,DC=shiomino,DC=example"),
}
CORP_BASE = "ou=shiomino,dc=corp,dc=shiomino,dc=example"
CORP_HOLDER = f"cn=none,{CORP_BASE}"
# Accounts that no personnel change may touch, with a staff key, so that orders can name them by mistake.
PROTECTED = (
    ("svc-backup", "バックアップ", "1-990001"),
    ("svc-scan", "複合機スキャン", "1-990002"),
    ("adm-network", "ネットワーク管理者", "1-990003"),
)
Attributes = list[tuple[str, str]]
Entry = tuple[str, Attributes]


@dataclass(frozen=True, slots=True)
class Place:
    """One AD directory: its short name, DNS domain and base."""

    directory: str
    domain: str
    base: str


def ldif(city: City, directory: str) -> bytes:
    """The whole directory (``lgwan``, ``ext`` or ``corp``) as LDIF, parents before children, groups after people."""
    entries = corp_entries(city) if directory == "corp" else ad_entries(city, directory)
    return b"version: 1\n\n" + b"\n".join(_record(dn, attributes) for dn, attributes in entries)


def packed(data: bytes) -> bytes:
    """gzip without a time in it, so that the same LDIF is the same file."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def ad_entries(city: City, directory: str) -> Iterator[Entry]:
    """Entries of one Active Directory."""
    place = Place(directory, *AD_BASES[directory])
    yield place.base, [("objectClass", "organizationalUnit")]
    for name in ("職員", "退職者", "グループ", "管理") if directory == "lgwan" else ("利用者", "退職者", "管理"):
        yield f"OU={name},{place.base}", [("objectClass", "organizationalUnit")]
    if directory == "lgwan":
        yield from _offices(city, place)
    for account, name, key in PROTECTED:
        yield f"CN={account},OU=管理,{place.base}", _protected(account, name, key, place)
    extra = {p.account: p.extra for p in (*city.before, *city.retired)}
    people = truth.expected(city, "before", directory)
    left = {p.account: p for p in truth.retired(city, "before", directory)}
    for account, person in people.items():
        yield (
            ad_dn(person, place),
            _ad_user(person, place, extra[account], _notes(city, left.get(account), directory)),
        )
    yield from _ad_groups(city, place, people)


def ad_dn(person: Expected, place: Place) -> str:
    """Where the account is."""
    if person.retired_on:
        return f"CN={person.account},OU=退職者,{place.base}"
    if place.directory == "ext":
        return f"CN={person.account},OU=利用者,{place.base}"
    path = ",".join(f"OU={name}" for name in reversed(person.ou))
    return f"CN={person.account},{path},OU=職員,{place.base}"


def _offices(city: City, place: Place) -> Iterator[Entry]:
    for office in truth.offices(city, "before"):
        path = ",".join(f"OU={name}" for name in reversed(office.ou))
        yield (
            f"{path},OU=職員,{place.base}",
            [("objectClass", "organizationalUnit"), ("description", office.code)],
        )


def _protected(account: str, name: str, key: str, place: Place) -> Attributes:
    return [
        ("objectClass", "user"),
        ("sAMAccountName", account),
        ("userPrincipalName", f"{account}@{place.domain}"),
        ("displayName", name),
        ("employeeID", key),
        ("userAccountControl", "512"),
    ]


def _ad_user(person: Expected, place: Place, extra: Iterable[tuple[str, str]], notes: Iterable[str]) -> Attributes:
    attributes: Attributes = [
        ("objectClass", "user"),
        ("sAMAccountName", person.account),
        ("userPrincipalName", f"{person.account}@{place.domain}"),
        ("displayName", person.name),
        ("sn", person.family),
        *([("givenName", person.given)] if person.given else []),
        ("msDS-PhoneticDisplayName", person.kana),
        *([("departmentNumber", person.section_code)] if place.directory == "ext" else []),
        ("department", person.department),
        ("title", person.title),
        ("employeeID", person.key),
        ("userAccountControl", "512" if person.enabled else "514"),
    ]
    return attributes + [("extensionName", note) for note in notes] + list(extra)


def _notes(city: City, person: Person | None, directory: str) -> list[str]:
    if person is None or person.left is None:
        return []
    names = {} if directory == "corp" else group_names(city)
    groups = truth.groups_of(person, city.before_organisation, directory)
    kept = [f"chonai:was-member={names.get(g, g)}" for g in sorted(groups)]
    return [f"chonai:retired-on={person.left.isoformat()}", *kept]


def group_names(city: City) -> dict[str, str]:
    """sAMAccountName to CN of every owned group, before the change."""
    names = {office.group: office.group_name for office in truth.offices(city, "before")}
    names |= {f"pos-{code}": f"役職_{title}" for code, title in TITLES.items()}
    return names | {"all-staff": "全職員", "ext-users": "外部利用者"}


def _ad_groups(city: City, place: Place, people: dict[str, Expected]) -> Iterator[Entry]:
    names = group_names(city)
    for group, accounts in truth.members(city, "before", place.directory).items():
        yield _ad_group(names[group], group, [people[a] for a in sorted(accounts)], place, section_code(group))
    if place.directory == "lgwan":
        for name, accounts in truth.project_members(city, "before").items():
            group = f"prj-{PROJECTS.index(name) + 1}"
            yield _ad_group(f"プロジェクト_{name}", group, [people[a] for a in sorted(accounts)], place, "手作業で管理")


def _ad_group(name: str, account: str, people: list[Expected], place: Place, description: str) -> Entry:
    attributes: Attributes = [
        ("objectClass", "group"),
        ("sAMAccountName", account),
        ("groupType", "-2147483646"),
    ]
    attributes += [("description", description)] if description else []
    attributes += [("member", ad_dn(person, place)) for person in people]
    parent = f"OU=グループ,{place.base}" if place.directory == "lgwan" else place.base
    return f"CN={name},{parent}", attributes


def section_code(group: str) -> str:
    """The section code of a section group, or blank."""
    return group[4:] if group.startswith("sec-") else ""


def corp_entries(city: City) -> Iterator[Entry]:
    """Entries of the OpenLDAP directory; the suffix entry itself is the server's."""
    yield CORP_BASE, [("objectClass", "organizationalUnit")]
    for name in ("people", "retired", "groups"):
        yield f"ou={name},{CORP_BASE}", [("objectClass", "organizationalUnit")]
    people = truth.expected(city, "before", "corp")
    left = {p.account: p for p in truth.retired(city, "before", "corp")}
    for account, person in people.items():
        yield corp_dn(person), _corp_user(person, _notes(city, left.get(account), "corp"))
    for group, accounts in truth.members(city, "before", "corp").items():
        members = [CORP_HOLDER, *(corp_dn(people[a]) for a in sorted(accounts))]
        attributes: Attributes = [("objectClass", "groupOfNames")]
        yield f"cn={group},ou=groups,{CORP_BASE}", attributes + [("member", m) for m in members]


def corp_dn(person: Expected) -> str:
    """Where the account is in OpenLDAP."""
    return f"uid={person.account},ou={'retired' if person.retired_on else 'people'},{CORP_BASE}"


def _corp_user(person: Expected, notes: Iterable[str]) -> Attributes:
    attributes: Attributes = [
        ("objectClass", "inetOrgPerson"),
        ("cn", person.account),
        ("sn", person.family),
        *([("givenName", person.given)] if person.given else []),
        ("displayName", person.name),
        ("employeeNumber", person.key),
        ("departmentNumber", person.section_code),
        ("ou", person.department),
        ("title", person.title),
    ]
    return attributes + [("description", note) for note in notes]


def _record(dn: str, attributes: Attributes) -> bytes:
    return b"".join([_line("dn", dn), *(_line(name, value) for name, value in attributes)])


def _line(name: str, value: str) -> bytes:
    raw = value.encode()
    plain = raw.isascii() and not raw.startswith((b" ", b":", b"<")) and not raw.endswith(b" ") and b"\0" not in raw
    if plain:
        return name.encode() + b": " + raw + b"\n"
    return name.encode() + b":: " + base64.b64encode(raw) + b"\n"
