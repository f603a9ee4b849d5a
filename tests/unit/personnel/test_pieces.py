"""The small parts on their own."""

from __future__ import annotations

from datetime import date

import pytest

from chonai.operations.personnel import tags
from chonai.operations.personnel.brakes import brakes
from chonai.operations.personnel.census import Counts
from chonai.operations.personnel.codes import account_name, division, office, padded, parent
from chonai.operations.personnel.kinds import ReformKind
from chonai.operations.personnel.names import in_use, may_be_same, split
from chonai.operations.personnel.outcome import scope
from chonai.operations.personnel.policy import Brakes, SectionCodes
from chonai.operations.personnel.records import Place, Reform, Section, StaffKey
from chonai.operations.personnel.succession import ENDED, succession
from chonai.operations.personnel.templates import PersonTemplate, SectionTemplate
from tests.unit.personnel import world

CODES = SectionCodes()


@pytest.mark.parametrize(
    ("text", "width", "code"), [("40100", 6, "040100"), ("0401001", 6, None), ("４０", 6, None), ("", 6, None)]
)
def test_lost_zeros(text: str, width: int, code: str | None) -> None:
    assert padded(text, width) == code


@pytest.mark.parametrize(
    ("code", "upper"),
    [("020301", "020000"), ("020300", "020000"), ("020000", None), ("200000", None), ("201100", "200000")],
)
def test_where_a_section_belongs(code: str, upper: str | None) -> None:
    assert parent(office(code, CODES), CODES) == upper
    assert division(code, CODES) == code[:2] + "0000"


def test_longer_codes_and_other_levels() -> None:
    codes = SectionCodes(widths=(2, 3, 3), office_levels=3)
    assert parent("02003004", codes) == "02003000"
    assert parent("02003000", codes) == "02000000"
    assert office("02003004", codes) == "02003004"


def test_account_names_come_from_body_and_number() -> None:
    assert account_name(StaffKey("2", "001234"), world.policy()) == "e001234"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("山田\u3000太郎", ("山田", "太郎")),
        ("李 明", ("李", "明")),
        ("比嘉大地", ("比嘉大地", "")),
        ("グエン\u3000ティ\u3000ラン", ("グエン", "ティ\u3000ラン")),
    ],
)
def test_family_and_given_name(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


def test_the_name_in_use() -> None:
    assert in_use("田中\u3000花子", "鈴木", uses_former=True) == "鈴木\u3000花子"
    assert in_use("田中\u3000花子", "鈴木", uses_former=False) == "田中\u3000花子"
    assert in_use("田中\u3000花子", "", uses_former=True) == "田中\u3000花子"


def test_spellings_of_one_name() -> None:
    assert may_be_same("\U00020bb7田\u3000太郎", "吉田 太郎")
    assert not may_be_same("渡辺\u3000健一", "渡部\u3000健一")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 9, 30), 6, date(2026, 3, 30)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert tags.months_later(day, months) == later


def test_notes_come_and_go_and_leave_others_alone() -> None:
    notes = tags.leaving(frozenset({"手書き"}), date(2026, 3, 31), ["全職員"])
    assert notes == {"手書き", "chonai:retired-on=2026-03-31", "chonai:was-member=全職員"}
    assert tags.leaving(notes, date(2026, 4, 30), []) == notes
    assert tags.returning(notes) == {"手書き"}


@pytest.mark.parametrize(
    "notes", [set(), {"chonai:retired-on=いつか"}, {"chonai:retired-on=2026-03-31", "chonai:retired-on=2025-03-31"}]
)
def test_a_date_that_cannot_be_read_is_none(notes: set[str]) -> None:
    assert tags.retired_on(frozenset(notes)) is None


def test_a_template_recognises_what_it_rendered() -> None:
    template = SectionTemplate.parse("所属_{section_name}（{section_code}）")
    values = {"section_code": "020100", "section_name": "総務課", "division_name": ""}
    match = template.pattern().fullmatch(template.render(values))
    assert match is not None
    assert match.groupdict() == {"section_name": "総務課", "section_code": "020100"}
    assert PersonTemplate.parse("{account}").single == "account"
    assert PersonTemplate.parse("{account}@x").single is None


def after(**names: str) -> dict[str, Section]:
    return {code.removeprefix("_"): Section(code.removeprefix("_"), name, "") for code, name in names.items()}


def reform(old: str, new: str, kind: ReformKind = ReformKind.RENAME) -> Reform:
    return Reform(Place("t.csv", 2), kind, "改称", old, new, date(2026, 4, 1))


def seen(**names: str) -> dict[str, frozenset[str]]:
    return {code.removeprefix("_"): frozenset({name}) for code, name in names.items()}


def test_what_an_old_code_means_in_an_order() -> None:
    rows = [reform("010000", "020000"), *(reform("030000", new, ReformKind.SPLIT) for new in ("040000", "050000"))]
    fates = succession(rows, after(_020000="甲部"), CODES)
    assert fates.of_order("010000") == {"020000"}
    assert fates.of_order("030000") == {"040000", "050000", ENDED + "030000"}
    assert fates.of_order("990000") == {"990000"}


def test_a_chain_half_applied() -> None:
    fates = succession(
        [reform("010000", "020000"), reform("020000", "030000")], after(_020000="甲", _030000="丙"), CODES
    )
    half = seen(_010000="甲", _030000="丙")
    assert fates.now("010000", "甲", half) == "020000"
    assert fates.now("030000", "丙", half) == "030000"


def test_a_chain_whose_ends_are_both_empty_cannot_be_told() -> None:
    rows = [reform("010000", "020000"), reform("020000", "030000")]
    fates = succession(rows, after(_020000="乙", _030000="丙"), CODES)
    assert fates.is_unclear("020000", "乙", seen(_020000="乙"))
    assert not fates.is_unclear("020000", "乙", seen(_010000="甲", _020000="乙"))
    assert not fates.is_unclear("020000", "乙", seen(_020000="乙", _030000="丙"))


def test_brakes_name_themselves_and_their_figures() -> None:
    counts = Counts(serving=100, leavers=11, disabled=9, joiners=20, moved=61, deletions=6)
    rules = Brakes(leavers_percent=10, disabled_percent=10, joiners_percent=20, moved_percent=60, deletions_percent=5)
    found = brakes(counts, rules, covers=(89, 100), vanished={"020100": ("総務課", 3), "020200": ("人事課", 2)})
    assert [brake.name for brake in found] == [
        "leavers",
        "deletions",
        "moved",
        "roster_covers",
        "section_vanished",
        "section_vanished",
    ]
    assert found[0].message.render("en").startswith("11 of 100 people (11.0 %) would leave; the limit is 10 %.")


def test_a_directory_without_anybody_in_it_can_be_filled() -> None:
    assert [brake.name for brake in brakes(Counts(joiners=6), Brakes(), covers=None, vanished={})] == ["joiners"]


def test_what_is_owned() -> None:
    owned = scope(world.rules("lgwan"))
    assert "telephoneNumber" not in owned["user"].attributes
    assert owned["user"].secrets == ("initial_password",)
    assert owned["user"].place == {"parent", "name"}
    assert owned["group"].references == {"parent", "member"}
    assert ("sAMAccountName",) in owned["user"].unique
    assert "description" in owned["ou"].attributes
    assert "description" not in scope(world.rules("corp"))["ou"].attributes
