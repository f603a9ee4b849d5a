"""What an undo brings back, and somebody else has brought back before it."""

from __future__ import annotations

import pytest

from chonai.change.drift import refuse_drift
from chonai.change.errors import DriftFound
from chonai.change.ledger import Ledger
from chonai.change.model import Action, Change, Key, Plan, Record, TypeScope
from chonai.systems.memory import MemorySystem

KEY = Key("group", "g-1")
RECORD: Record = {"name": "税務課"}


def check(there: Record, *, secrets: tuple[str, ...] = ()) -> None:
    change = Change(Action.CREATE, KEY, {}, RECORD, "取消", secrets=secrets)
    plan = Plan("memory", "undo", {"group": TypeScope(frozenset({"name"}))}, (change,), "")
    refuse_drift(plan, MemorySystem("memory", {KEY: there}), Ledger.of(plan, ()))


def test_what_is_back_as_it_was_is_no_drift() -> None:
    check(RECORD)


def test_what_is_back_as_something_else_is_drift() -> None:
    with pytest.raises(DriftFound):
        check({"name": "納税課"})


def test_what_would_lose_its_secret_is_drift() -> None:
    with pytest.raises(DriftFound):
        check(RECORD, secrets=("initial_password",))
