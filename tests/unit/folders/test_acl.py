"""Entries of a folder when rights are given and taken, and what is handed down."""

from __future__ import annotations

import pytest

from chonai.systems.folders import acl
from chonai.systems.folders.acl import MASKS, Grant, Level
from chonai.systems.folders.descriptor import Ace, from_sddl, to_sddl

GROUP, OTHER = "S-1-5-21-1-2-3-1101", "S-1-5-21-1-2-3-1102"
DENIAL = "(D;OICI;0x2;;;S-1-5-32-546)"
ADMINISTRATORS = "(A;OICI;0x1f01ff;;;S-1-5-32-544)"
BACKUP = "(A;;0x1200a9;;;S-1-5-32-551)"
FROM_ABOVE = "(A;OICIID;0x1f01ff;;;S-1-5-18)"
WRITES, READS = (Grant(GROUP, MASKS[level]) for level in (Level.WRITE, Level.READ))


def aces(text: str) -> tuple[Ace, ...]:
    return from_sddl(f"D:AI{text}").aces or ()


def sddl(found: tuple[Ace, ...]) -> str:
    whole = from_sddl("D:AI")
    return to_sddl(type(whole)("", "", whole.control, found)).removeprefix("D:AI")


def test_what_is_given_stands_behind_the_explicit_entries_and_before_the_inherited_ones() -> None:
    merged = acl.merged(aces(DENIAL + ADMINISTRATORS + BACKUP + FROM_ABOVE), take=(), give={READS})
    assert sddl(merged) == f"{DENIAL}{ADMINISTRATORS}{BACKUP}(A;OICI;0x1200a9;;;{GROUP}){FROM_ABOVE}"


def test_giving_and_taking_back_leaves_what_was_there() -> None:
    before = aces(DENIAL + ADMINISTRATORS + BACKUP + FROM_ABOVE)
    assert acl.merged(acl.merged(before, take=(), give={WRITES}), take={WRITES}, give=()) == before


def test_write_becomes_read() -> None:
    merged = acl.merged(aces(f"(A;OICI;0x1301bf;;;{GROUP})" + ADMINISTRATORS), take={WRITES}, give={READS})
    assert sddl(merged) == f"{ADMINISTRATORS}(A;OICI;0x1200a9;;;{GROUP})"


def test_what_is_there_is_not_given_twice_and_what_is_not_there_cannot_be_taken() -> None:
    before = aces(f"(A;OICI;0x1301bf;;;{GROUP})")
    assert acl.merged(before, take={READS}, give={WRITES}) == before


def test_inherited_entries_and_denials_of_the_same_trustee_are_not_taken() -> None:
    before = aces(f"(D;OICI;0x1301bf;;;{GROUP})(A;OICIID;0x1301bf;;;{GROUP})")
    assert acl.merged(before, take={WRITES}, give=()) == before


def test_the_result_does_not_depend_on_the_order_of_what_is_given() -> None:
    other = Grant(OTHER, MASKS[Level.READ])
    assert acl.merged((), take=(), give=[WRITES, other]) == acl.merged((), take=(), give=[other, WRITES])


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (DENIAL + ADMINISTRATORS + FROM_ABOVE, True),
        (ADMINISTRATORS + DENIAL, False),
        (FROM_ABOVE + ADMINISTRATORS, False),
        ("(D;ID;0x2;;;S-1-5-32-546)" + FROM_ABOVE, True),
        ("", True),
    ],
)
def test_the_order_that_windows_keeps(text: str, canonical: bool) -> None:
    assert acl.is_canonical(aces(text)) is canonical


@pytest.mark.parametrize(
    ("grant", "level"),
    [
        (WRITES, Level.WRITE),
        (READS, Level.READ),
        (Grant(GROUP, 0x1F01FF), Level.MANAGE),
        (Grant(GROUP, 0x1201BF), None),
        (Grant(GROUP, MASKS[Level.READ], 0), None),
    ],
)
def test_a_level_is_exactly_that(grant: Grant, level: Level | None) -> None:
    assert grant.level is level


