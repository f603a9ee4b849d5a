"""Orders that contradict themselves, each other, or the directory; and those that only look as if they did."""

from __future__ import annotations

from datetime import date

import pytest

from chonai.change.model import Key
from tests.traps import ground
from tests.unit.personnel import world

RETIRED = ("chonai:retired-on=2026-03-31", "chonai:was-member=プロジェクト", "chonai:was-member=所属_総務課")


def retired(number: str = "001002", *notes: str) -> world.Directory:
    """The directory after somebody has retired."""
    made = ground.directory()
    key = Key("user", number)
    for group in [group for group in made.state if group.type == "group"]:
        record = made.state[group]
        made.state[group] = {**record, "member": record["member"] - {str(key)}}  # type: ignore[operator]
    place = str(made.places["退職者"])
    shown = {"extensionName": frozenset(notes or RETIRED)}
    made.state[key] = {**made.state[key], "parent": place, "enabled": False, **shown}
    return made


def test_a_mover_a_joiner_and_a_leaver() -> None:
    rows = (
        ground.order("異動", "001002", 新所属コード="040100", 旧所属コード="020100", 職名="主査"),
        ground.joiner(),
        ground.order("普通退職", "001001", 発令日="2026/3/31", 旧所属コード="020100"),
    )
    state = ground.after(ground.ask(orders=ground.orders(*rows)))
    assert {"001002", "002001"} <= ground.members(state, "sec-040100")
    assert ground.members(state, "sec-020100") == {"001003", "001009"}
    assert "001002" in ground.members(state, "pos-060")
    gone = ground.account(state, "001001")
    assert (gone["enabled"], gone["parent"]) == (False, "ou:退職者")
    notes = {"chonai:retired-on=2026-03-31", "chonai:was-member=全職員", "chonai:was-member=所属_総務課"}
    assert gone["extensionName"] == frozenset(notes) | {"chonai:was-member=役職_課長"}
    assert all("001001" not in ground.members(state, str(each["name"])) for each in state.values() if "member" in each)


def test_one_number_twice_with_conflict() -> None:
    rows = (
        ground.order("異動", "001002", 新所属コード="040100"),
        ground.order("異動", "001002", "森\u3000次郎", 新所属コード="040100"),
    )
    ground.assert_says(
        ground.plan_of(*rows).problems, "orders.csv", "3行目", "漢字氏名", "森", "2 行目では 鈴木", "訂正"
    )


def test_two_main_posts_on_one_day() -> None:
    rows = (
        ground.order("異動", "001002", 新所属コード="040100"),
        ground.order("昇任", "001002", 新所属コード="040200", 職名="主査"),
    )
    ground.assert_says(
        ground.plan_of(*rows).problems, "orders.csv", "3行目", "新所属コード", "040200", "040100", "兼務"
    )


def test_the_same_number_in_two_bodies_is_two_people() -> None:
    rows = (ground.joiner("001002", 任命権者コード="2"), ground.order("異動", "001002", 新所属コード="040100"))
    state = ground.after(ground.ask(orders=ground.orders(*rows)))
    assert ground.account(state, "e001002")["employeeID"] == "2-001002"
    assert ground.account(state, "001002")["department"] == "市民課"


def test_a_row_without_body_is_refused() -> None:
    asked = ground.ask(orders=ground.orders(ground.order("異動", "001002", 任命権者コード="", 新所属コード="040100")))
    ground.assert_says(asked.problems, "orders.csv", "2行目", "任命権者コード", "1 市長部局", "default_body")


def test_an_order_for_an_unknown_person() -> None:
    outcome = ground.plan_of(ground.order("異動", "009999", "幽霊\u3000太郎", 新所属コード="040100"))
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "職員番号", "009999", "幽霊", "訂正するか")


def test_a_joiner_who_exists_elsewhere() -> None:
    outcome = ground.plan_of(ground.joiner("001002", 漢字氏名="鈴木\u3000花子"))
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "職員番号", "001002", "鈴木", "再任用")


def test_a_number_is_never_given_to_somebody_else() -> None:
    outcome = ground.planned(ground.ask(orders=ground.orders(ground.joiner("001002"))), retired().state)
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "漢字氏名", "山田", "鈴木", "再利用しません")


