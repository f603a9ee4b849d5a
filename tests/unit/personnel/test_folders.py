"""Folders of sections in a reorganisation: planned before the directory is applied or after it, and planned again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from chonai.change.model import Action, Key, Plan
from chonai.operations.personnel import scope_of
from chonai.operations.personnel.kinds import Phase
from chonai.text.messages import message
from tests.city import sheets, truth
from tests.city.build import build
from tests.traps import ground
from tests.unit.personnel import shelves, world
from tests.unit.personnel.shelves import Server, asked, server

Directory = Callable[[Server], None]
MERGER = (("040100", "040300", "統合"), ("040200", "040300", "統合"))
UNTIL = "（2027-03-31まで閲覧）"


def changed(**codes: str | None) -> dict[str, str]:
    """SECTIONS with some names changed, added (`_020300="新課"`) or taken away (None)."""
    sections: dict[str, str | None] = dict(ground.SECTIONS)
    sections |= {code.removeprefix("_"): name for code, name in codes.items()}
    return {code: name for code, name in sections.items() if name is not None}


def merged() -> dict[str, str]:
    """The organisation after MERGER."""
    return changed(_040100=None, _040200=None, _040300="市民保険課")


def ended(*codes: str) -> dict[str, str]:
    """What the directory calls the groups of sections that end."""
    return {f"sec_{code}": f"end-{code}-2026-04-01" for code in codes}


@pytest.fixture(params=["before the directory", "after the directory"])
def settled(request: pytest.FixtureRequest) -> Callable[..., Server]:
    """The server after a change, planned before or after the directory was applied; planned again it is nothing."""

    def settle(
        sections: Mapping[str, str], *rows: tuple[str, str, str], directory: Directory, made: Server | None = None,
        orders: ground.File | None = None,
    ) -> Server:  # fmt: skip
        made = made or server()
        wish = asked(sections, *rows, orders=orders)
        if request.param == "before the directory":
            plan = made.plan(wish)
            directory(made)
        else:
            directory(made)
            plan = made.plan(wish)
        made.apply(plan)
        assert made.plan(wish).changes == ()
        assert made.plan(asked()).changes == ()
        return made

    return settle


def test_orders_alone_change_no_folder() -> None:
    mover = ground.orders(ground.order("異動", "001001", 新所属コード="040100"))
    assert server().plan(asked(orders=mover)).changes == ()
    assert server().plan(asked(ground.SECTIONS, orders=mover)).changes == ()


def test_a_renamed_section_keeps_its_folder_and_its_rights(settled: Callable[..., Server]) -> None:
    made = settled(changed(_040100="窓口課"), ("040100", "040100", "改称"), directory=lambda _: None)
    assert made.named("040100_窓口課")["write"] == {"sec-040100"}
    assert made.folders[Key("folder", "040100")]["name"] == "040100_窓口課"


def test_a_transferred_section_takes_its_folder_along(settled: Callable[..., Server]) -> None:
    sections = changed(_040100=None, _020300="市民課")
    directory = lambda made: made.rename(sec_040100="sec-020300")  # noqa: E731
    made = settled(sections, ("040100", "020300", "移管"), directory=directory)
    assert made.named("020300_市民課")["write"] == {"sec-020300"}


def test_a_chain_runs_backwards_and_nobody_gets_the_others_rights(settled: Callable[..., Server]) -> None:
    sections = changed(_040100=None, _040200="市民課", _040300="保険年金課")
    rows = (("040100", "040200", "改称"), ("040200", "040300", "改称"))
    directory = lambda made: made.rename(sec_040100="sec-040200", sec_040200="sec-040300")  # noqa: E731
    made = settled(sections, *rows, directory=directory)
    assert made.folders[Key("folder", "040100")]["name"] == "040200_市民課"
    assert made.named("040200_市民課")["write"] == {"sec-040200"}
    assert made.named("040300_保険年金課")["write"] == {"sec-040300"}


def test_two_sections_swap_names_and_two_swap_codes(settled: Callable[..., Server]) -> None:
    names = changed(_040100="保険課", _040200="市民課")
    made = settled(names, ("040100", "040100", "改称"), ("040200", "040200", "改称"), directory=lambda _: None)
    assert made.folders[Key("folder", "040100")]["name"] == "040100_保険課"
    directory = lambda made: made.rename(sec_040100="sec-040200", sec_040200="sec-040100")  # noqa: E731
    made = settled(names, ("040100", "040200", "改称"), ("040200", "040100", "改称"), directory=directory)
    assert made.folders[Key("folder", "040100")]["name"] == "040200_市民課"
    assert made.named("040200_市民課")["write"] == {"sec-040200"}


def merging(made: Server) -> None:
    made.rename(**ended("040100", "040200"))
    made.group("sec-040300")


def test_a_merger_leaves_the_old_folders_to_be_read_by_the_new_section(settled: Callable[..., Server]) -> None:
    made = settled(merged(), *MERGER, directory=merging)
    assert made.named("040300_市民保険課")["write"] == {"sec-040300"}
    for code, name in (("040100", "市民課"), ("040200", "保険課")):
        record = made.named(f"{code}_{name}{UNTIL}")
        assert (record["read"], record["write"]) == ({"sec-040300"}, frozenset())
        assert made.folders[Key("folder", code)]["name"] == f"{code}_{name}{UNTIL}"


def earlier(readers: str = "sec-040100", until: str = "2026-09-30") -> tuple[Server, str]:
    """The server with the folder of 戸籍課, which ended last year and whose people went to 040100 (市民課)."""
    made, name = server(), f"040900_戸籍課（{until}まで閲覧）"
    made.folder(name, "040900", read=[made.group(readers), made.group("guests")])
    return made, name


def test_the_readers_of_what_ended_earlier_follow_when_their_section_ends_too(settled: Callable[..., Server]) -> None:
    made, name = earlier()
    directory = lambda made: (made.rename(**ended("040100", "040200")), made.group("sec-040300"))  # noqa: E731
    settled(merged(), *MERGER, directory=directory, made=made)
    assert made.named(name)["read"] == {"sec-040300", "guests"}
    reason = next(
        change.reason for change in earlier()[0].plan(asked(merged(), *MERGER)).changes if change.key.id == "040900"
    )
    assert "市民課" in reason


def test_not_when_the_time_of_reading_is_over_and_nobody_where_the_section_has_no_heir() -> None:
    made, name = earlier(until="2026-03-30")
    made.group("sec-040300")
    made.apply(made.plan(asked(merged(), *MERGER)))
    assert made.named(name)["read"] == {"sec-040100", "guests"}
    made, name = earlier()
    wish = asked(changed(_040100=None), ("040100", "", "廃止"))
    assert world.codes(made.outcome(wish).warnings).count("personnel.folder_unread") == 2
    made.apply(made.plan(wish))
    assert made.named(name)["read"] == {"guests"}


def test_a_merger_into_one_that_goes_on(settled: Callable[..., Server]) -> None:
    rows = (("040100", "040200", "統合"), ("040200", "040200", "統合"))
    directory = lambda made: made.rename(**ended("040100"))  # noqa: E731
    made = settled(changed(_040100=None), *rows, directory=directory)
    assert made.named(f"040100_市民課{UNTIL}")["read"] == {"sec-040200"}
    assert made.named("040200_保険課")["write"] == {"sec-040200"}


def test_a_split_is_read_by_both_halves(settled: Callable[..., Server]) -> None:
    sections = changed(_040100=None, _040300="窓口課", _040400="戸籍課")

    def directory(made: Server) -> None:
        made.rename(**ended("040100"))
        made.group("sec-040300")
        made.group("sec-040400")

    made = settled(sections, ("040100", "040300", "分割"), ("040100", "040400", "分割"), directory=directory)
    assert made.named(f"040100_市民課{UNTIL}")["read"] == {"sec-040300", "sec-040400"}
    assert {"040300_窓口課", "040400_戸籍課"} <= made.names


def test_a_split_that_keeps_its_code_keeps_its_folder(settled: Callable[..., Server]) -> None:
    sections = changed(_040300="戸籍課")
    rows = (("040100", "040100", "分割"), ("040100", "040300", "分割"))
    made = settled(sections, *rows, directory=lambda made: made.group("sec-040300"))
    assert {"040100_市民課", "040300_戸籍課"} <= made.names


def test_an_abolished_section_is_read_by_where_the_orders_send_its_people(settled: Callable[..., Server]) -> None:
    went = [
        ground.order("異動", "001004", 新所属コード="020100", 旧所属コード="040100", 発令番号="1"),
        ground.order("異動", "001005", 新所属コード="020200", 旧所属コード="040100", 発令番号="2"),
        ground.order("取消", "001005", 対象発令番号="2", 発令番号="3"),
        ground.order("異動", "001007", 新所属コード="040000", 旧所属コード="040200", 発令番号="4"),
    ]
    orders = ground.orders(*went)
    directory = lambda made: made.rename(**ended("040100"))  # noqa: E731
    made = settled(changed(_040100=None), ("040100", "", "廃止"), directory=directory, orders=orders)
    record = made.named(f"040100_市民課{UNTIL}")
    assert (record["read"], record["write"]) == ({"sec-020100"}, frozenset())


def test_an_abolished_section_that_nobody_left_by_order_is_told() -> None:
    outcome = server().outcome(asked(changed(_040100=None), ("040100", "", "廃止")))
    ground.assert_says(outcome.warnings, "040100", "市民課", "誰も閲覧できなくなります")


def test_a_code_that_comes_back_gets_a_folder_and_the_new_group(settled: Callable[..., Server]) -> None:
    """The group of the same name that there is until the directory is applied is another's."""
    sections = changed(_040100="国際課", _040200=None, _040300="市民保険課")
    rows = (*MERGER, ("", "040100", "新設"))

    def directory(made: Server) -> None:
        merging(made)
        made.group("sec-040100")

    made = settled(sections, *rows, directory=directory)
    new = made.named("040100_国際課")
    assert new["write"] == {"sec-040100"}
    assert made.named(f"040100_市民課{UNTIL}")["write"] == frozenset()


