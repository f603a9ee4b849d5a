"""An undo leaves nobody pointing to a name that is gone."""

from __future__ import annotations

from chonai.change.model import Action, Change, Plan, State
from chonai.operations.dns.operation import SCOPE
from chonai.operations.dns.referrers import left_pointing
from tests.unit.dns.zones import DOMAIN, rrset, zones

OWN = rrset("pc9", "A", "10.20.1.9")
ALIAS = rrset("files", "CNAME", f"pc9.{DOMAIN}")


def undo(*gone: tuple[object, object]) -> Plan:
    changes = tuple(Change(Action.DELETE, key, record, {}, "") for key, record in gone)  # type: ignore[arg-type]  # RRsets
    return Plan("dns", "undo", SCOPE, changes, "")


def left(state: State, *gone: tuple[object, object]) -> list[object]:
    return [one.fields["other"] for one in left_pointing(undo(*gone), state)]


def test_who_still_points_to_a_name_that_goes_is_told() -> None:
    assert left(zones(OWN, ALIAS), OWN) == [f"files.{DOMAIN} CNAME"]


def test_who_goes_along_is_not() -> None:
    assert not left(zones(OWN, ALIAS), OWN, ALIAS)


def test_a_name_that_keeps_another_record_can_be_pointed_to() -> None:
    assert not left(zones(OWN, ALIAS, rrset("pc9", "AAAA", "2001:db8::9")), OWN)
