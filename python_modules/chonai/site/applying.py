"""Apply a change set to all its systems side by side. One system's failure leaves the others whole and resumable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from secrets import SystemRandom

from chonai.change.apply import Desk, Tally, apply_plan
from chonai.change.drift import refuse_drift
from chonai.change.errors import ChonaiError, PartlyFailed, Refused
from chonai.change.ledger import Ledger
from chonai.change.model import Change, ChangeSet, Plan
from chonai.change.ports import Entry, Event
from chonai.change.secrets import initial_password
from chonai.site.core import Crew, Site
from chonai.site.systems import Settings, connect

SECRETS = {"initial_password": initial_password}
SystemProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one system's plan: a tally, or the error that stopped it."""

    plan: Plan
    tally: Tally | None
    error: ChonaiError | None

    @property
    def failures(self) -> Sequence[tuple[Change, str]]:
        """Changes that failed, each with the system's words in the reader's language."""
        errors = self.tally.errors if self.tally else {}
        return [(self.plan.changes[n], error.render()) for n, error in sorted(errors.items())]


def check_all(site: Site, id_: str, crew: Crew, systems: Mapping[str, Settings]) -> ChangeSet:
    """Everything that can refuse an apply, without writing: authority first, then drift on the named systems.

    A refusal is journaled and raised.
    """
    try:
        change_set = site.authorise(id_, crew)
        plans = [plan for plan in change_set.plans if plan.system in systems and plan.changes]
        with ThreadPoolExecutor(len(plans) or 1) as pool:
            for found in [pool.submit(_check_one, site, id_, plan, systems[plan.system]) for plan in plans]:
                found.result()
    except Refused as refused:
        _journal(site, Event.REFUSED, id_, crew, {"why": refused.message.as_json()})
        raise
    return change_set


def apply_all(
    site: Site, id_: str, crew: Crew, systems: Mapping[str, Settings], progress: SystemProgress
) -> list[Outcome]:
    """Apply the plans of the named systems, all at once, after all of them have been checked.

    Drift on any of them refuses the whole before the first write.
    """
    change_set = check_all(site, id_, crew, systems)
    _journal(site, Event.NOTE, id_, crew, {"apply": sorted(systems), "watcher": crew.watcher})
    plans = [plan for plan in change_set.plans if plan.system in systems]
    with ThreadPoolExecutor(len(plans) or 1) as pool:
        outcomes = list(pool.map(lambda plan: _apply_one(site, id_, crew, plan, systems[plan.system], progress), plans))
    site.note_anchor()
    return outcomes


def settle(outcomes: Sequence[Outcome]) -> None:
    """Return if everything is done; else raise what an exit code can be made of.

    `PartlyFailed` when some of it was made; the system's own error when nothing at all was.
    """
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors and len(errors) == len(outcomes):
        raise errors[0]
    failed = sum(outcome.tally.failed + outcome.tally.skipped for outcome in outcomes if outcome.tally)
    if errors or failed:
        details = [error.message for error in errors]
        raise PartlyFailed("site.partly_failed", details=details, failed=failed, systems=len(errors))


def _check_one(site: Site, id_: str, plan: Plan, settings: Settings) -> None:
    ledger = Ledger.of(plan, site.store.journal.rows(id_, plan.system))
    if ledger.is_fresh:
        with connect(plan.system, settings) as system:
            refuse_drift(plan, system, ledger)


def _apply_one(site: Site, id_: str, crew: Crew, plan: Plan, settings: Settings, progress: SystemProgress) -> Outcome:
    """Errors are returned, so that one system cannot stop another."""
    desk = Desk(
        journal=site.store.journal,
        locks=site.store.locks,
        secret_box=site.secret_box(),
        new_secret=_new_secret,
        now=site.now,
        operator=crew.operator,
        progress=lambda done, total: progress(plan.system, done, total),
    )
    try:
        with connect(plan.system, settings) as system:
            return Outcome(plan, apply_plan(id_, plan, system, desk), None)
    except ChonaiError as error:
        return Outcome(plan, None, error)


def _new_secret(name: str) -> str:
    return SECRETS[name](SystemRandom())


def _journal(site: Site, event: Event, id_: str, crew: Crew, data: Mapping[str, object]) -> None:
    site.store.journal.append([Entry(event, id_, "", crew.operator, site.now(), data)])