def test_the_plan_says_which_group_is_not_meant() -> None:
    made = server()
    sections = changed(_040100="国際課", _040200=None, _040300="市民保険課")
    plan = made.plan(asked(sections, *MERGER, ("", "040100", "新設")))
    [trustee] = [change for change in plan.changes if change.key.id == r"new:LGWAN\sec-040100"]
    old = made.group("sec-040100")
    assert trustee.after == {"name": r"LGWAN\sec-040100", "instead_of": f"trustee:{old}"}
    assert plan.labels[Key("trustee", old)] == r"LGWAN\sec-040100"


def test_a_reused_code_of_a_section_without_folder_is_looked_up(settled: Callable[..., Server]) -> None:
    made = server()
    guest = made.folders.pop(Key("folder", "040100"))["write"]
    key = Key("folder", "020100")
    made.folders[key] = {**made.folders[key], "read": guest}
    sections = changed(_040100="国際課", _040200=None, _040300="市民保険課")

    def directory(made: Server) -> None:
        merging(made)
        made.group("sec-040100")

    made = settled(sections, *MERGER, ("", "040100", "新設"), directory=directory, made=made)
    assert made.named("040100_国際課")["write"] == {"sec-040100"}


def test_new_sections_get_folders_with_the_rights_of_the_rules(settled: Callable[..., Server]) -> None:
    rights = {"write": ["LGWAN\\sec-{section_code}"], "read": ["LGWAN\\sec-020000"], "manage": ["LGWAN\\sec-020200"]}
    made = server(rights=rights)
    made = settled(
        changed(_020300="監査課"), ("", "020300", "新設"), directory=lambda made: made.group("sec-020300"), made=made
    )
    record = made.named("020300_監査課")
    found = tuple(record[each] for each in ("read", "write", "manage", "inherits"))
    assert found == ({"sec-020000"}, {"sec-020300"}, {"sec-020200"}, False)


