"""Names that break systems: stored as they arrive, compared with care, never taken for somebody else's."""

from __future__ import annotations

import pytest

from chonai.change.model import Key
from chonai.operations.personnel.kinds import Phase
from tests.traps import ground
from tests.unit.personnel import world


@pytest.mark.parametrize("name", ["髙﨑\u3000德次郎", "濵田\u3000瀨里奈", "\ufa19\u3000太一"])
def test_extended_cp932_names_are_stored_as_they_are(name: str) -> None:
    state = ground.after(ground.ask(orders=ground.orders(ground.joiner(漢字氏名=name), encoding="cp932")))
    assert ground.account(state, "002001")["displayName"] == name


@pytest.mark.parametrize("name", ["\U00020bb7野\u3000家", "辻\U000e0100\u3000三郎", "長山\u3000な\u304b\u3099れ"])
def test_names_that_cp932_has_not_are_stored_as_they_are(name: str) -> None:
    state = ground.after(ground.ask(orders=ground.orders(ground.joiner(漢字氏名=name))))
    assert ground.account(state, "002001")["displayName"] == name


@pytest.mark.parametrize(
    ("number", "poor"), [("001004", "吉田\u3000太郎"), ("001005", "辻\u3000二郎"), ("001006", "永山\u3000ながれ")]
)
def test_a_poorer_spelling_is_the_same_person_and_changes_nothing(number: str, poor: str) -> None:
    asked = ground.ask(
        orders=ground.orders(ground.order("異動", number, poor, 新所属コード="040200"), encoding="cp932")
    )
    state = ground.after(asked)
    assert ground.planned(asked).warnings == ()
    assert ground.account(state, number)["displayName"] == {each[0]: each[1] for each in ground.PEOPLE}[number]


def test_a_user_defined_character_is_kept_and_flagged() -> None:
    data = ground.orders(ground.joiner(漢字氏名="外山\u3000隆"), encoding="cp932")
    file = ground.File(data.name, data.data.replace("外".encode("cp932"), b"\xf0\x40"))
    asked = ground.ask(orders=file)
    assert ground.account(ground.after(asked), "002001")["displayName"] == "\ue000山\u3000隆"
    ground.assert_says(ground.planned(asked).warnings, "orders.csv", "2行目", "漢字氏名", "U+E000")


def test_half_width_kana_with_voice_marks_becomes_full_width() -> None:
    row = ground.joiner(カナ氏名="ｶﾞﾊﾞ ﾎﾟﾝﾀﾞ")
    state = ground.after(ground.ask(orders=ground.orders(row, encoding="cp932")))
    assert ground.account(state, "002001")["msDS-PhoneticDisplayName"] == "ガバ\u3000ポンダ"


def test_waves_and_dashes_survive_in_remarks_and_names() -> None:
    row = ground.joiner(漢字氏名="ブラウン\u3000メアリ～", 備考="①㈱ 4/1～ 〜 -")
    state = ground.after(ground.ask(orders=ground.orders(row)))
    assert ground.account(state, "002001")["displayName"] == "ブラウン\u3000メアリ～"


def test_circled_digits_in_cp932_remarks_are_no_obstacle() -> None:
    asked = ground.ask(orders=ground.orders(ground.joiner(備考="①㈱髙﨑"), encoding="cp932"))
    assert ground.after(asked)


@pytest.mark.parametrize("name", ["渡邊\u3000健一", "渡邉\u3000健一"])
def test_variants_of_a_name_with_one_reading_are_not_linked(name: str) -> None:
    kana = "ワタナベ\u3000ケンイチ"
    leaves = ground.order("定年退職", "001007", カナ氏名=kana, 発令日="2026/3/31")
    back = ground.order("再任用", "007007", name, カナ氏名=kana, 新所属コード="040200")
    outcome = ground.plan_of(leaves, back)
    ground.assert_says(outcome.problems, "orders.csv", "3行目", "旧職員番号", "007007", "旧職員番号を記入")