def test_an_old_section_that_is_not_the_directorys() -> None:
    outcome = ground.plan_of(ground.order("異動", "001002", 新所属コード="040100", 旧所属コード="040200"))
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "旧所属コード", "040200", "総務課", "訂正するか")


def test_a_section_that_nobody_knows() -> None:
    outcome = ground.plan_of(ground.order("異動", "001002", 新所属コード="990100"))
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "新所属コード", "990100", "組織表")


def test_orders_of_a_later_day_are_reported_and_not_planned() -> None:
    row = ground.order("異動", "001002", 発令日="2026/7/1", 新所属コード="040100")
    asked = ground.ask(orders=ground.orders(row))
    assert ground.touched(asked) == set()
    ground.assert_says(ground.planned(asked).warnings, "orders.csv", "1 件", "行: 2", "2026-04-01 より後")


def test_leavers_work_through_their_last_day() -> None:
    leaves = ground.orders(ground.order("普通退職", "001002", 発令日="2026/3/31"))
    assert ground.touched(ground.ask(date(2026, 3, 31), orders=leaves)) == set()
    assert "001002" in ground.touched(ground.ask(date(2026, 4, 1), orders=leaves))


@pytest.mark.parametrize("kind", ["免職", "死亡退職", "失職"])
def test_dismissal_and_death_take_effect_at_once(kind: str) -> None:
    row = ground.orders(ground.order(kind, "001002", 発令日="2026/3/20"))
    assert "001002" in ground.touched(ground.ask(date(2026, 3, 20), orders=row))


def test_old_orders_that_have_taken_effect_plan_nothing() -> None:
    rows = (
        ground.order("異動", "001002", 発令日="2024/4/1", 新所属コード="020200", 旧所属コード="040100"),
        ground.order("異動", "001002", 発令日="2025/4/1", 新所属コード="020100", 旧所属コード="020200"),
        ground.order("採用", "001002", 発令日="2023/4/1", 新所属コード="040100", 任用区分="正規"),
        ground.order("普通退職", "001999", "昔\u3000人", 発令日="2024/3/31"),
    )
    asked = ground.ask(orders=ground.orders(*rows))
    assert ground.planned(asked).problems == ()
    assert ground.touched(asked) == set()


def test_retire_and_rehire_under_one_number_leaves_nobody() -> None:
    rows = (
        ground.order("定年退職", "001001", 発令日="2026/3/31"),
        ground.order("再任用", "001001", 新所属コード="040100", 職名="主査", 任用区分="再任用"),
    )
    state = ground.after(ground.ask(orders=ground.orders(*rows)))
    record = ground.account(state, "001001")
    assert (record["enabled"], record["department"], record.get("extensionName")) == (True, "市民課", None)
    assert "001001" in ground.members(state, "pos-060")


def test_a_yearly_renewal_under_a_new_number_keeps_the_account() -> None:
    rows = (
        ground.order("任期満了", "001002", 発令日="2026/3/31"),
        ground.order("会計年度更新", "008002", "鈴木\u3000花子", 旧職員番号="1002", 任用区分="会計年度任用職員"),
    )
    asked = ground.ask(orders=ground.orders(*rows))
    record = ground.account(ground.after(asked), "001002")
    assert (record["employeeID"], record["enabled"], record["name"]) == ("1-008002", True, "001002")
    assert ground.touched(asked, ground.after(asked)) == set()


def test_a_renewal_without_old_number_is_linked_only_without_doubt() -> None:
    kana = "スズキ\u3000ハナコ"
    rows = (
        ground.order("任期満了", "001002", カナ氏名=kana, 発令日="2026/3/31"),
        ground.order("会計年度更新", "008002", "鈴木\u3000花子", カナ氏名="ｽｽﾞｷ ﾊﾅｺ"),
    )
    asked = ground.ask(orders=ground.orders(*rows))
    assert ground.account(ground.after(asked), "001002")["employeeID"] == "1-008002"
    ground.assert_says(
        ground.planned(asked).warnings, "orders.csv", "3行目", "1-001002", "同一人物", "旧職員番号を記入"
    )
    made = ground.directory()
    ground.person(made, "001777", "鈴木\u3000花子", Key("ou", "040200"), kana=kana)
    outcome = ground.planned(asked, made.state)
    ground.assert_says(outcome.problems, "orders.csv", "3行目", "旧職員番号", "1-001002, 1-001777", "記入してください")


