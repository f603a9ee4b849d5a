"""Files as they arrive: what can be read is read, what cannot is named by file, row, column and value."""

from __future__ import annotations

from datetime import date

import pytest

from tests.traps import ground
from tests.unit.personnel import world


def test_the_same_file_twice_in_one_counts_once() -> None:
    rows = [ground.order("異動", "001002", 発令番号="R8-1", 新所属コード="040100")]
    once, twice = ground.ask(orders=ground.orders(*rows)), ground.ask(orders=ground.orders(*rows, *rows))
    assert ground.touched(once) == ground.touched(twice)
    ground.assert_says(twice.warnings, "orders.csv", "3行目", "R8-1", "2 行目と同じ")


def test_one_order_number_on_two_different_rows_is_refused() -> None:
    rows = [
        ground.order("異動", "001002", 発令番号="R8-1", 新所属コード="040100"),
        ground.order("異動", "001003", 発令番号="R8-1", 新所属コード="040200"),
    ]
    asked = ground.ask(orders=ground.orders(*rows))
    ground.assert_says(asked.problems, "orders.csv", "3行目", "発令番号", "R8-1", "2 行目", "付け直す")


def test_lost_leading_zeros_are_put_back() -> None:
    row = ground.order("異動", "1002", "鈴木\u3000花子", 新所属コード="40100", 旧所属コード="20100")
    assert ground.account(ground.after(ground.ask(orders=ground.orders(row))), "001002")["department"] == "市民課"


@pytest.mark.parametrize("day", ["46113", "2026/4/1", "20260401", "R8.4.1", "令和8年4月1日", "２０２６年４月１日"])
def test_dates_in_every_form(day: str) -> None:
    row = ground.order("異動", "001002", 発令日=day, 新所属コード="040100")
    (read,) = ground.ask(orders=ground.orders(row)).orders or ()
    assert read.date == date(2026, 4, 1)


@pytest.mark.parametrize("day", ["26/4/1", "2026/2/30", "㋿8年4月1日", "R0.4.1", "未定"])
def test_dates_that_are_none_are_named(day: str) -> None:
    asked = ground.ask(orders=ground.orders(ground.order("異動", "001002", 発令日=day, 新所属コード="040100")))
    ground.assert_says(asked.problems, "orders.csv", "2行目", "発令日", day)


@pytest.mark.parametrize("day", ["1900/3/31", "H8.3.31", "2016/3/31", "2028/4/2", "9999/12/31"])
def test_a_retirement_on_a_day_that_nobody_means_is_refused(day: str) -> None:
    asked = ground.ask(orders=ground.orders(ground.order("普通退職", "001002", 発令日=day)))
    ground.assert_says(asked.problems, "orders.csv", "2行目", "発令日", day, "2016-04-01", "2028-04-01", "訂正")
    assert ground.touched(asked) == set()


@pytest.mark.parametrize("day", ["2016/4/1", "R7.3.31", "R10.4.1"])
def test_a_day_at_the_edge_is_an_order(day: str) -> None:
    assert ground.ask(orders=ground.orders(ground.order("普通退職", "001002", 発令日=day))).problems == ()


def test_old_orders_are_told_once_a_file_unless_another_row_names_them() -> None:
    old = [ground.order("異動", f"00100{n}", 発令日="2024/4/1", 新所属コード="040100") for n in (1, 2, 3)]
    old[2]["発令番号"] = "R6-3"
    row = ground.order("取消", "001003", 対象発令番号="R6-3")
    asked = ground.ask(orders=ground.orders(*old, row))
    assert asked.problems == ()
    assert len(asked.warnings) == 1
    ground.assert_says(asked.warnings, "orders.csv", "2 行", "2, 3 行目", "2024-04-01", "2026-04-01")


def test_a_reorganisation_of_another_age_is_refused() -> None:
    cells = [["旧コード", "新コード", "種別", "適用日"], ["020100", "020100", "改称", "H8.4.1"]]
    table = ground.csv_file(cells, name="reorganisation.csv")
    asked = ground.ask(reorganisation=table, organisation=ground.organisation())
    ground.assert_says(asked.problems, "reorganisation.csv", "2行目", "適用日", "H8.4.1", "訂正")


