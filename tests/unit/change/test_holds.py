"""Two change sets that wait for a decision cannot both have what meets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.holds import Hold

HOLD = Hold("ledger", "address", "10.0.0.16/28", "vrf 1", "10.0.0.16", "10.0.0.31")


@pytest.mark.parametrize(
    ("first", "last", "meets"),
    [
        ("10.0.0.16", "10.0.0.31", True),
        ("10.0.0.20", "10.0.0.20", True),
        ("10.0.0.10", "10.0.0.99", True),
        ("10.0.0.10", "10.0.0.16", True),
        ("10.0.0.31", "10.0.0.40", True),
        ("10.0.0.10", "10.0.0.15", False),
        ("10.0.0.32", "10.0.0.40", False),
    ],
)
def test_ends_belong_to_what_is_held(first: str, last: str, meets: bool) -> None:
    other = replace(HOLD, value="another", first=first, last=last)
    assert HOLD.meets(other) is meets
    assert other.meets(HOLD) is meets


def test_what_lies_in_another_system_type_or_space_is_not_in_the_way() -> None:
    for other in (replace(HOLD, system="other"), replace(HOLD, type="prefix"), replace(HOLD, space="vrf 2")):
        assert not HOLD.meets(other)
