"""The inverse of what a change set did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from chonai.change.errors import Refused
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Change, Key, Plan
from chonai.change.undo import made_changes, undo_plan
from chonai.site.claims import against_undo
from chonai.site.core import Author, Site, Window
from chonai.site.systems import Settings, connect
from chonai.store.change_sets import Sealed
from chonai.store.state import UNDOABLE, State
from chonai.text.messages import Message

MAY_BE_UNDONE = (*UNDOABLE, State.PARTLY_UNDONE)


def undo(site: Site, id_: str, systems: Mapping[str, Settings], author: Author, only: Collection[Key] = ()) -> Sealed:
    """Plan and seal the inverse of what a change set did on the named systems, of `only` some objects where they are
    named. `systems`: settings of each. Raises `Refused` for what cannot be undone, or not yet.
    """
    state = site.store.state_of(id_)
    if state not in MAY_BE_UNDONE:
        raise Refused("site.not_undoable", id=id_, state=Message(f"report.state_{state.value}"))
    origin = site.content(id_).change_set
    concerned = [plan for plan in origin.plans if plan.system in systems]
    for plan in concerned:
        if Ledger.of(plan, site.store.journal.rows(id_, plan.system)).positions(Status.OPEN):
            raise Refused("site.undo_of_interrupted", id=id_, system=plan.system)
    plans = tuple(_inverse(site, id_, plan, systems[plan.system], only) for plan in concerned)
    return site.sign(site.compose(plans, author, site.rule_of(origin), Window(), undo_of=id_), author)


def done_by(site: Site, ids: Iterable[str], system: str) -> Iterator[Change]:
    """What change sets have done on a system."""
    for id_ in ids:
        for plan in site.sealed(id_).change_set.plans:
            if plan.system == system:
                yield from made_changes(plan, site.store.journal.rows(id_, system))


def _inverse(site: Site, id_: str, plan: Plan, settings: Settings, only: Collection[Key]) -> Plan:
    with connect(plan.system, settings) as system:
        rows = site.store.journal.rows(id_, plan.system)
        inverse = undo_plan(plan, rows, system, only, taken_back=_taken_back(site, id_, plan.system))
        against = against_undo(inverse, lambda: system.observe(plan.scope).state)
        return replace(inverse, problems=(*inverse.problems, *against))


def _taken_back(site: Site, id_: str, system: str) -> Iterator[Change]:
    """What undos of a change set have done on a system, where they have not been undone themselves."""
    undone = (State.UNDONE, State.PARTLY_UNDONE)
    undos = (undo for undo in site.store.change_sets.undos_of(id_) if site.store.state_of(undo) not in undone)
    return done_by(site, undos, system)
