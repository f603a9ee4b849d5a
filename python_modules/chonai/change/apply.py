"""Apply one plan, under its system's lock.

Re-read what will be touched, refuse if it moved, write the intent, act, read back, write the outcome.

Killed at any instant, the next apply resumes: a change with an intent but no outcome is looked up in the
system itself, and is done, not done, or in conflict. Failed changes are tried again. A failed change stops
what needs it, and nothing else. Drift refuses a fresh apply as a whole; a resumed one leaves the objects in
conflict alone, names them, and finishes the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chonai.change.drift import drift, located, refuse_drift
from chonai.change.effect import Standing, bound, differing, owned_part, standing
from chonai.change.ids import Occasion
from chonai.change.ledger import UNMADE, Ledger, Status
from chonai.change.model import Action, Change, Key, Plan, Record, State
from chonai.change.order import rank
from chonai.change.ports import Event, IdLedger, Journal, SecretBox
from chonai.change.scribe import Scribe
from chonai.change.system import Result, System
from chonai.text.messages import Message, message

SMALLEST_BATCH, LARGEST_BATCH = 32, 1024
"""A batch should take about a second: often enough to show progress, long enough to pipeline."""

SecretSource = Callable[[str], str]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a plan's changes; `errors` by position in the plan."""

    done: int
    failed: int
    skipped: int
    errors: Mapping[int, Message] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Every change is done."""
        return not self.failed and not self.skipped


@dataclass(frozen=True, slots=True)
class Desk:
    """What an apply works with: the store's ports, the clock, and who is at the keyboard.

    ids   None where nobody keeps a ledger of them
    """

    journal: Journal
    secret_box: SecretBox
    new_secret: SecretSource
    now: Callable[[], datetime]
    operator: str
    progress: Progress
    ids: IdLedger | None = None


class Run:
    """One pass over a plan. Whoever makes it holds the system's lock until it has ended."""

    def __init__(self, change_set: str, plan: Plan, system: System, desk: Desk) -> None:
        self.change_set, self.plan, self.system, self.desk = change_set, plan, system, desk
        self.ledger = Ledger.of(plan, desk.journal.rows(change_set, plan.system))
        self.scribe = Scribe(desk.journal, self.ledger, change_set, plan.system, desk.operator, desk.now)
        self.errors: dict[int, Message] = {}
        self.left_alone: frozenset[int] = frozenset()
        self.size = SMALLEST_BATCH

    def check(self) -> None:
        """Has anything moved since the plan? Writes nothing to the system.

        Raises `DriftFound` for a fresh plan. One that was begun before learns what became of it, and leaves
        alone what somebody else has changed since.
        """
        if self.ledger.is_fresh:
            refuse_drift(self.plan, self.system, self.ledger)
        else:
            self._settle_open()
            self._leave_alone(drift(self.plan, self.system, self.ledger))

    def _settle_open(self) -> None:
        """Ask the system what became of changes whose intent has no outcome, and journal what it says."""
        positions = self.ledger.positions(Status.OPEN)
        tried = (self.plan.changes[n] for n in positions)
        creates = [change for change in tried if change.key.is_new and change.action is Action.CREATE]
        found = self._ours(creates, located(creates, self.plan, self.system))
        changes = {n: bound(self.plan.changes[n], self.ledger.keys | found) for n in positions}
        state = self.system.read({change.key for change in changes.values()}, self.plan.scope)
        done = [n for n, change in changes.items() if self._is_settled(change, state)]
        self._remember([changes[n] for n in done], state)
        for n in positions:
            self.ledger.status[n] = Status.FAILED
        self.scribe.outcome(done=done, keys=found)

    def _ours(self, creates: Sequence[Change], found: Mapping[Key, Key]) -> dict[Key, Key]:
        """Of the objects that stand where a create was cut short, those that are the create's own: whatever tells an
        object from others (a staff number, an account name) or says whose it is is as the plan wants it.
        """
        state = self.system.read(found.values(), self.plan.scope)
        wanted = {change.key: change for change in creates}
        return {new: real for new, real in found.items() if self._is_own(wanted[new], state.get(real, {}))}

    def _is_own(self, change: Change, record: Record) -> bool:
        owned = self.plan.scope[change.key.type]
        names = {name for names in owned.unique for name in names}.union(owned.told) - owned.references
        return all(record.get(name) == change.after.get(name) for name in names)

    def _is_settled(self, change: Change, state: State) -> bool:
        """Looking never settles a create: what makes it whole (a secret) cannot be read back.

        It is completed again, with a new secret.
        """
        return change.action is not Action.CREATE and self._standing(change, state) is Standing.DONE

    def _standing(self, change: Change, state: State) -> Standing:
        return standing(state.get(change.key), owned_part(change, self.plan.scope))

    def _leave_alone(self, conflicts: Mapping[int, Message]) -> None:
        """Objects that somebody else changed since are named and not written."""
        self.left_alone = frozenset(conflicts)
        self._fail(conflicts)

    def to_the_end(self) -> Tally:
        """Make what is left, batch by batch, and say what became of it; what failed in an earlier apply is tried
        again.

        Raises `SystemUnreachable` if the system goes away: the journal then holds what a resume needs.
        """
        pending = set(self.ledger.positions(*UNMADE)) - self.left_alone
        self.scribe.write(Event.STARTED, {"left": len(pending)})
        for n in pending:
            self.ledger.status[n] = Status.UNTOUCHED
        self._skip_followers(pending)
        while pending:
            batch = self._next_batch(pending)
            self._make(batch)
            pending.difference_update(batch)
            self._skip_followers(pending)
            self.desk.progress(len(self.plan.changes) - len(pending), len(self.plan.changes))
        return self._finish()

    def _next_batch(self, pending: set[int]) -> list[int]:
        ready = [n for n in sorted(pending) if self._all_done(self.plan.changes[n].needs)]
        lowest = min(rank(self.plan.changes[n]) for n in ready)
        together = [n for n in ready if rank(self.plan.changes[n]) == lowest]
        return together if self.system.whole_batches else together[: self.size]

    def _all_done(self, needs: Iterable[int]) -> bool:
        return all(self.ledger.status[n] is Status.DONE for n in needs)

    def _make(self, positions: Sequence[int]) -> None:
        started = time.monotonic()
        changes = [bound(self.plan.changes[n], self.ledger.keys) for n in positions]
        self.scribe.intent(positions, self._preimages(changes))
        secrets = self._put_away_secrets(positions, changes)
        results = self.system.apply(changes, lambda change, name: secrets[change.key][name])
        self._judge(positions, changes, results)
        self.size = next_size(self.size, time.monotonic() - started)

    def _preimages(self, changes: Sequence[Change]) -> Mapping[Key, Record]:
        deletes = [change.key for change in changes if change.action is Action.DELETE]
        return self.system.preimage(deletes) if deletes else {}

    def _put_away_secrets(self, positions: Sequence[int], changes: Sequence[Change]) -> Mapping[Key, Mapping[str, str]]:
        """Make the batch's secrets and keep them, encrypted, before any system has heard of them.

        They are kept under the keys of the plan, which stay the same when an apply is resumed.
        """
        made = {n: {name: self.desk.new_secret(name) for name in self.plan.changes[n].secrets} for n in positions}
        kept = {self.plan.changes[n].key: secrets for n, secrets in made.items() if secrets}
        if kept:
            self.desk.secret_box.put(self.change_set, self.plan.system, kept)
        return {change.key: made[n] for n, change in zip(positions, changes, strict=True)}

    def _judge(self, positions: Sequence[int], changes: Sequence[Change], results: Sequence[Result]) -> None:
        """Read back what was made and journal the outcome of each change."""
        pairs = zip(changes, results, strict=True)
        keys = {change.key: result.key for change, result in pairs if change.key != result.key}
        state = self.system.read({result.key for result in results if result.error is None}, self.plan.scope)
        done: dict[int, Change] = {}
        failed: dict[int, Message] = {}
        for n, change, result in zip(positions, changes, results, strict=True):
            made = bound(change, keys)
            error = result.error or self._not_as_written(made, state)
            if error is None:
                done[n] = made
            else:
                failed[n] = error
        self._remember(done.values(), state)
        self.scribe.outcome(done=list(done), keys=keys)
        self._fail(failed)

    def _remember(self, done: Iterable[Change], state: State) -> None:
        """Tell the ledger of IDs before the outcome is journaled: killed in between, it knows too much and never too
        little.
        """
        occasion = Occasion(self.plan.system, self.change_set, self.desk.now().date())
        scope = self.plan.scope
        found = [
            one for change in done for one in occasion.learned(change, state.get(change.key), scope[change.key.type])
        ]
        if found and self.desk.ids is not None:
            self.desk.ids.remember(found)

    def _not_as_written(self, change: Change, state: State) -> Message | None:
        """The system said yes; this says whether it is so."""
        if self._standing(change, state) is Standing.DONE:
            return None
        record = state.get(change.key)
        names = "" if record is None else ", ".join(differing(record, owned_part(change, self.plan.scope)))
        return message("change.not_as_written", object=str(change.key), attributes=names)

    def _fail(self, failed: Mapping[int, Message]) -> None:
        self.errors.update(failed)
        self.scribe.outcome(failed=failed)

    def _skip_followers(self, pending: set[int]) -> None:
        """Changes that need a failed one are not tried; they wait for the next apply."""
        lost = {Status.FAILED, Status.SKIPPED}
        skipped = []
        for n in sorted(pending):
            if any(self.ledger.status[need] in lost for need in self.plan.changes[n].needs):
                self.ledger.status[n] = Status.SKIPPED
                skipped.append(n)
        pending.difference_update(skipped)
        self.scribe.outcome(skipped=skipped)

    def _finish(self) -> Tally:
        done, failed, skipped = (
            len(self.ledger.positions(status)) for status in (Status.DONE, Status.FAILED, Status.SKIPPED)
        )
        self.scribe.write(Event.FINISHED, {"done": done, "failed": failed, "skipped": skipped})
        return Tally(done, failed, skipped, self.errors)


def next_size(size: int, seconds: float) -> int:
    """How many changes the next batch has after one of `size` that took so long."""
    if seconds < 0.5:
        return min(size * 2, LARGEST_BATCH)
    return max(size // 2, SMALLEST_BATCH) if seconds > 2 else size
