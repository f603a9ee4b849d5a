"""What faces say about a change set: gathered from the store here, rendered by `chonai.reports`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from chonai.change import approval
from chonai.change.approval import Approval
from chonai.change.cover import cover
from chonai.change.errors import ChonaiError, UsageError
from chonai.change.ledger import Ledger
from chonai.change.model import ChangeSet
from chonai.change.ports import Row
from chonai.reports.named import named
from chonai.reports.names import Names
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.review import Agreement, Review
from chonai.site.core import Site
from chonai.site.discarding import unshown
from chonai.site.reading import opened, opened_plan
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
    if site.store.change_sets.is_archived(id_):
        site.store.change_sets.require(id_)
    like = [one for one in known if id_ and id_ in one] or get_close_matches(id_, known, n=3, cutoff=0.5)
    raise UsageError("report.unknown_id", id=id_, like=", ".join((like or known)[:3]) or "-")


def newest(site: Site, limit: int) -> Iterator[Listed]:
    """The newest change sets with their states, the newest first."""
    for summary in site.store.change_sets.list()[:limit]:
        yield Listed(summary, site.store.state_of(summary.id).value)


@contextmanager
def naming(found: Review) -> Iterator[None]:
    """Errors raised inside call objects by their names where they can."""
    try:
        yield
    except ChonaiError as error:
        raise named(error, found) from error


def review(site: Site, id_: str, key: Path | None = None) -> Review:
    """Everything about one change set that may be seen now; all of a confidential one with a reader's key. A seal or an
    approval that does not hold is part of it, not raised.
    """
    return review_of(site, opened(site, id_, key) if key else site.sealed(id_))


def review_of(site: Site, sealed: Sealed) -> Review:
    """Everything about a change set of the store, or about its cover."""
    change_set, id_ = sealed.change_set, sealed.change_set.id
    state = site.store.state_of(id_)
    known, now = ledgers(site, change_set), None if state in SETTLED else site.now()
    kept, unread = _passwords(site, id_, known, is_open=sealed.closed is None)
    return Review(
        change_set=change_set,
        digest=sealed.digest,
        state=state.value,
        broken=_broken(site, sealed, now),
        agreements=tuple(_agreement(site, sealed, one, now) for one in site.store.change_sets.approvals(id_)),
        names=_names(site, change_set, known),
        ledgers=known,
        undos=site.store.change_sets.undos_of(id_),
        is_announced=site.secrecy.is_announced(change_set),
        readers=None if sealed.closed is None else sealed.closed.readers,
        kept=kept,
        unshown=unread,
    )


def after_apply(site: Site, found: Review) -> Review:
    """The same change set after an apply: what an apply changes is read again, and no signature is verified twice."""
    id_, known = found.change_set.id, ledgers(site, found.change_set)
    kept, unread = _passwords(site, id_, known, is_open=found.readers is None)
    return replace(found, state=site.store.state_of(id_).value, ledgers=known, kept=kept, unshown=unread)


def _passwords(site: Site, id_: str, known: Mapping[str, Ledger], *, is_open: bool) -> tuple[int, int]:
    """Of how many objects the store has initial passwords, and of how many of these nobody has read one. Of a set of
    which only the cover is seen that cannot be told, so all count.
    """
    kept = site.store.kept_secrets(id_)
    return len(kept), unshown(site, id_, known, kept) if kept and is_open else len(kept)


def preview(site: Site, draft: ChangeSet) -> Review:
    """Everything about a change set that nobody has sealed, of a confidential one its cover; its id is the word ID."""
    if site.secrecy.is_announced(draft):
        return _preview(site, draft)
    return replace(_preview(site, cover(draft)), readers=())


def plan_preview(site: Site, plan_id: str, key: Path | None = None) -> Review:
    """Everything about a plan of the shelf as if it were to be sealed alone; a closed one needs a reader's key."""
    plan = opened_plan(site, plan_id, key)
    rule, until = site.settings.rule(plan.operation), site.store.plans.get(plan_id).announced_at
    return _preview(site, ChangeSet("ID", plan.operation, "", site.now(), rule, (plan,), announced_at=until))


def _preview(site: Site, draft: ChangeSet) -> Review:
    known, is_announced = ledgers(site, draft), site.secrecy.is_announced(draft)
    names = _names(site, draft, known)
    return Review(replace(draft, id="ID"), "", "sealed", names=names, ledgers=known, is_announced=is_announced)


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
        change_set = site.sealed(change_set.undo_of).change_set
        earlier = ledgers(site, change_set)
        for plan in change_set.plans:
            known.setdefault(plan.system, []).insert(0, (plan, earlier[plan.system]))
    return {system: Names.of(plans) for system, plans in known.items()}


def _broken(site: Site, sealed: Sealed, now: datetime | None) -> tuple[Message, ...]:
    try:
        site.check_sealed(sealed, now or sealed.change_set.created_at)
    except ChonaiError as error:
        return (error.message, *error.details)
    return ()


def _agreement(site: Site, sealed: Sealed, one: Approval, now: datetime | None) -> Agreement:
    problem: Message | None = None
    check = approval.check_one if sealed.closed is None else approval.check_under_cover
    try:
        check(sealed.change_set, sealed.digest, one, replace(site.office, now=now or one.at))
    except ChonaiError as error:
        problem = error.details[0] if error.details else error.message
    return Agreement(one.principal, one.at, one.releases, problem)
