"""What the engine asks of the store:

an append-only journal, locks, a place for encrypted secrets, and the ledger of IDs. `chonai.store` implements it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chonai.change.ids import GivenId
from chonai.change.model import Key


class Event(StrEnum):
    """What a journal row says happened; `run_…` of a run of a job, whose id stands in the place of a change set's."""

    SEALED = "sealed"
    APPROVED = "approved"
    STARTED = "started"
    INTENT = "intent"
    OUTCOME = "outcome"
    FINISHED = "finished"
    REFUSED = "refused"
    SECRET_SHOWN = "secret_shown"
    SECRET_DISCARDED = "secret_discarded"
    OPENED = "opened"
    DISCLOSED = "disclosed"
    WITHDRAWN = "withdrawn"
    NOTE = "note"
    RUN_REQUESTED = "run_requested"
    RUN_JOINED = "run_joined"
    RUN_STARTED = "run_started"
    RUN_STEPS = "run_steps"
    RUN_PAUSED = "run_paused"
    RUN_CONTINUED = "run_continued"
    RUN_ENDED = "run_ended"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `data` is plain JSON; it never holds a secret."""

    event: Event
    change_set: str
    system: str
    actor: str
    at: datetime
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in its place in the hash chain."""

    seq: int
    entry: Entry
    previous: str
    digest: str


class Journal(Protocol):
    """Append-only and hash-chained; `append` is atomic and durable when it returns."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries at the head, in order, in one transaction."""

    def rows(self, change_set: str | None = None, system: str | None = None) -> Iterator[Row]:
        """Rows in order, of one change set and system where given."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, where, and since when."""

    who: str
    what: str
    host: str
    pid: int
    since: datetime


class Locks(Protocol):
    """One lock a system. A lock whose process has died is free."""

    def hold(self, system: str, who: str, what: str) -> AbstractContextManager[Holder]:
        """Hold the lock of `system` while inside; raises `LockHeld` naming the holder."""


class SecretBox(Protocol):
    """Keeps secrets made at apply, encrypted to their recipients before they are used."""

    def put(self, change_set: str, system: str, secrets: Mapping[Key, Mapping[str, str]]) -> None:
        """Encrypt and keep (durably, replacing what an earlier, killed attempt kept) secrets by object and
        name.
        """


class IdLedger(Protocol):
    """Append-only: who was ever given which ID."""

    def remember(self, ids: Sequence[GivenId]) -> None:
        """Keep for good, durably, those that are not known yet."""
