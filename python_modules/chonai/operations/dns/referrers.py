"""Who would point to a name that a plan takes away."""

from __future__ import annotations

from chonai.change.effect import applied
from chonai.change.model import Action, Key, Plan, State
from chonai.operations.dns.census import POINTERS
from chonai.operations.dns.draft import RRSET, data_of
from chonai.operations.dns.values import target_of
from chonai.text.messages import Message, message


def left_pointing(plan: Plan, state: State) -> list[Message]:
    """The records that a plan leaves, and that point to names of which it takes the last record; a sentence each."""
    after = dict(state)
    for change in plan.changes:
        if (record := applied(after.get(change.key), change)) is None:
            after.pop(change.key, None)
        else:
            after[change.key] = record
    there = {key.id.partition(" ")[0] for key in after if key.type == RRSET}
    taken = [change.key.id.partition(" ")[0] for change in plan.changes if change.action is Action.DELETE]
    gone = frozenset(taken) - there
    return [
        message("dns.undo_referred", name=target, other=key.id)
        for key in after
        for target in _targets(key, after)
        if target in gone
    ]


def _targets(key: Key, state: State) -> set[str]:
    type_ = key.id.partition(" ")[2]
    if type_ not in POINTERS:
        return set()
    return {target_of(type_, data) or "" for data in data_of(state[key])}
