"""Approval cannot be got around: every way in is tried, each is refused, and nothing is written."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.stage import CREW, MOVER, SMALL, Done, Stage, refusal, stage, told, untouched
from tests.lab import LAB
from tests.stores import behind_its_back, copy_store

KEYS = LAB / "keys"
HOSTS = ("lgwan_ad", "ext_ad")


@dataclass(frozen=True, slots=True)
class Planned:
    """A store with two change sets that nobody has approved."""

    folder: Path
    mover: str
    small: str


@dataclass(frozen=True, slots=True)
class Break:
    """A copy of that store, to break in."""

    terminal: Stage
    folder: Path
    id: str
    other: str

    def sql(self, statement: str, *values: object) -> None:
        """Change the store behind chonai's back; its triggers are taken away first."""
        with behind_its_back(self.folder / "chonai.db") as execute:
            execute(statement, *values)

    def forge(self, name: str, key: str, *, namespace: str = "chonai-approval", digest_of: str = "") -> None:
        """Put an approval into the store that was signed with some key."""
        with behind_its_back(self.folder / "chonai.db") as execute:
            ((digest,),) = execute("SELECT digest FROM change_sets WHERE id = ?", digest_of or self.id)
        signature = sign(f"{digest}\n", key, namespace)
        at = datetime.now(UTC).isoformat()
        self.sql("INSERT INTO approvals VALUES (?, 0, ?, '[]', ?, ?)", self.id, name, signature, at)

    def is_refused(self, *codes: str) -> None:
        """Neither the playbook nor the module nor the command applies it, each for one of these reasons."""
        for done in self.attempts():
            assert refusal(done)
            assert any(f"{code}" in told(done) for code in codes), told(done)
        assert self.terminal.chonai("apply", self.id, "--operator", "sato", "--watcher", "tanaka").returncode == 3

    def attempts(self) -> Iterator[Done]:
        """Every way in."""
        yield self.terminal.playbook("change", change_id=self.id, **CREW)
        yield self.terminal.module("personnel", "change_apply", id=self.id, **CREW)


def sign(text: str, key: str, namespace: str) -> str:
    """An OpenSSH signature with one of the lab's keys."""
    command = ["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, "-f", str(KEYS / key)]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_written(lab: Path) -> Iterator[None]:
    with untouched():
        yield


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = tmp_path_factory.mktemp("planned")
    terminal = stage(folder)
    return Planned(folder, terminal.plan(**MOVER), terminal.plan(**SMALL))


@pytest.fixture
def way_in(planned: Planned, tmp_path: Path) -> Break:
    terminal = stage(tmp_path)
    copy_store(planned.folder / "chonai.db", tmp_path / "chonai.db")
    return Break(terminal, tmp_path, planned.mover, planned.small)


def test_without_an_approval(way_in: Break) -> None:
    way_in.is_refused("identity.approval_missing")


def test_without_the_task_that_checks(way_in: Break) -> None:
    start = ("--start-at-task", "Apply to all systems side by side")
    done = way_in.terminal.playbook("change", *start, change_id=way_in.id, **CREW)
    assert "identity.approval_missing" in told(done)


def test_the_refusal_names_the_commands_to_type(way_in: Break) -> None:
    said = refusal(way_in.terminal.playbook("change", change_id=way_in.id, **CREW))
    assert f"chonai approve {way_in.id} --as NAME --key FILE" in said
    assert f"chonai apply {way_in.id} --operator NAME --watcher NAME" in said


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("sato", "sato", "identity.approval_by_author"),
        ("SATO", "sato", "identity.approval_by_author"),
        ("suzuki", "sato", "identity.approval_invalid"),
        ("suzuki", "mallory", "identity.approval_invalid"),
        ("mallory", "mallory", "identity.approval_invalid"),
        ("expired", "expired", "identity.approval_invalid"),
    ],
)
def test_with_an_approval_that_does_not_hold(way_in: Break, name: str, key: str, code: str) -> None:
    assert way_in.terminal.approve(way_in.id, name, key=key).returncode == 3
    assert way_in.terminal.state(way_in.id) == "sealed"
    way_in.forge(name, key)
    way_in.is_refused(code)


def test_with_the_signature_of_another_purpose(way_in: Break) -> None:
    way_in.forge("suzuki", "suzuki", namespace="chonai-seal")
    way_in.is_refused("identity.approval_invalid")


def test_with_the_approval_of_another_change_set(way_in: Break) -> None:
    assert way_in.terminal.approve(way_in.other).returncode == 0
    way_in.sql("UPDATE approvals SET change_set = ? WHERE change_set = ?", way_in.id, way_in.other)
    way_in.is_refused("identity.approval_invalid")


