"""A person's own spelling of the name stands in the mail address in place of the passport's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.model import Key
from chonai.operations.personnel import File, Request, read_request
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.spellings import fault
from tests.unit.personnel import mailroom, world
from tests.unit.personnel.mailroom import made, person, section

STATE = dict([section("010100", "総務課", 1), person(1, "shiomi.hana")])
ORDERS = "発令番号,発令日,発令区分,任命権者コード,職員番号,漢字氏名,カナ氏名,新所属コード,ローマ字氏名"
ROSTER = "番号,氏名,カナ氏名,所属コード,任命権者コード,在職,英字氏名"


def asked(header: str, *rows: str) -> Request:
    file = File("file.csv", "\r\n".join([header, *rows]).encode("utf-8-sig"))
    read = {"orders" if header == ORDERS else "roster": file}
    return read_request(policy=world.policy(), effective_date=world.DAY, **read)


def joins(romaji: str) -> Request:
    return asked(ORDERS, f"9,2026-04-01,採用,1,9,大野　健,オオノ　ケン,010100,{romaji}")


@pytest.mark.parametrize(
    ("romaji", "address"),
    [
        ("", "ono.ken"),
        ("OHNO Ken", "ohno.ken"),
        ("Ｏｈｎｏ　Ｋｅｎ", "ohno.ken"),
        ("Tanaka-Smith Mary Jane", "tanaka-smith.mary-jane"),
        ("Ohno", "ohno"),
        ("O'Neil Ken", "oneil.ken"),
        ("Ohno Jun’ichi", "ohno.junichi"),
        ("Ōno Ken", "ono.ken"),
        ("Ôno Ken", "ono.ken"),
        ('"Ohno, Ken"', "ohno.ken"),
    ],
)
def test_who_joins_gets_it(romaji: str, address: str) -> None:
    state, _ = made(STATE, joins(romaji))
    assert state[Key("user", "id-1-000009")]["name"] == address
    assert not world.changes(state, mailroom.planned(state, joins(romaji)))


@pytest.mark.parametrize("phase", [Phase.WHOLE, Phase.PREPARE])
@pytest.mark.parametrize("romaji", ["大野健", "ohno.ken", "-Ohno Ken", "Øno Ken", "Ken Ohno", "KEN ONO", "Ken, Ohno"])
def test_what_is_no_spelling_is_a_problem_that_names_the_row(romaji: str, phase: Phase) -> None:
    asked = replace(joins(f'"{romaji}"'), phase=phase)
    assert not asked.problems
    outcome = mailroom.planned(STATE, asked)
    [problem] = outcome.problems
    said = problem.render("en")
    assert said.startswith("file.csv, row 2, ローマ字氏名")
    assert romaji in said
    assert not outcome.warnings


def test_a_correction_of_the_reading_gives_it_and_keeps_the_former_address() -> None:
    wish = asked(ORDERS, "9,2026-04-01,カナ訂正,1,1,汐見　花,シオミ　ハナ,,SHIOMY Hanna")
    state, _ = made(STATE, wish)
    assert (state[Key("user", "1")]["name"], state[Key("user", "1")]["aliases"]) == (
        "shiomy.hanna",
        frozenset({"shiomi.hana"}),
    )
    assert not world.changes(state, mailroom.planned(state, wish))


def test_a_roster_may_have_it_for_who_joins() -> None:
    rows = ("1,汐見　花,シオミ　ハナ,010100,1,在職,SHIOMY Hanna", "9,大野　健,オオノ　ケン,010100,1,在職,OHNO Ken")
    state, _ = made(STATE, asked(ROSTER, *rows))
    assert {record["name"] for key, record in state.items() if key.type == "user"} == {"shiomi.hana", "ohno.ken"}


def test_a_spelling_is_of_the_row_that_sets_the_reading() -> None:
    rows = (
        "8,2026-04-01,改姓,1,1,大野　花,オオノ　ハナ,,OHNO Hana",
        "9,2026-04-01,異動,1,1,汐見　花,シオミ　ハナ,010200,SHIOMI Hana",
    )
    for each in (rows, rows[::-1]):
        state, _ = made(dict([*STATE.items(), section("010200", "財政課")]), asked(ORDERS, *each))
        assert state[Key("user", "1")]["name"] == "ohno.hana"


def test_who_has_an_account_and_no_new_reading_is_not_judged() -> None:
    rows = ("1,汐見　花,シオミ　ハナ,010100,1,在職,Hana SHIOMI",)
    assert not mailroom.planned(STATE, asked(ROSTER, *rows)).problems


@pytest.mark.parametrize(
    ("written", "kana", "code"),
    [
        ("Ken Ohno", "オオノ　ケン", "personnel.spelling_swapped"),
        ("Ken Ohno", "", None),
        ("Ken Ohno", "？？", None),
        ("Ohno", "オオノ　ケン", None),
        ("Tanaka-Smith Mary Jane", "オオノ　ケン", None),
        ("Smith John", "スミス　ジョン", None),
        ("John Smith", "スミス　ジョン", "personnel.spelling_swapped"),
    ],
)
def test_the_order_of_the_names_is_that_of_the_reading(written: str, kana: str, code: str | None) -> None:
    assert fault(written, kana) == code
