"""The command line on a piece of the lab's directory, from reading to taking back, as people type it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chonai.change.model import Key, Record
from chonai.site import Site, find_site
from chonai.store import Store
from tests.acceptance.ground import URL, Ground, by_name, ground, seal
from tests.house.tree import ROOT
from tests.stores import store_at

CREW = ("--operator", "sato", "--watcher", "tanaka")


@dataclass(frozen=True, slots=True)
class Desk:
    """A site of its own that reaches a piece of the lab's directory with a vaulted password."""

    folder: Path
    lab: Path
    piece: Ground

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "CHONAI_SITE": str(self.folder / "site.yml"),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "CHONAI_LANG": "en",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        return {**{name: value for name, value in os.environ.items() if name != "CHONAI_STORE"}, **own}

    def run(self, *arguments: str, code: int = 0, input_: str | None = None) -> str:
        """What `chonai` says; it must end with `code`."""
        command = ["chonai", *arguments]
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            input=input_,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert ran.returncode == code, f"{ran.stdout}\n{ran.stderr}"
        return ran.stdout + (ran.stderr if code else "")

    def settle(self) -> None:
        """Write site file and inventory."""
        (self.folder / "site.yml").write_text(
            f"allowed_signers: {self.lab}/keys/allowed_signers\nsecret_recipients: [jinji]\n"
            f"store: {store_at(self.folder / 'store.db')}\n"
            f"author: sato\nauthor_key: {self.lab}/keys/sato\nanchor_file: anchors.log\n"
            "approval: {default: {kind: second_person, watcher: true}}\n"
        )
        (self.folder / "vault").write_text("town\n")
        (self.folder / "ansible.cfg").write_text("[defaults]\ninventory = hosts.json\nvault_password_file = vault\n")
        settings = {**self.piece.settings, "bind": {"user": "svc-chonai@lgwan.shiomino.example"}}
        text = json.dumps({"all": {"hosts": {"ground": {"chonai_system": settings}}}})
        vaulted = f'"bind": {{"password": !vault {json.dumps(self._vaulted())}, '
        (self.folder / "hosts.json").write_text(text.replace('"bind": {', vaulted))

    def _vaulted(self) -> str:
        secret = (self.lab / "secrets" / "lgwan-svc-chonai").read_text()
        command = ["ansible-vault", "encrypt", "--output", "-"]
        ran = subprocess.run(
            command, cwd=self.folder, env=self.environment, input=secret, capture_output=True, check=True, text=True
        )
        return ran.stdout

    def key(self, name: str) -> str:
        return str(self.lab / "keys" / name)

    def seal(self, desired: dict[Key, Record], reason: str) -> str:
        """Plan against what is there and seal; the id."""
        with Site.open(find_site(self.environment, self.folder)) as site:
            return seal(site, self.piece, self.piece.observe(), desired, reason)


@pytest.fixture
def desk(lab: Path, tmp_path: Path) -> Iterator[Desk]:
    with ground(lab) as piece:
        made = Desk(tmp_path, lab, piece)
        made.settle()
        yield made


def joiners(desk: Desk) -> dict[Key, Record]:
    """What is there, and a section with a group and two people more."""
    state = desk.piece.observe().state
    root = next(iter(state))
    mark = root.id[:6]
    section, group = Key("ou", "new:1"), Key("group", "new:g")
    people: dict[Key, Record] = {
        Key("user", f"new:{account}"): {
            "name": account,
            "parent": str(section),
            "sAMAccountName": account,
            "displayName": name,
            "enabled": True,
        }
        for account, name in ((f"{mark}001", "髙﨑　德子"), (f"{mark}002", "山田　太郎"))
    }
    members = frozenset(map(str, people))
    return {
        **state,
        section: {"name": "税務課", "parent": str(root), "description": "020300"},
        group: {"name": "所属_税務課", "parent": str(root), "sAMAccountName": f"{mark}g", "member": members},
        **people,
    }


