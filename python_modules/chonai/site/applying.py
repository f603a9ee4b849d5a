"""Apply a change set to all its systems side by side, those last that wait for others. One system's failure leaves the
others whole and resumable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from secrets import SystemRandom

from chonai.change.apply import Desk, Run, Tally
from chonai.change.codec import time_to_json
from chonai.change.drift import refuse_drift
from chonai.change.errors import ChonaiError, Fault, PartlyFailed, Refused, place_of
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Change, ChangeSet, Plan
from chonai.change.ports import Event
from chonai.change.secrets import initial_password
from chonai.site import anchors
from chonai.site.authorising import authorise, refuse_withdrawn
from chonai.site.core import Crew, Site
from chonai.site.reading import disclose
from chonai.site.sequence import predecessors, waves
from chonai.site.systems import Settings, connect
from chonai.store.state import State

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


def check_all(site: Site, id_: str, crew: Crew, systems: Mapping[str, Settings]) -> None:
    """Everything that can refuse an apply, without writing: authority first, then locks on all systems of the change
    set, then drift on the named ones.

    A refusal is journaled and raised.
    """
    with _refusals_journaled(site, id_, crew):
        change_set = authorise(site, id_, crew)
        for plan in change_set.plans:
            site.store.locks.refuse_if_held(plan.system)
        plans = _plans(change_set, systems)
        with ThreadPoolExecutor(len(plans) or 1) as pool:
            list(pool.map(lambda plan: _look(site, id_, plan, systems[plan.system]), plans))


def _look(site: Site, id_: str, plan: Plan, settings: Settings) -> None:
    ledger = Ledger.of(plan, site.store.journal.rows(id_, plan.system))
    if ledger.is_fresh:
        with connect(plan.system, settings) as system:
            refuse_drift(plan, system, ledger)


def apply_all(
    site: Site, id_: str, crew: Crew, systems: Mapping[str, Settings], progress: SystemProgress
) -> list[Outcome]:
    """Apply the plans of the named systems, all at once, after all of them have been locked and checked. A system that
    waits for others among them begins when those have ended, whatever became of them.

    A lock that another apply holds, and drift on any system, refuse the whole before the first write.
    """
    with _refusals_journaled(site, id_, crew), ExitStack() as held:
        anchors.verify(site)
        change_set = authorise(site, id_, crew)
        plans = _plans(change_set, systems)
        for name in sorted(plan.system for plan in plans):  # in one order, so that one of two applies gets them all
            held.enter_context(site.store.locks.hold(name, crew.operator, id_))
        refuse_withdrawn(site, id_)  # from here on nobody can
        attempts = [
            held.enter_context(_Attempt(id_, plan, systems[plan.system], _desk(site, crew, plan.system, progress)))
            for plan in plans
        ]
        with ThreadPoolExecutor(len(plans) or 1) as pool:
            list(pool.map(_Attempt.check, attempts))
            disclose(site, id_, None, by=crew.operator)  # or nobody without a key could take back what is done now
            site.note(Event.NOTE, id_, crew.operator, {"apply": sorted(systems), "watcher": crew.watcher})
            waits = _waits(attempts, backwards=site.goes_back(change_set))
            outcomes = list(pool.map(_Attempt.make, attempts, waits))
    if site.store.state_of(id_) is State.APPLIED:
        site.store.holds.end(id_, site.now())
    anchors.note(site)
    return outcomes


def _waits(attempts: Sequence[_Attempt], *, backwards: bool) -> list[Sequence[_Attempt]]:
    """For each attempt those that have to be over before it writes."""
    by_name = {attempt.plan.system: attempt for attempt in attempts}
    settings = {name: attempt.settings for name, attempt in by_name.items()}
    first = predecessors(settings, backwards=backwards)
    return [[by_name[other] for other in sorted(first[attempt.plan.system])] for attempt in attempts]


def refuse_early(site: Site, id_: str, crew: Crew, system: str, systems: Mapping[str, Settings]) -> None:
    """For who applies one system by itself: raise `Refused` while one that it waits for is to be applied yet, or is at
    work. `systems`: the settings of all systems of the change set.
    """
    rows = list(site.store.journal.rows(id_))
    with _refusals_journaled(site, id_, crew):
        change_set = site.checked(id_)
        first = predecessors(_concerned(change_set, systems), backwards=site.goes_back(change_set))
        for other in sorted(first.get(system, ())):
            holder = site.store.locks.holders().get(other)
            if holder is not None and holder.what == id_:
                since = time_to_json(holder.since)
                raise Refused("site.waits_running", system=system, other=other, who=holder.who, since=since)
            if not any(row.entry.event is Event.STARTED and row.entry.system == other for row in rows):
                raise Refused("site.waits_for", system=system, other=other)


def turn_of(site: Site, id_: str, system: str, systems: Mapping[str, Settings]) -> tuple[int, int]:
    """In which turn a system comes (0 is the first), and how many turns there are. `systems` as in `refuse_early`."""
    change_set = site.checked(id_)
    turns = waves(_concerned(change_set, systems), backwards=site.goes_back(change_set))
    return turns.get(system, 0), max(turns.values(), default=0) + 1


def _concerned(change_set: ChangeSet, systems: Mapping[str, Settings]) -> dict[str, Settings]:
    """Systems on which the change set does something."""
    return {plan.system: systems[plan.system] for plan in change_set.plans if plan.changes}


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


def _plans(change_set: ChangeSet, systems: Mapping[str, Settings]) -> list[Plan]:
    """What is to be done on the named systems; a system without changes is left in peace."""
    return [plan for plan in change_set.plans if plan.system in systems and plan.changes]


class _Attempt(AbstractContextManager["_Attempt"]):
    """One system's plan: connected and checked, then made when those that it waits for are over. Its connection ends
    with it."""

    def __init__(self, id_: str, plan: Plan, settings: Settings, desk: Desk) -> None:
        self.id, self.plan, self.settings, self.desk = id_, plan, settings, desk
        self.over = threading.Event()
        self._open = ExitStack()
        self._run: Run | None = None
        self._error: ChonaiError | None = None

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def check(self) -> None:
        """Raise what refuses a fresh plan. What hinders one that was begun before is kept for its outcome: it must
        not stop the others."""
        try:
            system = self._open.enter_context(connect(self.plan.system, self.settings))
            run = Run(self.id, self.plan, system, self.desk)
            run.check()
            self._run = run
        except ChonaiError as error:
            if self._is_fresh():
                raise
            self._error = error

    def _is_fresh(self) -> bool:
        return Ledger.of(self.plan, self.desk.journal.rows(self.id, self.plan.system)).is_fresh

    def make(self, first: Sequence[_Attempt]) -> Outcome:
        """Make it when the `first` are over. Errors are returned, so that one system cannot stop another."""
        try:
            for other in first:
                other.over.wait()
            return self._made(waited=bool(first))
        finally:
            self.over.set()

    def _made(self, *, waited: bool) -> Outcome:
        if self._run is None:
            return Outcome(self.plan, None, self._error)
        try:
            if waited:  # somebody may have stopped the apply meanwhile
                self.desk.progress(len(self._run.ledger.positions(Status.DONE)), len(self.plan.changes))
            return Outcome(self.plan, self._run.to_the_end(), None)
        except ChonaiError as error:
            return Outcome(self.plan, None, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are reported, and the anchor is noted
            return Outcome(self.plan, None, _broke(self.plan.system, error))


def _broke(system: str, error: Exception) -> Fault:
    """An error that nobody expected, without its text: that may hold a name."""
    return Fault("site.broke", system=system, kind=type(error).__name__, place=place_of(error))


def _desk(site: Site, crew: Crew, system: str, progress: SystemProgress) -> Desk:
    return Desk(
        journal=site.store.journal,
        secret_box=site.secret_box(),
        new_secret=_new_secret,
        now=site.now,
        operator=crew.operator,
        progress=lambda done, total: progress(system, done, total),
        ids=site.store.ids,
    )


def _new_secret(name: str) -> str:
    return SECRETS[name](SystemRandom())


@contextmanager
def _refusals_journaled(site: Site, id_: str, crew: Crew) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        site.note(Event.REFUSED, id_, crew.operator, {"why": refused.message.as_json()})
        raise
