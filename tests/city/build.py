"""Puts the city together: people before, the orders, people after."""

from __future__ import annotations

from functools import cache
from random import Random

from . import comings, extras, moves
from .model import City, Organisation, Person, Size
from .organisation import REFORMS, organisation_2025, organisation_2026
from .people import Factory, Numbers, retired, staff, with_former_names, with_hand_made, with_hard_names
from .year import Row, Year

SEED = 20260401


@cache
def build(size: Size = Size(), seed: int = SEED) -> City:
    """The city of a size; the same city for the same arguments, on every machine."""
    rng = Random(seed)
    factory = Factory(rng, Numbers())
    old, new = organisation_2025(), organisation_2026()
    before = _before(factory, old, size)
    gone = retired(factory, old, size)
    year = Year(rng, factory, old, new, {p.key: p for p in before})
    back = _write_orders(year, size, gone)
    after = sorted((*year.now.values(), *year.joined), key=lambda p: p.key)
    return City(
        size=size,
        before_organisation=old,
        after_organisation=new,
        reforms=REFORMS,
        before=tuple(before),
        retired=tuple(gone),
        orders=tuple(_sorted(year, year.orders)),
        after=tuple(after),
        leavers=tuple(year.left),
        returned=tuple(back),
    )


def _before(factory: Factory, organisation: Organisation, size: Size) -> list[Person]:
    rng = factory.rng
    offices = [s.code for s in organisation.offices() if s.level == "課" and s.body == "1"]
    people = with_hard_names(staff(factory, organisation, size), rng)
    people = extras.with_concurrent_posts(people, offices, rng)
    people = extras.with_leave(people, rng)
    people = with_former_names(people, rng)
    return with_hand_made(people, rng)


def _write_orders(year: Year, size: Size, gone: list[Person]) -> list[Person]:
    comings.leavers(year, size.leavers)
    moves.split_section(year)
    moves.abolished_section(year)
    moves.merged_heads(year)
    moves.hard_names(year)
    comings.reemployed(year, size.reemployed)
    comings.renewals(year, size.renewals)
    comings.leave(year)
    extras.concurrent_posts(year)
    extras.names(year)
    extras.corrections(year)
    moves.between_bodies(year)
    moves.vacancies(year)
    moves.within_section(year, size.moves // 40)
    moves.promotions(year, size.moves // 15)
    written = sum(r["type"] in ("異動", "配置換", "昇任", "降任") for r in year.orders)
    moves.rotation(year, size.moves - written)
    comings.joiners(year, size.joiners)
    return comings.returners(year, gone)


def _sorted(year: Year, orders: list[Row]) -> list[Row]:
    """As a personnel office prints them: by body and 部, then by title."""
    codes = {s.name: s.code for s in year.organisation.offices()} | {
        s.name: s.code for s in year.old_organisation.offices()
    }
    return sorted(
        orders,
        key=lambda r: (codes[r["new_division"] or r["old_division"]], r["title_code"] or "999", r["order"]),
    )