@pytest.mark.parametrize("kana", ["オノ\u3000ジュンイチ", "オオノ\u3000ジュニチ"])
def test_readings_that_romaji_confuses_are_not_linked(kana: str) -> None:
    leaves = ground.order("定年退職", "001008", カナ氏名="オオノ\u3000ジュンイチ", 発令日="2026/3/31")
    back = ground.order("再任用", "007008", "大野\u3000淳一", カナ氏名=kana, 新所属コード="040200")
    assert world.codes(ground.plan_of(leaves, back).problems) == ["personnel.rehire_unknown"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山田\u3000太郎", "山田\u3000太郎"),
        ("さとう\u3000みか", "サトウ\u3000ミカ"),
        ("たかた\u3000ゆう", "たかだ\u3000ゆう"),
    ],
)
def test_two_people_whom_a_directory_cannot_tell_apart_by_name(one: str, other: str) -> None:
    rows = (ground.joiner("002001", 漢字氏名=one), ground.joiner("002002", 漢字氏名=other))
    state = ground.after(ground.ask(orders=ground.orders(*rows)))
    made = [ground.account(state, number) for number in ("002001", "002002")]
    assert [record["displayName"] for record in made] == [one, other]
    assert [record["name"] for record in made] == ["002001", "002002"]
    assert made[0]["parent"] == made[1]["parent"]


def test_a_name_without_a_space_is_all_family_name_and_reported() -> None:
    asked = ground.ask(orders=ground.orders(ground.joiner(漢字氏名="比嘉大地")))
    record = ground.account(ground.after(asked), "002001")
    assert (record["sn"], record.get("givenName")) == ("比嘉大地", None)
    ground.assert_says(ground.planned(asked).warnings, "1-002001", "比嘉大地", "空白がない")


def test_middle_names_and_long_romaji_do_not_reach_the_account_name() -> None:
    name = "グエン\u3000ティ\u3000フォン\u3000クリストファーソン"
    record = ground.account(ground.after(ground.ask(orders=ground.orders(ground.joiner(漢字氏名=name)))), "002001")
    assert (record["sn"], record["givenName"]) == ("グエン", "ティ\u3000フォン\u3000クリストファーソン")
    assert len(str(record["sAMAccountName"])) <= 20


def test_a_name_change_and_a_move_on_one_day_are_one_change() -> None:
    rows = (
        ground.order("異動", "001002", 新所属コード="040100", 旧所属コード="020100"),
        ground.order("改姓", "001002", "田中\u3000花子", カナ氏名="ﾀﾅｶ ﾊﾅｺ", 旧所属コード="020100"),
    )
    asked = ground.ask(orders=ground.orders(*rows))
    record = ground.account(ground.after(asked), "001002")
    assert (record["displayName"], record["sn"], record["department"]) == ("田中\u3000花子", "田中", "市民課")
    reason = ground.planned(asked).reasons[ground.Key("user", "001002")]
    assert reason == "改姓: 鈴木\u3000花子→田中\u3000花子, 発令 2026-04-01 / 異動: 総務課→市民課, 発令 2026-04-01"


@pytest.mark.parametrize(
    "cells",
    [
        {"新所属コード": "040100"},
        {"発令区分": "普通退職", "発令日": "2026/3/31"},
        {"発令区分": "採用", "新所属コード": "020100"},
    ],
)
def test_an_order_under_the_number_of_somebody_else_is_refused(cells: dict[str, str]) -> None:
    """A mistyped number must neither move nor retire the wrong person, nor leave a joiner without an account."""
    asked = ground.ask(orders=ground.orders({**ground.order("異動", "001002", "別人\u3000花子"), **cells}))
    ground.assert_says(ground.planned(asked).problems, "orders.csv", "2行目", "漢字氏名", "別人", "鈴木")