def test_a_renewal_during_leave_does_not_enable_the_account() -> None:
    made = ground.directory()
    key = Key("user", "001002")
    made.state[key] = {**made.state[key], "enabled": False}
    rows = (
        ground.order("任期満了", "001002", 発令日="2026/3/31"),
        ground.order("会計年度更新", "001002", 任用区分="会計年度任用職員"),
    )
    state = ground.after(ground.ask(orders=ground.orders(*rows)), made.state)
    assert ground.account(state, "001002")["enabled"] is False


def test_three_concurrent_posts_and_one_taken_away() -> None:
    row = ground.order("兼務解除", "001009", 旧所属コード="020200")
    state = ground.after(ground.ask(orders=ground.orders(row)))
    groups = [code for code in ground.SECTIONS if "001009" in ground.members(state, f"sec-{code}")]
    assert groups == ["020100", "040100", "040200"]
    assert ground.account(state, "001009")["department"] == "保険課"


def test_a_mover_keeps_concurrent_posts() -> None:
    row = ground.order("異動", "001003", 新所属コード="040100", 旧所属コード="020200")
    state = ground.after(ground.ask(orders=ground.orders(row)))
    groups = [code for code in ground.SECTIONS if "001003" in ground.members(state, f"sec-{code}")]
    assert groups == ["020100", "040100"]


def test_leave_disables_in_place_and_return_enables() -> None:
    away = ground.orders(ground.order("育児休業", "001002", 旧所属コード="020100"))
    state = ground.after(ground.ask(orders=away))
    assert (ground.account(state, "001002")["enabled"], ground.account(state, "001002")["parent"]) == (
        False,
        "ou:020100",
    )
    assert "001002" in ground.members(state, "sec-020100")
    back = ground.orders(ground.order("復職", "001002", 新所属コード="040200", 旧所属コード="020100"))
    state = ground.after(ground.ask(orders=back), state)
    assert (ground.account(state, "001002")["enabled"], ground.account(state, "001002")["department"]) == (
        True,
        "保険課",
    )


def test_return_inside_the_grace_period_brings_hand_made_groups_back() -> None:
    made = retired()
    row = ground.orders(ground.order("再任用", "001002", 新所属コード="040100", 任用区分="再任用"))
    asked = ground.ask(date(2026, 6, 1), orders=row)
    state = ground.after(asked, made.state)
    record = ground.account(state, "001002")
    assert (record["enabled"], record["parent"], record["extensionName"]) == (True, "ou:040100", frozenset())
    assert "001002" in ground.members(state, "プロジェクト")
    assert "001002" in ground.members(state, "sec-040100") & ground.members(state, "all-staff")
    assert "001002" not in ground.members(state, "sec-020100")


def test_a_hand_made_group_that_is_gone_is_reported() -> None:
    made = retired("001002", "chonai:retired-on=2026-03-31", "chonai:was-member=廃止された班")
    row = ground.orders(ground.order("再任用", "001002", 新所属コード="040100"))
    outcome = ground.planned(ground.ask(orders=row), made.state)
    ground.assert_says(outcome.warnings, "1-001002", "廃止された班")


def test_a_return_must_say_where_to_when_nothing_else_does() -> None:
    made = retired()
    key = Key("user", "001002")
    made.state[key] = {**made.state[key], "department": "今はない課"}
    outcome = ground.planned(ground.ask(orders=ground.orders(ground.order("再任用", "001002"))), made.state)
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "新所属コード", "記入してください")


def test_retired_accounts_are_deleted_by_their_note_only() -> None:
    made = retired("001002", "chonai:retired-on=2025-09-30")
    made.state |= {Key("user", "001003"): retired("001003", "手書きのメモ").state[Key("user", "001003")]}
    asked = ground.ask(orders=ground.orders(ground.order("異動", "001004", 新所属コード="040200")))
    outcome = ground.planned(asked, made.state)
    assert Key("user", "001002") not in outcome.desired
    assert Key("user", "001003") in outcome.desired
    ground.assert_says(outcome.warnings, "1-001003", "退職日の記録がない", "手作業")


