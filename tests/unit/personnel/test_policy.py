"""The policy is read whole or refused with every fault; and it is documented."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.operations.personnel import (
    CityPolicy,
    DirectoryPolicy,
    FolderPolicy,
    city_policy,
    directory_policy,
    folder_policy,
)
from chonai.operations.personnel.kinds import Act
from chonai.policies.reading import schema_paths
from tests.unit.personnel import world

ROOT = Path(__file__).resolve().parents[3]


def documented(heading: str) -> list[str]:
    """The keys of the tables below a heading of docs/policy.md."""
    text = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    part = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([a-z_.*]+)` \|", part, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("The city (`personnel_policy`)", CityPolicy),
        ("One directory (`personnel_directory`)", DirectoryPolicy),
        ("The folders of sections (`personnel_folders`)", FolderPolicy),
    ],
)
def test_every_key_is_documented_and_nothing_else(heading: str, kind: type) -> None:
    assert sorted(documented(heading)) == sorted(schema_paths(kind))


def faults(**changes: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        city_policy({**world.policy_data(), **changes})
    return [detail.render("en") for detail in caught.value.details]


def test_every_fault_is_found_with_its_path() -> None:
    found = faults(
        bodies={"1": {"name": "市長部局", "prefix": 7}, 2: {"nam": "教育委員会"}},
        brakes={"leavers_percent": "10", "leaver_percent": 5, "moved_percent": True},
        order_types={"15": {"name": "昇格", "act": "promote"}},
        sections={"widths": [2, "2"]},
        roster={"complete": "yes"},
        retirement=[],
        titels={},
    )
    for part in (
        "personnel_policy.bodies.1.prefix: 7 is not a text",
        "personnel_policy.bodies.2: the key 2 is not a text",
        "personnel_policy.bodies.2.nam: unknown setting. Known here: name, prefix, number_width, aliases",
        "personnel_policy.bodies.2.name: name must be given",
        "personnel_policy.brakes.leavers_percent: 10 is not a whole number",
        "personnel_policy.brakes.leaver_percent: unknown setting",
        "personnel_policy.brakes.moved_percent: True is not a whole number",
        "personnel_policy.order_types.15.act: promote (join, move",
        "personnel_policy.sections.widths[1]: 2 is not a whole number",
        "personnel_policy.roster.complete: yes is neither true nor false",
        "personnel_policy.retirement: [] is not a mapping",
        "personnel_policy.titels: unknown setting",
    ):
        assert any(part in sentence for sentence in found), (part, found)


def test_settings_that_contradict_each_other() -> None:
    assert "default_body" in faults(default_body="9")[0]
    assert "office_levels" in faults(sections={"office_levels": 4})[0]
    assert "language" in faults(language="fr")[0]
    same = {"1": {"name": "市長部局"}, "2": {"name": "教育委員会"}}
    assert "two people could get one account name" in faults(bodies=same)[0]


def test_what_is_left_out_has_its_default() -> None:
    policy = city_policy({"bodies": {"1": {"name": "市"}}, "employment_kinds": {}, "titles": {}})
    assert policy.retirement.months == 6
    assert policy.order_types["56"].immediate
    assert policy.bodies["1"].number_width == 6


def test_never_delete_is_a_setting() -> None:
    policy = city_policy({**world.policy_data(), "retirement": {"delete_after_months": None}})
    assert policy.retirement.delete_after_months is None


def test_own_words_are_added_to_the_usual_ones() -> None:
    data = {
        "order_types": {"15": {"name": "昇格", "act": "move"}, "53": {"name": "自己都合", "act": "retire"}},
        "roster": {"statuses": {"休暇": "on_leave"}},
        "reorganisation": {"kinds": {"再編": "rename"}},
    }
    policy = city_policy({**world.policy_data(), **data})
    assert (policy.order_types["15"].act, policy.order_types["53"].name) == (Act.MOVE, "自己都合")
    assert {"在職", "休暇"} <= policy.roster.statuses.keys()
    assert {"改称", "再編"} <= policy.reorganisation.kinds.keys()


def users(**changes: object) -> dict[str, object]:
    return {
        "users": {
            "identity": "employeeID",
            "account": "sAMAccountName",
            "notes": "extensionName",
            "name": "{account}",
            "attributes": {"sAMAccountName": "{account}", "employeeID": "{staff_key}"},
            "ou": ["職員"],
            "retired_ou": ["退職者"],
            **changes,
        }
    }


def directory_faults(data: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        directory_policy(data)
    return [detail.render("en") for detail in caught.value.details]


def test_the_smallest_directory_policy() -> None:
    rules = directory_policy(users())
    assert rules.groups.section is None
    assert rules.users.employment_kinds == ()


@pytest.mark.parametrize(
    "template", ["{password}", "{account.__class__}", "{account!r}", "{account", "{0}", "{section_code:>9}"]
)
def test_a_template_holds_known_fields_and_nothing_else(template: str) -> None:
    attributes = {"sAMAccountName": "{account}", "employeeID": "{staff_key}", "mail": template}
    (fault,) = directory_faults(users(attributes=attributes))
    assert fault.startswith("personnel_directory.users.attributes.mail: unknown field or stray brace")


def test_identity_and_account_must_be_bare_fields() -> None:
    found = directory_faults(users(attributes={"sAMAccountName": "x{account}", "employeeID": "{staff_key}"}))
    assert found == [
        "personnel_directory.users.attributes.sAMAccountName: must be {account}, because accounts are found by it."
    ]
    attributes = {"sAMAccountName": "{account}", "employeeID": "{staff_key}", "extensionName": "{name}"}
    assert "holds the notes" in directory_faults(users(attributes=attributes))[0]


def test_a_group_is_known_by_an_attribute_that_it_has() -> None:
    group = {"identity": "cn", "name": "all", "attributes": {"description": "x"}}
    assert "groups.everyone.identity" in directory_faults({**users(), "groups": {"everyone": group}})[0]


def folder_faults(**data: object) -> list[str]:
    group = "LGWAN\\sec-{section_code}"
    with pytest.raises(InputError) as caught:
        folder_policy({"group": group, "rights": {"write": [group]}, **data})
    return [detail.render("en") for detail in caught.value.details]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "{section_name}"}, "personnel_folders.name: must hold {section_code}"),
        ({"ended_name": "{section_name}"}, "personnel_folders.ended_name: must hold {date} {section_code}"),
        ({"group": "LGWAN\\staff"}, "personnel_folders.group: must hold {section_code}"),
        ({"rights": {}}, "personnel_folders.rights: read, write, manage must be given"),
        ({"levels": [0]}, "personnel_folders.levels: 0 is not a whole number that fits"),
        ({"name": "{section_code}_{section_name}_{division_name}"}, "personnel_folders.name: unknown field"),
        ({"rights": {"write": "LGWAN\\x"}}, "personnel_folders.rights.write: LGWAN\\x is not a list"),
        ({"months": 12}, "personnel_folders.months: unknown setting"),
    ],
)
def test_faults_of_a_folder_policy(data: dict[str, object], said: str) -> None:
    (fault,) = folder_faults(**data)
    assert fault.startswith(said)


def test_months_or_days_and_not_both() -> None:
    left = date(2026, 1, 31)
    for given, due in (
        ({}, date(2026, 7, 31)),
        ({"delete_after_months": 1}, date(2026, 2, 28)),
        ({"delete_after_months": None}, None),
        ({"delete_after_days": 30}, date(2026, 3, 2)),
        ({"delete_after_days": 0}, left),
        ({"delete_after_months": None, "delete_after_days": 30}, date(2026, 3, 2)),
        ({"delete_after_days": 36500}, left + timedelta(days=36500)),
        ({"delete_after_months": 1200}, date(2126, 1, 31)),
    ):
        assert city_policy({**world.policy_data(), "retirement": given}).retirement.due(left) == due
    for months in (0, 3, 6):
        with pytest.raises(InputError) as caught:
            city_policy({**world.policy_data(), "retirement": {"delete_after_months": months, "delete_after_days": 30}})
        assert world.codes(caught.value.details) == ["personnel.policy_two_periods"]


@pytest.mark.parametrize("given", [{"delete_after_days": 9999999}, {"delete_after_months": 1201}])
def test_a_period_without_end_is_never(given: dict[str, int]) -> None:
    ((setting, period),) = given.items()
    [fault] = faults(retirement=given)
    assert fault.startswith(f"personnel_policy.retirement.{setting}: {period} is more than")
    assert "delete_after_months: null" in fault
