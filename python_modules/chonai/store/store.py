"""The store as the rest of chonai sees it: one object for one database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from chonai.change.errors import Refused
from chonai.change.model import Key
from chonai.change.ports import Entry, Event
from chonai.store import secretbox
from chonai.store.backup import dump
from chonai.store.change_sets import ChangeSets
from chonai.store.database import Database, is_there
from chonai.store.holds import SqlHolds
from chonai.store.ids import SqlIdLedger
from chonai.store.journal import SqlJournal, append
from chonai.store.leases import SqlLeases
from chonai.store.locks import SqlLocks
from chonai.store.plans import PlanShelf
from chonai.store.portable import Sum
from chonai.store.retention import Archiver
from chonai.store.runs import SqlRuns
from chonai.store.secretbox import Opened, SqlSecretBox
from chonai.store.state import MAKING_SECRETS, UNDOABLE, UNFINISHED, WAITING, Keys, Mark, Progress, State, covered
from chonai.text.messages import Message


def local_now() -> datetime:
    """Now, with the offset of this machine."""
    return datetime.now(UTC).astimezone()


class Store:
    """Plans, change sets, journal, locks, secrets, holds, the ledger of IDs, runs and leases. Use as a context manager,
    or call `close`.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self.name = database.name
        self.journal = SqlJournal(database)
        self.locks = SqlLocks(database, clock)
        self.plans = PlanShelf(database)
        self.change_sets = ChangeSets(database)
        self.ids = SqlIdLedger(database)
        self.holds = SqlHolds(database, self._is_over)
        self.runs = SqlRuns(database)
        self.leases = SqlLeases(database, clock)
        self.archiver = Archiver(database, self.change_sets, self.state_of)
        self._clock = clock

    @classmethod
    def open(cls, url: str, *, clock: Callable[[], datetime] = local_now) -> Self:
        """The store at a URL (`sqlite:///…`, `postgresql://…`) or file path; made if it is not there.

        Raises `UsageError` for a URL that is none, `Fault` for a database that cannot be used.
        """
        return cls(Database(url), clock)

    @staticmethod
    def exists(url: str) -> bool:
        """True if there is a store at this URL or path; nothing is made. Raises as `open` does."""
        return is_there(url)

    def dump(self, file: IO[bytes]) -> Mapping[str, Sum]:
        """Write all of it, as it is at one moment, into an open file; the sums of its tables."""
        return dump(self._database, file, self._clock())

    def secretbox(self, recipients: Sequence[str]) -> SqlSecretBox:
        """A box that only `recipients` can read: SSH public keys (ed25519, RSA) or age recipients."""
        return SqlSecretBox(self._database, recipients)

    def open_secrets(self, change_set: str, key_file: Path) -> tuple[Opened, ...]:
        """The secrets of a change set, by a recipient's private key. The caller journals the showing."""
        return secretbox.opened(self._database, change_set, key_file)

    def kept_secrets(self, change_set: str) -> tuple[tuple[str, Key], ...]:
        """Of which objects a change set still has secrets: system and the plan's own key, sorted."""
        return secretbox.kept(self._database, change_set)

    def discard_secrets(self, change_set: str, objects: Collection[tuple[str, Key]], by: str, at: datetime) -> int:
        """Forget the secrets of these objects of a change set (system and key, as `kept_secrets` names them), and
        journal who did, both or neither; of how many objects. Where there are none, nothing is journaled.

        Raises `UsageError` for an unknown id, `Refused` while an apply of it is at work or was interrupted.
        """
        with self._database.write() as connection:
            state = State.APPLYING if self._is_locked(change_set) else self.state_of(change_set)
            if state in MAKING_SECRETS:
                raise Refused("store.secrets_not_over", id=change_set, state=Message(f"report.state_{state.value}"))
            gone = secretbox.discard(connection, change_set, objects)
            if gone:
                named: dict[str, object] = {"objects": [f"{system}/{key}" for system, key in gone]}
                append(connection, [Entry(Event.SECRET_DISCARDED, change_set, "", by, at, named)])
        return len(gone)

    def state_of(self, change_set: str) -> State:
        """How far a change set has come. Raises `UsageError` for an unknown id."""
        self.change_sets.require(change_set)
        progress = Progress.of(self.journal.rows(change_set))
        state = progress.state(is_running=self._is_locked(change_set))
        undone, since = self._undone(change_set) if state in UNDOABLE else (frozenset(), {})
        if not undone:
            return state
        plans = self.change_sets.get(change_set).change_set.plans
        return State.UNDONE if covered(progress.marks(plans, since), undone) else State.PARTLY_UNDONE

    def _is_over(self, change_set: str) -> bool:
        """Whether a change set wants nothing any more: it is done or withdrawn, or its time to start has passed."""
        state = self.state_of(change_set)
        if state in WAITING:
            start_by = self.change_sets.get(change_set).change_set.start_by
            return start_by is not None and start_by < self._clock()
        return state in (State.WITHDRAWN, State.GIVEN_UP, State.APPLIED, State.PARTLY_UNDONE, State.UNDONE)

    def withdraw(self, change_set: str, by: str, why: str, at: datetime) -> bool:
        """Journal that a change set is not to be applied any more, or that what is left of one that was begun is not;
        False if that is known already.

        Raises `UsageError` for an unknown id, `Refused` for one that is done, of whose changes it is not known what
        became of them, or that an apply has locked systems for: whichever of the two writes first makes the other
        refuse.
        """
        with self._database.write() as connection:
            state = self.state_of(change_set)
            if state in (State.WITHDRAWN, State.GIVEN_UP):
                return False
            if self._is_locked(change_set) or state not in (*WAITING, *UNFINISHED):
                raise Refused("store.not_withdrawable", id=change_set, state=Message(f"report.state_{state.value}"))
            data = {"why": why} if state in WAITING else {"why": why, "left": self._left(change_set)}
            append(connection, [Entry(Event.WITHDRAWN, change_set, "", by, at, data)])
        return True

    def _is_locked(self, change_set: str) -> bool:
        """An apply of it has locked a system."""
        return any(holder.what == change_set for holder in self.locks.holders().values())

    def _left(self, change_set: str) -> dict[str, int]:
        """How many changes are given up on each system. Raises `Refused` where one may or may not have been made."""
        progress = Progress.of(self.journal.rows(change_set))
        if open_ := sorted(system for system, positions in progress.unsettled.items() if positions):
            raise Refused("store.withdraw_unsettled", id=change_set, systems=", ".join(open_))
        return progress.left

    def _undone(self, change_set: str) -> tuple[frozenset[Mark], Keys]:
        """What undos of this change set have taken back, and the keys that objects got in it."""
        marks: frozenset[Mark] = frozenset()
        keys: dict[tuple[str, Key], Key] = {}
        for id_ in self.change_sets.undos_of(change_set):
            if self.state_of(id_) in UNDOABLE:
                undo = Progress.of(self.journal.rows(id_))
                marks |= undo.marks(self.change_sets.get(id_).change_set.plans)
                keys |= undo.keys
        return marks, keys

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