@pytest.mark.parametrize("applied", [False, True])
def test_an_order_cancelled_after_it_was_applied_is_taken_back(applied: bool) -> None:
    move = ground.order(
        "異動", "001002", 発令番号="R8-1", 新所属コード="040100", 旧所属コード="020100", 職名="主査", 旧職名="主事"
    )
    cancel = ground.order("取消", "001002", 対象発令番号="R8-1")
    header = (*ground.HEADER, "旧職名")
    state = ground.directory().state
    if applied:
        state = ground.after(ground.ask(orders=ground.csv_file(ground.table([move], header), encoding="utf-8")))
    both = ground.csv_file(ground.table([move, cancel], header), encoding="utf-8")
    assert ground.after(ground.ask(orders=both), state) == ground.directory().state


def test_a_cancellation_alone_needs_to_say_what_holds() -> None:
    state = ground.after(ground.ask(orders=ground.orders(ground.order("異動", "001002", 新所属コード="040100"))))
    alone = ground.order("取消", "001002", 対象発令番号="R8-1")
    outcome = ground.planned(ground.ask(orders=ground.orders(alone)), state)
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "対象発令番号", "R8-1", "新所属を記入")
    told = ground.orders({**alone, "新所属コード": "020100"})
    assert ground.after(ground.ask(orders=told), state) == ground.directory().state


def test_a_cancelled_leaver_comes_back_as_they_were() -> None:
    leave = ground.order("普通退職", "001002", 発令番号="R8-1", 発令日="2026/3/31", 旧所属コード="020100")
    state = ground.after(ground.ask(orders=ground.orders(leave)))
    cancel = ground.order("取消", "001002", 対象発令番号="R8-1")
    back = ground.after(ground.ask(orders=ground.orders(leave, cancel)), state)
    record = ground.account(back, "001002")
    assert (record["enabled"], record["parent"], record["extensionName"]) == (True, "ou:020100", frozenset())
    assert "001002" in ground.members(back, "sec-020100") & ground.members(back, "pos-080")


def test_a_cancelled_joiner_is_retired_and_not_deleted() -> None:
    join = ground.joiner(発令番号="R8-1")
    state = ground.after(ground.ask(orders=ground.orders(join)))
    cancel = {**ground.order("取消", "002001", "山田\u3000太郎"), "対象発令番号": "R8-1"}
    record = ground.account(ground.after(ground.ask(orders=ground.orders(join, cancel)), state), "002001")
    assert (record["enabled"], record["parent"]) == (False, "ou:退職者")


@pytest.mark.parametrize("applied", [False, True])
def test_a_corrected_order_is_as_if_it_had_been_right(applied: bool) -> None:
    wrong = ground.order("異動", "001002", 発令番号="R8-1", 新所属コード="040100", 旧所属コード="020100")
    right = ground.order(
        "訂正", "001002", 発令番号="R8-2", 新所属コード="040200", 旧所属コード="020100", 対象発令番号="R8-1"
    )
    state = ground.after(ground.ask(orders=ground.orders(wrong))) if applied else ground.directory().state
    expected = ground.after(
        ground.ask(orders=ground.orders(ground.order("異動", "001002", 新所属コード="040200", 旧所属コード="020100")))
    )
    assert ground.after(ground.ask(orders=ground.orders(wrong, right)), state) == expected


def test_a_correction_of_somebody_elses_order_is_refused() -> None:
    rows = (
        ground.order("異動", "001002", 発令番号="R8-1", 新所属コード="040100"),
        ground.order("取消", "001003", 対象発令番号="R8-1"),
    )
    ground.assert_says(ground.plan_of(*rows).problems, "orders.csv", "3行目", "対象発令番号", "R8-1", "1-001002")


def test_a_head_who_leaves_without_a_successor_leaves_an_empty_position() -> None:
    row = ground.orders(ground.order("普通退職", "001001", 発令日="2026/3/31"))
    state = ground.after(ground.ask(orders=row))
    assert ground.members(state, "pos-030") == set()


