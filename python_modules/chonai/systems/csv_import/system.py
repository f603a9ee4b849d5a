"""A product that takes import files, as the engine sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from chonai.change.errors import SystemUnreachable
from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.csv_import import objections
from chonai.systems.csv_import.batches import digest, drafts, made
from chonai.systems.csv_import.books import Books
from chonai.systems.csv_import.outbox import Batch, Outbox
from chonai.systems.csv_import.references import namers
from chonai.systems.csv_import.settings import Settings
from chonai.systems.csv_import.waiting import Clock, wait
from chonai.systems.csv_import.work import Outcome, Rules, Work, worked
from chonai.text.messages import Message


@dataclass(slots=True)
class Answered:
    """What became of the changes of earlier batches, by digest: why they were rejected, or the keys of their
    objects.
    """

    rejected: dict[str, Message] = field(default_factory=dict)
    imported: dict[str, Key] = field(default_factory=dict)


class CsvImportSystem:
    """One product; implements `chonai.change.system.System`."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.name, self.whole_batches = settings.name, True
        self._settings, self._clock = settings, clock
        self._outbox = Outbox(settings)
        self._books = Books(settings, self._outbox)
        self._seen: Mapping[Key, Record] | None = None

    @property
    def warnings(self) -> tuple[Message, ...]:
        """There is no safeguard that settings could weaken."""
        return ()

    def observe(self, scope: Scope) -> Observation:
        """All objects of the scope's types.

        Raises SystemUnreachable while an import file waits: nobody knows how the product is until it is answered.
        """
        for batch in self._outbox.batches():
            if batch.unanswered:
                names = ", ".join(str(file.path) for file in batch.unanswered)
                raise SystemUnreachable("csv_import.waits_while_planning", system=self.name, files=names)
        self._seen = self._books.state()
        state = {key: record for key, record in self._seen.items() if key.type in scope}
        found = {key: why for key in state if (why := objections.protection(self._settings.protected, key))}
        return Observation(_owned(state, scope), found)

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist, as far as imports are confirmed."""
        state = self._books.state()
        return _owned({key: state[key] for key in keys if key in state and key.type in scope}, scope)

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """By what makes the key."""
        state, files = self._books.state(), self._settings.profile.files
        wanted = {one.key: files[one.key.type].key_of(one.after) for one in creates if one.key.type in files}
        return {new: real for new, real in wanted.items() if real is not None and real in state}

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those whose name is protected."""
        state = self._books.state()
        reasons = ((key, objections.protection(self._settings.protected, key)) for key in keys if key in state)
        return {key: why for key, why in reasons if why is not None}

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """The whole objects, and who names them."""
        state = self._books.state()
        found = frozenset(str(key) for key in keys if key in state)
        named = namers(self._settings.profile, state, found)
        return {key: {**state[key], **named.get(str(key), {})} for key in keys if key in state}

    def unwritable(self, changes: Sequence[Change]) -> Mapping[Key, Message]:
        """The objects whose texts the import files of these changes cannot hold, and why; in a file that replaces all
        those of others too, as they were observed. Writes nothing.
        """
        found = objections.unwritable(self._settings.profile, changes)
        seen = self._books.state() if self._seen is None else self._seen
        return {**objections.unwritable_beside(self._settings.profile, changes, seen), **found}

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Write the import files and wait until somebody says that they were imported.

        Raises SystemUnreachable when nobody said so in time; the next apply goes on from there.
        """
        answered = Answered()
        with self._outbox.held():
            for batch in self._outbox.batches():
                self._finish(batch, answered)
            return self._apply(changes, secret, answered)

    def _apply(self, changes: Sequence[Change], secret: SecretMaker, answered: Answered) -> Sequence[Result]:
        """What an earlier batch was rejected with is said now, and tried again by the next apply."""
        is_fresh = [digest(one) not in answered.rejected for one in changes]
        fresh = [one for one, tried in zip(changes, is_fresh, strict=True) if tried]
        ours = {one.key: answered.imported[digest(one)] for one in fresh if digest(one) in answered.imported}
        rules = Rules(self._settings.profile, self._settings.protected, secret, ours)
        work = worked(rules, self._books.state(), fresh)
        if work.touched:
            self._finish(self._write(fresh, work), answered)
        outcomes = iter(work.outcomes)
        made_now = [next(outcomes) if tried else None for tried in is_fresh]
        return [_result(one, outcome, answered) for one, outcome in zip(changes, made_now, strict=True)]

    def _write(self, changes: Sequence[Change], work: Work) -> Batch:
        now = self._clock.now()
        id_ = self._books.next_id(now)
        files = drafts(self._settings.profile, self.name, id_, work)
        return self._outbox.write(id_, files, made(changes, work, files), now)

    def _finish(self, batch: Batch, answered: Answered) -> None:
        """Wait for a batch's answers, take them into the ledger, and clear the batch away."""
        batch = wait(self._settings, self._outbox, batch, self._clock)
        self._books.take(batch)
        self._outbox.drop(batch)
        reasons = {file.path.name: file.answer.why for file in batch.files if file.answer and not file.answer.confirmed}
        for name, one in batch.changes.items():
            rejected = [file for file in one.files if file in reasons]
            if rejected:
                fields = {"object": str(one.key), "file": rejected[0], "why": reasons[rejected[0]]}
                answered.rejected[name] = Message("csv_import.rejected", fields)
            else:
                answered.imported[name] = one.key


def _result(change: Change, outcome: Outcome | None, answered: Answered) -> Result:
    why = answered.rejected.get(digest(change))
    if outcome is None or why is not None:
        return Result(change.key, why)
    return Result(change.key if outcome.error else outcome.key, outcome.error)


def _owned(state: State, scope: Scope) -> dict[Key, Record]:
    """The scope's attributes of each object. One that no column holds is empty."""
    return {key: {name: record.get(name) for name in scope[key.type].attributes} for key, record in state.items()}
