"""The whole life of a change set with the store on PostgreSQL, by the command, each command a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chonai.site import Site, find_site
from tests.databases import new_database
from tests.unit.change.people import make_people
from tests.unit.cli.town import TANAKA, Town, make_town, wanted

pytestmark = pytest.mark.apart
CREW = ("--operator", "suzuki", "--watcher", "tanaka")


@pytest.fixture
def town(tmp_path: Path, postgresql: str) -> Town:
    made = make_town(tmp_path, make_people(tmp_path))
    file = made.site_file.read_text().replace(f"store: {tmp_path}/store.db", f"store: {new_database(postgresql)}")
    made.site_file.write_text(file)
    return made


def begun(town: Town, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, **town.environment, "CHONAI_LANG": "en"}
    command = [str(Path(sys.executable).with_name("chonai")), *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=town.folder, env=environment, stdout=pipe, stderr=pipe, text=True)


def said(town: Town, *arguments: object, code: int = 0) -> str:
    ran = begun(town, *arguments)
    out, complaint = ran.communicate()
    assert ran.returncode == code, out + complaint
    return out + complaint


def approved(town: Town) -> str:
    id_ = town.seal(*wanted())
    said(town, "approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    return id_


def test_planned_approved_applied_and_taken_back(town: Town) -> None:
    id_ = approved(town)
    said(town, "apply", id_, *CREW)
    assert "user:u1" in town.objects("ext_ad")
    assert town.objects("ext_ad")["user:u1"]["department"] == "市民課"
    undo = said(town, "undo", id_).split("chonai approve ")[1].split()[0]
    said(town, "approve", undo, "--as", "suzuki", "--key", town.people.key("suzuki"))
    said(town, "apply", undo, *CREW)
    assert town.objects("ext_ad")["user:u1"]["department"] == "税務課"
    assert "The journal is whole" in said(town, "journal", "verify")
    assert "0 failed" in said(town, "doctor")


def test_two_applies_at_once_and_one_of_them_works(town: Town) -> None:
    id_ = approved(town)
    town.place(lgwan_ad={"pause": 0.2}, ext_ad={"pause": 0.2})
    both = [begun(town, "apply", id_, *CREW) for _ in range(2)]
    for one in both:
        one.communicate()
    codes = sorted(one.returncode for one in both)
    assert codes in ([0, 3], [0, 0])
    with Site.open(find_site(town.environment, town.folder)) as site:
        site.store.journal.verify()
        done = [row.entry.data["done"] for row in site.store.journal.rows(id_) if row.entry.event.value == "outcome"]
    assert sum(map(len, done)) == 10


def test_killed_it_is_resumed(town: Town) -> None:
    id_ = approved(town)
    town.place(lgwan_ad={"pause": 0.3}, ext_ad={"pause": 0.3})
    running = begun(town, "apply", id_, *CREW)
    with Site.open(find_site(town.environment, town.folder)) as site:
        while not any(row.entry.event.value == "intent" for row in site.store.journal.rows(id_)):
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert site.store.state_of(id_).value in ("interrupted", "partly_failed")
    said(town, "apply", id_, *CREW)
    assert not town.objects("ext_ad")[str(TANAKA)]["enabled"]
    assert "The journal is whole" in said(town, "journal", "verify")
