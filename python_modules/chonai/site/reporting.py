"""What faces say about a change set: gathered from the store here, rendered by `chonai.reports`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from chonai.change import approval
from chonai.change.approval import Approval
from chonai.change.errors import ChonaiError, UsageError
from chonai.change.ledger import Ledger
from chonai.change.model import ChangeSet
from chonai.change.ports import Row
from chonai.change.seal import check_seal
from chonai.reports.names import Names
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.review import Agreement, Review
from chonai.site.core import Site
from chonai.store.change_sets import Sealed, Summary
from chonai.store.state import State
from chonai.text.messages import Message

SETTLED = (State.APPLIED, State.PARTLY_UNDONE, State.UNDONE)
"""Nothing more is applied: signatures are judged by the time when they were made. Keys run out, what was done stays."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of change sets."""

    summary: Summary
    state: str


def existing(site: Site, id_: str) -> str:
    """The id, if there is such a change set; raises `UsageError` with those most like it."""
    known = [summary.id for summary in site.store.change_sets.list()]
    if id_ in known:
        return id_
    like = [one for one in known if id_ and id_ in one] or get_close_matches(id_, known, n=3, cutoff=0.5)
    raise UsageError("report.unknown_id", id=id_, like=", ".join((like or known)[:3]) or "-")


def newest(site: Site, limit: int) -> Iterator[Listed]:
    """The newest change sets with their states, the newest first."""
    for summary in site.store.change_sets.list()[:limit]:
        yield Listed(summary, site.store.state_of(summary.id).value)


def review(site: Site, id_: str) -> Review:
    """Everything about one change set. A seal or an approval that does not hold is part of it, not raised."""
    sealed, state = site.store.change_sets.get(id_), site.store.state_of(id_)
    known, now = ledgers(site, sealed.change_set), None if state in SETTLED else site.now()
    return Review(
        change_set=sealed.change_set,
        digest=sealed.digest,
        state=state.value,
        broken=_broken(site, sealed, now),
        agreements=tuple(_agreement(site, sealed, one, now) for one in site.store.change_sets.approvals(id_)),
        names=_names(site, sealed.change_set, known),
        ledgers=known,
        undos=site.store.change_sets.undos_of(id_),
    )


def preview(site: Site, draft: ChangeSet) -> Review:
    """Everything about a change set that nobody has sealed; its id is the word ID."""
    known = ledgers(site, draft)
    return Review(replace(draft, id="ID"), "", "sealed", names=_names(site, draft, known), ledgers=known)


def rows(site: Site, id_: str) -> Iterator[Row]:
    """The journal of one change set, in order."""
    return site.store.journal.rows(id_)


def letterhead(site: Site) -> Letterhead:
    """Whose papers are made now."""
    return Letterhead(site.settings.city_name, site.settings.contact, site.now())


def ledgers(site: Site, change_set: ChangeSet) -> dict[str, Ledger]:
    """What the journal knows now of each system's plan."""
    journal = site.store.journal
    return {plan.system: Ledger.of(plan, journal.rows(change_set.id, plan.system)) for plan in change_set.plans}


def _names(site: Site, change_set: ChangeSet, own: Mapping[str, Ledger]) -> dict[str, Names]:
    """Names from the change set, and before it from those that it undoes: they say what the objects are called."""
    known = {plan.system: [(plan, own[plan.system])] for plan in change_set.plans}
    while change_set.undo_of is not None:
        change_set = site.store.change_sets.get(change_set.undo_of).change_set
        earlier = ledgers(site, change_set)
        for plan in change_set.plans:
            known.setdefault(plan.system, []).insert(0, (plan, earlier[plan.system]))
    return {system: Names.of(plans) for system, plans in known.items()}


def _broken(site: Site, sealed: Sealed, now: datetime | None) -> tuple[Message, ...]:
    signers, at = site.settings.allowed_signers, now or sealed.change_set.created_at
    try:
        check_seal(sealed.change_set, sealed.digest, sealed.seal, allowed_signers=signers, at=at)
    except ChonaiError as error:
        return (error.message, *error.details)
    return ()


def _agreement(site: Site, sealed: Sealed, one: Approval, now: datetime | None) -> Agreement:
    problem: Message | None = None
    try:
        approval.check_one(sealed.change_set, sealed.digest, one, replace(site.office, now=now or one.at))
    except ChonaiError as error:
        problem = error.details[0] if error.details else error.message
    return Agreement(one.principal, one.at, one.releases, problem)