def test_a_section_only_in_the_table_gets_a_folder_and_a_warning() -> None:
    outcome = server().outcome(asked(changed(_020300="監査課")))
    ground.assert_says(outcome.warnings, "020300", "監査課", "組織表にだけ")
    assert Key("folder", "new:020300") in outcome.desired


def test_only_sections_of_the_levels_have_folders() -> None:
    made = server({code: name for code, name in ground.SECTIONS.items() if not code.endswith("0000")}, levels=[2])
    assert made.plan(asked(ground.SECTIONS)).changes == ()
    made.section("020000", "総務部")
    assert made.plan(asked(changed(_020000="行政部"), ("020000", "020000", "改称"))).changes == ()


def test_people_of_a_level_without_folders_read_all_the_same() -> None:
    made = server({code: name for code, name in ground.SECTIONS.items() if not code.endswith("0000")}, levels=[2])
    made.group("sec-040000")
    wish = asked(changed(_040100=None), ("040100", "040000", "統合"))
    made.apply(made.plan(wish))
    assert made.named(f"040100_市民課{UNTIL}")["read"] == {"sec-040000"}
    assert made.plan(wish).changes == ()


def test_guests_go_on_and_who_wrote_does_not() -> None:
    made = server()
    own, guest, admin = (made.group(f"sec-{code}") for code in ("040100", "020100", "020200"))
    made.section("040100", "市民課", write=[own, guest], read=[guest], manage=[admin, own], special=[])
    key = Key("folder", "040100")
    made.folders[key] = {**made.folders[key], "special": frozenset({f"grant:{own};CI;0x1201bf"})}
    outcome = made.outcome(asked(changed(_040100=None), ("040100", "040200", "統合")))
    record = outcome.desired[key]
    heir = made.group("sec-040200")
    assert record["read"] == {f"trustee:{guest}", f"trustee:{heir}"}
    assert (record["write"], record["special"]) == (frozenset(), frozenset())
    assert record["manage"] == {f"trustee:{admin}"}


