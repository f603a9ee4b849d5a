"""Language at the start; exit codes, plain words and no secrets at the end."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from chonai.cli.app import COMMANDS
from chonai.cli.outermost import exit_code_of
from tests.house.tree import ROOT
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town, wanted

PROGRAM = [sys.executable, "-c", "import sys; from chonai.cli import main; sys.exit(main(sys.argv[1:]))"]
HELP_SECONDS = 0.3


def outside(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python_modules"), **more}
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, env=environment, check=False)


def cpu_seconds_of_help() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    outside("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fail(error: Exception) -> int:
    def action() -> None:
        password = "Un3ef?RK%kP3Tf4t"
        raise error.with_traceback(None) if password else error

    return exit_code_of(action)


def test_what_nobody_expected_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert fail(ZeroDivisionError("Un3ef?RK%kP3Tf4t")) == 1
    said = capsys.readouterr()
    assert "ZeroDivisionError" in said.err
    assert "CHONAI_DEBUG=1" in said.err
    assert "Un3ef" not in said.err
    assert "Traceback" not in said.err
    assert len(said.err.splitlines()) == 1


def test_debugging_shows_where_and_no_variables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHONAI_DEBUG", "1")
    assert fail(ZeroDivisionError("division")) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "Un3ef" not in said


def test_what_the_system_says_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert fail(OSError(28, "No space left on device", "\x1b[31mfile")) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said
    assert "\x1b" not in said


def test_an_interrupt_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    def action() -> None:
        raise KeyboardInterrupt

    assert exit_code_of(action) == 130
    assert "Interrupted" in capsys.readouterr().err


def test_help_is_quick_and_in_both_languages() -> None:
    english = outside("--help", CHONAI_LANG="en")
    assert min(cpu_seconds_of_help() for _ in range(3)) <= HELP_SECONDS
    assert english.returncode == 0
    assert "Usage: chonai" in english.stdout
    assert all(f"\n  {name} " in english.stdout for name in COMMANDS)
    japanese = outside("--help", "--lang", "ja", CHONAI_LANG="en").stdout
    assert "使い方: chonai" in japanese
    assert "Usage" not in japanese
    assert outside("--help", CHONAI_LANG="", LC_ALL="", LC_MESSAGES="", LANG="ja_JP.UTF-8").stdout == japanese


HELP_OF_ALL = """
import sys
from chonai.cli import main
for name in sys.argv[1:]:
    assert main([*name.split(), "--help"]) == 0
"""


@pytest.mark.parametrize(("lang", "usage"), [("en", "Usage:"), ("ja", "使い方:")])
def test_help_of_every_command_is_in_both_languages(lang: str, usage: str) -> None:
    names = [*COMMANDS, "journal show", "journal verify", "journal anchor"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python_modules"), "CHONAI_LANG": lang}
    command = [sys.executable, "-c", HELP_OF_ALL, *names]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert not [name for name in names if f"{usage} chonai {name} " not in said]
    assert "Options" not in said or lang == "en"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["shwo"], "show"),
        (["show", "--formt", "x"], "--format"),
        (["show", "--format", "x"], "text, json, html"),
        (["apply"], "ID"),
        (["approve", "x", "--as"], "--as"),
        (["--lang", "fr", "list"], "en, ja"),
        ([], "Usage: chonai"),
    ],
)
def test_a_wrong_call_says_what_is_right(run: Run, arguments: list[str], part: str) -> None:
    wrong = run(*arguments)
    assert wrong.code == 2
    assert part in wrong.err


def test_a_wrong_call_in_japanese(town: Town) -> None:
    wrong = outside("--lang", "ja", "show", "--format", "x")
    assert wrong.returncode == 2
    assert "使えるもの: text, json, html" in wrong.stderr


def test_errors_are_in_the_language_of_the_reader(town: Town) -> None:
    assert "ありません" in outside("--lang", "ja", "show", "nothing").stderr
    assert "There is no" in outside("--lang=en", "show", "nothing", CHONAI_LANG="ja").stderr


def test_a_locale_that_this_machine_lacks_does_no_harm(town: Town) -> None:
    ran = outside("show", town.seal(*wanted()), CHONAI_LANG="", LC_ALL="ja_JP.eucJP")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "新旧対照表" in ran.stdout


def test_version(run: Run) -> None:
    assert run("--version").out == "chonai 0.1.0\n"


def test_a_reader_who_leaves_is_no_fault(town: Town) -> None:
    id_ = town.seal(*wanted())
    program = " ".join([f"'{word}'" for word in [*PROGRAM, "show", id_]])
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python_modules")}
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {program} | true"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def at_a_shell(ending: str, *arguments: object) -> int:
    """The exit code of a command whose output goes where `ending` says."""
    program = " ".join([f"'{word}'" for word in [*PROGRAM, *arguments]])
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python_modules")}
    script = f"{program} {ending}\nexit ${{PIPESTATUS[0]}}"
    return subprocess.run(["bash", "-c", script], env=environment, capture_output=True, check=False).returncode


NOBODY_READS = ("2>&1 | (exec <&-)", ">&- 2>&-")


@pytest.mark.parametrize("ending", NOBODY_READS)
def test_the_work_is_done_although_nobody_reads(town: Town, run: Run, ending: str) -> None:
    id_ = town.seal(*wanted())
    assert at_a_shell(ending, "apply", id_, "--operator", "sato", "--watcher", "tanaka") == 3
    approving = ("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"), "--yes")
    assert at_a_shell(ending, *approving) == 0
    assert "approved" in run("list").out
    assert at_a_shell(ending, "apply", id_, "--operator", "sato", "--watcher", "tanaka") == 0
    assert "applied" in run("list").out


@pytest.mark.parametrize("ending", NOBODY_READS)
def test_a_wrong_call_is_one_also_where_nobody_reads(town: Town, ending: str) -> None:
    assert at_a_shell(ending, "show", "nothing") == 2


def test_lost_output_is_a_fault_and_the_work_is_done(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    assert at_a_shell("> /dev/full", "approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki")) == 1
    assert "approved" in run("list").out
    assert at_a_shell("> /dev/full", "show", "nothing") == 2


def test_a_pipe_that_breaks_elsewhere_is_a_fault() -> None:
    assert fail(BrokenPipeError(32, "Broken pipe")) == 1


def test_no_site_is_a_wrong_call(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHONAI_SITE", str(tmp_path / "none.yml"))
    for command in (
        ["show"],
        ["list"],
        ["journal", "verify"],
        ["journal", "anchor"],
        ["unlock", "x", "--operator", "y"],
    ):
        assert run(*command).code == 2


def test_a_number_that_is_none_in_japanese(town: Town) -> None:
    for value in ("0", "x"):
        wrong = outside("--lang", "ja", "list", "--limit", value)
        assert (wrong.returncode, "1 以上の整数" in wrong.stderr) == (2, True)


def test_states_and_operations_in_japanese(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    assert "状態: 封印済み" in outside("--lang", "ja", "undo", id_).stderr
    for command in (["show", id_], ["list"]):
        shown = outside("--lang", "ja", *command).stdout
        assert ("人事異動" in shown, "personnel" in shown) == (True, False)