@pytest.mark.parametrize(
    ("name", "code_point"),
    [
        ("山田\x1b[31m\u3000太郎", "U+001B"),
        ("山田\u3000太\x07郎", "U+0007"),
        ("山田\n太郎", "U+000A"),
        ("山田\u3000太\x9b郎", "U+009B"),
        ("山田\u3000太\u202e郎", "U+202E"),
        ("山田\u3000太\u2066郎", "U+2066"),
        ("山田\u3000太\ufffd", "U+FFFD"),
        ("\u200b", "見えない文字だけ"),
        ("\ufeff\u3000\u00ad", "見えない文字だけ"),
        ("\u3164", "見えない文字だけ"),
        ("\U000e0100", "見えない文字だけ"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(name: str, code_point: str) -> None:
    asked = ground.ask(orders=ground.orders(ground.joiner(漢字氏名=name)))
    ground.assert_says(asked.problems, "orders.csv", "2行目", "漢字氏名", code_point)


def test_section_names_and_titles_are_looked_at_too() -> None:
    sections = {**ground.SECTIONS, "020100": "総\n務課", "020200": "\u200b"}
    cells = [["所属コード", "所属名"], *([code, name] for code, name in sections.items())]
    table = ground.csv_file(cells, name="organisation.csv", encoding="utf-8")
    asked = ground.ask(orders=ground.orders(ground.joiner(職名="主\x1b事")), organisation=table)
    ground.assert_says(asked.problems, "organisation.csv", "所属名", "U+000A")
    ground.assert_says(asked.problems, "organisation.csv", "所属名", "見えない文字だけ")
    ground.assert_says(asked.problems, "orders.csv", "職名", "U+001B")


@pytest.mark.parametrize("character", ["\u200b", "\u200d", "\u200f", "\ufeff", "\u00ad", "\U000e0001"])
def test_a_character_without_width_in_a_name_is_told(character: str) -> None:
    asked = ground.ask(orders=ground.orders(ground.joiner(漢字氏名=f"山{character}田\u3000太郎")))
    assert asked.problems == ()
    ground.assert_says(asked.warnings, "漢字氏名", f"U+{ord(character):04X}")


@pytest.mark.parametrize(
    "name", ["辻\U000e0100\u3000二郎", "神\ufe00\u3000二郎", "\U00020bb7田\u3000太郎", "か\u3099\u3000太郎"]
)
def test_forms_of_characters_say_nothing(name: str) -> None:
    asked = ground.ask(orders=ground.orders(ground.joiner(漢字氏名=name)))
    assert (asked.problems, asked.warnings) == ((), ())


def test_a_family_name_that_the_directory_cannot_hold_is_refused() -> None:
    outcome = ground.plan_of(ground.joiner(漢字氏名=f"{'山' * 65}\u3000太郎"))
    ground.assert_says(outcome.problems, "1-002001", "sn", "65 文字", "上限は 64 文字", "短くする")
    assert ground.plan_of(ground.joiner(漢字氏名=f"{'山' * 64}\u3000太郎")).problems == ()


def test_a_character_outside_the_first_plane_counts_two() -> None:
    outcome = ground.plan_of(ground.joiner(漢字氏名=f"{chr(0x20BB7) * 33}\u3000太郎"))
    ground.assert_says(outcome.problems, "sn", "66 文字")


def test_an_account_that_is_only_prepared_is_measured_too() -> None:
    file = ground.orders(ground.joiner(漢字氏名=f"{'山' * 65}\u3000太郎"))
    asked = world.read_request(policy=world.policy(), effective_date=ground.DAY, orders=file, phase=Phase.PREPARE)
    ground.assert_says(ground.planned(asked).problems, "1-002001", "sn", "65 文字")


def test_a_section_name_that_the_directory_cannot_hold_is_refused() -> None:
    table = ground.reorganisation(("020100", "020100", "改称"))
    names = ground.organisation({**ground.SECTIONS, "020100": "総" * 100})
    outcome = ground.planned(ground.ask(reorganisation=table, organisation=names))
    ground.assert_says(outcome.problems, "020100", "name", "100 文字", "上限は 64 文字")
    ground.assert_says(outcome.problems, "1-001002", "department", "100 文字")


def test_a_long_value_that_stays_as_it_is_does_not_stand_in_the_way() -> None:
    made = ground.directory()
    key = Key("user", "001002")
    made.state[key] = {**made.state[key], "sn": "鈴" * 70}
    asked = ground.ask(orders=ground.orders(ground.order("異動", "001002", 新所属コード="040100")))
    assert not [each for each in ground.planned(asked, made.state).problems if each.code == "personnel.too_long"]