def test_the_link_counts_and_not_the_name() -> None:
    """Somebody renamed groups by hand: whoever the folder of the heir is linked to reads."""
    made = server()
    made.rename(sec_040200="sec-hoken", sec_020100="sec-040200")
    outcome = made.outcome(asked(changed(_040100=None), ("040100", "040200", "統合")))
    assert outcome.desired[Key("folder", "040100")]["read"] == {f"trustee:{made.group('sec-hoken')}"}


def test_of_several_who_write_the_one_of_the_right_name_is_the_sections() -> None:
    made = server()
    heir, guest = made.group("sec-040200"), made.group("sec-020100")
    made.section("040200", "保険課", write=[guest, heir])
    outcome = made.outcome(asked(changed(_040100=None), ("040100", "040200", "統合")))
    assert outcome.desired[Key("folder", "040100")]["read"] == {f"trustee:{heir}"}


def test_folders_that_no_rule_describes_are_left_alone() -> None:
    made = server()
    strange = ("共有", "040100", "99_古い", "040100 市民課", "0401_市民課", "040101_窓口係")
    for n, name in enumerate((*strange, "040100_市民課（2027-02-30まで閲覧）")):
        made.folder(name, f"x{n}")
    plan = made.plan(asked(changed(_040100="窓口課"), ("040100", "040100", "改称")))
    assert {change.key.id for change in plan.changes} == {"040100"}


def test_a_copy_beside_a_sections_folder_is_told_and_left_alone() -> None:
    made = server()
    made.folder("040100_市民課のコピー", "copy")
    made.folder("040200_保険年金課", "other name")
    made.folders.pop(Key("folder", "040200"))
    made.folder("040200_保険係", "another name")
    outcome = made.outcome(asked(ground.SECTIONS))
    ground.assert_says(outcome.warnings, "040100_市民課のコピー", "そのまま")
    ground.assert_says(outcome.warnings, "040200_保険年金課", "そのまま")
    for sections in (ground.SECTIONS, None):
        assert made.plan(asked(sections)).changes == ()
        assert made.plan(asked(sections, phase=Phase.CLEANUP)).changes == ()


def test_two_folders_that_could_both_be_the_sections_are_a_problem() -> None:
    made = server()
    made.folder("040100_市民課のコピー", "copy")
    outcome = made.outcome(asked(changed(_040100="窓口課"), ("040100", "040100", "改称")))
    assert "personnel.code_twice" in world.codes(outcome.problems)


def test_names_and_codes_that_the_table_does_not_have_are_told() -> None:
    sections = changed(_040100="窓口課", _040200=None)
    outcome = server().outcome(asked(sections))
    ground.assert_says(outcome.warnings, "040100_市民課", "窓口課", "改称の行がありません")
    ground.assert_says(outcome.warnings, "040200_保険課", "組織表になく")
    assert shelves.state_of(outcome) == server().folders


