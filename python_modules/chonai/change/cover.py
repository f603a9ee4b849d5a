"""The cover of a confidential change set (公表前の変更セット): what everybody may see of it before its announcement.

Who made it and when, the rule, the hours; of each system how many objects of which type are made, changed, moved and
deleted, the names and numbers of its brakes, and how many warnings there are. No object can be told from another, and
nothing says why or to what it changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chonai.change.model import Action, Brake, Change, ChangeSet, Key, Plan
from chonai.text.discretion import discreet
from chonai.text.messages import Message, message


def cover(change_set: ChangeSet) -> ChangeSet:
    """The change set with blank changes. It is none that could be applied: it is not what was sealed."""
    return replace(change_set, plans=tuple(cover_of(plan) for plan in change_set.plans), salt="")


def cover_of(plan: Plan) -> Plan:
    """One system's part of a cover."""
    return Plan(
        system=plan.system,
        operation=plan.operation,
        scope={},
        changes=tuple(_blank(plan.changes)),
        observed="",
        brakes=tuple(Brake(one.name, discreet(one.message), one.releasable) for one in plan.brakes),
        warnings=_counted(plan.warnings),
        problems=_counted(plan.problems),
    )


def _blank(changes: Iterable[Change]) -> Iterable[Change]:
    """As many changes of as many objects; in an order that says nothing of theirs."""
    actions: dict[Key, list[Action]] = {}
    for change in changes:
        actions.setdefault(change.key, []).append(change.action)
    kinds = sorted((key.type, sorted(done)) for key, done in actions.items())
    for number, (type_, done) in enumerate(kinds, start=1):
        yield from (Change(action, Key(type_, str(number)), {}, {}, "") for action in done)


def _counted(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    return (message("change.withheld", count=len(messages)),) if messages else ()
