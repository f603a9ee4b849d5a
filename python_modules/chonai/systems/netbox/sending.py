"""Writes in bulk. NetBox makes all of a request or none of it; what it refuses is sent again without those to blame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from chonai.systems.netbox.connection import Document, Refusal

T = TypeVar("T")
Outcome: TypeAlias = Document | Refusal | None
"""What became of one object: as NetBox has it now, why not, or nothing where it is gone."""


def send(write: Callable[[Sequence[T]], list[Document] | Refusal], items: Sequence[T], at_once: int) -> list[Outcome]:
    """What became of each, in order. `write` writes all that it is given, or nothing."""
    found: list[Outcome] = []
    for start in range(0, len(items), at_once):
        found += _chunk(write, items[start : start + at_once])
    return found


def _chunk(write: Callable[[Sequence[T]], list[Document] | Refusal], items: Sequence[T]) -> list[Outcome]:
    reply = write(items)
    if not isinstance(reply, Refusal):
        return list(reply) or [None] * len(items)
    if len(items) == 1:
        return [reply]
    if reply.at:
        return _without(write, items, reply)
    half = len(items) // 2  # a NetBox of before 4.7 does not say which one it is
    return [*_chunk(write, items[:half]), *_chunk(write, items[half:])]


def _without(
    write: Callable[[Sequence[T]], list[Document] | Refusal], items: Sequence[T], refusal: Refusal
) -> list[Outcome]:
    """All others together, and those to blame one by one, for the words about each."""
    others = [n for n in range(len(items)) if n not in refusal.at]
    made = dict(zip(others, _chunk(write, [items[n] for n in others]) if others else [], strict=True))
    return [made[n] if n in made else _chunk(write, [items[n]])[0] for n in range(len(items))]
