"""Ledgers as grounds: a new one for each test, on SQLite, on PostgreSQL and in a NetBox, with one small city in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg

from chonai.change.model import Action, Change, Key, Record, Scope, TypeScope, Value
from chonai.change.system import Result, System
from chonai.systems.ipam import connect
from chonai.systems.ipam.fields import FIELDS, UNIQUE, references
from chonai.text.messages import Message
from tests.contract.ground import done

REASON = "契約試験"
TODAY = date(2026, 4, 1)
LIFE: Record = {"status": "in_use", "owner": "情報政策課", "request": "R8-001"}


def scope() -> Scope:
    """All that a ledger knows."""
    return {
        type_: TypeScope(frozenset(fields), frozenset(references(type_)), unique=(UNIQUE[type_],))
        for type_, fields in FIELDS.items()
    }


def url_of(engine: str, folder: Path, postgresql: str) -> str:
    """Where a new ledger is."""
    return f"sqlite:///{folder}/ledger.db" if engine == "sqlite" else postgresql


@dataclass(slots=True)
class LedgerGround:
    """A ledger, with what it holds when a test begins by name.

    same_keys   whether what was deleted comes back under the key that it had
    """

    url: str
    system: System
    scope: Scope = field(default_factory=scope)
    known: dict[str, Key] = field(default_factory=dict)
    same_keys: bool = True

    @property
    def settings(self) -> Mapping[str, object]:
        """With which others can connect to the same ledger."""
        return settings(self.url)

    def connected(self, **more: object) -> AbstractContextManager[System]:
        """Another connection to the same ledger, with other settings."""
        return connect({**self.settings, **more})

    def create(self, type_: str, name: str, /, **more: Value) -> Change:
        """The create of anything; a key stands for itself."""
        record = {each: str(value) if isinstance(value, Key) else value for each, value in more.items()}
        return Change(Action.CREATE, Key(type_, f"new:{name}"), {}, record, REASON)

    def vlan(self, vid: int, /, **more: Value) -> Change:
        """A VLAN of the main building."""
        return self.create("vlan", str(vid), **{**LIFE, "vid": vid, "site": self.known["本庁舎"], **more})

    def prefix(self, network: str, /, **more: Value) -> Change:
        """An assignable prefix of the VRF."""
        usual = {"network": network, "vrf": self.known["lgwan"], "kind": "assignable"}
        return self.create("prefix", network, **{**LIFE, **usual, **more})

    def range(self, first: str, last: str, **more: Value) -> Change:
        """A range of the office prefix."""
        usual = {"first": first, "last": last, "prefix": self.known["office"], "issuable": True}
        return self.create("range", first, **{**usual, **more})

    def address(self, address: str, /, **more: Value) -> Change:
        """An address of the office prefix."""
        usual = {"address": address, "prefix": self.known["office"], "role": "host"}
        return self.create("address", address, **{**LIFE, **usual, **more})

    def apply(self, *changes: Change) -> list[Result]:
        """Make changes and say what became of each."""
        return list(self.system.apply(changes, no_secret))

    def made(self, *creates: Change) -> list[Key]:
        """Make these, which has to succeed; their keys."""
        return [done(result) for result in self.apply(*creates)]

    def read(self, key: Key) -> Record:
        """The record of one object, which has to exist."""
        return self.system.read([key], self.scope)[key]

    def by_hand(self, statement: str) -> str:
        """What the database says when some other program sends it a statement; nothing when it takes it."""
        try:
            if self.url.startswith("sqlite"):
                with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as tool, tool:
                    tool.execute(statement)
            else:
                with psycopg.connect(self.url) as server:
                    server.execute(statement)
        except (sqlite3.Error, psycopg.Error) as error:
            return str(error)
        return ""


def settings(url: str) -> dict[str, object]:
    """Settings for a ledger."""
    return {"name": "ledger", "url": url, "protected": {"names": ["core-*"], "networks": ["10.20.255.0/24"]}}


def no_secret(change: Change, name: str) -> str:
    """Nobody asks for one."""
    raise AssertionError(f"{change.key} wants the secret {name}")


@contextmanager
def ground(url: str) -> Iterator[LedgerGround]:
    """A ledger with a zone, a site, a VRF, a container and one assignable prefix in it."""
    with connect(settings(url), lambda: TODAY) as system:
        yield seeded(LedgerGround(url, system))


def seeded(made: LedgerGround) -> LedgerGround:
    """The small city in it."""
    first = made.made(made.create("zone", "z", name="LGWAN系"), made.create("site", "s", name="本庁舎"))
    made.known |= dict(zip(("LGWAN系", "本庁舎"), first, strict=True))
    [made.known["lgwan"]] = made.made(made.create("vrf", "v", name="lgwan", zone=first[0]))
    [made.known["container"]] = made.made(made.prefix("10.20.0.0/16", kind="container", name="全体"))
    [made.known["office"]] = made.made(made.prefix("10.20.1.0/24", gateway="10.20.1.1", name="事務"))
    return made


def messages(results: list[Result]) -> list[Message | None]:
    """What was said of each change."""
    return [result.error for result in results]
