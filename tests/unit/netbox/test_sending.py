"""Bulk writes: all are written that can be, whether NetBox says which ones cannot or not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chonai.systems.netbox.connection import Document, Refusal
from chonai.systems.netbox.sending import send


class Server:
    """Takes all of a request or none of it; a number below zero is refused. `tells`: whether it says where."""

    def __init__(self, *, tells: bool) -> None:
        self.tells, self.taken, self.asked = tells, list[int](), 0

    def write(self, items: Sequence[int]) -> list[Document] | Refusal:
        self.asked += 1
        wrong = frozenset(n for n, item in enumerate(items) if item < 0)
        if wrong:
            return Refusal(400, f"no: {[items[n] for n in sorted(wrong)]}", wrong if self.tells else frozenset())
        self.taken += items
        return [{"id": item} for item in items]


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_what_is_refused_stops_no_other(tells: bool, at_once: int) -> None:
    server = Server(tells=tells)
    found = send(server.write, [1, -2, 3, 4, -5, 6, 7], at_once)
    assert server.taken == [1, 3, 4, 6, 7]
    assert [one["id"] if isinstance(one, dict) else one for one in found] == [
        1, Refusal(400, "no: [-2]", frozenset({0}) if tells else frozenset()),
        3, 4, Refusal(400, "no: [-5]", frozenset({0}) if tells else frozenset()), 6, 7,
    ]  # fmt: skip


def test_one_that_is_named_costs_few_requests() -> None:
    server = Server(tells=True)
    send(server.write, [*range(1, 100), -1], 100)
    assert server.asked == 3


def test_what_is_deleted_is_answered_with_nothing() -> None:
    assert send(lambda items: [], [1, 2, 3], 2) == [None, None, None]
