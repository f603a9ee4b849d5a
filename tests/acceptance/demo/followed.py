"""Whom the demonstration follows through all systems: one person for each kind of order of the year, and what the
city's own records say that they may do. Nothing here comes from chonai.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.city import mail, products, truth
from tests.city.build import build

NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Followed:
    """A person and the kind of order that they stand for. `account` is the same on all systems but mail."""

    order: str
    key: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What somebody can do. Logins are told in the words of `Login` and of the stand-ins; sections by their code.

    opens     folders of sections that can be opened and written to
    reads     addresses whose mail arrives in their box; nothing of who cannot log in to it
    mail_to   what becomes of mail to each of their own addresses: taken or refused
    products  for each product what it says that they may do
    """

    lgwan: str
    ext: str
    mail: str
    opens: frozenset[str] = NOWHERE
    reads: frozenset[str] = NOWHERE
    mail_to: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@cache
def followed() -> tuple[Followed, ...]:
    """The first person of each kind of order, nobody twice where that can be avoided."""
    city = build()
    names = {p.key: p.name for p in (*city.after, *city.before, *city.retired)}
    accounts = {p.key: p.account for p in (*city.retired, *city.before, *city.after)}
    rows: dict[str, list[str]] = {}
    for row in city.orders:
        rows.setdefault(row["type"], []).append(f"{row['body']}-{row['number']}")
    found: dict[str, str] = {}
    for order, keys in rows.items():
        found[order] = next((key for key in keys if key not in found.values()), keys[0])
    return tuple(Followed(order, key, accounts[key], names[key]) for order, key in found.items())


def candidates(person: Followed) -> frozenset[str]:
    """The sections whose doors and addresses are tried: those of before and after, and a neighbour's."""
    found = {code for when in ("before", "after") for code in _posts(when, person)}
    return frozenset(found | {"010100"})


def addresses(person: Followed) -> frozenset[str]:
    """All addresses that are written to about a person: their own, and those of the sections that are tried."""
    return frozenset(_own_addresses(person) | {f"ka-{code}" for code in candidates(person)})


def box_names(when: str) -> dict[str, str]:
    """The main mail address of everybody by account."""
    return {box.person.account: box.name for box in _boxes(when).values()}


def folder_names(when: str) -> dict[str, str]:
    """The folder of each section by its code."""
    return {office.code: f"{office.code}_{office.name}" for office in truth.offices(build(), when)}


def expected(when: str, person: Followed) -> Abilities:
    """What the city's records say."""
    box = _box(when, person)
    may_read = box is not None and box.person.enabled and not box.person.retired_on
    return Abilities(
        lgwan=_login(when, "lgwan", person),
        ext=_login(when, "ext", person),
        mail="welcome" if may_read else "refused",
        opens=_posts(when, person),
        reads=_reads(when, person) if may_read else NOWHERE,
        mail_to=_mail_to(when, person),
        products={product: _product(when, product, person) for product in products.PRODUCTS},
    )


# The city's records, worked out once.


@cache
def _accounts(when: str, directory: str) -> dict[str, truth.Expected]:
    return truth.expected(build(), when, directory)


@cache
def _boxes(when: str) -> dict[str, mail.Box]:
    return mail.boxes(build(), when)


@cache
def _holders(when: str) -> dict[str, mail.Box]:
    """Whose each address is."""
    return {name: box for box in _boxes(when).values() for name in (box.name, *box.aliases)}


@cache
def _section_addresses(when: str) -> list[mail.Section]:
    return list(mail.sections(build(), when).values())


@cache
def _product_sections(when: str, product: str) -> dict[str, products.Section]:
    return products.sections(build(), when, product)


def _login(when: str, directory: str, person: Followed) -> str:
    entry = _accounts(when, directory).get(person.account)
    if entry is None:
        return "wrong name or password"
    if not entry.enabled or entry.retired_on:
        return "account disabled"
    is_new = when == "after" and person.account not in _accounts("before", directory)
    return "must change the password first" if is_new else "welcome"


def _posts(when: str, person: Followed) -> frozenset[str]:
    """Sections in which somebody in service has a post."""
    entry = _accounts(when, "corp").get(person.account)
    if entry is None or not entry.enabled:
        return NOWHERE
    return frozenset(group.removeprefix("sec-") for group in entry.groups if group.startswith("sec-"))


def _box(when: str, person: Followed) -> mail.Box | None:
    return _boxes(when).get(_key(when, person))


def _own_addresses(person: Followed) -> set[str]:
    return {box.name for when in ("before", "after") if (box := _box(when, person))}


def _key(when: str, person: Followed) -> str:
    """The staff key, which a renewal or a move to another body changes; the account stays."""
    entry = _accounts(when, "corp").get(person.account)
    return entry.key if entry else person.key


def _reads(when: str, person: Followed) -> frozenset[str]:
    box, key = _box(when, person), _key(when, person)
    assert box is not None
    own = {box.name, *box.aliases}
    sections = {name for one in _section_addresses(when) if key in one.members for name in (one.name, *one.old)}
    return frozenset((own | sections) & addresses(person))


def _mail_to(when: str, person: Followed) -> dict[str, str]:
    """An address that another person has by now is theirs to try."""
    own = sorted(_own_addresses(person))
    return {name: "refused" if _bounces(_holders(when).get(name)) else "taken" for name in own}


def _bounces(box: mail.Box | None) -> bool:
    return box is None or (box.bounces and not (box.person.enabled and not box.person.retired_on))


def _product(when: str, product: str, person: Followed) -> dict[str, object]:
    entry = _accounts(when, products.DIRECTORY[product]).get(person.account)
    if entry is None:
        return {"login": "unknown"}
    if not entry.enabled or entry.retired_on:
        return {"login": "disabled"}
    sections = _product_sections(when, product)
    return {
        "login": "welcome",
        "member": sorted(code for code, one in sections.items() if person.account in one.members),
        "approvers": sorted(code for code, one in sections.items() if person.account in one.approvers),
        "deputies": sorted(code for code, one in sections.items() if person.account in one.deputies),
    }
