"""Initial passwords: to their recipient alone, at a terminal or as a file that was asked for."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.town import JOINER, Town, wanted

PASSWORD = re.compile(r"[!-~]{16}")


@pytest.fixture
def applied(town: Town, run: Run) -> str:
    return applied_with(town, run, "髙﨑　德子")


def applied_with(town: Town, run: Run, name: str) -> str:
    town.settle(kind="none", watcher=False)
    desired, reasons = wanted()
    id_ = town.seal({**desired, JOINER: {**desired[JOINER], "displayName": name}}, reasons)
    assert run("apply", id_, "--operator", "suzuki").code == 0
    return id_


def csv_of(run: Run, id_: str, town: Town, *more: str, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    ran = run("passwords", id_, "--key", town.people.key("jinji"), "--format", "csv", *more)
    assert ran.code == 0
    assert ran.raw.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(ran.raw.decode(encoding))))


def test_csv_for_the_recipient(town: Town, run: Run, applied: str) -> None:
    found = csv_of(run, applied, town)
    assert [row["system"] for row in found] == ["ext_ad", "lgwan_ad"]
    assert {row["account"] for row in found} == {"002001"}
    assert {row["name"] for row in found} == {"髙﨑　德子"}
    assert all(PASSWORD.fullmatch(row["initial password"]) for row in found)
    assert csv_of(run, applied, town, "--encoding", "cp932", encoding="cp932") == found


def test_that_they_were_shown_is_journaled_and_nothing_else_is_said(town: Town, run: Run, applied: str) -> None:
    passwords = [row["initial password"] for row in csv_of(run, applied, town)]
    events = json.loads(run("journal", "show", applied, "--format", "json").out)["events"]
    shown = [one for one in events if one["event"] == "secret_shown"]
    assert [one["actor"] for one in shown] == ["jinji"]
    assert len(shown[0]["data"]["objects"]) == 2
    said = run("show", applied).out + json.dumps(events) + run("journal", "show", applied, "--objects").out
    assert not [password for password in passwords if password in said]
    stored = b"".join(path.read_bytes() for path in town.folder.glob("store.db*"))
    assert not [password for password in passwords if password.encode() in stored]


@pytest.mark.parametrize("more", [(), ("--format", "text")])
def test_not_to_a_file_by_accident(town: Town, run: Run, applied: str, more: tuple[str, ...]) -> None:
    refused = run("passwords", applied, "--key", town.people.key("jinji"), *more)
    assert (refused.code, refused.out) == (2, "")
    assert "--format csv" in refused.err


@pytest.mark.parametrize("name", ["sato", "mallory"])
def test_not_to_anybody_else(town: Town, run: Run, applied: str, name: str) -> None:
    refused = run("passwords", applied, "--key", town.people.key(name), "--format", "csv")
    assert (refused.code, refused.out) == (3, "")


def test_no_cell_is_a_formula(town: Town, run: Run) -> None:
    found = csv_of(run, applied_with(town, run, '=cmd|" /C calc"!A0'), town)
    assert found[0]["name"] == '\'=cmd|" /C calc"!A0'


def test_what_the_encoding_lacks_is_named_before_anything_is_shown(town: Town, run: Run) -> None:
    id_ = applied_with(town, run, "𠮷田　辻󠄀")
    refused = run("passwords", id_, "--key", town.people.key("jinji"), "--format", "csv", "--encoding", "cp932")
    assert (refused.code, refused.out) == (2, "")
    assert "002001, name: 𠮷 (U+20BB7)" in refused.err
    assert "U+E0100" in refused.err
    assert "secret_shown" not in run("journal", "show", id_, "--format", "json").out


def test_before_the_apply_there_are_none(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    assert csv_of(run, id_, town) == []
    told = run("passwords", id_, "--key", town.people.key("jinji"), "--format", "csv").err
    assert f"{id_} was not applied yet" in told
    assert run("passwords", "nothing", "--key", town.people.key("jinji"), "--format", "csv").code == 2
    assert run("passwords", id_, "--key", town.folder / "none", "--format", "csv").code == 2


def test_at_a_terminal_as_a_table(town: Town, applied: str) -> None:
    code = "import sys; from chonai.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "passwords", applied, "--key", str(town.people.key("jinji"))]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, env=environment, cwd=town.folder, check=True)
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "Shown: 2" in done.stderr.decode()
    assert "initial password" in said
    assert len(PASSWORD.findall(said)) >= 2


def test_what_was_handed_out_is_forgotten_and_that_is_journaled(town: Town, run: Run, applied: str) -> None:
    csv_of(run, applied, town)
    done = run("passwords", applied, "--discard", "--as", "jinji", "--yes")
    assert (done.code, done.err) == (0, "")
    assert "2 accounts are forgotten" in done.out
    assert csv_of(run, applied, town) == []
    events = json.loads(run("journal", "show", applied, "--format", "json").out)["events"]
    [gone] = [one for one in events if one["event"] == "secret_discarded"]
    assert (gone["actor"], len(gone["data"]["objects"])) == ("jinji", 2)
    assert "initial passwords forgotten" in run("journal", "show", applied).out
    assert run("journal", "verify").code == 0
    again = run("passwords", applied, "--discard", "--as", "jinji", "--yes")
    assert (again.code, "nothing to do" in again.out) == (0, True)


def test_not_what_nobody_has_read_unless_that_is_said(town: Town, run: Run, applied: str) -> None:
    for more in ((), ("--yes",)):
        refused = run("passwords", applied, "--discard", "--as", "jinji", *more)
        assert refused.code == 3
        assert "initial passwords of 2 new accounts" in refused.err
    assert run("passwords", applied, "--discard", "--as", "jinji", "--yes", "--unshown").code == 0
    assert csv_of(run, applied, town) == []


def test_what_to_type_next_follows_what_is_kept_and_read(town: Town, run: Run, applied: str) -> None:
    assert f"chonai passwords {applied} --key FILE" in run("show", applied).out
    csv_of(run, applied, town)
    assert f"chonai passwords {applied} --discard --as NAME" in run("show", applied).out
    assert run("passwords", applied, "--discard", "--as", "jinji", "--yes").code == 0
    assert "chonai passwords" not in run("show", applied).out


def test_by_somebody_whom_the_city_knows_and_one_thing_at_a_time(town: Town, run: Run, applied: str) -> None:
    key = str(town.people.key("jinji"))
    for more in (["--discard"], ["--as", "jinji"], ["--discard", "--as", "jinji", "--key", key], []):
        assert run("passwords", applied, *more).code == 2
    assert run("passwords", applied, "--discard", "--as", "nobody", "--yes", "--unshown").code == 3
    assert len(csv_of(run, applied, town)) == 2


def test_at_a_terminal_it_asks_and_says_how_many_nobody_has_read(town: Town, applied: str) -> None:
    code = "import sys; from chonai.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "passwords", applied, "--discard", "--as", "jinji"]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    os.write(ours, b"n\n")
    done = subprocess.run(command, stdin=theirs, stderr=theirs, env=environment, cwd=town.folder, check=False)
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 1
    assert "Nobody has read those of 2 yet" in said
    assert "are kept" in said
