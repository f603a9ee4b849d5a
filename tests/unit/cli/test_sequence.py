"""Systems that wait for others: in which order an apply and its undo write, and what is refused beforehand."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from chonai.change.codec import message_to_json
from chonai.change.ports import Event
from chonai.site.sequence import predecessors, waves
from chonai.text.messages import message
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import OBJECTS, TANAKA, Town, wanted

OPERATOR = ("--operator", "suzuki")
WAITING = {"after": ["ext_ad"]}


@pytest.fixture
def sealed(town: Town) -> str:
    """A change set of both systems that needs no approval; lgwan_ad waits for ext_ad, which takes its time."""
    town.settle(kind="none", watcher=False)
    town.place(lgwan_ad=WAITING, ext_ad={"pause": 0.2})
    return town.seal(*wanted())


def events(town: Town, id_: str) -> list[tuple[str, str]]:
    """What began and ended on which system, in the order of the journal."""
    with town.open() as site:
        rows = [row.entry for row in site.store.journal.rows(id_)]
    return [(row.event.value, row.system) for row in rows if row.event in (Event.STARTED, Event.FINISHED)]


def made(ran_out: str) -> str:
    """The id of an undo."""
    return ran_out.partition(":")[0]


def test_who_waits_begins_when_the_other_has_ended(town: Town, run: Run, sealed: str) -> None:
    done = run("apply", sealed, *OPERATOR)
    assert done.code == 0, done.err
    assert events(town, sealed) == [
        ("started", "ext_ad"), ("finished", "ext_ad"), ("started", "lgwan_ad"), ("finished", "lgwan_ad"),
    ]  # fmt: skip


def test_an_undo_goes_the_other_way_round_and_its_undo_forwards_again(town: Town, run: Run, sealed: str) -> None:
    assert run("apply", sealed, *OPERATOR).code == 0
    order = {}
    for name in ("undo", "redo"):
        sealed = made(run("undo", sealed).out)
        assert run("apply", sealed, *OPERATOR).code == 0
        order[name] = [system for event, system in events(town, sealed) if event == "started"]
    assert order == {"undo": ["lgwan_ad", "ext_ad"], "redo": ["ext_ad", "lgwan_ad"]}


def test_what_became_of_the_other_does_not_matter(town: Town, run: Run, sealed: str) -> None:
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): message_to_json(message("site.missing_key", key="x"))})
    assert run("apply", sealed, *OPERATOR).code == 4
    assert events(town, sealed)[-1] == ("finished", "lgwan_ad")
    assert town.objects("lgwan_ad")["user:u1"]["department"] == "市民課"


def test_who_has_nothing_to_do_is_not_waited_for(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    town.place(lgwan_ad=WAITING, ext_ad={})
    id_ = town.seal(*wanted(), "lgwan_ad")
    assert run("apply", id_, *OPERATOR).code == 0


def test_drift_on_who_waits_still_refuses_all(town: Town, run: Run, sealed: str) -> None:
    changed = {key: record for key, record in OBJECTS.items() if key != TANAKA}
    town.keep("lgwan_ad", changed)
    before = town.objects("ext_ad")
    assert run("apply", sealed, *OPERATOR).code == 3
    assert town.objects("ext_ad") == before


@pytest.mark.parametrize(
    ("systems", "said"),
    [
        ({"ext_ad": {"after": ["nobody"]}}, "ext_ad waits for nobody"),
        ({"ext_ad": {"after": "lgwan_ad"}}, "ext_ad: after has to be a list"),
        ({"ext_ad": {"after": ["ext_ad"]}}, "ext_ad → ext_ad"),
        ({"lgwan_ad": {"after": ["third"]}, "third": {"after": ["ext_ad"]}, "ext_ad": {"after": ["lgwan_ad"]}},
         "ext_ad → lgwan_ad → third → ext_ad"),
    ],
)  # fmt: skip
def test_what_cannot_be_waited_for_is_refused(
    town: Town, run: Run, sealed: str, systems: Mapping[str, Mapping[str, object]], said: str
) -> None:
    town.place(**{"lgwan_ad": {}, "ext_ad": {}, **systems})
    before = town.objects("lgwan_ad")
    refused = run("apply", sealed, *OPERATOR)
    assert (refused.code, said in refused.err) == (2, True), refused.err
    assert town.objects("lgwan_ad") == before
    assert json.loads(run("show", sealed, "--format", "json").out)["state"] == "sealed"


def test_doctor_says_who_waits_in_a_circle(town: Town, run: Run) -> None:
    town.place(lgwan_ad=WAITING, ext_ad={"after": ["lgwan_ad"]})
    assert "ext_ad → lgwan_ad → ext_ad" in run("doctor").out


def test_turns_and_predecessors_know_only_the_systems_at_hand() -> None:
    systems: dict[str, Mapping[str, object]] = {
        "folders": {"after": ["directory", "elsewhere"]},
        "directory": {},
        "portal": {"after": ["folders"]},
        "mail": {},
    }
    assert waves(systems, backwards=False) == {"directory": 0, "mail": 0, "folders": 1, "portal": 2}
    assert waves(systems, backwards=True) == {"portal": 0, "mail": 0, "folders": 1, "directory": 2}
    assert predecessors(systems, backwards=True)["directory"] == {"folders"}
