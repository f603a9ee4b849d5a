"""The exported playbook: tasks that the published collection takes, each after what it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chonai.site.awx import export
from chonai.site.settings import find_site
from tests.awx.exported import PREFIX, SPECS, Task, Unsafe, complaints, tasks, texts
from tests.awx.rules import answers, of_credential_type, of_schedule, of_survey
from tests.house.tree import ROOT
from tests.unit.jobs.awx.cities import AWX, CLEANUP, JOB, exported, playbook

WEEKLY = "DTSTART;TZID=Asia/Tokyo:20260406T060000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO"
AUDIT = {**JOB, "schedule": {"rrule": WEEKLY}}
BY_HAND = {**JOB, "approval": "second_person", "inputs": {"request": {"title": "申請", "required": True}}}
EVERYTHING = {
    "scm_credential": "git",
    "credentials": ["vault"],
    "instance_groups": ["lgwan"],
    "notifications": ["mail"],
    "scm_branch": "release",
}
# In which task what a module's argument names is made; everything else of a name is in AWX before.
MADE_BY = {
    "project": "project",
    "source_project": "project",
    "inventory": "inventory",
    "execution_environment": "execution_environment",
    "default_environment": "execution_environment",
    "credential_type": "credential_type",
    "workflow_job_template": "workflow_job_template",
    "organization": "organization",
    "lookup_organization": "organization",
}


def shiomino() -> list[Task]:
    settings = find_site({"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")})
    return tasks(export(settings, ("audit_last_year",), "ja"))


CITIES = {
    "shiomino": shiomino,
    "everything": lambda: exported({"a": AUDIT, "b": BY_HAND, "c": CLEANUP, "d": JOB}, awx=EVERYTHING, gone=("e",)),
    "one job": lambda: exported({"a": JOB}),
    "none": lambda: exported({}),
}


@pytest.fixture(params=sorted(CITIES))
def city(request: pytest.FixtureRequest) -> list[Task]:
    return CITIES[request.param]()


def of(found: list[Task], module: str, name: str) -> Mapping[str, Any]:
    """The arguments of the one task that makes this."""
    [arguments] = [task.arguments for task in found if task.module == module and task.arguments["name"] == name]
    return arguments


def test_the_modules_take_every_task(city: list[Task]) -> None:
    assert SPECS["version"] == "24.6.1"
    assert not [(task, wrong) for task in city if (wrong := complaints(task))]


def test_complaints_are_heard() -> None:
    assert complaints(Task("schedule", {"name": "x", "rule": "y", "state": "gone"}))


def test_awx_takes_what_is_in_them(city: list[Task]) -> None:
    surveys = [task.arguments["survey_spec"] for task in city if task.arguments.get("survey_spec")]
    types = [task.arguments for task in city if task.module == "credential_type"]
    rules = [task.arguments["rrule"] for task in city if "rrule" in task.arguments]
    assert not [wrong for survey in surveys for wrong in of_survey(survey)]
    assert not [wrong for one in types for wrong in of_credential_type(one["inputs"], one["injectors"])]
    assert not [wrong for rule in rules for wrong in of_schedule(rule)]


def test_everything_is_there_when_it_is_named(city: list[Task]) -> None:
    made: set[tuple[str, str]] = set()
    templates: set[str] = set()
    for module, arguments in city:
        for name, by in MADE_BY.items():
            assert name not in arguments or name == module or (by, arguments[name]) in made, (module, arguments)
        assert arguments.get("unified_job_template") in {None, *templates}
        if arguments.get("state") != "absent" and "name" in arguments:
            made.add((module, arguments["name"]))
            templates |= {arguments["name"]} if module.endswith("job_template") else set()


def test_names_of_templates_are_nobody_else_s(city: list[Task]) -> None:
    unified = ("project", "job_template", "workflow_job_template", "inventory_source")
    names = [task.arguments["name"] for task in city if task.module in unified]
    assert len(names) == len(set(names))
    assert all(name.startswith("汐見野市 ") for name in names)


def test_what_nodes_and_schedules_answer_is_asked(city: list[Task]) -> None:
    surveys = {
        task.arguments["name"]: task.arguments.get("survey_spec", {}) for task in city if "name" in task.arguments
    }
    said = [task.arguments for task in city if "extra_data" in task.arguments]
    assert not [one for one in said if answers(surveys[one["unified_job_template"]], one["extra_data"])]


def test_what_is_scheduled_starts_without_anybody(city: list[Task]) -> None:
    surveys = {
        task.arguments["name"]: task.arguments.get("survey_spec", {}) for task in city if "name" in task.arguments
    }
    scheduled = [task.arguments for task in city if task.module == "schedule" and "rrule" in task.arguments]
    assert not [one for one in scheduled if answers(surveys[one["unified_job_template"]], one.get("extra_data", {}))]


def test_the_same_catalogue_makes_the_same_bytes() -> None:
    jobs = {"a": AUDIT, "b": BY_HAND, "c": CLEANUP}
    assert playbook(jobs, awx=EVERYTHING) == playbook(jobs, awx=EVERYTHING)
    assert playbook(jobs).encode().decode().startswith("---\n# Made by `chonai awx export`")
    assert "&id" not in playbook(jobs)


def test_templates_are_awx_s_and_not_ansible_s() -> None:
    odd = {**JOB, "title": "{{ lookup('pipe', 'id') }}", "variables": {"x": "{% raw %}"}}
    found = exported({"a": odd, "c": CLEANUP})
    templates = [text for task in found for text in texts(task.arguments) if "{{" in text or "{%" in text]
    assert {"{{ lookup('pipe', 'id') }}", "{% raw %}", "{{ store }}"} <= set(templates)
    assert all(isinstance(text, Unsafe) for text in templates)


def test_an_approval_stands_between_two_looks_at_the_clock() -> None:
    nodes = [task.arguments for task in exported({"c": CLEANUP}, "workflow_job_template_node")]
    told = [(one["identifier"], one.get("success_nodes", one.get("unified_job_template"))) for one in nodes]
    assert told == [
        ("check", "汐見野市 chonai check due"),
        ("approve", None),
        ("check again", "汐見野市 chonai check due"),
        ("run", "汐見野市 c"),
        ("check", ["approve"]),
        ("approve", ["check again"]),
        ("check again", ["run"]),
    ]
    assert nodes[0]["extra_data"] == nodes[2]["extra_data"] == {"job": "c"}
    assert nodes[1]["approval_node"] == {
        "name": "Begin: 整理",
        "description": "The city agrees that this run begins. "
        "What it plans is still signed with chonai approve before anything changes.",
        "timeout": 7200,
    }


def test_an_approval_of_what_is_begun_by_hand_may_take_its_time() -> None:
    nodes = [task.arguments for task in exported({"b": BY_HAND}, "workflow_job_template_node")]
    assert [one["approval_node"]["timeout"] for one in nodes if "approval_node" in one] == [0]


def test_an_approval_that_is_wanted_no_more_is_removed() -> None:
    nodes = [task.arguments for task in exported({"a": AUDIT}, "workflow_job_template_node")]
    assert [one["identifier"] for one in nodes if one.get("state") == "absent"] == ["approve", "check again"]
    assert [one["success_nodes"] for one in nodes if "success_nodes" in one] == [["run"]]


def test_schedules_that_are_no_more_are_removed() -> None:
    def states(job: dict[str, Any], **more: Any) -> dict[str, str]:
        found = [task.arguments for task in exported({"x": job}, "schedule", **more)]
        return {one["name"].removeprefix("汐見野市 "): one.get("state", "present") for one in found}

    for_ever = {"x": "present", "x 2026": "absent", "x 2027": "absent", "chonai calendar ends": "absent"}
    assert states(AUDIT) == for_ever
    days = {"x": "absent", "x 2026": "present", "x 2027": "present", "chonai calendar ends": "present"}
    assert states(CLEANUP) == days
    assert set(states(BY_HAND).values()) == {"absent"}
    assert states(JOB) == {"chonai calendar ends": "absent"}


def test_a_job_without_schedule_and_approval_has_no_workflow() -> None:
    assert of(exported({"a": JOB}), "workflow_job_template", "汐見野市 a workflow")["state"] == "absent"


def test_awx_says_in_time_that_its_days_end() -> None:
    reminder = of(exported({"c": CLEANUP}), "schedule", "汐見野市 chonai calendar ends")
    assert reminder["rrule"].startswith("DTSTART;TZID=Asia/Tokyo:20271201T090000 ")
    assert reminder["extra_data"] == {"schedules_end": "2027-12-31"}
    assert reminder["unified_job_template"] == "汐見野市 chonai check due"


def test_a_template_runs_the_job_as_the_catalogue_says() -> None:
    template = of(exported({"c": CLEANUP}, awx=EVERYTHING), "job_template", "汐見野市 c")
    assert template["playbook"] == "playbooks/personnel_change.yml"
    assert template["extra_vars"] == {"phase": "cleanup", "effective_date": "{{ now(fmt='%Y-%m-%d') }}"}
    assert (template["timeout"], template["limit"]) == (1800, "lgwan_ad")
    assert template["credentials"] == ["汐見野市 chonai place", "汐見野市 chonai signing key", "vault"]
    assert template["instance_groups"] == ["lgwan"]
    assert not template["allow_simultaneous"]
    assert not template["ask_variables_on_launch"]


def test_who_is_told_is_told_of_the_whole_workflow() -> None:
    found = exported({"c": CLEANUP, "d": {**JOB, "notify": {"to": ["x@y.example"], "of": ["done"]}}}, awx=EVERYTHING)
    workflow, alone = (
        {name: value for name, value in one.items() if name.startswith("notification")}
        for one in (
            of(found, "workflow_job_template", "汐見野市 c workflow"),
            of(found, "job_template", "汐見野市 d"),
        )
    )
    assert workflow == {
        "notification_templates_started": ["mail"],
        "notification_templates_success": [],
        "notification_templates_error": ["mail"],
        "notification_templates_approvals": ["mail"],
    }
    assert alone["notification_templates_success"] == ["mail"]
    assert not [name for name in of(found, "job_template", "汐見野市 c") if name.startswith("notification")]


def test_the_project_is_read_with_the_credential_that_the_city_named() -> None:
    project = of(exported({}, awx=EVERYTHING), "project", "汐見野市 chonai project")
    assert (project["scm_branch"], project["credential"]) == ("release", "git")
    assert "credential" not in of(exported({}), "project", "汐見野市 chonai project")


def test_what_is_gone_is_removed_only_when_it_is_named() -> None:
    assert "汐見野市 old" not in playbook({"a": JOB})
    found = exported({"a": JOB}, gone=("old",))
    for module, name in (("workflow_job_template", "汐見野市 old workflow"), ("job_template", "汐見野市 old")):
        assert of(found, module, name)["state"] == "absent"


def test_no_secret_and_no_server_is_in_it(city: list[Task]) -> None:
    arguments = {name for task in city for name in task.arguments}
    assert not [name for name in arguments if name.startswith(("controller_", "tower_", "validate_certs"))]
    assert not [task for task in city if task.module == "credential" and "inputs" in task.arguments]


def test_every_task_is_of_the_collection_and_says_what_it_makes() -> None:
    text = playbook({"a": AUDIT})
    assert f"    - name: 'job_template: {AWX['prefix']} a'\n      {PREFIX}job_template:\n" in text
