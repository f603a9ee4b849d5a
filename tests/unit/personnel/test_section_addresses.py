"""Mail addresses of sections in a reorganisation: who gets mail to an old one, and until when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.model import Key, Record, State
from chonai.change.plan import Outcome
from chonai.operations.personnel import Request, plan
from chonai.operations.personnel.kinds import Phase, SplitAddress
from tests.unit.personnel import mailroom, world
from tests.unit.personnel.mailroom import made, person, reorganised, section

END = "2027-03-31"
TOLD = ("personnel.address_reused", "personnel.address_ends", "personnel.address_of_split")


def addresses(state: State) -> dict[str, set[str]]:
    """Main address of each section to its others, each with its last day."""
    return {
        str(record["name"]): {*_values(record, "aliases")} | {*_values(record, "aliasEnds")}
        for key, record in state.items()
        if key.type == "group"
    }


def _values(record: Record, name: str) -> frozenset[str]:
    value = record.get(name)
    return value if isinstance(value, frozenset) else frozenset()


def told(outcome: Outcome) -> list[tuple[str, object]]:
    return [
        (one.code.removeprefix("personnel.address_"), one.fields["address"])
        for one in outcome.warnings
        if one.code in TOLD
    ]


def test_a_section_that_gets_another_code_keeps_its_old_address_for_a_year() -> None:
    state = dict([section("010100", "総務課", 1), person(1, "shiomi.hana")])
    found, outcome = made(state, reorganised({"010200": "総務課"}, ("010100", "010200", "移管")))
    assert addresses(found) == {"ka-010200": {"ka-010100", f"ka-010100={END}"}}
    assert found[Key("group", "010100")]["member"] == {"user:1"}
    assert "ka-010100" in outcome.reasons[Key("group", "010100")]
    assert not told(outcome)


def test_one_that_is_only_called_otherwise_keeps_its_address_and_gets_no_other() -> None:
    found, _ = made(
        dict([section("010100", "総務課")]), reorganised({"010100": "庶務課"}, ("010100", "010100", "改称"))
    )
    assert addresses(found) == {"ka-010100": set()}
    assert found[Key("group", "010100")]["displayName"] == "庶務課"


def test_in_a_chain_only_the_address_that_nobody_takes_goes_on() -> None:
    state = dict([section("010100", "一課"), section("010200", "二課"), section("010300", "三課")])
    rows = [("010100", "010200", "改称"), ("010200", "010300", "改称"), ("010300", "010400", "改称")]
    found, outcome = made(state, reorganised({"010200": "一課改", "010300": "二課改", "010400": "三課改"}, *rows))
    assert addresses(found) == {
        "ka-010200": {"ka-010100", f"ka-010100={END}"}, "ka-010300": set(), "ka-010400": set(),
    }  # fmt: skip
    assert told(outcome) == [("reused", "ka-010200"), ("reused", "ka-010300")]


def test_sections_that_exchange_their_codes_have_no_old_addresses() -> None:
    state = dict([section("010100", "一課"), section("010200", "二課")])
    rows = [("010100", "010200", "改称"), ("010200", "010100", "改称")]
    found, outcome = made(state, reorganised({"010200": "一課改", "010100": "二課改"}, *rows))
    assert addresses(found) == {"ka-010100": set(), "ka-010200": set()}
    assert found[Key("group", "010100")]["name"] == "ka-010200"
    assert told(outcome) == [("reused", "ka-010100"), ("reused", "ka-010200")]


MERGED = reorganised(
    {"010300": "総務課", "010400": "出納課"}, ("010100", "010300", "統合"), ("010200", "010300", "統合")
)


def test_merged_sections_hand_their_addresses_down_with_those_that_they_had_already() -> None:
    old = {"aliases": frozenset({"somu", "ka-019900"}), "aliasEnds": frozenset({"ka-019900=2026-09-30"})}
    state = dict([section("010100", "庶務課", 1, **old), section("010200", "文書課"), person(1, "shiomi.hana")])
    found, outcome = made(state, MERGED)
    assert addresses(found) == {
        "ended-010100-2026-04-01": set(),
        "ended-010200-2026-04-01": set(),
        "ka-010300": {
            *("somu", "ka-019900", "ka-019900=2026-09-30"),
            *("ka-010100", f"ka-010100={END}", "ka-010200", f"ka-010200={END}"),
        },
        "ka-010400": set(),
    }
    ended = found[Key("group", "010100")]
    assert (ended["sectionCode"], ended["listed"], ended["member"]) == ("ended:010100:2026-04-01", False, frozenset())
    assert not told(outcome)


def test_a_code_that_comes_back_takes_its_address_along() -> None:
    state = dict([section("010100", "庶務課"), section("010200", "文書課")])
    chart = {"010300": "総務課", "010100": "ふるさと課"}
    rows = [("010100", "010300", "統合"), ("010200", "010300", "統合"), ("", "010100", "新設")]
    found, outcome = made(state, reorganised(chart, *rows))
    assert addresses(found)["ka-010100"] == set()
    assert addresses(found)["ka-010300"] == {"ka-010200", f"ka-010200={END}"}
    assert told(outcome) == [("reused", "ka-010100")]


SPLIT = reorganised(
    {"010200": "健康増進課", "010300": "保健予防課"}, ("010100", "010300", "分割"), ("010100", "010200", "分割")
)


def test_a_split_section_leaves_its_address_to_the_one_that_the_table_names_first() -> None:
    found, outcome = made(dict([section("010100", "健康課")]), SPLIT)
    assert addresses(found)["ka-010300"] == {"ka-010100", f"ka-010100={END}"}
    assert addresses(found)["ka-010200"] == set()
    assert told(outcome) == [("of_split", "ka-010100")]


def test_or_to_nobody_where_the_city_wants_it_so() -> None:
    rule = mailroom.RULES.groups.section
    assert rule is not None
    assert rule.addresses is not None
    strict = replace(rule, addresses=replace(rule.addresses, of_split=SplitAddress.NOBODY))
    rules = replace(mailroom.RULES, groups=replace(mailroom.RULES.groups, section=strict))
    state = dict([section("010100", "健康課")])
    outcome = plan(state, {}, SPLIT, world.policy(), rules)
    assert all(not others for others in addresses(world.after(state, outcome)).values())
    assert told(outcome) == [("ends", "ka-010100")]


def test_an_abolished_section_has_no_heir_and_that_is_said_of_each_address() -> None:
    state = dict([section("010100", "区画整理課", aliases=frozenset({"kukaku"})), section("010200", "総務課")])
    found, outcome = made(state, reorganised({"010200": "総務課"}, ("010100", "", "廃止")))
    assert addresses(found) == {"ended-010100-2026-04-01": set(), "ka-010200": set()}
    assert told(outcome) == [("ends", "ka-010100"), ("ends", "kukaku")]


def test_a_new_section_takes_the_old_address_of_another_one() -> None:
    old = {"aliases": frozenset({"ka-010200", "somu"}), "aliasEnds": frozenset({"ka-010200=2026-09-30"})}
    state = dict([section("010100", "総務課", **old)])
    found, outcome = made(state, reorganised({"010100": "総務課", "010200": "文書課"}, ("", "010200", "新設")))
    assert addresses(found) == {"ka-010100": {"somu"}, "ka-010200": set()}
    assert told(outcome) == [("reused", "ka-010200")]


def test_a_section_that_gets_its_old_code_back_gets_the_address_back() -> None:
    old = {"aliases": frozenset({"ka-010200"}), "aliasEnds": frozenset({"ka-010200=2026-09-30"})}
    state = dict([section("010100", "総務課", **old)])
    found, _ = made(state, reorganised({"010200": "総務課"}, ("010100", "010200", "移管")))
    assert addresses(found) == {"ka-010200": {"ka-010100", f"ka-010100={END}"}}


@pytest.mark.parametrize(
    ("asked", "sections"), [(MERGED, {"010100": "庶務課", "010200": "文書課"}), (SPLIT, {"010100": "健康課"})]
)
def test_a_second_plan_has_nothing_left_to_do(asked: Request, sections: dict[str, str]) -> None:
    found, _ = made(dict(section(code, name) for code, name in sections.items()), asked)
    assert not world.changes(found, mailroom.planned(found, asked))


def test_where_ended_sections_are_deleted_their_addresses_go_on_all_the_same() -> None:
    rule = mailroom.RULES.groups.section
    assert rule is not None
    rules = replace(mailroom.RULES, groups=replace(mailroom.RULES.groups, section=replace(rule, delete_ended=True)))
    state = dict([section("010100", "庶務課"), section("010200", "文書課")])
    outcome = plan(state, {}, MERGED, world.policy(), rules)
    assert addresses(world.after(state, outcome)) == {
        "ka-010300": {"ka-010100", f"ka-010100={END}", "ka-010200", f"ka-010200={END}"}, "ka-010400": set(),
    }  # fmt: skip


def test_an_address_that_a_person_has_cannot_become_a_sections_and_the_plan_names_the_person() -> None:
    state = dict([section("010100", "総務課"), person(1, "ka-010200")])
    outcome = mailroom.planned(state, reorganised({"010200": "総務課"}, ("010100", "010200", "移管")))
    assert not outcome.problems
    [problem] = mailroom.ordered(state, outcome).problems
    assert (problem.code, problem.fields["holder"]) == ("change.name_taken", "user:1")


def test_old_addresses_that_are_over_go_with_the_clean_up_and_with_nothing_before() -> None:
    old = {
        "aliases": frozenset({"ka-1", "ka-2", "somu"}),
        "aliasEnds": frozenset({"ka-1=2026-03-31", "ka-2=2026-04-01"}),
    }
    state = dict([section("010100", "総務課", 1, **old), person(1, "shiomi.hana")])
    for phase in (Phase.WHOLE, Phase.CLEANUP):
        found, _ = made(state, mailroom.asked(mailroom.order(1, "昇任"), phase=phase))
        assert addresses(found) == {"ka-010100": {"ka-2", "ka-2=2026-04-01", "somu"}}
    for phase in (Phase.CUTOVER, Phase.PREPARE):
        found, _ = made(state, mailroom.asked(mailroom.order(1, "昇任"), phase=phase))
        assert addresses(found) == addresses(state)
