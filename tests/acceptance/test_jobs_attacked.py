"""Runs of jobs under attack: kills, hostile output, files that break meanwhile, people under other names."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.jobs.city import City, kill, make_city, wait_for

pytestmark = pytest.mark.apart

ALONE = """\
- name: Is alone
  hosts: all
  gather_facts: false
  tasks:
    - name: Be alone
      ansible.builtin.shell: |
        set -eC
        echo >alone
        echo x >>tries
        until test -e go; do sleep 0.2; done
        rm alone
      args: {chdir: "{{ folder }}"}
"""
TOKEN = """\
- name: Writes what ansible-runner takes for its events
  hosts: all
  gather_facts: false
  tasks:
    - name: "Hostile \\e[KWzFd\\e[4D\\e[K name"
      ansible.builtin.debug: {msg: first}
    - name: After
      ansible.builtin.debug: {msg: still heard}
"""
BREAKS = """\
- name: Breaks the catalogue
  hosts: all
  gather_facts: false
  tasks:
    - name: Write into it
      ansible.builtin.copy: {dest: "{{ folder }}/jobs.yml", content: "jobs: ["}
"""


@pytest.fixture
def city(tmp_path: Path) -> City:
    made = make_city(tmp_path)
    for name, text in (("alone", ALONE), ("token", TOKEN), ("breaks", BREAKS)):
        made.playbook(name, text)
    (tmp_path / "go").touch()
    job = {"variables": {"folder": str(tmp_path)}}
    made.jobs(**{name: {"playbook": name, **job} for name in ("alone", "token", "breaks")})
    return made


def test_what_was_cancelled_while_it_waited_is_done_again(city: City) -> None:
    assert city.chonai("job", "run", "alone", "--ask-only").returncode == 0
    run = city.run_id()
    assert city.chonai("job", "cancel", run).returncode == 0
    done = city.chonai("job", "run", run, "--as", "sato")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("name", "key"), [("suzuki", "sato"), ("scheduler", "sato")])
def test_nobody_asks_for_a_run_under_another_name(city: City, name: str, key: str) -> None:
    refused = city.chonai("job", "run", "alone", "--ask-only", "--as", name, "--key", city.key(key))
    assert refused.returncode == 3
    assert city.runs() == []


def test_a_run_waits_for_the_last_step_of_the_one_that_was_killed(city: City) -> None:
    (city.root / "go").unlink()
    first = city.begin("job", "run", "alone")
    wait_for((city.root / "alone").exists)
    run = city.run_id()
    kill(first)
    again = city.begin("job", "run", run, "--as", "sato")
    wait_for(lambda: f"The process of run {run} was killed" in city.said())
    (city.root / "go").touch()
    assert again.wait(60) == 0, city.said()
    assert (city.root / "tries").read_text() == "x\nx\n"


def test_events_that_are_not_ansible_runners_hide_nothing(city: City) -> None:
    done = city.chonai("job", "run", "token")
    assert done.returncode == 0, done.stderr
    assert "still heard" in done.stdout
    assert city.runs()[0]["steps"] == {"ok": 2}


def test_a_catalogue_that_breaks_meanwhile_keeps_no_end_and_no_history_back(city: City) -> None:
    done = city.chonai("job", "run", "breaks")
    assert done.returncode == 0, done.stderr
    assert city.runs()[0]["result"] == "done"
    refused = city.chonai("job", "run", "alone")
    assert refused.returncode == 2


def test_a_log_that_cannot_be_written_is_told_and_nothing_is_begun(city: City) -> None:
    (city.root / "var/runs").write_text("in its place")
    done = city.chonai("job", "run", "alone")
    assert done.returncode != 0
    assert "cannot be kept in" in done.stderr
    assert (city.runs()[0]["result"], (city.root / "tries").exists()) == ("failed", False)


def test_an_inventory_that_cannot_be_read_is_told_in_the_history(city: City) -> None:
    (city.root / "inventory/group_vars").mkdir()
    (city.root / "inventory/group_vars/all.yml").write_text("a: [")
    done = city.chonai("job", "run", "alone")
    assert done.returncode == 4, done.stderr
    found = json.loads(city.chonai("job", "history", "--format", "json").stdout)["runs"][0]
    assert (found["result"], "inventory cannot be read" in str(found["why"])) == ("failed", True)


def rewrite(city: City, body: str) -> None:
    """Change what runs are, as somebody who owns the file of the store can."""
    with sqlite3.connect(city.store) as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f"DROP TRIGGER {name}")
        store.execute(f"UPDATE job_runs SET body = {body}")


def test_a_run_that_was_altered_in_the_store_is_not_begun(city: City) -> None:
    assert city.chonai("job", "run", "alone", "--ask-only").returncode == 0
    run = city.run_id()
    rewrite(city, "replace(body, '\"sato\"', '\"scheduler\"')")
    refused = city.chonai("job", "run", run)
    assert "is not what was asked for" in refused.stderr
    rewrite(city, "'{}'")
    broken = city.chonai("job", "log", run)
    assert (broken.returncode, f"run {run} cannot be understood" in broken.stderr) == (1, True)
    once = city.chonai("scheduler", "--once")
    assert (once.returncode, f"run {run} cannot be understood" in once.stderr) == (0, True)
    assert not (city.root / "tries").exists()
