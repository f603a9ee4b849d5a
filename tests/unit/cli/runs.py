"""Runs of jobs in the town, put on record as those who carry them out do; no playbook is needed for it."""

from __future__ import annotations

from collections.abc import Sequence

from chonai.change.ports import Event
from chonai.jobs.runs import Result, Role, Step, steps_as_json
from chonai.site.control import Wanted
from chonai.site.jobs import catalogue
from chonai.site.run_ends import Ended, end
from chonai.site.run_people import order, take_part
from chonai.site.runs import SCHEDULER, ask, ask_scheduled
from chonai.text.messages import Message, message
from tests.unit.cli.town import Town

JOBS = """\
jobs:
  prepare:
    title: 異動の準備
    playbook: prepare
    approval: second_person
    watcher: true
    start_by: 30m
  audit:
    title: 現況照合
    playbook: prepare
    schedule: {opening_day: 8, at: "09:00"}
"""
PEOPLE = ((Role.APPROVER, "suzuki"), (Role.OPERATOR, "sato"), (Role.WATCHER, "tanaka"))
RULE = {"approval": "second_person", "watcher": True}
LEAKY = "接続できません: 10.1.2.3"
BAD = (Step("Read", "lgwan_ad", "ok", 0.5, 1.0), Step("Apply", "ext_ad", "unreachable", 2.0, 0.5, LEAKY))
GOOD = (Step("Read", "lgwan_ad", "ok", 0.5, 1.0), Step("Apply", "ext_ad", "changed", 2.0, 0.5))


def with_jobs(town: Town, more: str = "") -> None:
    """Give the town a catalogue of jobs, and the playbook that it names."""
    town.settle(more=f"jobs: jobs.yml\n{more}")
    (town.folder / "playbooks").mkdir(exist_ok=True)
    (town.folder / "playbooks/prepare.yml").write_text("---\n")
    (town.folder / "jobs.yml").write_text(JOBS)


def a_run(
    town: Town, *change_sets: str, attempts: Sequence[Sequence[Step]] = (BAD, GOOD), is_cancelled_first: bool = False
) -> str:
    """A run that three people signed for, paused once, and begun so often; the id."""
    with town.open() as site:
        id_ = ask(site, "prepare", {}, "sato", town.folder).id
        if is_cancelled_first:
            take_part(site, id_, *PEOPLE[0], town.people.key(PEOPLE[0][1]))
            end(site, id_, Ended(Result.CANCELLED))
        for number, steps in enumerate(attempts, 1):
            for role, person in PEOPLE[is_cancelled_first or number > 1 :]:
                take_part(site, id_, role, person, town.people.key(person))
            told = {"attempt": number, "operator": "sato", "watcher": "tanaka", "rule": RULE}
            site.note(Event.RUN_STARTED, id_, "sato", {**told, "playbook": "prepare", "host": "here"})
            site.note(Event.RUN_PAUSED, id_, "sato", {"why": message("runs.watcher_lost", who="tanaka").as_json()})
            order(site, id_, Wanted.GO, "tanaka", town.people.key("tanaka"))
            site.note(Event.RUN_CONTINUED, id_, "sato", {})
            site.note(Event.RUN_STEPS, id_, "sato", steps_as_json(steps, change_sets))
            end(site, id_, _ended(steps))
    return id_


def _ended(steps: Sequence[Step]) -> Ended:
    failures = sum(step.status == "unreachable" for step in steps)
    return Ended(Result.FAILED, message("runs.failed", failures=failures, code=4)) if failures else Ended(Result.DONE)


def unattended(town: Town, rule: object) -> str:
    """A run of the schedule that began by itself, under this rule."""
    with town.open() as site:
        request = ask_scheduled(site, catalogue(site.settings), "audit", site.now())
        assert request is not None
        told = {"attempt": 1, "operator": SCHEDULER, "watcher": None, "rule": rule, "playbook": "prepare"}
        site.note(Event.RUN_STARTED, request.id, SCHEDULER, {**told, "host": "here"})
        site.note(Event.RUN_STEPS, request.id, SCHEDULER, steps_as_json(GOOD))
        end(site, request.id, Ended(Result.DONE))
    return request.id


def over(town: Town, result: Result, why: Message | None = None) -> str:
    """A run that was asked for and never began."""
    with town.open() as site:
        id_ = ask(site, "prepare", {}, "sato", town.folder).id
        end(site, id_, Ended(result, why))
    return id_
