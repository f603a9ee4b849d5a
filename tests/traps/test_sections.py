"""Reorganisations: chains, swaps, codes that come back, and people whom nobody told where to go."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Key, Record, State
from chonai.change.plan import Outcome
from tests.traps import ground
from tests.unit.personnel import world


def reorganised(
    sections: Mapping[str, str],
    *rows: tuple[str, str, str],
    orders: ground.File | None = None,
    state: State | None = None,
) -> Outcome:
    """The outcome of a reorganisation; `sections` are what the organisation becomes."""
    return ground.planned(asked(sections, *rows, orders=orders), state)


def asked(sections: Mapping[str, str], *rows: tuple[str, str, str], orders: ground.File | None = None) -> world.Request:
    """A request with a reorganisation."""
    organisation, table = ground.organisation(sections), ground.reorganisation(*rows)
    return ground.ask(organisation=organisation, reorganisation=table, orders=orders)


def changed(**codes: str | None) -> dict[str, str]:
    """SECTIONS with some names changed, added (`_020300="新課"`) or taken away (None)."""
    sections: dict[str, str | None] = dict(ground.SECTIONS)
    sections |= {code.removeprefix("_"): name for code, name in codes.items()}
    return {code: name for code, name in sections.items() if name is not None}


def ou(state: State, code: str) -> tuple[Key, Record]:
    """The OU of a code."""
    return next(
        (key, record) for key, record in state.items() if record.get("description") == code and key.type == "ou"
    )


def settled(sections: Mapping[str, str], *rows: tuple[str, str, str], orders: ground.File | None = None) -> State:
    """The directory afterwards; a second run must find nothing to do."""
    request = asked(sections, *rows, orders=orders)
    state = ground.after(request)
    assert world.changes(state, ground.planned(request, state)) == []
    assert ground.planned(request, state).problems == ()
    return state


def test_a_renamed_section_keeps_its_objects_and_its_people_follow() -> None:
    state = settled(changed(_040100="窓口課"), ("040100", "040100", "改称"))
    key, record = ou(state, "040100")
    assert (key.id, record["name"]) == ("040100", "窓口課")
    assert ground.account(state, "001004")["department"] == "窓口課"
    assert state[Key("group", "sec-040100")]["name"] == "所属_窓口課"


def test_a_chain_a_to_b_while_b_goes_to_c() -> None:
    sections = changed(_040100=None, _040200="市民課", _040300="保険年金課")
    state = settled(sections, ("040100", "040200", "改称"), ("040200", "040300", "改称"))
    assert (ou(state, "040200")[0].id, ou(state, "040300")[0].id) == ("040100", "040200")
    assert ground.account(state, "001004")["parent"] == "ou:040100"
    assert ground.account(state, "001007")["department"] == "保険年金課"
    group = state[Key("group", "sec-040200")]
    assert (group["sAMAccountName"], group["description"], group["name"]) == ("sec-040300", "040300", "所属_保険年金課")


def test_a_chain_that_takes_code_and_name_along_is_recognised_when_done() -> None:
    sections = changed(_040100=None, _040200="保険課", _040300="年金課")
    state = settled(sections, ("040100", "040200", "改称"), ("040200", "040300", "改称"))
    assert ou(state, "040200")[0].id == "040100"
    assert ground.account(state, "001004")["department"] == "保険課"
    assert ground.account(state, "001007")["department"] == "年金課"


def test_two_sections_swap_names() -> None:
    sections = changed(_040100="保険課", _040200="市民課")
    state = settled(sections, ("040100", "040100", "改称"), ("040200", "040200", "改称"))
    assert ground.account(state, "001004")["department"] == "保険課"
    assert ground.account(state, "001007")["department"] == "市民課"


def test_two_sections_swap_codes() -> None:
    sections = changed(_040100="保険課", _040200="市民課")
    state = settled(sections, ("040100", "040200", "改称"), ("040200", "040100", "改称"))
    assert ou(state, "040200")[0].id == "040100"
    assert ground.account(state, "001004")["department"] == "市民課"


def test_a_swap_that_leaves_codes_and_names_as_they_are_is_taken_for_done() -> None:
    rows = (("040100", "040200", "改称"), ("040200", "040100", "改称"))
    outcome = reorganised(changed(), *rows)
    assert world.changes(ground.directory().state, outcome) == []
    ground.assert_says(outcome.warnings, "040100", "市民課", "適用済みとみなし", "手作業")


def test_a_merged_section_takes_members_and_strangers_along() -> None:
    made = ground.directory()
    printer = made.user("printer", made.places["管理"])
    made.join(Key("group", "sec-040200"), printer)
    sections = changed(_040100=None, _040200=None, _040300="市民保険課")
    request = asked(sections, ("040100", "040300", "統合"), ("040200", "040300", "統合"))
    state = ground.after(request, made.state)
    assert ground.members(state, "sec-040300") >= {"001004", "001007", "001009", "printer"}
    assert ground.members(state, "end-040100-2026-04-01") == set()
    assert ground.account(state, "001004")["department"] == "市民保険課"
    assert world.changes(state, ground.planned(request, state)) == []


def test_a_code_that_comes_back_for_another_section() -> None:
    sections = changed(_040100="ふるさと納税課", _040200=None, _040300="市民保険課")
    rows = (("040100", "040300", "統合"), ("040200", "040300", "統合"), ("", "040100", "新設"))
    state = settled(sections, *rows)
    assert ground.account(state, "001004")["department"] == "市民保険課"
    assert ou(state, "040100")[1]["name"] == "ふるさと納税課"
    assert ground.members(state, "sec-040100") == set()


def test_a_split_section_with_people_without_target() -> None:
    sections = changed(_040200=None, _040300="国保課", _040400="年金課")
    rows = (("040200", "040300", "分割"), ("040200", "040400", "分割"))
    orders = ground.orders(ground.order("異動", "001007", 新所属コード="040300", 旧所属コード="040200"))
    outcome = reorganised(sections, *rows, orders=orders)
    ground.assert_says(
        outcome.problems, "reorganisation.csv", "旧コード", "040200", "2 名", "1-001008, 1-001009", "推測はしません"
    )


def test_a_split_section_with_an_order_for_everybody() -> None:
    sections = changed(_040200=None, _040300="国保課", _040400="年金課")
    rows = (("040200", "040300", "分割"), ("040200", "040400", "分割"))
    targets = {"001007": "040300", "001008": "040400", "001009": "040400"}
    orders = ground.orders(
        *(ground.order("異動", who, 新所属コード=to, 旧所属コード="040200") for who, to in targets.items())
    )
    state = settled(sections, *rows, orders=orders)
    assert ground.account(state, "001008")["department"] == "年金課"


def test_a_concurrent_post_in_a_split_section_needs_an_order_too() -> None:
    sections = changed(_020200=None, _020300="人事課", _020400="給与課")
    rows = (("020200", "020300", "分割"), ("020200", "020400", "分割"))
    move = ground.order("異動", "001003", 新所属コード="020300", 旧所属コード="020200")
    outcome = reorganised(sections, *rows, orders=ground.orders(move))
    ground.assert_says(outcome.problems, "020200", "1 名", "1-001009")
    also = ground.order("兼務", "001009", 新所属コード="020400", 旧所属コード="040200")
    assert reorganised(sections, *rows, orders=ground.orders(move, also)).problems == ()


def test_an_abolished_section_must_be_empty() -> None:
    outcome = reorganised(changed(_020200=None), ("020200", "", "廃止"))
    ground.assert_says(
        outcome.problems, "reorganisation.csv", "2行目", "020200", "2 件", "1-001003, 1-001009", "発令を入れる"
    )


def test_an_empty_abolished_section_is_put_aside_or_deleted() -> None:
    orders = ground.orders(
        ground.order("異動", "001003", 新所属コード="040100", 旧所属コード="020200"),
        ground.order("兼務解除", "001009", 旧所属コード="020200"),
    )
    request = asked(changed(_020200=None), ("020200", "", "廃止"), orders=orders)
    state = ground.after(request)
    assert ou(state, "ended:020200:2026-04-01")[1]["name"] == "人事課（2026-04-01廃止）"
    assert state[Key("group", "sec-020200")]["member"] == frozenset()
    data = {**world.policy_data(), "reorganisation": {"delete_ended": True}}
    outcome = world.planned(ground.directory().state, request, city=world.city_policy(data))
    assert Key("ou", "020200") not in outcome.desired
    assert Key("group", "sec-020200") not in outcome.desired


def test_an_abolished_section_that_holds_something_else_is_not_touched() -> None:
    made = ground.directory()
    made.user("printer", Key("ou", "020200"))
    orders = ground.orders(
        ground.order("異動", "001003", 新所属コード="040100", 旧所属コード="020200"),
        ground.order("兼務解除", "001009", 旧所属コード="020200"),
    )
    outcome = reorganised(changed(_020200=None), ("020200", "", "廃止"), orders=orders, state=made.state)
    ground.assert_says(outcome.problems, "reorganisation.csv", "020200", "printer")


def test_a_section_moves_under_another_division() -> None:
    sections = changed(_020200=None, _040300="人事課")
    state = settled(sections, ("020200", "040300", "移管"))
    key, record = ou(state, "040300")
    assert (key.id, record["parent"]) == ("020200", "ou:040000")


def test_a_division_is_renamed_with_a_section_below_it() -> None:
    state = settled(changed(_040000="市民生活部"), ("040000", "040000", "改称"))
    assert ou(state, "040000")[1]["name"] == "市民生活部"
    assert ground.account(state, "001010")["department"] == "市民生活部"


def test_a_name_that_differs_without_a_row_is_refused() -> None:
    orders = ground.orders(ground.order("異動", "001002", 新所属コード="040100"))
    request = ground.ask(orders=orders, organisation=ground.organisation(changed(_040200="保険年金課")))
    ground.assert_says(ground.planned(request).problems, "040200", "保険課", "保険年金課", "改称の行を追加")


def test_a_reorganisation_without_the_organisation_is_refused() -> None:
    request = ground.ask(reorganisation=ground.reorganisation(("040100", "040300", "改称")))
    ground.assert_says(ground.planned(request).problems, "reorganisation.csv", "組織表も指定")


def test_rows_that_contradict_each_other_are_refused() -> None:
    sections = changed(_040300="市民窓口課")
    rows = (
        ("040100", "040300", "改称"),
        ("040100", "", "廃止"),
        ("040200", "040300", "改称"),
        ("020100", "990100", "改称"),
    )
    problems = reorganised(sections, *rows).problems
    ground.assert_says(problems, "reorganisation.csv", "3行目", "旧コード", "040100", "2 行目と矛盾")
    ground.assert_says(problems, "reorganisation.csv", "4行目", "新コード", "040300", "2 行目")
    ground.assert_says(problems, "reorganisation.csv", "5行目", "新コード", "990100", "組織表にありません")


def test_an_interrupted_rename_is_not_mistaken_for_another_section() -> None:
    made = ground.directory()
    made.ou("市民課分室", Key("ou", "040000"), "040100")
    made.state[Key("ou", "twin")] = {"name": "窓口", "parent": "ou:040000", "description": "040100"}
    orders = ground.orders(ground.order("異動", "001002", 新所属コード="040100"))
    outcome = ground.planned(ground.ask(orders=orders), made.state)
    ground.assert_says(outcome.problems, "040100", "市民課分室", "窓口", "chonai apply")


def test_sections_merged_into_each_other_or_themselves_are_refused() -> None:
    pair = reorganised(changed(), ("020100", "020200", "統合"), ("020200", "020100", "統合"))
    for row, value in (("2行目", "020200"), ("3行目", "020100")):
        ground.assert_says(pair.problems, "reorganisation.csv", row, "新コード", value, "互いに統合", "訂正")
    own = reorganised(changed(), ("020100", "020100", "統合"))
    ground.assert_says(own.problems, "reorganisation.csv", "2行目", "新コード", "020100", "自分自身")


def test_a_merged_section_may_keep_its_code_when_another_joins_it() -> None:
    sections = changed(_040200=None)
    outcome = reorganised(sections, ("040100", "040100", "統合"), ("040200", "040100", "統合"))
    assert outcome.problems == ()