def test_a_hand_named_account_gets_its_own_name_in_the_retired_ou() -> None:
    made = ground.directory()
    key = Key("user", "001002")
    made.state[key] = {**made.state[key], "name": "鈴木花子"}
    made.user("鈴木花子", made.places["退職者"])
    row = ground.orders(ground.order("普通退職", "001002", 発令日="2026/3/31"))
    asked = ground.ask(orders=row)
    assert ground.account(ground.after(asked, made.state), "001002")["name"] == "001002"
    ground.assert_says(ground.planned(asked, made.state).warnings, "鈴木花子", "退職日の記録がない")


def test_an_order_for_somebody_who_has_left_is_refused() -> None:
    row = ground.orders(ground.order("異動", "001002", 新所属コード="040100"))
    outcome = ground.planned(ground.ask(date(2026, 6, 1), orders=row), retired().state)
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "職員番号", "001002", "退職しています", "再任用を発令")


def test_an_order_for_somebody_who_joins_later_is_refused() -> None:
    joins = ground.joiner()
    early = ground.order("異動", "002001", joins["漢字氏名"], 発令日="2026/3/20", 新所属コード="040100")
    outcome = ground.plan_of(early, joins)
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "職員番号", "002001", "後に採用", "訂正")


def test_orders_that_cancel_themselves_or_each_other_are_refused() -> None:
    move = ground.order("異動", "001004", 新所属コード="040200")
    own = ground.order("取消", "001004", 発令番号="R1", 対象発令番号="R1")
    ground.assert_says(ground.plan_of(move, own).problems, "orders.csv", "3行目", "対象発令番号", "R1", "訂正")
    pair = [
        ground.order(kind, "001004", 発令番号=f"R{n}", 対象発令番号=f"R{3 - n}")
        for n, kind in ((1, "取消"), (2, "訂正"))
    ]
    problems = ground.plan_of(*pair).problems
    for row, value in (("2行目", "R2"), ("3行目", "R1")):
        ground.assert_says(problems, "orders.csv", row, "対象発令番号", value, "自分自身")


def test_a_cancelled_cancellation_is_no_circle() -> None:
    rows = [
        ground.order("異動", "001004", 発令番号="R1", 新所属コード="040200"),
        ground.order("取消", "001004", 発令番号="R2", 対象発令番号="R1"),
        ground.order("取消", "001004", 発令番号="R3", 対象発令番号="R2"),
    ]
    assert "自分自身" not in "".join(ground.sentences(ground.plan_of(*rows).problems))


@pytest.mark.parametrize("number", ["²", "①②", "٠٠٢٠٠١", "2001²"])
def test_a_number_in_other_digits_is_none(number: str) -> None:
    asked = ground.ask(orders=ground.orders(ground.joiner(number)))
    ground.assert_says(asked.problems, "orders.csv", "2行目", "職員番号", number, "訂正")


def test_a_number_in_full_width_is_one() -> None:
    (order,) = ground.ask(orders=ground.orders(ground.joiner("００２００１"))).orders or ()
    assert order.key.number == "002001"


def test_an_earlier_leaving_says_nothing_of_the_day_of_a_later_one() -> None:
    """Somebody was brought back by hand; the old note would have the account deleted too early."""
    made = ground.directory()
    key = Key("user", "001002")
    made.state[key] = {**made.state[key], "extensionName": frozenset({*RETIRED, "手書き"})}
    again = ground.orders(ground.order("普通退職", "001002", 発令日="2026/3/30"))
    notes = ground.account(ground.after(ground.ask(orders=again), made.state), "001002")["extensionName"]
    assert notes == {
        "手書き", "chonai:retired-on=2026-03-30", "chonai:was-member=全職員",
        "chonai:was-member=役職_主事", "chonai:was-member=所属_総務課",
    }  # fmt: skip


def test_what_a_leaving_has_noted_before_its_apply_failed_is_kept() -> None:
    made = ground.directory()
    key = Key("user", "001002")
    group = Key("group", "sec-020100")
    made.state[key] = {**made.state[key], "enabled": False, "extensionName": frozenset(RETIRED)}
    made.state[group] = {**made.state[group], "member": made.state[group]["member"] - {str(key)}}  # type: ignore[operator]
    again = ground.orders(ground.order("普通退職", "001002", 発令日="2026/3/31"))
    notes = ground.account(ground.after(ground.ask(orders=again), made.state), "001002")["extensionName"]
    assert notes == {*RETIRED, "chonai:was-member=全職員", "chonai:was-member=役職_主事"}