def test_a_protected_folder_is_left_alone_and_told() -> None:
    made = server()
    protected = {Key("folder", "040100"): message("folders.protected_name", folder="040100_市民課", pattern="0401*")}
    for row in (("040100", "040100", "改称"), ("040100", "", "廃止")):
        outcome = made.outcome(asked(changed(_040100="窓口課" if row[1] else None), row), protected)
        ground.assert_says(outcome.warnings, "040100_市民課", "保護")
        assert shelves.state_of(outcome) == made.folders


def test_what_an_apply_left_undone_is_finished_by_the_next_plan() -> None:
    made = server()
    wish = asked(merged(), *MERGER)
    plan = made.plan(wish)
    merging(made)
    half = [change for change in plan.changes if not (change.after.get("read") and change.key.id == "040100")]
    made.apply(replace(plan, changes=tuple(half)))
    assert made.named(f"040100_市民課{UNTIL}")["read"] == frozenset()
    [change] = made.plan(wish).changes
    assert change.key == Key("folder", "040100")
    made.apply(made.plan(wish))
    assert made.named(f"040100_市民課{UNTIL}")["read"] == {"sec-040300"}


def test_preparing_touches_no_folder_and_still_says_what_is_wrong() -> None:
    made = server()
    wish = asked(merged(), *MERGER, phase=Phase.PREPARE)
    assert made.plan(wish).changes == ()
    assert made.outcome(wish).brakes == ()
    assert "personnel.folder_ended" in world.codes(made.outcome(wish).warnings)


# afterwards ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed() -> Server:
    """A year's mergers, applied."""
    made = server()
    plan = made.plan(asked(merged(), *MERGER))
    merging(made)
    made.apply(plan)
    return made


def cleaned(made: Server, day: date, phase: Phase = Phase.CLEANUP) -> Plan:
    plan = made.plan(asked(day=day, phase=phase))
    made.apply(plan)
    assert made.plan(asked(day=day, phase=phase)).changes == ()
    return plan


def test_reading_ends_with_its_last_day(closed: Server) -> None:
    assert cleaned(closed, date(2027, 3, 31)).changes == ()
    assert {change.key.id for change in cleaned(closed, date(2027, 4, 1)).changes} == {"040100", "040200"}
    assert closed.named(f"040100_市民課{UNTIL}")["read"] == frozenset()


def test_cutting_over_closes_nothing_and_counts_what_is_due(closed: Server) -> None:
    later = asked(day=date(2027, 4, 1))
    assert closed.plan(later).changes == ()
    ground.assert_says(closed.outcome(later).warnings, "2 個", "phase=cleanup")
    assert len(cleaned(closed, date(2027, 4, 1), Phase.WHOLE).changes) == 2
    assert "personnel.folders_due" not in world.codes(closed.outcome(later).warnings)


def test_the_months_are_the_policys() -> None:
    made = server(readable_months=6)
    merging(made)
    made.apply(made.plan(asked(merged(), *MERGER)))
    assert "040100_市民課（2026-09-30まで閲覧）" in made.names
    assert len(cleaned(made, date(2026, 10, 1)).changes) == 2


def test_without_months_nobody_reads() -> None:
    made = server(readable_months=0)
    merging(made)
    made.apply(made.plan(asked(merged(), *MERGER)))
    assert made.named("040100_市民課（2026-03-31まで閲覧）")["read"] == frozenset()
    assert made.plan(asked(merged(), *MERGER)).changes == ()


def test_what_is_kept_is_named_for_the_archive(closed: Server) -> None:
    outcome = closed.outcome(asked(day=date(2027, 4, 1), phase=Phase.CLEANUP))
    ground.assert_says(outcome.warnings, f"040100_市民課{UNTIL}", "手作業で削除")


def test_only_what_is_empty_is_deleted_and_only_where_it_is_wished(closed: Server) -> None:
    for code in ("040100", "040200"):
        key = Key("folder", code)
        closed.folders[key] = {**closed.folders[key], "empty": code == "040200"}
    assert {change.action for change in closed.plan(asked(day=date(2027, 4, 1), phase=Phase.CLEANUP)).changes} == {
        Action.UPDATE
    }
    closed.rules = shelves.rules(delete_empty=True)
    plan = cleaned(closed, date(2027, 4, 1))
    assert {(change.key.id, change.action) for change in plan.changes} == {
        ("040100", Action.UPDATE),
        ("040200", Action.DELETE),
    }