def test_who_left_long_ago_by_the_roster_and_is_in_service_is_refused() -> None:
    people = [(*row[:3], "退職", "1994/3/31") if row[0] == "001002" else (*row, "") for row in ground.everybody()]
    header = ["番号", "氏名", "所属コード", "在職", "退職日", "任命権者コード", "区分名"]
    file = ground.csv_file([header, *([*row, "1", "正規"] for row in people)], name="roster.csv", encoding="utf-8")
    outcome = ground.planned(ground.ask(roster=file))
    ground.assert_says(outcome.problems, "roster.csv", "退職日", "1994/3/31", "訂正")


def test_a_workbook_with_numbers_dates_merged_blank_and_total_rows() -> None:
    cells: list[list[object]] = [
        ["令和8年4月1日付け人事異動"],
        [],
        ["発令日", "発令区分", "任命権者コード", "職員番号", "漢字氏名", "新所属コード"],
        ["【総務部】"],
        [date(2026, 4, 1), "異動", 1, 1002, "鈴木\u3000花子", 40100],
        [None, "異動", 1, 1003, "高橋\u3000健", 40200],
        [],
        ["計", 2],
    ]
    asked = ground.ask(orders=ground.xlsx_file(cells, merged=["A5:A6"]))
    assert asked.problems == ()
    assert {order.key.number for order in asked.orders or ()} == {"001002", "001003"}
    assert {"001002", "001003"} <= ground.touched(asked)


def test_a_cell_that_looks_like_a_formula_is_a_text() -> None:
    asked = ground.ask(orders=ground.orders(ground.joiner(備考='=HYPERLINK("http://example.invalid")')))
    assert ground.after(asked)
    asked = ground.ask(orders=ground.orders(ground.joiner("=1+1")))
    ground.assert_says(asked.problems, "orders.csv", "2行目", "職員番号", "=1+1", "訂正してください")


def test_the_header_may_stand_lower_and_under_other_names() -> None:
    cells = [
        ["取扱注意・公表前"],
        ["異動日", "異動種別", "任命権者", "番号", "氏名", "所属コード"],
        ["R8.4.1", "異動", "市長部局", "1002", "鈴木　花子", "40100"],
    ]
    assert "001002" in ground.touched(ground.ask(orders=ground.csv_file(cells)))


def test_every_problem_of_every_file_comes_at_once() -> None:
    bad = ground.orders(
        ground.order("移動", "001002", 新所属コード="040100"),
        ground.order("異動", "00-1003", "高橋\u3000健", 発令日="4月", 新所属コード="市民課"),
        ground.order("採用", "002001", "山田\u3000太郎", 新所属コード="040100", 任用区分="臨時"),
    )
    people = ground.roster([("001002", "鈴木\u3000花子", "9999999", "在職")])
    table = ground.reorganisation(("020100", "", "改称"), ("040100", "020200", "合併"))
    asked = ground.ask(orders=bad, roster=people, organisation=ground.organisation(), reorganisation=table)
    for parts in (
        ("orders.csv", "2行目", "発令区分", "移動"),
        ("orders.csv", "3行目", "職員番号", "00-1003"),
        ("orders.csv", "3行目", "発令日", "4月"),
        ("orders.csv", "3行目", "新所属コード", "市民課"),
        ("orders.csv", "4行目", "任用区分", "臨時", "正規"),
        ("roster.csv", "2行目", "所属コード", "9999999"),
        ("reorganisation.csv", "2行目", "新コード", "改称"),
        ("reorganisation.csv", "3行目", "種別", "合併"),
    ):
        ground.assert_says(asked.problems, *parts)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", "発令日,職員番号,漢字氏名\r\n".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    asked = ground.ask(orders=ground.File("orders.csv", data))
    ground.assert_says(asked.problems, "orders.csv")
    assert ground.planned(asked).desired == ground.directory().state


def test_a_file_in_two_encodings_is_refused_with_its_line() -> None:
    good = ground.orders(ground.joiner(), encoding="cp932")
    asked = ground.ask(orders=ground.File("orders.csv", good.data + ground.orders(ground.joiner()).data))
    ground.assert_says(asked.problems, "orders.csv", "行目")


def test_a_file_without_a_needed_column_says_which() -> None:
    asked = ground.ask(orders=ground.csv_file([["発令日", "職員番号", "所属"], ["R8.4.1", "1002", "市民課"]]))
    ground.assert_says(asked.problems, "orders.csv", "漢字氏名")


