"""What all jobs of a city stand on in AWX: its project, systems, environment, credentials, and two job templates."""

from __future__ import annotations

from collections.abc import Iterator

from chonai.calendar.opening import LAST_YEAR
from chonai.jobs.awx.surveys import text_question
from chonai.jobs.awx.tasks import City, Task, named, task

CALENDAR_ENDS = f"DTSTART;TZID={{zone}}:{LAST_YEAR}1201T090000 RRULE:FREQ=WEEKLY;INTERVAL=1"
"""From when on AWX says every week that its schedules end with the year."""


def ground(city: City) -> Iterator[Task]:
    """In the order in which they need each other. Credentials are made empty: what is secret is typed into AWX."""
    awx, names = city.awx, city.names
    yield named("organization", awx.organization)
    yield from _credentials(city)
    yield named("execution_environment", names.environment, image=awx.image, organization=awx.organization)
    yield _project(city)
    yield named("inventory", names.inventory, organization=awx.organization)
    yield named(
        "inventory_source",
        names.inventory,
        inventory=names.inventory,
        organization=awx.organization,
        source="scm",
        source_project=names.project,
        source_path=awx.inventory,
        execution_environment=names.environment,
        overwrite=True,
        overwrite_vars=True,
        update_on_launch=True,
    )
    yield _check_due(city)
    yield _change(city)


def reminder(city: City, last: str) -> Task:
    """A schedule that fails from the last December on: nothing ends without a word. `last`: the last day known."""
    return task(
        "schedule",
        city.names.calendar_ends,
        name=city.names.calendar_ends,
        description=city.say("awx.calendar_ends", last=last),
        unified_job_template=city.names.check_due,
        organization=city.awx.organization,
        rrule=CALENDAR_ENDS.format(zone=city.catalogue.timezone),
        extra_data={"schedules_end": last},
        enabled=True,
    )


def no_reminder(city: City) -> Task:
    """None, where every schedule holds for ever."""
    name, template = city.names.calendar_ends, city.names.check_due
    return named("schedule", name, unified_job_template=template, organization=city.awx.organization, state="absent")


def _credentials(city: City) -> Iterator[Task]:
    names = city.names
    store = {"id": "store", "type": "string", "label": city.say("awx.field_store"), "secret": True}
    site = {"id": "site", "type": "string", "label": city.say("awx.field_site")}
    key = {
        "id": "author_key",
        "type": "string",
        "label": city.say("awx.field_author_key"),
        "secret": True,
        "multiline": True,
        "format": "ssh_private_key",
    }
    yield named(
        "credential_type",
        names.place,
        description=city.say("awx.place"),
        kind="cloud",
        inputs={"fields": [store, site], "required": ["store", "site"]},
        injectors={"env": {"CHONAI_STORE": "{{ store }}", "CHONAI_SITE": "{{ site }}"}},
    )
    yield named(
        "credential_type",
        names.signing_key,
        description=city.say("awx.signing_key"),
        kind="cloud",
        inputs={"fields": [key], "required": ["author_key"]},
        # AWX drops one line end at the end, and OpenSSH wants one.
        injectors={
            "file": {"template.author_key": "{{ author_key }}\n\n"},
            "env": {"CHONAI_AUTHOR_KEY": "{{ tower.filename.author_key }}"},
        },
    )
    for name in (names.place, names.signing_key):
        yield named("credential", name, credential_type=name, organization=city.awx.organization)


def _project(city: City) -> Task:
    awx = city.awx
    credential = {"credential": awx.scm_credential} if awx.scm_credential else {}
    return named(
        "project",
        city.names.project,
        organization=awx.organization,
        scm_type="git",
        scm_url=awx.scm_url,
        scm_branch=awx.scm_branch,
        **credential,
        scm_update_on_launch=True,
        default_environment=city.names.environment,
    )


def _check_due(city: City) -> Task:
    questions = [
        text_question("job", city.say("awx.ask_job"), required=False),
        text_question("schedules_end", city.say("awx.ask_schedules_end"), required=False),
    ]
    return _template(city, city.names.check_due, "check_due", questions)


def _change(city: City) -> Task:
    questions = [
        text_question("change_id", city.say("awx.ask_change_id"), required=True),
        text_question("operator", city.say("awx.ask_operator"), required=False),
        text_question("watcher", city.say("awx.ask_watcher"), required=False),
    ]
    return _template(city, city.names.change, "change", questions)


def _template(city: City, name: str, playbook: str, questions: list[dict[str, object]]) -> Task:
    title = city.say(f"awx.template_{playbook}")
    return named(
        "job_template",
        name,
        description=title,
        **city.playbook(playbook),
        # Systems are locked by the apply itself; who works on others does not wait.
        allow_simultaneous=True,
        survey_enabled=True,
        survey_spec={"name": title, "description": "", "spec": questions},
    )
