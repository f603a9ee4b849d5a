"""Leases: one holder at a time, over by themselves, and a mark that stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chonai.store import Store
from tests.killing import killed
from tests.unit.change.people import NOW

MINUTE = timedelta(minutes=1)


class Moved:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Moved:
    return Moved()


def test_one_holds_a_lease_until_its_time_is_over(url: str, clock: Moved) -> None:
    with Store.open(url, clock=clock) as store:
        lease = store.leases.take("scheduler", "first", MINUTE)
        assert lease is not None
        assert store.leases.take("scheduler", "second", MINUTE) is None
        clock.at += MINUTE / 2
        assert (renewed := store.leases.renew(lease, MINUTE, mark="seen")) is not None
        clock.at += MINUTE
        other = store.leases.take("scheduler", "second", MINUTE)
        assert other is not None
        assert other.mark == "seen"
        assert store.leases.renew(renewed, MINUTE) is None
        assert (held := store.leases.holder("scheduler")) is not None
        assert held.who == "second"


def test_who_ends_a_lease_leaves_it_to_the_next(url: str, clock: Moved) -> None:
    with Store.open(url, clock=clock) as store:
        lease = store.leases.take("watch/run", "tanaka", MINUTE)
        assert lease is not None
        store.leases.end(lease)
        assert store.leases.holder("watch/run") is None
        assert store.leases.take("watch/run", "suzuki", MINUTE) is not None


def test_a_lease_of_a_process_that_was_killed_is_free_at_once(url: str) -> None:
    Store.open(url).close()

    def hold() -> None:
        with Store.open(url) as store:
            store.leases.take("scheduler", "killed", timedelta(hours=1))
            while True:
                pass

    assert killed(hold, 2)
    with Store.open(url) as store:
        assert store.leases.take("scheduler", "next", MINUTE) is not None