def test_birthdays_and_sex_are_not_kept() -> None:
    cells = ground.table([ground.joiner()], (*ground.HEADER, "生年月日", "性別"))
    cells[1][-2:] = ["1990/1/1", "女"]
    asked = ground.ask(orders=ground.csv_file(cells))
    assert asked.problems == ()
    assert "1990" not in repr(asked)


def test_an_order_type_of_the_citys_own() -> None:
    data = {"15": {"name": "昇格", "act": "move", "aliases": ["昇格異動"]}}
    policy = world.city_policy({**world.policy_data(), "order_types": data})
    row = ground.order("昇格異動", "001002", 新所属コード="040100")
    asked = world.read_request(policy=policy, effective_date=ground.DAY, orders=ground.orders(row))
    assert asked.problems == ()


def test_type_and_code_that_disagree_are_refused() -> None:
    cells = ground.table([ground.order("異動", "001002", 新所属コード="040100")], (*ground.HEADER, "発令区分コード"))
    cells[1][-1] = "53"
    asked = ground.ask(orders=ground.csv_file(cells))
    ground.assert_says(asked.problems, "orders.csv", "2行目", "発令区分", "異動", "53 は 普通退職", "訂正")


def test_section_names_serve_where_codes_are_blank() -> None:
    cells = [
        ["発令日", "発令区分", "任命権者", "職員番号", "氏名", "新部名", "新課名", "旧課名"],
        ["R8.4.1", "異動", "1", "1002", "鈴木　花子", "市民部", "市民課", "総務課"],
        ["R8.4.1", "異動", "1", "1003", "高橋　健", "", "市民生活課", ""],
    ]
    asked = ground.ask(orders=ground.csv_file(cells), organisation=ground.organisation())
    ground.assert_says(asked.problems, "orders.csv", "3行目", "新課名", "市民生活課", "所属コードを記入")
    asked = ground.ask(orders=ground.csv_file(cells[:2]), organisation=ground.organisation())
    assert ground.account(ground.after(asked), "001002")["department"] == "市民課"
    cells[1][-1] = "保険課"
    outcome = ground.planned(ground.ask(orders=ground.csv_file(cells[:2]), organisation=ground.organisation()))
    ground.assert_says(outcome.problems, "orders.csv", "2行目", "旧課名", "保険課", "総務課", "訂正")


def test_names_that_do_not_fit_the_code_are_refused() -> None:
    cells = [
        ["発令日", "発令区分", "任命権者", "職員番号", "氏名", "新所属コード", "新課名"],
        ["R8.4.1", "異動", "1", "1002", "鈴木　花子", "040100", "保険課"],
    ]
    asked = ground.ask(orders=ground.csv_file(cells), organisation=ground.organisation())
    ground.assert_says(asked.problems, "orders.csv", "2行目", "新所属コード", "040100", "保険課")


def test_a_file_in_the_place_of_another_is_recognised() -> None:
    organisation, table = ground.organisation(), ground.reorganisation(("020100", "020100", "改称"))
    asked = ground.ask(orders=organisation)
    ground.assert_says(asked.problems, "organisation.csv は発令リスト", "組織表（-e organisation=）")
    asked = ground.ask(orders=table)
    ground.assert_says(asked.problems, "reorganisation.csv は発令リスト", "機構改革表（-e reorganisation=）")
    asked = ground.ask(orders=ground.roster(ground.everybody()))
    ground.assert_says(asked.problems, "roster.csv は発令リスト", "名簿（-e roster=）")
    asked = ground.ask(orders=ground.orders(ground.joiner()), organisation=table, reorganisation=organisation)
    ground.assert_says(asked.problems, "reorganisation.csv は組織表", "機構改革表（-e reorganisation=）")
    ground.assert_says(asked.problems, "organisation.csv は機構改革表", "組織表（-e organisation=）")


def test_orders_that_only_lack_a_column_are_taken_for_nothing_else() -> None:
    cells = ground.table([ground.joiner()], [title for title in ground.HEADER if title != "発令日"])
    said = ground.sentences(ground.ask(orders=ground.csv_file(cells)).problems)
    assert len(said) == 1
    assert "発令日" in said[0]