def edited_in_place(way_in: Break) -> None:
    way_in.sql("UPDATE change_sets SET body = replace(body, '市民課', '秘書課') WHERE id = ?", way_in.id)


def put_in_place_of_another(way_in: Break) -> None:
    swap = "UPDATE change_sets SET (body, digest) = (SELECT replace(body, ?, ?), digest FROM change_sets WHERE id = ?)"
    way_in.sql(f"{swap} WHERE id = ?", way_in.other, way_in.id, way_in.other, way_in.id)


def put_in_place_with_its_seal(way_in: Break) -> None:
    put_in_place_of_another(way_in)
    seal = "UPDATE seals SET signature = (SELECT signature FROM seals WHERE change_set = ?) WHERE change_set = ?"
    way_in.sql(seal, way_in.other, way_in.id)


@pytest.mark.parametrize("edit", [edited_in_place, put_in_place_of_another, put_in_place_with_its_seal])
def test_with_a_plan_that_was_changed_after_its_approval(way_in: Break, edit: Callable[[Break], None]) -> None:
    assert way_in.terminal.approve(way_in.id).returncode == 0
    edit(way_in)
    way_in.is_refused("identity.digest_differs", "identity.seal_broken")


def test_with_extra_variables(way_in: Break) -> None:
    lax = lax_site(way_in)
    names = ("CHONAI_SITE", "chonai_site", "site", "site_file", "CHONAI_STORE", "allowed_signers")
    rule = {"kind": "none", "watcher": False}
    extra = {
        **dict.fromkeys(names, str(lax)),
        "environment": {"CHONAI_SITE": str(lax)},
        "ansible_env": {"CHONAI_SITE": str(lax)},
        "approval": {"default": rule},
        "rule": rule,
        "change": {"rule": rule, "brakes": [], "state": "approved", "results": [], "anchor": ""},
        "approved_by": ["suzuki"],
        "force": True,
    }
    assert "identity.approval_missing" in told(way_in.terminal.playbook("change", change_id=way_in.id, **extra, **CREW))
    on = {"change_waits": False, "sealed": {"id": way_in.id, "rule": rule, "summary": [], "nothing_to_do": False}}
    again = way_in.terminal.playbook("personnel_change", **MOVER, **extra, **on, **CREW)
    assert "identity.approval_missing" in told(again)
    assert way_in.terminal.state(way_in.id) == "sealed"


@pytest.mark.parametrize("option", ["rule", "approval", "site", "store", "allowed_signers", "force", "settings"])
def test_with_options_that_modules_do_not_have(way_in: Break, option: str) -> None:
    done = way_in.terminal.module("lgwan_ad", "change_apply", id=way_in.id, **CREW, **{option: "none"})
    assert "Unsupported parameters" in refusal(done)


def test_with_an_environment_set_by_a_playbook(way_in: Break) -> None:
    task = {"chonai.ops.change_apply": {"id": way_in.id, **CREW}, "environment": {"CHONAI_SITE": str(lax_site(way_in))}}
    play = {"hosts": "personnel", "gather_facts": False, "tasks": [task]}
    own = way_in.folder / "own.yml"
    own.write_text(json.dumps([play]), encoding="utf-8")
    said = told(way_in.terminal.shell.call("ansible-playbook", str(own)))
    assert "identity.approval_missing" in said


def test_under_a_rule_that_was_relaxed_since(way_in: Break) -> None:
    relaxed = {"CHONAI_SITE": str(lax_site(way_in))}
    extra = json.dumps({"change_id": way_in.id, **CREW})
    done = way_in.terminal.shell.call("ansible-playbook", "playbooks/change.yml", "-e", extra, **relaxed)
    assert "site.rule_changed" in told(done)


@pytest.mark.parametrize(
    ("crew", "code"),
    [
        ({"operator": "sato"}, "identity.no_watcher"),
        ({"operator": "sato", "watcher": "sato"}, "identity.watches_self"),
        ({"operator": "mallory", "watcher": "tanaka"}, "identity.unknown_principal"),
        ({"operator": "sato", "watcher": "nobody"}, "identity.unknown_principal"),
    ],
)
def test_approved_but_without_two_known_people(way_in: Break, crew: dict[str, str], code: str) -> None:
    assert way_in.terminal.approve(way_in.id).returncode == 0
    said = told(way_in.terminal.playbook("change", change_id=way_in.id, **crew))
    assert code in said
    assert code in told(way_in.terminal.module("lgwan_ad", "change_apply", id=way_in.id, **crew))


def lax_site(way_in: Break) -> Path:
    """A site file of somebody who wants no approvals."""
    text = (way_in.folder / "site.yml").read_text(encoding="utf-8").replace("second_person", "none")
    lax = way_in.folder / "lax.yml"
    lax.write_text(text.replace("watcher: true", "watcher: false"), encoding="utf-8")
    return lax
