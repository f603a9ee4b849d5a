"""Approvers and deputies follow the posts (§5.3.2 no. 3), with what goes wrong at city halls when posts change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from chonai.change.errors import InputError
from chonai.change.model import Key, Record, State, Value
from chonai.operations.personnel import DirectoryPolicy, directory_policy, scope
from tests.city import truth
from tests.city.build import build
from tests.unit.personnel import world
from tests.unit.personnel.test_flat import flat_rules, flattened

HEADS = ("030", "031", "032", "033", "034", "035")
DEPUTIES = ("040", "041", "042")
POLICY: dict[str, object] = {
    "flat": True,
    "users": {
        "identity": "staff",
        "account": "id",
        "notes": "notes",
        "name": "{account}",
        "attributes": {
            "id": "{account}",
            "staff": "{staff_key}",
            "title": "{title}",
            "display": "{name}",
            "section": "{section_code}",
        },
    },
    "groups": {
        "section": {
            "identity": "code",
            "name": "{section_code}",
            "attributes": {"code": "{section_code}", "label": "{section_name}"},
            "ended_name": "{section_code} {date}",
            "ended_attributes": {"code": "ended {section_code} {date}"},
        },
        "approvers": {"titles": ["010", "030"], "deputy_titles": ["040"]},
    },
}
RULES = directory_policy(POLICY)
HEADER = "発令番号,発令日,発令区分,任命権者コード,職員番号,漢字氏名,カナ氏名,新所属コード,職名"


class Workflow:
    """A small product with an approval workflow: 総務部 (010000) with 総務課 (010100) and 人事課 (010200)."""

    def __init__(self) -> None:
        self.state: dict[Key, Record] = {}
        for code, name in (("010000", "総務部"), ("010100", "総務課"), ("010200", "人事課")):
            self.state[Key("group", code)] = {"name": code, "code": code, "label": name, "member": frozenset()}

    def person(self, number: int, title: str, *sections: str, enabled: bool = True) -> str:
        account = f"{number:06d}"
        key = Key("user", account)
        record: dict[str, Value] = {"name": account, "id": account, "staff": f"1-{account}", "title": title}
        self.state[key] = {**record, "display": f"汐見　{number}", "section": sections[0], "enabled": enabled}
        for code in sections:
            self._add(code, "member", str(key))
        return str(key)

    def approves(self, code: str, *people: str, deputies: tuple[str, ...] = ()) -> None:
        for name, keys in (("approvers", people), ("deputies", deputies)):
            self.state[Key("group", code)] = {**self.state[Key("group", code)], name: frozenset(keys)}

    def _add(self, code: str, name: str, value: str) -> None:
        group = Key("group", code)
        members = self.state[group][name]
        assert isinstance(members, frozenset)
        self.state[group] = {**self.state[group], name: members | {value}}

    def after(self, *rows: str) -> tuple[State, world.Outcome]:
        file = world.File("orders.csv", "\r\n".join([HEADER, *rows]).encode("cp932"))
        asked = world.read_request(policy=world.policy(), effective_date=world.DAY, orders=file)
        assert not asked.problems, asked.problems
        outcome = world.plan(self.state, {}, asked, world.policy(), RULES)
        return world.after(self.state, outcome), outcome


def who(state: State, code: str) -> tuple[Value, Value]:
    record = state[Key("group", code)]
    return record.get("approvers", frozenset()), record.get("deputies", frozenset())


def order(number: int, type_: str, section: str = "", title: str = "") -> str:
    day = "2026-03-31" if type_ == "退職" else "2026-04-01"
    return f"{number},{day},{type_},1,{number:06d},汐見　{number},シオミ　{number},{section},{title}"


@pytest.fixture
def workflow() -> Workflow:
    return Workflow()


def test_the_right_to_approve_goes_with_the_post(workflow: Workflow) -> None:
    old, coming = workflow.person(1, "課長", "010100"), workflow.person(2, "課長", "010200")
    deputy = workflow.person(3, "課長補佐", "010100")
    workflow.approves("010100", old, deputies=(deputy,))
    workflow.approves("010200", coming)
    workflow.person(4, "部長", "010000")
    state, outcome = workflow.after(
        order(1, "退職"), order(2, "異動", "010100", "課長"), order(3, "異動", "010200", "課長")
    )
    assert not outcome.problems
    assert who(state, "010100") == ({coming}, frozenset())
    assert who(state, "010200") == ({deputy}, frozenset())
    assert "汐見　2" in outcome.reasons[Key("group", "010100")]


def test_a_joiner_may_approve_at_once(workflow: Workflow) -> None:
    workflow.person(4, "部長", "010000")
    state, outcome = workflow.after(order(9, "採用", "010100", "課長"))
    assert not outcome.problems
    assert who(state, "010100")[0] == {"user:id-1-000009"}


def test_without_a_successor_the_section_above_approves_and_is_told(workflow: Workflow) -> None:
    old, above = workflow.person(1, "課長", "010100"), workflow.person(4, "部長", "010000")
    workflow.approves("010100", old)
    state, outcome = workflow.after(order(1, "退職"))
    assert who(state, "010100")[0] == {above}
    assert "personnel.approver_above" in world.codes(outcome.warnings)


def test_nobody_left_to_approve_is_a_problem_that_names_the_section(workflow: Workflow) -> None:
    workflow.approves("010100", workflow.person(1, "課長", "010100"))
    _, outcome = workflow.after(order(1, "退職"))
    assert world.codes(outcome.problems) == ["personnel.no_approver"]
    assert "総務課" in str(outcome.problems[0].fields["section"])


def test_where_nobody_ever_approved_nothing_is_asked_for(workflow: Workflow) -> None:
    workflow.person(1, "主事", "010100")
    _, outcome = workflow.after(order(1, "異動", "010200"))
    assert not outcome.problems


def test_nobody_stands_in_for_themselves(workflow: Workflow) -> None:
    """A deputy who becomes the head is deputy no more."""
    deputy = workflow.person(3, "課長補佐", "010100")
    workflow.approves("010100", workflow.person(1, "課長", "010100"), deputies=(deputy,))
    state, outcome = workflow.after(order(1, "退職"), order(3, "昇任", "010100", "課長"))
    assert not outcome.problems
    assert who(state, "010100") == ({deputy}, frozenset())


def test_who_is_on_leave_does_not_approve(workflow: Workflow) -> None:
    workflow.approves("010100", workflow.person(1, "課長", "010100"))
    above = workflow.person(4, "部長", "010000")
    state, _ = workflow.after(order(1, "休職"))
    assert who(state, "010100")[0] == {above}


def test_a_concurrent_head_approves_where_there_is_no_other(workflow: Workflow) -> None:
    both = workflow.person(1, "課長", "010100", "010200")
    state, outcome = workflow.after(order(5, "採用", "010200", "主事"))
    assert not outcome.problems
    assert who(state, "010200")[0] == {both}


def test_the_second_run_changes_nothing(workflow: Workflow) -> None:
    workflow.person(4, "部長", "010000")
    rows = (order(9, "採用", "010100", "課長"), order(8, "採用", "010100", "課長補佐"))
    workflow.state, _ = map_state(workflow.after(*rows))
    state, outcome = workflow.after(*rows)
    assert not world.changes(workflow.state, outcome)
    assert who(state, "010100")[1] == {"user:id-1-000008"}


def map_state(after: tuple[State, world.Outcome]) -> tuple[dict[Key, Record], world.Outcome]:
    return dict(after[0]), after[1]


def test_the_whole_city_approves_as_its_posts_say() -> None:
    rules = with_approvers(flat_rules())
    state = flattened(world.observed(build(), "corp"))
    outcome = world.plan(state, {}, world.whole_change(), world.policy(), rules)
    assert not outcome.problems
    found = world.after(state, outcome)
    accounts = {str(key): str(record["name"]) for key, record in found.items() if key.type == "user"}
    expected = heads_by_truth()
    shown = {str(record["name"]): record for key, record in found.items() if key.type == "group"}
    for group, heads in expected.items():
        approvers = shown[group]["approvers"]
        assert isinstance(approvers, frozenset)
        assert {accounts[key] for key in approvers} == heads, group
    assert scope(rules)["group"].references == {"member", "approvers", "deputies"}


def with_approvers(rules: DirectoryPolicy) -> DirectoryPolicy:
    rule = RULES.groups.approvers
    assert rule is not None
    return replace(rules, groups=replace(rules.groups, approvers=replace(rule, titles=HEADS, deputy_titles=DEPUTIES)))


def heads_by_truth() -> Mapping[str, set[str]]:
    """Heads whose main post is in a section, from the city's own truth."""
    codes = {title: code for code, title in world.TITLES.items()}
    heads: dict[str, set[str]] = {}
    for account, each in truth.expected(build(), "after", "corp").items():
        working = each.enabled and not each.retired_on
        if working and codes.get(each.title or "") in HEADS:
            heads.setdefault(f"sec-{each.section_code[:4]}00", set()).add(account)
    assert len(heads) > 40
    return heads


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"deputy_titles": ["010"]}, "010"),
        ({"titles": "030"}, "titles"),
    ],
)
def test_a_wrong_rule_is_told(change: dict[str, object], said: str) -> None:
    groups = POLICY["groups"]
    assert isinstance(groups, dict)
    with pytest.raises(InputError) as wrong:
        directory_policy({**POLICY, "groups": {**groups, "approvers": {**groups["approvers"], **change}}})
    assert said in wrong.value.render()
