"""IDs that somebody had are nobody else's: the ledger is read when a plan is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chonai.change.ids import GivenId
from chonai.change.model import Key, Record, State
from chonai.operations.personnel import File, plan, read_request
from chonai.operations.personnel.kinds import GivesBack
from chonai.operations.personnel.taken import Claim, Taken, taken
from tests.unit.personnel import mailroom, world
from tests.unit.personnel.mailroom import RULES, asked, made, order, person, section

DAY = date(2024, 4, 1)
STATE = dict([section("010100", "総務課", 1), person(1, "shiomi.hana")])
JOINER = order(9, "採用", "オノ　ケン", "小野　健")


def given(value: str, owner: str, person: str = "", *, attribute: str = "name", **more: str) -> GivenId:
    system = more.pop("system", "webmail")
    return GivenId(system, attribute, value, owner, person, DAY, **more)


def known(*ids: GivenId) -> Taken:
    return taken(ids, "webmail", RULES)


def joined(ledger: Taken, row: str = JOINER, state: State = STATE) -> Record:
    found, _ = made(state, asked(row), ledger)
    return found[Key("user", "id-1-000009")]


@pytest.mark.parametrize("attribute", ["name", "aliases"])
def test_an_address_that_was_anothers_is_not_given(attribute: str) -> None:
    ledger = known(given("Ono.Ken", "1-000777", "大野 健", attribute=attribute), given("ono.ken2", "1-000778"))
    assert joined(ledger)["name"] == "ono.ken3"


def test_nor_one_that_was_a_sections() -> None:
    assert joined(known(given("ono.ken", "010200")))["name"] == "ono.ken2"


def test_what_was_given_elsewhere_is_free_here() -> None:
    ledger = known(given("ono.ken", "1-000777", system="ext_ad", attribute="sAMAccountName"))
    assert joined(ledger)["name"] == "ono.ken"


def test_who_comes_back_gets_the_old_address_again() -> None:
    ledger = known(given("ono.ken", "1-000777"), given("ono.ken2", "1-000009", "小野健"))
    assert joined(ledger)["name"] == "ono.ken2"


AGAIN = order(9, "採用", "オノ　ケン", "小野　健", more="000333,,")
OLD = given("ono.ken", "1-000333", "小野健")


def test_under_a_new_number_after_the_deletion_another_because_the_database_refuses_the_old_one() -> None:
    found, outcome = made(STATE, asked(AGAIN), known(OLD))
    assert found[Key("user", "id-1-000009")]["name"] == "ono.ken2"
    [warning] = [each for each in outcome.warnings if each.code == "personnel.address_not_given_back"]
    assert (warning.fields["former"], warning.fields["address"]) == ("ono.ken", "ono.ken2")


def test_also_when_another_system_knows_that_both_numbers_are_one_person() -> None:
    renumbered = given("000333", "1-000009", "小野健", system="lgwan_ad", attribute="staffKey", formerly="1-000333")
    assert joined(known(OLD, renumbered), AGAIN)["name"] == "ono.ken2"


def test_a_system_that_knows_people_gives_it_back_under_any_number() -> None:
    assert RULES.users.addresses is not None
    addresses = replace(RULES.users.addresses, gives_back=GivesBack.PERSON)
    rules = replace(RULES, users=replace(RULES.users, addresses=addresses))
    outcome = plan(STATE, {}, asked(AGAIN), world.policy(), rules, taken=taken((OLD,), "webmail", rules))
    assert world.after(STATE, outcome)[Key("user", "id-1-000009")]["name"] == "ono.ken"
    assert "personnel.address_not_given_back" not in world.codes(outcome.warnings)


@pytest.mark.parametrize("number", [9, 333])
def test_a_rehire_after_the_deletion_gets_a_new_account_where_the_ledger_knows_who_it_is(number: int) -> None:
    row = order(number, "再任用", "オノ　ケン", "小野　健", more="000333,,")
    found, outcome = made(STATE, asked(row), known(OLD))
    assert found[Key("user", f"id-1-{number:06d}")]["name"] == ("ono.ken2" if number == 9 else "ono.ken")
    assert "personnel.rehired_after_delete" in world.codes(outcome.warnings)


def test_but_not_where_the_old_number_was_anothers() -> None:
    row = order(9, "再任用", "オノ　ケン", "小野　健", more="000333,,")
    outcome = mailroom.planned(STATE, asked(row), known(given("ono.ken", "1-000333", "大野健")))
    assert world.codes(outcome.problems) == ["personnel.rehire_unknown"]


def test_under_whatever_number_they_were_known() -> None:
    ledger = known(
        given("ono.ken", "1-000200", "小野健"), given("ono.ken", "1-000300", "小野健", formerly="1-000200"),
        given("1-000009", "1-000009", "小野健", attribute="staffKey", formerly="1-000300"),
    )  # fmt: skip
    assert joined(ledger)["name"] == "ono.ken"


def test_a_renumbering_that_was_undone_leaves_one_person() -> None:
    ledger = known(given("a", "1-2", formerly="1-1"), given("a", "1-1", formerly="1-2"))
    assert ledger.are_one("1-1", "1-2")
    assert not ledger.is_anothers("a", Claim(frozenset({"1-1"}), frozenset({"1-1"})))


def test_an_address_of_another_reading_is_not_given_back() -> None:
    assert joined(known(given("sato.ken", "1-000009", "小野健")))["name"] == "ono.ken"


def test_a_new_reading_gives_no_address_of_another_and_back_again_the_own_alias() -> None:
    found, _ = made(STATE, asked(order(1, "改姓", "オノ　ハナ", "小野　花")), known(given("ono.hana", "1-000777")))
    renamed = found[Key("user", "1")]
    assert (renamed["name"], renamed["aliases"]) == ("ono.hana2", frozenset({"shiomi.hana"}))
    back, _ = made(found, asked(order(1, "改姓", "シオミ　ハナ", "汐見　花")), known(given("ono.hana", "1-000777")))
    again = back[Key("user", "1")]
    assert (again["name"], again["aliases"]) == ("shiomi.hana", frozenset({"ono.hana2"}))


HAD = given("000009", "1-000009", "田中一郎", system="lgwan_ad", attribute="sAMAccountName")


def test_a_number_that_was_anothers_is_a_problem_that_says_whose_and_since_when() -> None:
    outcome = mailroom.planned(STATE, asked(JOINER), known(HAD))
    [problem] = outcome.problems
    assert world.codes([problem]) == ["personnel.number_of_another"]
    said = problem.render("en")
    assert said.startswith("orders.csv, row 2, 職員番号")
    assert all(word in said for word in ("田中一郎", "2024-04-01", "lgwan_ad"))
    assert not world.changes(STATE, outcome)


def test_in_a_roster_too() -> None:
    rows = ("番号,氏名,所属コード,任命権者コード,在職", "1,汐見　花,010100,1,在職", "9,小野　健,010100,1,在職")
    file = File("roster.csv", "\r\n".join(rows).encode("cp932"))
    outcome = mailroom.planned(
        STATE, read_request(policy=world.policy(), effective_date=world.DAY, roster=file), known(HAD)
    )
    assert world.codes(outcome.problems) == ["personnel.number_of_another"]


@pytest.mark.parametrize("name", ["小野 健", "小野健", "小野　健"])
def test_the_number_of_the_same_person_is_none(name: str) -> None:
    again = given("000009", "1-000009", name.replace(" ", "").replace("　", ""), attribute="staffKey")
    assert joined(known(HAD, again))["staffKey"] == "1-000009"


def test_nor_one_that_nobody_bore_by_name() -> None:
    assert joined(known(given("x", "1-000009", "")))["staffKey"] == "1-000009"


def test_a_yearly_renewal_keeps_account_and_address_whatever_number() -> None:
    rows = (order(1, "任期満了"), order(9, "会計年度更新", more="000001,,"))
    found, _ = made(STATE, asked(*rows), known(given("shiomi.hana", "1-000001", "汐見花")))
    record = found[Key("user", "1")]
    assert (record["name"], record["staffKey"], record["enabled"]) == ("shiomi.hana", "1-000009", True)
    assert len([key for key in found if key.type == "user"]) == 1
