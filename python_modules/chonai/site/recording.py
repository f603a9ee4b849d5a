"""What a run says while it is under way: its steps into the journal, its lines into its log, secrets taken out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from chonai.change.errors import Fault
from chonai.change.ports import Entry, Event
from chonai.jobs.runs import Step, steps_as_json
from chonai.runner.redaction import Redaction
from chonai.store import Store

MOST, OFTEN = 200, timedelta(seconds=5)
"""A row of the journal is written for so many steps, or after so long."""
LONGEST_LINE = 2_000
LONGEST_SAID = 400
MOST_LINES = 200_000
STATUSES = ("ok", "changed", "failed", "ignored", "unreachable", "skipped")
_FOREVER = 1e11
Hear = Callable[[str], None]


class Recording:
    """The record of one attempt. Use as a context manager: what is left is written at its end."""

    def __init__(
        self, store: Store, run: str, actor: str, log: Path, redact: Redaction, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._run, self._actor, self._clock, self._redact = store, run, actor, clock, redact
        self._log = log
        self._began = self._written = clock()
        self._steps: list[Step] = []
        self._change_sets: dict[str, None] = {}
        self._lines = 0
        self.pid: int | None = None
        self.steps = self.failures = 0
        self.is_refused = False

    def __enter__(self) -> Self:
        with self._on_disk():
            self._log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = gzip.open(self._log, "wt", encoding="utf-8", errors="replace")
            self._log.chmod(0o600)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._on_disk():
                self._file.close()
        finally:
            self.write()

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Fault("runs.no_log", file=self._log, cause=error.strerror or str(error)) from error

    def line(self, text: str, hear: Hear) -> None:
        """A line of its output, kept and passed on without secrets."""
        clean = self._redact(text)[:LONGEST_LINE]
        if self._lines < MOST_LINES:
            with self._on_disk():
                self._file.write(f"{clean}\n")
        self._lines += 1
        hear(clean)

    def event(self, text: str) -> None:
        """An event of the callback. One that cannot be read is left out: its process was killed while it wrote it."""
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            self._take(json.loads(text))

    def write_when_due(self) -> None:
        """Write the steps into the journal, if it is time."""
        if len(self._steps) >= MOST or self._clock() - self._written >= OFTEN:
            self.write()

    def write(self) -> None:
        """Write the steps that are not in the journal yet."""
        self._written = self._clock()
        if not self._steps:
            return
        data = steps_as_json(self._steps, list(self._change_sets))
        self._store.journal.append([Entry(Event.RUN_STEPS, self._run, "", self._actor, self._written, data)])
        self._steps, self._change_sets = [], {}

    def _take(self, event: dict[str, Any]) -> None:
        if event["event"] == "began":
            self.pid = max(2, int(event["pid"]))  # others are no process, but a group of them
        elif event["event"] == "result":
            self._steps.append(self._step(event))
            self.steps += 1
            if "id" in event:
                self._change_sets[str(event["id"])] = None
            if event["status"] in ("failed", "unreachable"):
                self.failures += 1
                self.is_refused = self.is_refused or bool(event.get("refused"))

    def _step(self, event: dict[str, Any]) -> Step:
        if event["status"] not in STATUSES:
            raise ValueError(event["status"])
        return Step(
            task=self._clean(event["task"]),
            host=self._clean(event["host"]),
            status=event["status"],
            at=max(0.0, _seconds(event["at"]) - self._began.timestamp()),
            seconds=_seconds(event["seconds"]),
            said=self._clean(event.get("said", "")),
        )

    def _clean(self, value: object) -> str:
        """Without secrets, and only then cut: half a secret would not be known again."""
        text = self._redact(str(value).encode("utf-8", "replace").decode("utf-8"))
        return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}…"


def _seconds(value: object) -> float:
    seconds = float(str(value))
    if not 0 <= seconds < _FOREVER:
        raise ValueError(value)
    return seconds
