"""Applying, resuming and taking back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from chonai.change.codec import message_to_json
from chonai.change.model import Key
from chonai.cli.progress import PlainLines
from chonai.text.messages import message
from tests.unit.cli.conftest import Ran, Run
from tests.unit.cli.town import OBJECTS, TANAKA, TAX_GROUP, YAMADA, Town, wanted

CREW = ("--operator", "suzuki", "--watcher", "tanaka")


@pytest.fixture
def approved(town: Town, run: Run) -> str:
    """An approved change set of both systems."""
    id_ = town.seal(*wanted())
    assert run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki")).code == 0
    return id_


def table(ran: Ran) -> list[list[str]]:
    return [line.split() for line in ran.out.splitlines() if line.startswith(("lgwan_ad ", "ext_ad "))]


def test_all_systems_are_applied(town: Town, run: Run, approved: str) -> None:
    done = run("apply", approved, *CREW)
    assert done.code == 0
    assert sorted(table(done)) == [["ext_ad", "5", "0", "0", "5"], ["lgwan_ad", "5", "0", "0", "5"]]
    assert "lgwan_ad: 5/5 (100 %)" in done.err
    assert "ext_ad: 5/5 (100 %)" in done.err
    assert f"chonai undo {approved}" in done.out
    assert f"chonai passwords {approved} --key FILE" in done.out
    assert town.objects("ext_ad")["user:u1"]["department"] == "市民課"
    again = run("apply", approved, *CREW)
    assert (again.code, "applied already" in again.out) == (0, True)


def test_without_approval_nothing_is_written(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    before = town.objects("ext_ad")
    refused = run("apply", id_, *CREW)
    assert refused.code == 3
    assert f"chonai approve {id_}" in refused.err
    assert town.objects("ext_ad") == before


@pytest.mark.parametrize("crew", [("--operator", "suzuki"), ("--operator", "suzuki", "--watcher", "suzuki")])
def test_a_watcher_is_another_person(run: Run, approved: str, crew: tuple[str, ...]) -> None:
    assert run("apply", approved, *crew).code == 3


def test_wrong_calls(run: Run, approved: str) -> None:
    assert run("apply", approved).code == 2
    assert run("apply", "nothing", *CREW).code == 2


def test_drift_refuses_everything_and_names_the_object(town: Town, run: Run, approved: str) -> None:
    changed = {**OBJECTS, YAMADA: {**OBJECTS[YAMADA], "title": "係長"}}
    town.keep("ext_ad", changed)
    before = town.objects("lgwan_ad")
    refused = run("apply", approved, *CREW)
    assert refused.code == 3
    assert "山田　太郎 (001234) [user:u1]" in refused.err
    assert "in something that this plan does not change (planned: 異動: 税務課→市民課" in refused.err
    assert town.objects("lgwan_ad") == before


def test_drift_names_what_was_expected_and_what_is_found(town: Town, run: Run, approved: str) -> None:
    long = "秘書課" * 100
    moved = {**OBJECTS[YAMADA], "parent": "ou:retired", "department": long}
    emptied = {**OBJECTS[TAX_GROUP], "member": frozenset({str(YAMADA)})}
    town.keep("ext_ad", {**OBJECTS, YAMADA: moved, TAX_GROUP: emptied})
    refused = run("apply", approved, *CREW)
    assert refused.code == 3
    assert "department: expected 税務課, found 秘書課" in refused.err
    assert long not in refused.err
    assert "parent: expected 税務課 [ou:tax], found 退職者 [ou:retired] (planned: 異動: " in refused.err
    assert "member: 田中　花子 (001235) [user:u2] is no longer there (planned: " in refused.err


def test_failures_are_named_and_the_same_command_goes_on(town: Town, run: Run, approved: str) -> None:
    why = message_to_json(message("site.missing_key", key="その人"))
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): why})
    partly = run("apply", approved, *CREW)
    assert partly.code == 4
    assert sorted(table(partly))[0] == ["ext_ad", "4", "1", "0", "5"]
    assert "1 change(s) failed:" in partly.out
    assert "田中　花子 (001235): その人: is missing" in partly.out
    assert f"chonai apply {approved} --operator NAME --watcher NAME" in partly.out
    assert "continues" in partly.err
    data = json.loads(town.system_file("ext_ad").read_text())
    town.system_file("ext_ad").write_text(json.dumps({**data, "refuse": {}}))
    assert run("apply", approved, *CREW).code == 0


def test_many_failures_are_counted(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    people = {Key("user", f"m{n}"): {**OBJECTS[YAMADA], "name": f"{n:06d}"} for n in range(60)}
    town.keep("ext_ad", OBJECTS)
    why = message_to_json(message("site.missing_key", key="x"))
    desired = {**OBJECTS, **{key: {**record, "title": "主任"} for key, record in people.items()}}
    id_ = town.seal(desired, {}, "ext_ad", observed={**OBJECTS, **people})
    town.keep("ext_ad", {**OBJECTS, **people}, refuse={str(key): why for key in people})
    partly = run("apply", id_, "--operator", "suzuki")
    assert partly.code == 4
    assert partly.out.count("x: is missing") == 50
    assert "and 10 more" in partly.out


def test_a_system_that_does_not_answer_is_a_fault(town: Town, run: Run, approved: str) -> None:
    for system in ("lgwan_ad", "ext_ad"):
        town.system_file(system).unlink()
    assert run("apply", approved, *CREW).code == 1


def test_a_system_without_settings_is_named(town: Town, run: Run, approved: str) -> None:
    (town.folder / "hosts.yml").write_text("all: {hosts: {lgwan_ad: {}, ext_ad: {}}}\n")
    refused = run("apply", approved, *CREW)
    assert refused.code == 2
    assert "lgwan_ad" in refused.err
    assert "ext_ad" in refused.err


def test_nothing_to_change(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    id_ = town.seal(OBJECTS, {})
    done = run("apply", id_, "--operator", "suzuki")
    assert (done.code, "nothing to change" in done.out) == (0, True)


def test_ctrl_c_ends_after_the_batch_and_the_same_command_goes_on(town: Town, run: Run, approved: str) -> None:
    town.settle(pause=0.5)
    code = "import sys; from chonai.cli import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code, "apply", approved, *CREW],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=town.folder,
    ) as running:
        assert running.stderr is not None
        while "1/5" not in running.stderr.readline():
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert f"Go on with the same command: chonai apply {approved} --operator suzuki --watcher tanaka" in err
    assert "resume" not in out
    state = json.loads(run("show", approved, "--format", "json").out)["state"]
    assert state == "interrupted"
    town.settle()
    assert run("apply", approved, *CREW).code == 0
    assert town.objects("ext_ad")["user:u1"]["department"] == "市民課"


def test_nobody_reading_does_not_stop_the_work(town: Town, run: Run, approved: str) -> None:
    code = "import sys; from chonai.cli import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    town.settle(pause=0.3)
    why = message_to_json(message("site.missing_key", key="x"))
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): why})
    command = [sys.executable, "-c", code, "apply", approved, *CREW]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=town.folder
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stderr.readline()
        running.stdout.close()
        running.stderr.close()
        assert running.wait(60) == 4
    assert json.loads(run("show", approved, "--format", "json").out)["state"] == "partly_failed"


def test_lines_are_far_apart_and_the_last_one_is_said() -> None:
    said: list[str] = []
    now = 0.0
    lines = PlainLines(said.append, clock=lambda: now)
    for done in range(1, 101):
        now += 0.125
        lines.update("a", done, 100)
    lines.close()
    lines.close()
    assert said == [f"a: {done}/100 ({done} %)" for done in (1, 17, 33, 49, 65, 81, 97, 100)]


def test_undo_makes_a_change_set_that_takes_everything_back(town: Town, run: Run, approved: str) -> None:
    assert run("undo", approved).code == 3  # nothing was applied yet
    before = town.objects("ext_ad")
    assert run("apply", approved, *CREW).code == 0
    made = run("undo", approved)
    assert made.code == 0
    undo = made.out.split(":")[0]
    assert f"chonai approve {undo} --as NAME --key FILE" in made.out
    assert run("approve", undo, "--as", "suzuki", "--key", town.people.key("suzuki")).code == 0
    assert run("apply", undo, *CREW).code == 0
    assert town.objects("ext_ad") == before
    assert f"taken back by  {undo}" in run("show", approved).out
    again = run("apply", approved, *CREW)
    assert (again.code, f"taken back by {undo}" in again.err) == (3, True)
    assert town.objects("ext_ad") == before


def test_undo_of_one_object_by_name(town: Town, run: Run, approved: str) -> None:
    assert run("apply", approved, *CREW).code == 0
    made = run("undo", approved, "--only", "user:002001", "--as", "sato", "--key", town.people.key("sato"))
    assert made.code == 0
    undo = made.out.split(":")[0]
    plans = json.loads(run("show", undo, "--format", "json").out)["plans"]
    assert [plan["counts"]["delete"] for plan in plans] == [1, 1]
    assert [plan["counts"]["move"] for plan in plans] == [0, 0]


def test_undo_of_an_unknown_object(run: Run, approved: str) -> None:
    assert run("apply", approved, *CREW).code == 0
    assert run("undo", approved, "--only", "user:nobody").code == 2
    assert run("undo", approved, "--key", "nowhere").code == 2


def test_what_an_undo_has_taken_back_is_not_taken_for_somebody_elses(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    before = {system: town.objects(system) for system in ("lgwan_ad", "ext_ad")}
    id_ = town.seal(*wanted())
    assert run("apply", id_, "--operator", "suzuki").code == 0
    for only in (("--only", "user:001234"), ()):
        made = run("undo", id_, *only)
        assert made.code == 0
        assert "changed since" not in made.out
        assert run("apply", made.out.split(":")[0], "--operator", "suzuki").code == 0
    assert {system: town.objects(system) for system in before} == before
    assert json.loads(run("show", id_, "--format", "json").out)["state"] == "undone"


def test_what_somebody_changed_since_is_called_by_its_name(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    id_ = town.seal(*wanted(), "ext_ad")
    assert run("apply", id_, "--operator", "suzuki").code == 0
    data = json.loads(town.system_file("ext_ad").read_text())
    data["objects"][str(YAMADA)]["department"] = "秘書課"
    town.system_file("ext_ad").write_text(json.dumps(data, ensure_ascii=False))
    made = run("undo", id_)
    assert "山田　太郎 (001234): changed since" in made.out
    assert str(YAMADA) not in made.out


def test_undo_of_one_system_while_another_is_interrupted(town: Town, run: Run, approved: str) -> None:
    run("apply", approved, *CREW)
    lgwan = town.objects("lgwan_ad")
    made = run("undo", approved, "--system", "ext_ad")
    assert made.code == 0
    undo = made.out.split(":")[0]
    assert run("approve", undo, "--as", "suzuki", "--key", town.people.key("suzuki")).code == 0
    assert run("apply", undo, *CREW).code == 0
    assert town.objects("lgwan_ad") == lgwan
    assert town.objects("ext_ad")["user:u1"]["department"] == "税務課"
    assert json.loads(run("show", approved, "--format", "json").out)["state"] == "partly_undone"
    rest = run("undo", approved).out.split(":")[0]
    plans = json.loads(run("show", rest, "--format", "json").out)["plans"]
    assert {plan["system"]: bool(plan["changes"]) for plan in plans} == {"lgwan_ad": True, "ext_ad": False}
    wrong = run("undo", approved, "--system", "nowhere")
    assert (wrong.code, "lgwan_ad, ext_ad" in wrong.err) == (2, True)
