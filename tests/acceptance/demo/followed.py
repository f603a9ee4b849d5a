"""Whom the demonstration follows through all systems: one person for each kind of order of the year, and what the
city's own records say that they may do. Nothing here comes from chonai.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.city import mail, products, truth
from tests.city.build import build
from tests.city.model import City

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


def candidates(city: City, person: Followed) -> frozenset[str]:
    """The sections whose doors and addresses are tried: those of before and after, and a neighbour's."""
    found = {code for when in ("before", "after") for code in _posts(city, when, person)}
    return frozenset(found | {"010100"})


def addresses(city: City, person: Followed) -> frozenset[str]:
    """All addresses that are written to about a person: their own, and those of the sections that are tried."""
    own = {box.name for when in ("before", "after") if (box := _box(city, when, person))}
    return frozenset(own | {f"ka-{code}" for code in candidates(city, person)})


def expected(city: City, when: str, person: Followed) -> Abilities:
    """What the city's records say."""
    box = _box(city, when, person)
    may_read = box is not None and box.person.enabled and not box.person.retired_on
    return Abilities(
        lgwan=_login(city, when, "lgwan", person),
        ext=_login(city, when, "ext", person),
        mail="welcome" if may_read else "refused",
        opens=_posts(city, when, person),
        reads=_reads(city, when, person) if may_read else NOWHERE,
        mail_to=_mail_to(city, when, person),
        products={product: _product(city, when, product, person) for product in products.PRODUCTS},
    )


def _login(city: City, when: str, directory: str, person: Followed) -> str:
    entry = truth.expected(city, when, directory).get(person.account)
    if entry is None:
        return "wrong name or password"
    if not entry.enabled or entry.retired_on:
        return "account disabled"
    is_new = when == "after" and person.account not in truth.expected(city, "before", directory)
    return "must change the password first" if is_new else "welcome"


def _posts(city: City, when: str, person: Followed) -> frozenset[str]:
    """Sections in which somebody in service has a post."""
    entry = truth.expected(city, when, "corp").get(person.account)
    if entry is None or not entry.enabled:
        return NOWHERE
    return frozenset(group.removeprefix("sec-") for group in entry.groups if group.startswith("sec-"))


def _box(city: City, when: str, person: Followed) -> mail.Box | None:
    return mail.boxes(city, when).get(_key(city, when, person))


def _key(city: City, when: str, person: Followed) -> str:
    """The staff key, which a renewal or a move to another body changes; the account stays."""
    entry = truth.expected(city, when, "corp").get(person.account)
    return entry.key if entry else person.key


def _reads(city: City, when: str, person: Followed) -> frozenset[str]:
    box, key = _box(city, when, person), _key(city, when, person)
    assert box is not None
    own = {box.name, *box.aliases}
    found = [one for one in mail.sections(city, when).values() if key in one.members]
    sections = {address for one in found for address in (one.name, *one.old)}
    return frozenset((own | sections) & addresses(city, person))


def _mail_to(city: City, when: str, person: Followed) -> dict[str, str]:
    """An address that another person has by now is theirs to try."""
    taken = {name: one for one in mail.boxes(city, when).values() for name in (one.name, *one.aliases)}
    own = {box.name for each in ("before", "after") if (box := _box(city, each, person))}
    return {name: "refused" if _bounces(taken.get(name)) else "taken" for name in sorted(own)}


def _bounces(box: mail.Box | None) -> bool:
    return box is None or (box.bounces and not (box.person.enabled and not box.person.retired_on))


def _product(city: City, when: str, product: str, person: Followed) -> dict[str, object]:
    entry = truth.expected(city, when, products.DIRECTORY[product]).get(person.account)
    if entry is None:
        return {"login": "unknown"}
    if not entry.enabled or entry.retired_on:
        return {"login": "disabled"}
    sections = products.sections(city, when, product)
    return {
        "login": "welcome",
        "member": sorted(code for code, one in sections.items() if person.account in one.members),
        "approvers": sorted(code for code, one in sections.items() if person.account in one.approvers),
        "deputies": sorted(code for code, one in sections.items() if person.account in one.deputies),
    }