def test_a_folder_that_is_read_for_longer_says_so_in_its_name(closed: Server) -> None:
    key = Key("folder", "040100")
    closed.folders[key] = {**closed.folders[key], "name": "040100_市民課（2028-03-31まで閲覧）"}
    assert {change.key.id for change in cleaned(closed, date(2027, 4, 1)).changes} == {"040200"}


def test_whether_a_folder_is_empty_is_only_asked_where_it_matters() -> None:
    deletes = shelves.rules(delete_empty=True)
    asks = {phase: "empty" in scope_of(deletes, phase)["folder"].attributes for phase in Phase}
    assert asks == {Phase.WHOLE: True, Phase.PREPARE: False, Phase.CUTOVER: False, Phase.CLEANUP: True}
    assert "empty" not in scope_of(shelves.rules(), Phase.CLEANUP)["folder"].attributes


# brakes --------------------------------------------------------------------------------------------------------------


def test_too_many_folders_that_are_closed_are_a_brake() -> None:
    sections = {f"02{n:02d}00": f"課{n}" for n in range(1, 13)}
    rows = [(code, "020100", "統合") for code in sections if code != "020100"]
    wish = asked({"020100": "課1"}, *rows)
    assert [brake.name for brake in server(sections).outcome(wish).brakes] == ["folders"]
    assert server(sections).outcome(replace(wish, phase=Phase.PREPARE)).brakes == ()
    gone = {code for code, _, _ in rows[:5]}
    few = asked({code: name for code, name in sections.items() if code not in gone}, *rows[:5])
    assert server(sections).outcome(few).brakes == ()


def test_closing_at_the_end_of_reading_counts_too() -> None:
    made = server({})
    for n in range(1, 13):
        made.folder(f"02{n:02d}00_課{n}{UNTIL}", f"e{n}", read=[made.group("sec-020100")])
    outcome = made.outcome(asked(day=date(2027, 4, 1), phase=Phase.CLEANUP))
    assert [brake.name for brake in outcome.brakes] == ["folders"]


# the year's change ---------------------------------------------------------------------------------------------------

CLOSED = {"070200_商工課", "070400_企業誘致課", "050600_健康づくり課", "090400_区画整理課"}


@pytest.mark.parametrize("first", ["folders", "directory"])
def test_the_citys_year(first: str) -> None:
    city = build()
    rows = [(row[0], row[1], row[2]) for row in sheets.reorganisation_rows(city)[1:]]
    made = server({office.code: office.name for office in truth.offices(city, "before")})
    wish = world.whole_change()
    if first == "directory":
        made.reorganise(rows)
    plan = made.plan(wish)
    if first == "folders":
        made.reorganise(rows)
    made.apply(plan)
    live = {f"{office.code}_{office.name}": office.group for office in truth.offices(city, "after")}
    assert made.names == live.keys() | {f"{name}{UNTIL}" for name in CLOSED}
    assert all(made.named(name)["write"] == {group} for name, group in live.items())
    readers = {name: set(made.named(f"{name}{UNTIL}")["read"]) for name in CLOSED}
    merged_into = {"sec-070600"}
    assert readers.pop("050600_健康づくり課") == {"sec-050700", "sec-050800"}
    assert readers.pop("090400_区画整理課")
    assert readers == {"070200_商工課": merged_into, "070400_企業誘致課": merged_into}
    assert made.plan(wish).changes == ()


# what the base is ----------------------------------------------------------------------------------------------------


def test_a_share_without_one_base_is_a_problem() -> None:
    made = server()
    made.folders[Key("folder", "other")] = {"name": "", "parent": None}
    assert world.codes(made.outcome(asked(ground.SECTIONS)).problems) == ["personnel.no_folder_base"]


def test_a_wrong_request_is_a_problem_of_the_folders_too() -> None:
    outcome = server().outcome(asked(None, ("040100", "040200", "改称")))
    assert world.codes(outcome.problems) == ["personnel.organisation_needed"]
    assert outcome.desired == server().observe()
