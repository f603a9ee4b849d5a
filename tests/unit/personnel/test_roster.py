"""The roster as the whole request."""

from __future__ import annotations

from tests.city import truth
from tests.city.build import build
from tests.traps import ground
from tests.unit.personnel import world


def row(number: str, section: str = "", status: str = "在職", name: str = "") -> tuple[str, str, str, str]:
    """A roster row of somebody of PEOPLE."""
    known = {each[0]: each for each in ground.PEOPLE}
    return (number, name or known[number][1], section or known[number][3], status)


def ask(*changed: tuple[str, str, str, str], without: tuple[str, ...] = ()) -> world.Request:
    """Everybody as they are but for some rows."""
    rows = {each[0]: each for each in ground.everybody() if each[0] not in without}
    return ground.ask(roster=ground.roster([*(rows | {each[0]: each for each in changed}).values()]))


def test_a_roster_that_says_what_is_plans_nothing() -> None:
    assert ground.touched(ask()) == set()


def test_who_is_elsewhere_has_moved_and_who_is_absent_has_left() -> None:
    asked = ask(row("001002", "040100"), without=("001001",))
    state = ground.after(asked)
    assert ground.account(state, "001002")["department"] == "市民課"
    assert ground.account(state, "001001")["enabled"] is False
    assert "chonai:retired-on=2026-03-31" in ground.account(state, "001001")["extensionName"]  # type: ignore[operator]
    reasons = ground.planned(asked).reasons
    assert reasons[ground.Key("user", "001002")] == "名簿: 総務課→市民課, 2026-04-01 現在"
    assert reasons[ground.Key("user", "001001")] == "名簿になし, 2026-04-01 現在"
    assert ground.touched(asked, state) == set()


def test_an_incomplete_roster_makes_nobody_leave() -> None:
    policy = world.city_policy({**world.policy_data(), "roster": {"complete": False}})
    outcome = world.planned(ground.directory().state, ask(without=("001001",)), city=policy)
    assert world.changes(ground.directory().state, outcome) == []


def test_who_is_new_joins_and_who_is_on_leave_is_disabled() -> None:
    asked = ask(("002001", "新\u3000人", "040100", "在職"), row("001003", status="育児休業"))
    state = ground.after(asked)
    assert ground.account(state, "002001")["displayName"] == "新\u3000人"
    assert ground.account(state, "001003")["enabled"] is False
    assert "001003" in ground.members(state, "sec-020200")


def test_a_roster_without_concurrent_posts_leaves_them_alone() -> None:
    state = ground.after(ask(row("001009", "040200"), row("001002", "040100")))
    assert "001009" in ground.members(state, "sec-040100") & ground.members(state, "sec-020100")


def test_concurrent_posts_of_the_roster_are_the_whole_of_them() -> None:
    rows = [row(each[0]) for each in ground.PEOPLE]
    cells = [["番号", "氏名", "所属コード", "在職", "任命権者コード", "兼務所属コード1"]]
    cells += [[*each, "1", {"001003": "020100", "001009": "040100"}.get(each[0], "")] for each in rows]
    state = ground.after(ground.ask(roster=ground.csv_file(cells, name="roster.csv", encoding="utf-8")))
    groups = [code for code in ground.SECTIONS if "001009" in ground.members(state, f"sec-{code}")]
    assert groups == ["040100", "040200"]


def test_who_goes_on_under_a_new_number_keeps_the_account() -> None:
    asked = ask(("008002", "鈴木\u3000花子", "020100", "在職"), without=("001002",))
    made = ground.directory()
    key = ground.Key("user", "001002")
    made.state[key] = {**made.state[key], "msDS-PhoneticDisplayName": ""}
    state = ground.after(asked, made.state)
    assert ground.account(state, "001002")["employeeID"] == "1-008002"
    ground.assert_says(ground.planned(asked, made.state).warnings, "roster.csv", "1-008002", "1-001002")


def test_two_people_of_the_name_are_not_linked() -> None:
    new = [("008002", "鈴木\u3000花子", "020100", "在職"), ("008003", "鈴木\u3000花子", "040100", "在職")]
    asked = ask(*new, without=("001002",))
    made = ground.directory()
    key = ground.Key("user", "001002")
    made.state[key] = {**made.state[key], "msDS-PhoneticDisplayName": ""}
    state = ground.after(asked, made.state)
    assert ground.account(state, "001002")["enabled"] is False
    assert ground.account(state, "008002")["employeeID"] == "1-008002"
    ground.assert_says(ground.planned(asked, made.state).warnings, "roster.csv", "1-008002", "旧職員番号のある発令")


def test_one_number_twice_with_other_values_is_refused() -> None:
    rows = [*ground.everybody(), row("001002", "040100")]
    asked = ground.ask(roster=ground.roster(rows))
    ground.assert_says(asked.problems, "roster.csv", "12行目", "番号", "001002", "3 行目", "訂正")


def test_a_protected_account_that_the_roster_would_change_is_refused() -> None:
    made = ground.directory()
    asked = ask(row("001002", "040100"))
    why = world.message("change.protected", object="x", why="y")
    outcome = world.plan(made.state, {ground.Key("user", "001002"): why}, asked, world.policy(), made.rules)
    assert [brake.name for brake in outcome.brakes] == ["protected"]
    assert outcome.desired[ground.Key("user", "001002")] == made.state[ground.Key("user", "001002")]


def test_the_citys_roster_alone_leads_to_the_same_people_in_the_same_places() -> None:
    files = {"organisation": "organisation-2026.csv", "reorganisation": "reorganisation-2026.csv"}
    state = world.observed(build(), "lgwan")
    outcome = world.planned(state, world.request({"roster": "roster-2026.xlsx", **files}))
    assert outcome.problems == ()
    after = world.after(state, outcome)
    found = {
        str(record["employeeID"]): (record["department"], record["title"], record["enabled"])
        for record in world.by_account(after, "lgwan").values()
        if record["parent"] not in ("ou:退職者", "ou:管理")
    }
    expected = {
        each.key: (each.department, each.title, each.enabled)
        for each in truth.expected(build(), "after", "lgwan").values()
        if not each.retired_on
    }
    assert found == expected
