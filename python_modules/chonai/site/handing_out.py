"""Secrets that an apply made, for who hands them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chonai.change.ledger import Ledger, Status
from chonai.change.model import Action, Key, Plan, Record
from chonai.change.ports import Event
from chonai.site.core import Site
from chonai.site.undoing import done_by


@dataclass(frozen=True, slots=True)
class Handout:
    """The initial secrets of one new object, for the person whom it belongs to. Never logged. `owner`: the attribute of
    the record that says whose it is.
    """

    system: str
    record: Record
    owner: str
    secrets: Mapping[str, str] = field(repr=False)


def handouts(site: Site, id_: str, key: Path, reader: str) -> Iterator[Handout]:
    """The secrets of what a change set created, for one of their recipients; that they were shown is journaled."""
    plans = {plan.system: plan for plan in site.checked(id_).plans}
    opened = site.store.open_secrets(id_, key)
    made = {name: _still_there(site, id_, plan) for name, plan in plans.items()}
    shown = [item for item in opened if item.key in made[item.system]]
    site.note(Event.SECRET_SHOWN, id_, reader, {"objects": [f"{item.system}/{item.key}" for item in shown]})
    for item in shown:
        owner = plans[item.system].scope[item.key.type].owner
        yield Handout(item.system, made[item.system][item.key], owner, item.secrets)


def created(ledger: Ledger) -> dict[Key, Record]:
    """What an apply of a plan made that has secrets, by the plan's own keys."""
    done = (ledger.plan.changes[n] for n in ledger.positions(Status.DONE))
    return {change.key: change.after for change in done if change.secrets}


def _still_there(site: Site, id_: str, plan: Plan) -> dict[Key, Record]:
    """What an apply of a plan made that has secrets, and no undo has taken away, by the plan's own keys. What came back
    after that has another one.
    """
    ledger = Ledger.of(plan, site.store.journal.rows(id_, plan.system))
    undone = done_by(site, site.store.change_sets.undos_of(id_), plan.system)
    gone = {one.key for one in undone if one.action is Action.DELETE}
    return {key: record for key, record in created(ledger).items() if ledger.keys.get(key, key) not in gone}
