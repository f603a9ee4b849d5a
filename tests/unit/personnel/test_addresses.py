"""Mail addresses: made of the reading, kept for good, never another's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from chonai.change.errors import InputError
from chonai.change.model import Key, Record, State, Value
from chonai.operations.personnel import DirectoryPolicy, directory_policy, plan, read_request, scope
from chonai.operations.personnel.kinds import Phase
from chonai.text.messages import Message
from tests.unit.personnel import world

POLICY: dict[str, Any] = {
    "flat": True,
    "users": {
        "identity": "staffKey",
        "account": "name",
        "notes": "notes",
        "name": "{address}",
        "attributes": {
            "staffKey": "{staff_key}",
            "displayName": "{name}",
            "kana": "{kana}",
            "department": "{section_name}",
        },
        "addresses": {},
        "listed": "listed",
    },
    "groups": {
        "section": {
            "identity": "sectionCode",
            "name": "ka-{section_code}",
            "attributes": {"sectionCode": "{section_code}", "displayName": "{section_name}"},
            "ended_name": "ka-{section_code}-{date}",
            "ended_attributes": {"sectionCode": "ended {section_code} {date}"},
        }
    },
}
RULES = directory_policy(POLICY)
NOBODY: Mapping[Key, Message] = {}
HEADER = "発令番号,発令日,発令区分,任命権者コード,職員番号,漢字氏名,カナ氏名,新所属コード,職名"


def box(number: int, name: str, kana: str = "", *, section: str = "総務課", **more: Value) -> tuple[Key, Record]:
    record: dict[str, Value] = {"name": name, "staffKey": f"1-{number:06d}", "displayName": "汐見　花", "kana": kana}
    return Key("user", str(number)), {**record, "department": section, "enabled": True, "listed": True, **more}


def section(code: str, name: str, *members: int) -> tuple[Key, Record]:
    people = frozenset(f"user:{number}" for number in members)
    return Key("group", code), {"name": f"ka-{code}", "sectionCode": code, "displayName": name, "member": people}


def after(
    state: State,
    *rows: str,
    phase: Phase = Phase.WHOLE,
    rules: DirectoryPolicy = RULES,
    day: date = world.DAY,
    protected: Mapping[Key, Message] = NOBODY,
) -> tuple[State, world.Outcome]:
    file = world.File("orders.csv", "\r\n".join([HEADER, *rows]).encode("cp932")) if rows else None
    asked = read_request(policy=world.policy(), effective_date=day, phase=phase, orders=file)
    assert not asked.problems, asked.problems
    outcome = plan(state, protected, asked, world.policy(), rules)
    assert not outcome.problems, outcome.problems
    return world.after(state, outcome), outcome


def order(number: int, type_: str, kana: str, name: str = "汐見　花") -> str:
    day = "2026-03-31" if type_ == "退職" else "2026-04-01"
    return f"{number},{day},{type_},1,{number:06d},{name},{kana},010100,主事"


def made(state: State, number: int) -> Record:
    return state[Key("user", f"id-1-{number:06d}")]


STATE = dict([box(1, "shiomi.hana", "シオミ　ハナ"), section("010100", "総務課", 1)])


def test_a_joiner_gets_an_address_and_is_in_the_section() -> None:
    found, _ = after(STATE, order(9, "採用", "オオノ　ジュンイチ", "大野　淳一"))
    person = made(found, 9)
    assert person["name"] == "ono.junichi"
    assert (person["enabled"], person["listed"]) == (True, True)
    assert "user:id-1-000009" in set(found[Key("group", "010100")]["member"])  # type: ignore[arg-type]


def test_nobody_gets_an_address_that_somebody_has_or_had() -> None:
    state = STATE | dict([box(2, "kato.ken", "カトウ　ケン", aliases=frozenset({"shiomi.hana2"}))])
    found, _ = after(state, order(8, "採用", "シオミ　ハナ"), order(9, "採用", "シオミ　ハナ"))
    assert [made(found, n)["name"] for n in (8, 9)] == ["shiomi.hana3", "shiomi.hana4"]


def test_a_new_reading_gives_a_new_address_and_keeps_the_old_one() -> None:
    found, _ = after(STATE, order(1, "改姓", "サトウ　ハナ", "佐藤　花"))
    person = found[Key("user", "1")]
    assert (person["name"], person["aliases"]) == ("sato.hana", frozenset({"shiomi.hana"}))
    again, outcome = after(found, order(1, "改姓", "サトウ　ハナ", "佐藤　花"))
    assert again == found
    assert not world.changes(found, outcome)


def test_where_the_city_wants_it_so_the_old_one_stays_for_some_months_only() -> None:
    users = {**POLICY["users"], "addresses": {"months": 6}}
    rules = directory_policy({**POLICY, "users": users})
    assert "aliasEnds" in scope(rules)["user"].attributes
    assert "aliasEnds" not in scope(RULES)["user"].attributes
    found, _ = after(STATE, order(1, "改姓", "サトウ　ハナ", "佐藤　花"), rules=rules)
    person = found[Key("user", "1")]
    assert (person["aliases"], person["aliasEnds"]) == (
        frozenset({"shiomi.hana"}),
        frozenset({"shiomi.hana=2026-09-30"}),
    )
    for day, left in ((date(2026, 9, 30), frozenset({"shiomi.hana"})), (date(2026, 10, 1), frozenset())):
        cleaned, _ = after(found, phase=Phase.CLEANUP, rules=rules, day=day)
        assert cleaned[Key("user", "1")]["aliases"] == left


def test_the_account_of_a_service_is_no_staff_but_a_list_that_names_it_is_stopped() -> None:
    state = STATE | dict([box(990001, "svc-backup")])
    service = {Key("user", "990001"): world.message("change.protected", object="svc-backup", why="svc-*")}
    roster = "番号,氏名,任命権者コード,所属コード,在職\r\n1,汐見　花,1,010100,在職"
    file = world.File("roster.csv", roster.encode("cp932"))
    asked = read_request(policy=world.policy(), effective_date=world.DAY, roster=file)
    outcome = plan(state, service, asked, world.policy(), RULES)
    assert not outcome.problems
    assert not outcome.brakes
    _, named = after(state, order(990001, "退職", ""), protected=service)
    assert [(brake.name, brake.releasable) for brake in named.brakes] == [("protected", False)]


def test_a_reading_that_is_written_alike_keeps_the_address() -> None:
    state = dict([box(1, "ono.hana", "オノ　ハナ"), section("010100", "総務課", 1)])
    found, _ = after(state, order(1, "カナ訂正", "オオノ　ハナ"))
    person = found[Key("user", "1")]
    assert (person["name"], person["kana"]) == ("ono.hana", "オオノ　ハナ")
    assert not person.get("aliases")


@pytest.mark.parametrize("kana", ["", "？？"])
def test_without_a_reading_the_account_name_is_used_and_told(kana: str) -> None:
    found, outcome = after(STATE, order(9, "採用", kana))
    assert made(found, 9)["name"] == "000009"
    assert "personnel.address_without_reading" in world.codes(outcome.warnings)


def test_a_leaver_is_hidden_and_comes_back_under_the_same_address() -> None:
    left, _ = after(STATE, order(1, "退職", "シオミ　ハナ"))
    person = left[Key("user", "1")]
    assert (person["name"], person["enabled"], person["listed"]) == ("shiomi.hana", False, False)
    back, _ = after(left, order(1, "再任用", "シオミ　ハナ"))
    person = back[Key("user", "1")]
    assert (person["name"], person["enabled"], person["listed"]) == ("shiomi.hana", True, True)


def test_a_prepared_box_is_not_in_the_address_book() -> None:
    prepared, _ = after(STATE, order(9, "採用", "オノ　ケン", "小野　健"), phase=Phase.PREPARE)
    person = made(prepared, 9)
    assert (person["name"], person["enabled"], person["listed"]) == ("ono.ken", False, False)
    joined, _ = after(prepared, order(9, "採用", "オノ　ケン", "小野　健"), phase=Phase.CUTOVER)
    person = made(joined, 9)
    assert (person["name"], person["enabled"], person["listed"]) == ("ono.ken", True, True)


def test_the_adapter_is_asked_for_aliases_and_listing() -> None:
    assert {"aliases", "listed"} <= scope(RULES)["user"].attributes


def test_an_address_without_a_rule_is_a_fault() -> None:
    users = {name: value for name, value in POLICY["users"].items() if name != "addresses"}
    with pytest.raises(InputError) as wrong:
        directory_policy({**POLICY, "users": users})
    assert "users.addresses" in wrong.value.render()


@pytest.mark.parametrize("phase", [Phase.WHOLE, Phase.PREPARE])
@pytest.mark.parametrize("as_roster", [False, True])
def test_an_address_that_is_too_long_stops_the_preparation_too(phase: Phase, as_roster: bool) -> None:
    kana = f"{'シ' * 30}　ハナ"
    if as_roster:
        rows = f"番号,氏名,カナ氏名,任命権者コード,所属コード,在職\r\n9,汐見　花,{kana},1,010100,在職".encode("cp932")
        roster = world.File("roster.csv", rows)
        asked = read_request(policy=world.policy(), effective_date=world.DAY, phase=phase, roster=roster)
    else:
        rows = f"{HEADER}\r\n{order(9, '採用', kana)}".encode("cp932")
        orders = world.File("orders.csv", rows)
        asked = read_request(policy=world.policy(), effective_date=world.DAY, phase=phase, orders=orders)
    outcome = plan(dict([section("010100", "総務課")]), {}, asked, world.policy(), RULES)
    [problem] = outcome.problems
    assert world.codes([problem]) == ["personnel.address_too_long"]
    assert "row 2, カナ氏名" in problem.render("en")
    assert not outcome.warnings


def test_one_that_only_the_cutover_gives_is_a_warning_until_then() -> None:
    for phase in (Phase.PREPARE, Phase.CUTOVER):
        row = order(1, "カナ訂正", f"{'シ' * 30}　ハナ")
        file = world.File("orders.csv", f"{HEADER}\r\n{row}".encode("cp932"))
        asked = read_request(policy=world.policy(), effective_date=world.DAY, phase=phase, orders=file)
        outcome = plan(STATE, {}, asked, world.policy(), RULES)
        found = outcome.warnings if phase is Phase.PREPARE else outcome.problems
        assert world.codes(found) == ["personnel.address_too_long"]
