"""What an apply writes down, in memory: journal, ledger of IDs and box of secrets. It dies where it is told to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from chonai.change.apply import Desk, Run, Tally
from chonai.change.ids import GivenId
from chonai.change.model import Key, Plan, Scope, State
from chonai.change.plan import make_plan
from chonai.change.ports import Entry, Event, Row
from chonai.systems.memory import MemorySystem

NOW = datetime(2026, 4, 1, tzinfo=UTC)


class Books:
    """Every change set and system writes into the same ones.

    kept      the rows of the journal
    ids       what the ledger of IDs was told
    box       secrets by change set, system and key
    progress  how many changes were over, of how many, each time that it was told
    """

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.ids: list[GivenId] = []
        self.box: dict[tuple[str, str, Key], Mapping[str, str]] = {}
        self.progress: list[tuple[int, int]] = []
        self.dies_at: Event | None = None

    def append(self, entries: Sequence[Entry]) -> None:
        if any(entry.event is self.dies_at for entry in entries):
            raise KeyboardInterrupt
        self.kept += [Row(len(self.kept) + n, entry, "", "") for n, entry in enumerate(entries, 1)]

    def rows(self, change_set: str | None = None, system: str | None = None) -> Iterator[Row]:
        for row in self.kept:
            if change_set in (None, row.entry.change_set) and system in (None, row.entry.system):
                yield row

    def put(self, change_set: str, system: str, secrets: Mapping[Key, Mapping[str, str]]) -> None:
        self.box |= {(change_set, system, key): found for key, found in secrets.items()}

    def remember(self, ids: Sequence[GivenId]) -> None:
        self.ids += ids

    def desk(self) -> Desk:
        return Desk(self, self, self._secret, lambda: NOW, "sato", self._progress, ids=self)

    def begin(self, plan: Plan, *positions: int, id_: str = "set") -> None:
        """An apply was killed after it had said that it makes these changes."""
        self.append([Entry(Event.INTENT, id_, plan.system, "sato", NOW, {"changes": list(positions)})])

    def carry_out(self, plan: Plan, system: MemorySystem, id_: str = "set") -> Tally:
        """Check and make a plan, as the site does."""
        run = Run(id_, plan, system, self.desk())
        run.check()
        return run.to_the_end()

    def told(self, *events: Event) -> list[Mapping[str, object]]:
        """The data of the journal's rows of these events."""
        return [row.entry.data for row in self.kept if row.entry.event in events]

    def _secret(self, name: str) -> str:
        return f"{name} {len(self.box)}"

    def _progress(self, done: int, total: int) -> None:
        self.progress.append((done, total))


def planned(system: MemorySystem, desired: State, scope: Scope) -> Plan:
    """The plan that takes a system to this state."""
    return make_plan(
        system=system.name, operation="o", observation=system.observe(scope), desired=desired, scope=scope,
        reasons=dict.fromkeys(desired, "発令"),
    )  # fmt: skip
