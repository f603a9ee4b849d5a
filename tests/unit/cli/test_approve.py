"""Agreeing: by another person, here or elsewhere."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.change.people import by_hand
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import FINAL, MASS_LEAVE, Town, wanted


def state_of(run: Run, id_: str) -> str:
    return str(json.loads(run("show", id_, "--format", "json").out)["state"])


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
