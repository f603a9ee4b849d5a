"""Who would point to a name that a plan takes away."""

from __future__ import annotations

from chonai.change.effect import after_all
from chonai.change.model import Action, Key, Plan, State
from chonai.operations.dns.census import POINTERS
from chonai.operations.dns.draft import data_of, split
from chonai.operations.dns.values import target_of
from chonai.text.messages import Message, message


def left_pointing(plan: Plan, state: State) -> list[Message]:
    """The records that a plan leaves, and that point to names of which it takes the last record; a sentence each."""
    after = after_all(state, plan.changes)
    there = {split(key)[0] for key in after}
    gone = {split(change.key)[0] for change in plan.changes if change.action is Action.DELETE} - there
    return [
        message("dns.undo_referred", name=target, other=key.id)
        for key in after
        for target in _targets(key, after)
        if target in gone
    ]


def _targets(key: Key, state: State) -> set[str]:
    _, type_ = split(key)
    return {target_of(type_, data) or "" for data in data_of(state[key])} if type_ in POINTERS else set()
