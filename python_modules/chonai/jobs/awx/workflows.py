"""A job in AWX: its template, and around what is scheduled or wants an approval a workflow.

What a job has no longer (a schedule, an approval) is removed, because AWX would go on with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from chonai.change.model import ApprovalKind
from chonai.jobs.awx.schedules import YEARS, Recurrence
from chonai.jobs.awx.surveys import of_the_day, survey
from chonai.jobs.awx.tasks import City, Task, named, task
from chonai.jobs.catalogue import Job, duration

CHECK, APPROVE, AGAIN, RUN = "check", "approve", "check again", "run"
"""Nodes of a workflow."""
_NONE: dict[str, object] = {"state": "absent"}
_EVENTS = {"started": "started", "success": "done", "error": "failed"}
"""What AWX calls it, and what the catalogue does."""


def job_tasks(city: City, name: str) -> Iterator[Task]:
    """All of one job."""
    job = city.catalogue.jobs[name]
    has_workflow = job.schedule is not None or job.approval is not ApprovalKind.NONE
    yield _template(city, name, job, {} if has_workflow else _told(city, job))
    if has_workflow:
        yield from _workflow(city, name, job)
    else:
        yield _absent(city, "workflow_job_template", city.names.workflow(name))


def gone(city: City, name: str) -> Iterator[Task]:
    """Removes what a job had that the catalogue does not name any more; its schedules go with the workflow."""
    yield _absent(city, "workflow_job_template", city.names.workflow(name))
    yield _absent(city, "job_template", city.names.job(name))


def _absent(city: City, module: str, name: str) -> Task:
    return named(module, name, organization=city.awx.organization, state="absent")


def _template(city: City, name: str, job: Job, told: Mapping[str, object]) -> Task:
    asked = survey(job, city.locale)
    return named(
        "job_template",
        city.names.job(name),
        description=job.title,
        **city.playbook(job.playbook),
        allow_simultaneous=False,
        limit=job.limit,
        extra_vars={**job.variables, **of_the_day(job)},
        timeout=_seconds(job.timeout),
        survey_enabled=bool(asked),
        survey_spec=asked,
        **told,
    )


def _workflow(city: City, name: str, job: Job) -> Iterator[Task]:
    asked, workflow = survey(job, city.locale), city.names.workflow(name)
    spec = {"survey_spec": asked} if asked else {}
    yield named(
        "workflow_job_template",
        workflow,
        description=job.title,
        organization=city.awx.organization,
        allow_simultaneous=False,
        ask_variables_on_launch=False,
        survey_enabled=bool(asked),
        **spec,
        **_told(city, job, has_approvals=True),
    )
    yield from _nodes(city, name, job)
    yield from _schedules(city, name, job)


def _nodes(city: City, name: str, job: Job) -> Iterator[Task]:
    """First the nodes and then what follows what: the module wants to find what it links. An approval may take its
    time, so the clock is looked at once more.
    """
    in_time = {**_template_of(city, city.names.check_due), "extra_data": {"job": name}}
    is_approved = job.approval is not ApprovalKind.NONE
    nodes: dict[str, dict[str, object]] = {
        CHECK: in_time,
        APPROVE: {"approval_node": _approval(city, job)} if is_approved else _NONE,
        AGAIN: in_time if is_approved else _NONE,
        RUN: _template_of(city, city.names.job(name)),
    }
    for identifier, what in nodes.items():
        yield _node(city, name, identifier, **what)
    for before, after in pairwise(identifier for identifier, what in nodes.items() if what is not _NONE):
        yield _node(city, name, before, success_nodes=[after])


def _node(city: City, name: str, identifier: str, **arguments: object) -> Task:
    workflow = city.names.workflow(name)
    return task(
        "workflow_job_template_node",
        f"{workflow}, {identifier}",
        workflow_job_template=workflow,
        organization=city.awx.organization,
        identifier=identifier,
        **arguments,
    )


def _template_of(city: City, template: str) -> dict[str, object]:
    return {"unified_job_template": template, "lookup_organization": city.awx.organization}


def _approval(city: City, job: Job) -> dict[str, object]:
    """Nobody's word within the time in which a scheduled run may still begin is no."""
    return {
        "name": city.say("awx.approve", title=job.title),
        "description": city.say(f"awx.approval_{job.approval.value}"),
        "timeout": _seconds(job.start_by) if job.schedule else 0,
    }


def _schedules(city: City, name: str, job: Job) -> Iterator[Task]:
    found = {one.year: one for one in city.recurrences[name]}
    for year in (None, *YEARS):
        yield _schedule(city, name, job, year, found.get(year))


def _schedule(city: City, name: str, job: Job, year: int | None, found: Recurrence | None) -> Task:
    where = {"unified_job_template": city.names.workflow(name), "organization": city.awx.organization}
    if found is None:
        return named("schedule", city.names.schedule(name, year), **where, state="absent")
    told = job.title if found.last is None else city.say("awx.until", title=job.title, last=found.last.isoformat())
    return named("schedule", city.names.schedule(name, year), description=told, **where, rrule=found.rule, enabled=True)


def _told(city: City, job: Job, *, has_approvals: bool = False) -> dict[str, object]:
    """Who is told of what: AWX's own notification templates. Its `error` is also a run that came too late."""
    if not city.awx.notifications:
        return {}
    everybody = list(city.awx.notifications) if job.notify.to else []
    of = {*job.notify.of, "failed"} if "missed" in job.notify.of else {*job.notify.of}
    told: dict[str, object] = {
        f"notification_templates_{event}": everybody if word in of else [] for event, word in _EVENTS.items()
    }
    return told | ({"notification_templates_approvals": everybody} if has_approvals else {})


def _seconds(text: str) -> int:
    return int(duration(text).total_seconds())
