"""Agreeing: by another person, here or elsewhere."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from chonai.change.ports import Entry, Event
from tests.unit.change.people import by_hand
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import FINAL, MASS_LEAVE, Town, wanted


def state_of(run: Run, id_: str) -> str:
    return str(json.loads(run("show", id_, "--format", "json").out)["state"])


def events(run: Run, id_: str) -> list[dict[str, object]]:
    return list(json.loads(run("journal", "show", id_, "--format", "json").out)["events"])


def test_another_person_approves_with_their_key(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    done = run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    assert done.code == 0
    assert "approved by suzuki" in done.out
    assert f"chonai apply {id_} --operator NAME --watcher NAME" in done.out
    assert "異動 1" in done.err  # the counts, before the signature
    assert state_of(run, id_) == "approved"
    assert "suzuki, " in run("show", id_).out


@pytest.mark.parametrize(
    ("name", "key"),
    [("sato", "sato"), ("suzuki", "sato"), ("suzuki", "mallory"), ("mallory", "mallory"), ("expired", "expired")],
)
def test_nobody_else_can(town: Town, run: Run, name: str, key: str) -> None:
    id_ = town.seal(*wanted())
    refused = run("approve", id_, "--as", name, "--key", town.people.key(key))
    assert refused.code == 3
    assert refused.err
    assert state_of(run, id_) == "sealed"
    (told,) = [one for one in events(run, id_) if one["event"] == "refused"]
    assert told["actor"] == name
    assert f"{name}  REFUSED: approval: " in run("journal", "show", id_).out
    assert "PRIVATE KEY" not in json.dumps(told)
    assert "ssh-ed25519" not in json.dumps(told)


def test_the_statement_is_signed_elsewhere_and_handed_in(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), brakes=(MASS_LEAVE,))
    said = run("statement", id_, "--release", "mass_leave").out
    assert said.splitlines()[1] == "release mass_leave"
    signature = town.folder / "signature"
    signature.write_text(by_hand(said, town.people.key("suzuki"), "chonai-approval"))
    given = ("approve", id_, "--as", "suzuki", "--signature", signature)
    assert run(*given).code == 3  # it releases what was signed, and that must be said
    done = run(*given, "--release", "mass_leave")
    assert done.code == 0
    assert "--release" not in done.out
    assert run("approve", id_, "--as", "tanaka", "--signature", signature, "--release", "mass_leave").code == 3


def test_a_signature_of_another_change_set_is_refused(town: Town, run: Run) -> None:
    first, second = town.seal(*wanted()), town.seal(*wanted())
    signature = town.folder / "signature"
    signature.write_text(by_hand(run("statement", first).out, town.people.key("suzuki"), "chonai-approval"))
    assert run("approve", second, "--as", "suzuki", "--signature", signature).code == 3


def test_a_brake_that_stays_is_in_the_next_command(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), brakes=(MASS_LEAVE,))
    done = run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    assert "--release mass_leave" in done.out
    assert "not enough to apply it. No approval releases: mass_leave" in done.out
    enough = run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"), "--release", "mass_leave")
    assert (enough.code, "not enough" in enough.out) == (0, False)


def test_an_approval_of_what_nobody_can_release_is_refused(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), brakes=(FINAL,))
    refused = run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    assert (refused.code, refused.out) == (3, "")
    assert "ext_ad: root: " in refused.err
    assert state_of(run, id_) == "sealed"
    assert [one["event"] for one in events(run, id_)] == ["sealed", "refused"]


def test_the_same_approval_twice_is_kept_once(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), brakes=(MASS_LEAVE,))
    given = ("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"), "--release", "mass_leave")
    assert "already" not in run(*given).out
    before = events(run, id_)
    again = run(*given)
    assert (again.code, "already approved by suzuki" in again.out) == (0, True)
    assert events(run, id_) == before
    assert run("approve", id_, "--as", "tanaka", "--key", town.people.key("tanaka")).code == 0
    assert len(events(run, id_)) == len(before) + 1


def test_what_is_applied_or_taken_back_cannot_be_approved(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    given = ("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    crew = ("--operator", "suzuki", "--watcher", "tanaka")
    assert run(*given).code == 0
    assert run("apply", id_, *crew).code == 0
    late = run(*given)
    assert (late.code, late.out) == (3, "")
    assert f"{id_} is applied already" in late.err
    assert f"chonai undo {id_}" in late.err
    undo = run("undo", id_).out.split(":")[0]
    assert run("approve", undo, *given[2:]).code == 0
    assert run("apply", undo, *crew).code == 0
    late = run(*given)
    assert (late.code, f"taken back by {undo}" in late.err) == (3, True)
    assert [one["event"] for one in events(run, id_)].count("approved") == 1


def test_what_is_being_applied_cannot_be_approved(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    with town.open() as site, site.store.locks.hold("ext_ad", "suzuki", id_):
        started = Entry(Event.STARTED, id_, "ext_ad", "suzuki", site.now(), {"left": 5})
        site.store.journal.append([started])
        late = run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    assert (late.code, "is being applied now" in late.err) == (3, True)


@pytest.mark.parametrize("brake", ["root", "no_such"])
def test_what_cannot_be_released_is_refused(town: Town, run: Run, brake: str) -> None:
    id_ = town.seal(*wanted(), brakes=(FINAL,))
    refused = run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"), "--release", brake)
    assert refused.code == 3
    assert brake in refused.err


def test_wrong_calls(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    key = town.people.key("suzuki")
    assert run("approve", id_, "--as", "suzuki").code == 2
    assert run("approve", id_, "--as", "suzuki", "--key", key, "--signature", key).code == 2
    assert run("approve", id_, "--key", key).code == 2
    assert run("approve", "nothing", "--as", "suzuki", "--key", key).code == 2
    assert run("approve", id_, "--as", "suzuki", "--key", town.folder / "none").code == 2
    assert run("approve", id_, "--as", "suzuki", "--signature", town.folder / "none").code == 2
    assert run("statement", "nothing").code == 2
    assert run("statement", id_, "--release", "no_such").code == 2


def at_a_terminal(town: Town, answer: str, *arguments: str) -> int:
    """Run a command at a terminal and type an answer."""
    code = "import sys; from chonai.cli import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment,
        cwd=town.folder,
    ) as running:
        os.write(ours, answer.encode())
        ended = running.wait(60)
    os.close(ours)
    os.close(theirs)
    return ended


@pytest.mark.parametrize(
    ("answer", "code", "state"), [("n\n", 1, "sealed"), ("\n", 1, "sealed"), ("y\n", 0, "approved")]
)
def test_a_person_is_asked(town: Town, run: Run, answer: str, code: int, state: str) -> None:
    id_ = town.seal(*wanted())
    key: Path = town.people.key("suzuki")
    assert at_a_terminal(town, answer, "approve", id_, "--as", "suzuki", "--key", str(key)) == code
    assert state_of(run, id_) == state


def test_a_person_who_says_yes_beforehand_is_not_asked(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    key = town.people.key("suzuki")
    assert at_a_terminal(town, "", "approve", id_, "--as", "suzuki", "--key", str(key), "--yes") == 0