def test_inheriting_ends_with_copies_of_what_is_kept_only() -> None:
    inherited = f"{FROM_ABOVE}(A;OICIID;0x1301bf;;;{GROUP})"
    assert sddl(acl.cut(aces(BACKUP + inherited), {"S-1-5-18"}.__contains__)) == f"{BACKUP}(A;OICI;0x1f01ff;;;S-1-5-18)"


def test_inheriting_begins_again_without_the_copies() -> None:
    above = aces(FROM_ABOVE)
    assert acl.joined(acl.cut(aces(BACKUP + FROM_ABOVE), lambda _: True), above) == aces(BACKUP + FROM_ABOVE)


def handed(text: str, *, is_folder: bool) -> str:
    return sddl(acl.inherited_from(aces(text), owner=GROUP, group=OTHER, is_folder=is_folder))


@pytest.mark.parametrize(
    ("above", "folder", "file"),
    [
        ("(A;OICI;0x1;;;S-1-1-0)", "(A;OICIID;0x1;;;S-1-1-0)", "(A;ID;0x1;;;S-1-1-0)"),
        ("(A;;0x1;;;S-1-1-0)", "", ""),
        ("(A;CI;0x1;;;S-1-1-0)", "(A;CIID;0x1;;;S-1-1-0)", ""),
        ("(A;OI;0x1;;;S-1-1-0)", "(A;OIIOID;0x1;;;S-1-1-0)", "(A;ID;0x1;;;S-1-1-0)"),
        ("(A;OICINP;0x1;;;S-1-1-0)", "(A;ID;0x1;;;S-1-1-0)", "(A;ID;0x1;;;S-1-1-0)"),
        ("(A;OINP;0x1;;;S-1-1-0)", "", "(A;ID;0x1;;;S-1-1-0)"),
        ("(A;OICIIO;0x1;;;S-1-1-0)", "(A;OICIID;0x1;;;S-1-1-0)", "(A;ID;0x1;;;S-1-1-0)"),
        (
            "(A;OICIIO;0x1;;;S-1-3-0)",
            f"(A;ID;0x1;;;{GROUP})(A;OICIIOID;0x1;;;S-1-3-0)",
            f"(A;ID;0x1;;;{GROUP})",
        ),
        (
            "(A;OICI;0x10000000;;;S-1-1-0)",
            "(A;ID;0x1f01ff;;;S-1-1-0)(A;OICIIOID;0x10000000;;;S-1-1-0)",
            "(A;ID;0x1f01ff;;;S-1-1-0)",
        ),
        ("(D;OICI;0x2;;;S-1-1-0)", "(D;OICIID;0x2;;;S-1-1-0)", "(D;ID;0x2;;;S-1-1-0)"),
    ],
)
def test_what_is_handed_down(above: str, folder: str, file: str) -> None:
    assert handed(above, is_folder=True) == folder
    assert handed(above, is_folder=False) == file


def test_inherited_entries_are_replaced_and_own_ones_stay() -> None:
    before = aces(BACKUP + FROM_ABOVE)
    now = aces("(A;ID;0x1;;;S-1-1-0)")
    assert acl.renewed(before, automatic=True, was=aces(FROM_ABOVE), now=now) == (*aces(BACKUP), *now)


def test_where_inherited_entries_are_not_marked_those_that_say_the_same_count_as_inherited() -> None:
    unmarked = aces("(A;OICI;0x1f01ff;;;S-1-5-18)" + BACKUP)
    now = aces("(A;ID;0x1;;;S-1-1-0)")
    assert acl.renewed(unmarked, automatic=False, was=aces(FROM_ABOVE), now=now) == (*aces(BACKUP), *now)
    assert acl.renewed(unmarked, automatic=True, was=aces(FROM_ABOVE), now=now) == (*unmarked, *now)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (ADMINISTRATORS + "(A;;0x1200a9;;;S-1-1-0)", True),
        ("(A;OICIID;0x1f01ff;;;S-1-5-32-544)", True),
        (ADMINISTRATORS + "(A;CI;0x1200a9;;;S-1-1-0)", False),
        ("", False),
    ],
)
def test_contents_are_left_alone_when_they_inherit_the_same(other: str, alike: bool) -> None:
    assert acl.hands_down_alike(aces(ADMINISTRATORS + BACKUP), aces(other)) is alike
