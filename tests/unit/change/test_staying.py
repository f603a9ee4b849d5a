"""What others are in by now is not taken away by an undo."""

from __future__ import annotations

from chonai.change.model import Key, TypeScope
from chonai.change.staying import used_by_others

VLAN, PREFIX, ADDRESS, OTHER = Key("vlan", "1"), Key("prefix", "1"), Key("address", "1"), Key("address", "2")
GROUP, USER = Key("group", "1"), Key("user", "1")
SCOPE = {
    "vlan": TypeScope(frozenset({"vid"})),
    "prefix": TypeScope(frozenset({"vlan"}), frozenset({"vlan"})),
    "address": TypeScope(frozenset({"prefix"}), frozenset({"prefix"})),
    "group": TypeScope(frozenset({"member"}), frozenset({"member"})),
    "user": TypeScope(frozenset()),
}
STATE = {
    VLAN: {"vid": 100},
    PREFIX: {"vlan": str(VLAN)},
    ADDRESS: {"prefix": str(PREFIX)},
    OTHER: {"prefix": str(PREFIX)},
    GROUP: {"member": frozenset({str(USER)})},
    USER: {},
}


def test_what_nobody_else_is_in_goes() -> None:
    assert not used_by_others({VLAN, PREFIX, ADDRESS, OTHER}, STATE, SCOPE)


def test_what_somebody_is_in_stays_and_what_that_is_on() -> None:
    assert used_by_others({VLAN, PREFIX, ADDRESS}, STATE, SCOPE) == {PREFIX: (OTHER,), VLAN: (PREFIX,)}


def test_what_only_looks_like_a_key_is_no_reference() -> None:
    noted = {**STATE, OTHER: {"prefix": None, "note": str(VLAN)}}
    assert not used_by_others({VLAN, PREFIX, ADDRESS}, noted, SCOPE)


def test_a_member_of_a_group_may_go() -> None:
    assert not used_by_others({USER}, STATE, SCOPE)
