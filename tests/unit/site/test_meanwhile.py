"""Two things at once, and which error is told."""

from __future__ import annotations

from threading import Event

import pytest

from chonai.change.errors import InputError, SystemUnreachable
from chonai.site.meanwhile import meanwhile


def fails() -> int:
    raise InputError("site.bad_request", details=(), count=1)


def test_the_work_is_done_beside_what_is_inside() -> None:
    here, there = Event(), Event()

    def work() -> int:
        there.set()
        assert here.wait(10)
        return 7

    with meanwhile(work) as result:
        assert there.wait(10)
        here.set()
        assert result() == 7


def test_what_is_wrong_with_the_work_is_told_first() -> None:
    with pytest.raises(InputError), meanwhile(fails):
        raise SystemUnreachable("memory.gone", system="one")
    with pytest.raises(InputError), meanwhile(fails) as result:
        result()


def test_an_error_beside_good_work_stays_what_it_is() -> None:
    with pytest.raises(SystemUnreachable), meanwhile(lambda: 7):
        raise SystemUnreachable("memory.gone", system="one")
