"""Requests that would do harm: refused in words that an engineer can act on."""

from __future__ import annotations

from io import BytesIO

from python_calamine import CalamineWorkbook

from chonai.change.model import Key
from chonai.operations.personnel import File
from tests.city.build import build
from tests.traps import ground
from tests.unit.personnel import world


def brakes(outcome: world.Outcome) -> dict[str, str]:
    """Brakes by name, as they read."""
    return {brake.name: brake.message.render("ja") for brake in outcome.brakes}


def test_an_administrator_among_the_leavers_is_refused_for_good() -> None:
    made = ground.directory()
    admin = ground.person(made, "990003", "管理\u3000者", made.places["管理"])
    asked = ground.ask(orders=ground.orders(ground.order("普通退職", "990003", "管理\u3000者", 発令日="2026/3/31")))
    outcome = ground.planned(asked, made.state)
    assert [brake.releasable for brake in outcome.brakes if brake.name == "protected"] == [False]
    assert "1-990003 (990003)" in brakes(outcome)["protected"]
    assert outcome.desired[admin] == made.state[admin]


def test_an_account_outside_the_ous_for_staff_is_refused() -> None:
    made = ground.directory()
    other = made.ou("別の場所", made.base)
    ground.person(made, "001777", "迷子\u3000太郎", other)
    asked = ground.ask(orders=ground.orders(ground.order("異動", "001777", "迷子\u3000太郎", 新所属コード="040100")))
    ground.assert_says(ground.planned(asked, made.state).problems, "orders.csv", "2行目", "001777", "発令から外して")


def test_a_protected_group_is_never_left_or_joined() -> None:
    made = ground.directory()
    group = made.group("守られた班", "守られた班", [Key("user", "001002")])
    asked = ground.ask(orders=ground.orders(ground.order("普通退職", "001002", 発令日="2026/3/31")))
    why = world.message("change.protected", object="x", why="y")
    outcome = world.plan(made.state, {group: why}, asked, world.policy(), made.rules)
    assert [(brake.name, brake.releasable) for brake in outcome.brakes] == [("protected", False)]


def test_half_of_the_staff_missing_from_the_roster() -> None:
    asked = ground.ask(roster=ground.roster(ground.everybody()[:5]))
    said = brakes(ground.planned(asked))
    assert "10 名のうち 5 名がありません" in said["roster_covers"]
    assert "名簿全体を取り寄せて" in said["roster_covers"]


def test_half_of_the_staff_missing_from_the_roster_beside_orders() -> None:
    orders = ground.orders(ground.order("異動", "001002", 新所属コード="040100"))
    people = [(n, name, "040100" if n == "001002" else s, st) for n, name, s, st in ground.everybody()[:5]]
    outcome = ground.planned(ground.ask(orders=orders, roster=ground.roster(people)))
    assert "roster_covers" in brakes(outcome)
    assert outcome.problems == ()


def test_a_section_that_vanished_without_a_row() -> None:
    sections = {code: name for code, name in ground.SECTIONS.items() if code != "040200"}
    orders = ground.orders(ground.order("異動", "001002", 新所属コード="040100"))
    outcome = ground.planned(ground.ask(orders=orders, organisation=ground.organisation(sections)))
    assert "040200 保険課" in brakes(outcome)["section_vanished"]
    assert "3 名" in brakes(outcome)["section_vanished"]


def test_too_many_leavers() -> None:
    rows = [ground.order("普通退職", each[0], 発令日="2026/3/31") for each in ground.PEOPLE[:6]]
    said = brakes(ground.plan_of(*rows))
    assert "10 名中 6 名（60.0 %）" in said["leavers"]


def test_few_people_trip_no_brake_however_small_the_city() -> None:
    rows = [ground.order("普通退職", each[0], 発令日="2026/3/31") for each in ground.PEOPLE[:5]]
    assert brakes(ground.plan_of(*rows)) == {}


def test_a_truncated_roster_of_the_whole_city() -> None:
    whole = world.city_file("roster-2026.xlsx")
    state = world.observed(build(), "lgwan")
    asked = world.read_request(policy=world.policy(), effective_date=world.DAY, roster=_half(whole))
    assert "roster_covers" in brakes(world.planned(state, asked))


def _half(file: File) -> File:
    rows = CalamineWorkbook.from_filelike(BytesIO(file.data)).get_sheet_by_index(0).to_python()
    cells = [[str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return ground.csv_file(cells[: len(cells) // 2], encoding="utf-8")


def test_leavers_of_whom_the_roster_says_nothing_good() -> None:
    people = [
        *ground.everybody()[1:],
        ("001001", "佐藤\u3000一郎", "020100", "退職"),
        ("009999", "幽霊\u3000太郎", "040100", "在職"),
    ]
    orders = ground.orders(ground.order("普通退職", "001002", 発令日="2026/3/31"))
    outcome = ground.planned(ground.ask(orders=orders, roster=ground.roster(people)))
    ground.assert_says(outcome.problems, "roster.csv", "在職", "1-001001", "退職の発令がありません")
    ground.assert_says(outcome.problems, "roster.csv", "在職", "1-001002", "退職しています")
    ground.assert_says(outcome.problems, "roster.csv", "番号", "1-009999", "ディレクトリにも発令にもいません")


def test_somebody_on_no_list() -> None:
    orders = ground.orders(ground.order("異動", "001002", 新所属コード="040100"))
    people = [(n, name, "040100" if n == "001002" else s, st) for n, name, s, st in ground.everybody()[:-1]]
    outcome = ground.planned(ground.ask(orders=orders, roster=ground.roster(people)))
    ground.assert_says(outcome.problems, "1-001010", "小林", "roster.csv", "退職の発令もありません")


def test_a_roster_that_says_another_section_than_the_orders() -> None:
    orders = ground.orders(ground.order("異動", "001002", 新所属コード="040100"))
    outcome = ground.planned(ground.ask(orders=orders, roster=ground.roster(ground.everybody())))
    ground.assert_says(outcome.problems, "roster.csv", "3行目", "所属コード", "020100", "名簿では 総務課", "市民課")
