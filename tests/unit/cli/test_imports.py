"""A product that takes files by hand, from the command line: what waits, what became of it, and what it looks like."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.model import Key, Record, TypeScope
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.site import Author
from chonai.systems.csv_import.profile_reader import load_profile
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town

FILES = load_profile("external_file_exchange").files
SCOPE = {name: TypeScope(frozenset(file.attributes)) for name, file in FILES.items()}
JOINER: dict[Key, Record] = {
    Key("user", "new:1"): {"name": "001234", "displayName": "髙﨑　德子", "mail": None, "enabled": True}
}


@pytest.fixture
def exchange(town: Town) -> Town:
    """The town with a product that takes files."""
    town.settle(kind="none", watcher=False)
    (town.folder / "outbox").mkdir(mode=0o700)
    inventory = town.folder / "hosts.yml"
    inventory.write_text(
        f"{inventory.read_text()}    exchange:\n      chonai_system: {{kind: csv_import, confirm_within: 0.01, "
        f"profile: external_file_exchange, outbox: {town.folder}/outbox, begin_with: nothing}}\n"
    )
    return town


def sealed(town: Town, *secrets: str) -> str:
    """A change set that makes one account."""
    scope = {**SCOPE, "user": replace(SCOPE["user"], secrets=secrets)}
    with town.open() as site:
        plan = make_plan(
            system="exchange",
            operation="personnel",
            observation=Observation({}),
            desired=JOINER,
            scope=scope,
            reasons={},
        )
        return site.seal([site.put(plan)], Author("sato", town.people.key("sato"))).change_set.id


def files_of(town: Town) -> list[Path]:
    return sorted((town.folder / "outbox").glob("*/*.csv"))


def test_an_apply_that_nobody_answered_is_finished_after_the_word(exchange: Town, run: Run) -> None:
    id_ = sealed(exchange)
    stopped = run("apply", id_, "--operator", "suzuki")
    assert stopped.code == 1
    assert "chonai confirm exchange" in stopped.out + stopped.err
    [file] = files_of(exchange)
    listed = run("imports")
    assert listed.code == 0
    assert f"exchange: {file} (1 rows of user, since " in listed.out
    assert "chonai confirm exchange --operator NAME" in listed.out
    confirmed = run("confirm", "exchange", "--operator", "suzuki")
    assert confirmed.code == 0
    assert "1 file(s) imported" in confirmed.out
    assert not files_of(exchange)
    assert run("apply", id_, "--operator", "suzuki").code == 0
    assert run("imports").out == "No import file waits.\n"
    assert "applied" in run("list").out


def test_a_rejection_fails_the_change_with_its_reason(exchange: Town, run: Run) -> None:
    id_ = sealed(exchange)
    run("apply", id_, "--operator", "suzuki")
    rejected = run("confirm", "exchange", "--rejected", "桁数エラー", "--operator", "suzuki", "-y")
    assert "1 file(s) rejected" in rejected.out
    failed = run("apply", id_, "--operator", "suzuki")
    assert failed.code == 4
    assert "桁数エラー" in failed.out + failed.err


def test_an_apply_that_waits_goes_on_by_itself_and_hands_out_the_right_password(exchange: Town, run: Run) -> None:
    inventory = exchange.folder / "hosts.yml"
    inventory.write_text(inventory.read_text().replace("confirm_within: 0.01", "confirm_within: 60"))
    id_ = sealed(exchange, "initial_password")
    code = f"import sys; from chonai.cli import main; sys.exit(main(['apply', '{id_}', '--operator', 'suzuki']))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, env=environment) as waits:
        deadline = time.monotonic() + 60
        while run("imports").out == "No import file waits.\n" and time.monotonic() < deadline:
            time.sleep(0.2)
        [file] = files_of(exchange)
        password = file.read_text().splitlines()[1].split(",")[9]
        assert run("confirm", "exchange", "--file", file.name, "--operator", "suzuki").code == 0
        assert waits.wait(60) == 0
    handed = run("passwords", id_, "--key", exchange.people.key("jinji"), "--format", "csv")
    assert password in handed.out
    assert not [
        path for path in exchange.folder.rglob("*") if path.is_file() and password.encode() in path.read_bytes()
    ]


def test_who_said_so_is_journaled(exchange: Town, run: Run) -> None:
    run("apply", sealed(exchange), "--operator", "suzuki")
    run("confirm", "exchange", "--operator", "suzuki")
    with exchange.open() as site:
        [note] = [row.entry for row in site.store.journal.rows() if "imports" in row.entry.data]
    assert (note.actor, note.system, note.data["rejected"]) == ("suzuki", "exchange", None)
    assert note.data["imports"][0].endswith("_user_001.csv")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("confirm", "exchange", "--operator", "suzuki"), 2, "no import file waits"),
        (("confirm", "lgwan_ad", "--operator", "suzuki"), 2, "it is of the kind memory"),
        (("confirm", "nowhere", "--operator", "suzuki"), 2, "nowhere"),
        (("confirm", "exchange", "--operator", "nobody"), 3, "nobody"),
        (("imports", "lgwan_ad"), 2, "it is of the kind memory"),
        (("profile", "from-export", "no.csv"), 2, "no.csv"),
    ],
)
def test_wrong_calls_are_refused(exchange: Town, run: Run, arguments: tuple[str, ...], code: int, told: str) -> None:
    ran = run(*arguments)
    assert ran.code == code
    assert told in ran.err


def test_a_profile_is_drafted_to_standard_output(town: Town, run: Run) -> None:
    export = town.folder / "利用者.csv"
    export.write_bytes("職員番号,氏名,有効\r\n001234,髙﨑,1\r\n001235,山田,0\r\n".encode("cp932"))
    drafted = run("profile", "from-export", export)
    assert drafted.code == 0
    assert "encoding: cp932" in drafted.out
    assert 'key: ["employeeNumber"]' in drafted.out
    assert "Not sure: no cell needed quotes" in drafted.out
    assert "不確か" in run("--lang", "ja", "profile", "from-export", export).out


def test_doctor_tells_what_waits_and_who_can_look(exchange: Town, run: Run) -> None:
    assert "ok    exchange: " in run("doctor").out
    run("apply", sealed(exchange), "--operator", "suzuki")
    (exchange.folder / "outbox").chmod(0o755)
    warned = [line for line in run("doctor").out.splitlines() if line.startswith("warn  exchange: ")]
    assert len(warned) == 2
    assert "chonai confirm exchange" in warned[0]
    assert "(mode 755)" in warned[1]


def test_a_missing_outbox_is_what_doctor_says(exchange: Town, run: Run) -> None:
    (exchange.folder / "outbox").rmdir()
    ill = run("doctor")
    assert ill.code == 1
    assert any(line.startswith("fail  exchange: ") and "outbox" in line for line in ill.out.splitlines())
