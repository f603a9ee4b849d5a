"""The journal: shown, proved, anchored."""

from __future__ import annotations

import json

import pytest

from chonai.change.codec import message_to_json
from chonai.store import Store
from chonai.text.messages import message
from tests.stores import behind_its_back
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import OBJECTS, TANAKA, Town, wanted

CREW = ("--operator", "suzuki", "--watcher", "tanaka")


@pytest.fixture
def applied(town: Town, run: Run) -> str:
    """An applied change set in which one object failed on one system."""
    why = message_to_json(message("site.missing_key", key="その人"))
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): why})
    id_ = town.seal(*wanted())
    assert run("apply", id_, *CREW).code == 3
    assert run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki")).code == 0
    assert run("apply", id_, *CREW).code == 4
    return id_


def test_events_in_order_one_a_line(run: Run, applied: str) -> None:
    lines = run("journal", "show", applied).out.splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(1, len(lines) + 1))
    text = "\n".join(lines)
    for part in (
        "sato  sealed: ext_ad 5, lgwan_ad 5",
        "suzuki  REFUSED: ",
        "suzuki  approved",
        "note: apply of ext_ad, lgwan_ad, watched by tanaka",
        "ext_ad apply started: left 5",
        "ext_ad about to make: 2",
        "ext_ad outcome: failed 1",
        "ext_ad apply ended: done 4, failed 1, skipped 0",
        "lgwan_ad apply ended: done 5, failed 0, skipped 0",
    ):
        assert part in text


def test_events_as_json(run: Run, applied: str) -> None:
    data = json.loads(run("journal", "show", applied, "--format", "json").out)
    assert (data["schema"], data["id"]) == (1, applied)
    assert data["events"][0]["event"] == "sealed"
    assert data["events"][0]["data"]["changes"] == {"lgwan_ad": 5, "ext_ad": 5}
    assert all(one["digest"].startswith("sha256:") for one in data["events"])


def test_the_truth_about_each_object(run: Run, applied: str) -> None:
    lines = run("journal", "show", applied, "--objects").out.splitlines()
    failed = next(n for n, line in enumerate(lines) if "failed" in line)
    assert lines[failed].startswith("ext_ad  田中　花子 (001235)  move: failed, ")
    assert lines[failed].endswith("suzuki  [user:u2]")
    assert lines[failed + 1] == "    その人: is missing"
    assert sum(": done, " in line for line in lines) == 9
    data = json.loads(run("journal", "show", applied, "--objects", "--format", "json").out)
    statuses = [(one["system"], one["status"]) for one in data["objects"]]
    assert statuses.count(("lgwan_ad", "done")) == 5
    assert statuses.count(("ext_ad", "failed")) == 1
    created = next(one for one in data["objects"] if one["action"] == "create")
    assert not created["key"]["id"].startswith("new:")


def test_of_a_change_set_that_nobody_applied(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    assert run("journal", "show", id_, "--objects").out.count("not yet made") == 10
    assert run("journal", "show", "nothing").code == 2


def test_a_whole_journal_verifies_against_anchors(town: Town, run: Run, applied: str) -> None:
    anchor = run("journal", "anchor").out.strip()
    verified = run("journal", "verify", "--anchor", anchor)
    assert (verified.code, anchor in verified.out) == (0, True)
    assert run("journal", "verify").code == 0
    assert run("journal", "verify", "--anchor", "nothing").code == 2
    for seq in (3, 9999):
        foreign = run("journal", "verify", "--anchor", f"chonai-journal {seq} sha256:{'0' * 64}")
        assert (foreign.code, "anchor is not of this journal" in foreign.err) == (1, True)


def test_anchors_of_another_store_are_left_aside(
    town: Town, run: Run, applied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(str(town.folder / "trial.db")).close()
    monkeypatch.setenv("CHONAI_STORE", str(town.folder / "trial.db"))
    assert run("journal", "verify").code == 0


EDITED = "UPDATE journal SET actor = 'tanaka' WHERE seq = 3"
REMOVED = "DELETE FROM journal WHERE seq = 3"
TRUNCATED = "DELETE FROM journal WHERE seq > 5"


@pytest.mark.parametrize("statement", [EDITED, REMOVED, TRUNCATED])
def test_a_touched_journal_does_not(town: Town, run: Run, applied: str, statement: str) -> None:
    with behind_its_back(town.store_file) as execute:
        execute(statement)
    broken = run("journal", "verify")  # the site's own anchor file tells of the end
    assert broken.code == 1
    assert "not intact" in broken.err
    assert run("doctor").code == 1
