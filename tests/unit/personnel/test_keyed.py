"""Groups whose section code is the product's key: the product took half of a file, and everything is planned again; and
codes that are given again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from chonai.change.effect import applied
from chonai.change.model import Action, Change, Key, Record, State, Value
from tests.city import products
from tests.unit.personnel import world
from tests.unit.personnel.test_products import rules, settled, shown

PEOPLE = frozenset({"member", "approvers", "deputies"})
KEPT = (products.INTERNAL, products.EXTERNAL)
"""Products in which groups of ended sections are kept."""
CHAIN = ("060200", "060300", "060400")
"""Codes that are passed on: of those, nothing would tell whether it is done."""
ENDED = ("040400", "050600", "070200", "090400")


def taken(state: State, changes: Iterable[Change]) -> State:
    """The state after some of the changes."""
    result = dict(state)
    for change in changes:
        record = applied(result.get(change.key), change)
        assert record is not None
        result[change.key] = record
    return result


def without(change: Change, names: frozenset[str]) -> Change:
    """A change of everything but these attributes."""
    before, after = (
        {name: each for name, each in side.items() if name not in names} for side in (change.before, change.after)
    )
    return replace(change, before=before, after=after)


@pytest.mark.parametrize("product", KEPT)
@pytest.mark.parametrize("users_too", [False, True])
def test_what_an_import_took_by_half_is_finished_by_the_next_plan(product: str, users_too: bool) -> None:
    state, asked = shown(product, "before"), world.whole_change()
    outcome = world.plan(state, {}, asked, world.policy(), rules(product))
    posts = rules(product).users.posts
    references = PEOPLE | (frozenset({posts.main, posts.also}) if posts else frozenset())
    half = [
        without(change, references)
        for change in world.changes(state, outcome)
        if change.action in (Action.UPDATE, Action.MOVE)
        if (change.key.type == "group" and change.key.id not in CHAIN)
        or (users_too and change.before.get("sectionCode") in ENDED)
    ]
    between = taken(state, half)
    again = world.plan(between, {}, asked, world.policy(), rules(product))
    assert [problem.render("en") for problem in again.problems] == []
    assert [change for change in world.changes(between, again) if not change.reason] == []
    after = world.after(between, again)
    assert settled(after) == settled(shown(product, "after"))
    kept = [record for key, record in after.items() if key.type == "group" and "廃止" in str(record["name"])]
    assert len(kept) == 5
    assert [record for record in kept if any(record.get(name) for name in PEOPLE)] == []


KEPT_GROUP = Key("group", "010300")


def small(*inside: str, section: str = "010100") -> State:
    """総務課 with 汐見花, and the group that was kept of 税務課, with these people in it; they show `section`."""
    state: dict[Key, Record] = {
        Key("group", "010100"): {"name": "総務課", "code": "010100", "member": frozenset({"user:000001"})},
        KEPT_GROUP: {
            "name": "税務課（2025-04-01廃止）",
            "code": "010300",
            "member": frozenset(f"user:{number}" for number in inside),
        },
    }
    for number, code in {"000001": "010100", **dict.fromkeys(inside, section)}.items():
        record: dict[str, Value] = {"name": number, "employeeNumber": f"1-{number}", "displayName": "汐見　花"}
        state[Key("user", number)] = {**record, "sectionCode": code, "department": "総務課", "enabled": True}
    return state


def again(state: State, *orders: str, row: bool = False) -> world.Outcome:
    """An organisation that gives the code of 税務課 to 会計課, with a row that says so or without."""
    files = {"organisation": ["所属コード,所属名", "010100,総務課", "010300,会計課"]}
    files |= {"reorganisation": ["旧コード,新コード,種別,適用日", ",010300,新設,R8.4.1"]} if row else {}
    header = "発令番号,発令日,発令区分,任命権者コード,職員番号,漢字氏名,新所属コード"
    files |= {"orders": [header, "1,2026-04-01,異動,1,1,汐見　花,010100", *orders]}
    read = {role: world.File(f"{role}.csv", "\r\n".join(rows).encode("cp932")) for role, rows in files.items()}
    asked = world.read_request(policy=world.policy(), effective_date=world.DAY, **read)
    assert not asked.problems, [problem.render("en") for problem in asked.problems]
    return world.plan(state, {}, asked, world.policy(), rules(products.EXTERNAL))


@pytest.mark.parametrize(
    ("row", "said"), [(True, "personnel.ended_taken_up"), (False, "personnel.ended_taken_up_untold")]
)
def test_a_code_that_is_given_again_takes_up_the_kept_group_and_says_so(row: bool, said: str) -> None:
    outcome = again(small(), row=row)
    assert not outcome.problems
    assert [code for code in world.codes(outcome.warnings) if "ended" in code] == [said]
    after = world.after(small(), outcome)
    assert after[KEPT_GROUP]["name"] == "会計課"
    assert not world.changes(after, again(after, row=row))
    assert "ended" not in str(world.codes(again(after, row=row).warnings))


def test_whoever_is_still_in_it_does_not_become_one_of_the_new_section() -> None:
    outcome = again(small("000002", section="010300"))
    [problem] = outcome.problems
    assert (problem.code, problem.fields["people"]) == ("personnel.ended_people_taken_up", "1-000002")
    told = again(small("000002", section="010300"), "2,2026-04-01,異動,1,2,汐見　花,010300")
    assert not told.problems
    moved = again(small("000002", section="010300"), "2,2026-04-01,異動,1,2,汐見　花,010100")
    assert not moved.problems
    assert not world.after(small("000002"), moved)[KEPT_GROUP]["member"]


def test_people_in_a_kept_group_of_which_no_row_speaks_are_told() -> None:
    roster = ("番号,氏名,所属コード,任命権者コード,在職", "1,汐見　花,010100,1,在職", "2,汐見　花,010100,1,在職")
    file = world.File("roster.csv", "\r\n".join(roster).encode("cp932"))
    asked = world.read_request(policy=world.policy(), effective_date=world.DAY, roster=file)
    outcome = world.plan(small("000002"), {}, asked, world.policy(), rules(products.EXTERNAL))
    [warning] = [each for each in outcome.warnings if each.code == "personnel.ended_people"]
    assert (warning.fields["group"], warning.fields["people"]) == ("税務課（2025-04-01廃止）", "1-000002")