def login(desk: Desk, account: str, password: str) -> str:
    """What the directory answers when this person logs in."""
    command = ["ldapwhoami", "-x", "-H", URL, "-D", f"{account}@lgwan.shiomino.example", "-w", password]
    environment = {"LDAPTLS_CACERT": str(desk.lab / "ca" / "ca.pem"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr


def test_from_reading_to_taking_back(desk: Desk) -> None:
    before = by_name(desk.piece.observe().state)
    id_ = desk.seal(joiners(desk), "採用, 発令 2026-04-01")
    shown = desk.run("show", id_)
    assert "displayed name (displayName): 髙﨑　德子" in shown
    assert shown.count("+ user ") == 2
    assert "place (parent): 税務課" in shown
    assert "no valid approval" in desk.run("apply", id_, *CREW, code=3)
    desk.run("approve", id_, "--as", "sato", "--key", desk.key("sato"), code=3)
    desk.run("approve", id_, "--as", "suzuki", "--key", desk.key("suzuki"))
    assert "ground     4       0        0   4" in desk.run("apply", id_, *CREW)
    assert len(by_name(desk.piece.observe().state)) == len(before) + 4

    passwords = desk.run("passwords", id_, "--key", desk.key("jinji"), "--format", "csv").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(passwords)))
    assert sorted(row["name"] for row in rows) == ["山田　太郎", "髙﨑　德子"]
    assert all("data 773" in login(desk, row["account"], row["initial password"]) for row in rows)

    undo = desk.run("undo", id_).split(":")[0]
    desk.run("approve", undo, "--as", "suzuki", "--key", desk.key("suzuki"))
    desk.run("apply", undo, *CREW)
    assert by_name(desk.piece.observe().state) == before
    assert "taken back by" in desk.run("show", id_)
    assert desk.run("journal", "show", id_, "--objects").count(": done, ") == 4
    assert "whole" in desk.run("journal", "verify")
    assert "ok    ground: certificate until" in desk.run("doctor")


def test_drift_names_the_person_and_writes_nothing(desk: Desk) -> None:
    id_ = desk.seal(joiners(desk), "採用")
    desk.run("approve", id_, "--as", "suzuki", "--key", desk.key("suzuki"))
    desk.run("apply", id_, *CREW)
    state = desk.piece.observe().state
    moved = {
        key: {**record, "displayName": "鈴木　花子"} if record.get("displayName") == "山田　太郎" else record
        for key, record in state.items()
    }
    second = desk.seal(moved, "改姓")
    desk.run("approve", second, "--as", "suzuki", "--key", desk.key("suzuki"))
    account = next(str(record["name"]) for record in state.values() if record.get("displayName") == "山田　太郎")
    dn = f"CN={account},OU=税務課,{desk.piece.base}"
    by_hand = f"dn: {dn}\nchangetype: modify\nreplace: department\ndepartment: elsewhere\n"
    desk.piece.ldap("ldapmodify", input_=by_hand)
    refused = desk.run("apply", second, *CREW, code=3)
    assert f"{account} [user:" in refused
    assert ("user", account) in by_name(desk.piece.observe().state)
    assert by_name(desk.piece.observe().state)["user", account]["displayName"] == "山田　太郎"


def test_a_system_that_does_not_let_us_in(desk: Desk) -> None:
    hosts = desk.folder / "hosts.json"
    hosts.write_text(hosts.read_text().replace("svc-chonai@", "svc-nobody@"))
    assert "fail  ground: " in desk.run("doctor", code=1)


def test_the_lab_itself_is_well(lab: Path, tmp_path: Path) -> None:
    Store.open(str(tmp_path / "store.db")).close()
    environment = {**os.environ, "CHONAI_STORE": str(tmp_path / "store.db"), "CHONAI_LANG": "en"}
    program = Path(sys.executable).parent / "chonai"
    ran = subprocess.run([program, "doctor"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    for system in ("lgwan_ad", "ext_ad"):
        assert f"ok    {system}: {system} answers and lets us in" in ran.stdout
        assert f"ok    {system}: certificate until" in ran.stdout
