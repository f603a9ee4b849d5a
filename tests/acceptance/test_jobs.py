"""Runs of jobs from the outside: people who come and go, stops and kills, secrets, and what is on record afterwards."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from chonai.jobs.runs import Result, Role
from chonai.site import Site, find_site
from chonai.site.run_ends import Ended
from chonai.site.run_people import take_part
from chonai.site.running import carry_out
from chonai.site.runs import ask
from chonai.store import Store
from chonai.text.messages import Message
from tests.jobs.city import City, kill, make_city, wait_for

pytestmark = pytest.mark.apart

STEPS = """\
- name: Some steps
  hosts: all
  gather_facts: false
  tasks:
    - name: First
      ansible.builtin.command: touch {{ folder }}/first
    - name: Second
      ansible.builtin.command: sleep {{ seconds }}
    - name: Third
      ansible.builtin.command: touch {{ folder }}/third
"""
FAILS = """\
- name: Fails until it may not
  hosts: all
  gather_facts: false
  tasks:
    - name: Count
      ansible.builtin.shell: echo x >>{{ folder }}/tries
    - name: Fail
      ansible.builtin.shell: test $(wc -l <{{ folder }}/tries) -ge {{ enough }}
"""
INPUTS = {"seconds": {"title": "秒", "type": "number", "default": "0"}}


@pytest.fixture
def city(tmp_path: Path) -> City:
    made = make_city(tmp_path)
    made.playbook("steps", STEPS)
    steps = {"playbook": "steps", "inputs": INPUTS, "variables": {"folder": str(tmp_path)}}
    made.jobs(steps=steps, watched={**steps, "watcher": True}, agreed={**steps, "approval": "second_person"})
    return made


def is_there(city: City, name: str) -> bool:
    return (city.root / name).exists()


def test_a_job_is_run_and_its_steps_are_on_record(city: City) -> None:
    done = city.chonai("job", "run", "steps")
    assert done.returncode == 0, done.stderr
    run = city.runs()[0]
    assert (run["result"], run["operator"], run["steps"]) == ("done", "sato", {"changed": 3})
    log = city.chonai("job", "log", run["id"])
    assert "changed: Second" in log.stdout
    assert "began attempt 1 of steps" in log.stdout
    kept = gzip.decompress(next((city.root / "var/runs").glob(f"{run['id']}-1.log.gz")).read_bytes()).decode()
    assert "TASK [Third]" in kept
    assert city.chonai("journal", "verify").returncode == 0
    assert not list(Path("/dev/shm").glob(f"chonai-run-{os.getpid()}-*"))


def test_what_is_done_is_not_done_again(city: City) -> None:
    assert city.chonai("job", "run", "steps").returncode == 0
    again = city.chonai("job", "run", city.run_id())
    assert again.returncode == 3
    assert "is over (done)" in again.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("seconds=soon", "is no whole number"),
        ("colour=red", "has no input colour"),
        ("seconds={{ lookup('pipe', 'id') }}", "a template"),
        ("seconds", "an input is NAME=VALUE"),
    ],
)
def test_bad_inputs_are_named_and_nothing_is_asked_for(city: City, given: str, said: str) -> None:
    done = city.chonai("job", "run", "steps", "-i", given)
    assert done.returncode == 2
    assert said in done.stderr
    assert city.runs() == []


def test_a_watched_run_waits_for_its_watcher_and_pauses_without(city: City) -> None:
    running = city.begin("job", "run", "watched", "-i", "seconds=2")
    run = city.run_id()
    wait_for(lambda: "Nobody watches it" in city.said())
    assert not is_there(city, "first")
    watcher = city.begin("watch", run, "--as", "tanaka", "--key", city.key("tanaka"))
    wait_for(lambda: is_there(city, "first"))
    kill(watcher)
    wait_for(lambda: city.is_("paused"))
    assert not is_there(city, "third")
    again = city.begin("watch", run, "--as", "tanaka", "--key", city.key("tanaka"))
    assert running.wait(60) == 0
    assert again.wait(60) == 0
    assert is_there(city, "third")
    events = city.chonai("job", "log", run).stdout
    assert "paused" in events
    assert "went on" in events
    people = city.chonai("job", "connections", "--format", "json").stdout
    assert [one["person"] for one in json.loads(people)["connections"]] == ["sato", "tanaka", "tanaka"]


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("sato", "sato", "it takes two"),
        ("tanaka", "sato", "not made with a key of tanaka"),
        ("nobody", "tanaka", "nobody"),
    ],
)
def test_nobody_watches_themselves_or_under_another_name(city: City, name: str, key: str, said: str) -> None:
    run = asked(city, "watched")
    operator = city.begin("job", "run", run, "--as", "sato")
    wait_for(lambda: "Nobody watches it" in city.said())
    refused = city.chonai("watch", run, "--as", name, "--key", city.key(key))
    assert refused.returncode == 3, refused.stderr
    assert said in refused.stderr
    operator.send_signal(signal.SIGINT)
    assert operator.wait(30) == 130
    assert city.runs()[0]["result"] == "cancelled"
    assert not is_there(city, "first")


def asked(city: City, job: str, *inputs: str) -> str:
    """A run that is only asked for; its id."""
    done = city.chonai("job", "run", job, "--ask-only", *inputs)
    assert done.returncode == 0, done.stderr
    return city.run_id()


def test_a_run_that_needs_an_approval_waits_for_another_person(city: City) -> None:
    run = asked(city, "agreed")
    own = city.chonai("job", "approve", run, "--as", "sato", "--key", city.key("sato"))
    assert (own.returncode, "it takes two" in own.stderr) == (3, True)
    agreed = city.chonai("job", "approve", run, "--as", "suzuki", "--key", city.key("suzuki"))
    assert agreed.returncode == 0, agreed.stderr
    assert city.chonai("job", "run", run, "--as", "sato").returncode == 0
    assert city.runs()[0]["approvers"] == ["suzuki"]


def test_the_operator_of_a_run_is_not_who_agreed(city: City) -> None:
    run = asked(city, "agreed")
    assert city.chonai("job", "approve", run, "--as", "suzuki", "--key", city.key("suzuki")).returncode == 0
    refused = city.chonai("job", "run", run, "--as", "suzuki", "--key", city.key("suzuki"))
    assert refused.returncode == 3
    assert not is_there(city, "first")


def test_a_run_is_paused_and_goes_on(city: City) -> None:
    running = city.begin("job", "run", "steps", "-i", "seconds=2")
    run = city.run_id()
    wait_for(lambda: is_there(city, "first"))
    assert city.chonai("job", "pause", run).returncode == 0
    wait_for(lambda: city.is_("paused"))
    assert city.chonai("job", "continue", run).returncode == 0
    assert running.wait(60) == 0
    told = city.chonai("job", "log", run).stdout
    assert "wanted it to pause" in told
    assert "went on" in told


def test_a_cancelled_run_ends_before_its_next_step(city: City) -> None:
    running = city.begin("job", "run", "steps", "-i", "seconds=8")
    run = city.run_id()
    wait_for(lambda: is_there(city, "first"))
    stranger = city.chonai("job", "cancel", run, "--as", "tanaka", "--key", city.key("sato"))
    assert stranger.returncode == 3
    assert city.chonai("job", "cancel", run, "--as", "tanaka", "--key", city.key("tanaka")).returncode == 0
    assert running.wait(60) == 130
    assert city.runs()[0]["result"] == "cancelled"
    assert not is_there(city, "third")


def test_a_run_that_was_killed_is_interrupted_and_can_be_done_again(city: City) -> None:
    running = city.begin("job", "run", "steps", "-i", "seconds=4")
    run = city.run_id()
    wait_for(lambda: is_there(city, "first"))
    kill(running)
    assert city.is_("interrupted")
    # What is left of the playbook ends by itself before its next step.
    wait_for(lambda: not playbooks_of(city))
    assert not is_there(city, "third")
    assert city.chonai("job", "run", run, "--as", "sato").returncode == 0
    assert (city.runs()[0]["attempts"], city.runs()[0]["result"]) == (2, "done")
    assert is_there(city, "third")


def playbooks_of(city: City) -> list[str]:
    """Processes of this city's playbooks."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if f"{city.root}/playbooks/" in line]


class Listener:
    """Who follows a run in this process."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def line(self, text: str) -> None:
        """Not looked at."""

    def tell(self, told: Message) -> None:
        self.told.append(told.render("en"))

    def wants_stop(self) -> bool:
        return False


def fast(factor: int) -> Callable[[], datetime]:
    """A clock that goes so many times as fast."""
    began = datetime.now().astimezone()
    return lambda: began + factor * (datetime.now().astimezone() - began)


def carried_out(city: City, monkeypatch: pytest.MonkeyPatch, job: str) -> tuple[Ended, Listener]:
    """A job of this process, in which a minute takes a second."""
    for name, value in city.environment.items():
        monkeypatch.setenv(name, value)
    listener = Listener()
    with Site(find_site(), fast(60)) as site:
        Store.open(site.store_url).close()
        run = ask(site, job, {}, "sato", city.root)
        take_part(site, run.id, Role.OPERATOR, "sato", Path(city.key("sato")))
        return carry_out(site, run.id, listener), listener


def test_what_takes_too_long_is_ended(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.jobs(steps={"playbook": "steps", "variables": {"folder": str(city.root), "seconds": "600"}, "timeout": "5m"})
    ended, _listener = carried_out(city, monkeypatch, "steps")
    assert ended.result is Result.TIMED_OUT
    assert not is_there(city, "third")
    assert not playbooks_of(city)


def test_a_failed_run_is_begun_again_as_often_as_its_job_says(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.playbook("fails", FAILS)
    job = {"playbook": "fails", "variables": {"folder": str(city.root), "enough": "2"}}
    city.jobs(fails={**job, "retries": {"times": 2, "wait": "1m"}})
    ended, listener = carried_out(city, monkeypatch, "fails")
    assert ended.result is Result.DONE
    assert listener.told == ["It failed. It begins again in 1m; attempts that are left: 2"]
    assert city.runs()[0]["attempts"] == 2


def test_a_run_of_which_nothing_ran_is_no_success(city: City) -> None:
    (city.root / "inventory/hosts.yml").write_text("all: {hosts: {}}\n")
    done = city.chonai("job", "run", "steps")
    assert done.returncode == 4
    assert "No task ran on any host" in done.stderr


def test_two_do_not_run_one_run_at_once(city: City) -> None:
    run = asked(city, "steps", "-i", "seconds=3")
    first = city.begin("job", "run", run, "--as", "sato")
    wait_for(lambda: is_there(city, "first"))
    second = city.chonai("job", "run", run, "--as", "suzuki", "--key", city.key("suzuki"))
    assert second.returncode == 3
    assert first.wait(60) == 0
    assert city.runs()[0]["attempts"] == 1


def test_jobs_that_want_one_system_for_themselves_wait_for_each_other(city: City) -> None:
    steps = {"playbook": "steps", "inputs": INPUTS, "variables": {"folder": str(city.root)}, "locks": ["dns"]}
    city.jobs(steps=steps, other=steps)
    first = city.begin("job", "run", "steps", "-i", "seconds=3")
    wait_for(lambda: is_there(city, "first"))
    second = city.begin("job", "run", "other")
    wait_for(lambda: "job/dns" in city.said())
    assert first.wait(60) == 0
    assert second.wait(60) == 0
    (later, sooner) = city.runs()
    assert later["begun"] >= sooner["ended"]


LEAKY = """\
- name: Leaks
  hosts: all
  gather_facts: false
  tasks:
    - name: Say {{ spoken }}
      ansible.builtin.debug:
        msg: "a {{ spoken }} b {{ chonai_system.bind.password }} c {{ whole }}"
    - name: Come from a program
      ansible.builtin.command: echo {{ spoken }}
    - name: Break with it
      ansible.builtin.fail:
        msg: "Traceback: {{ spoken }} {{ whole }}"
"""
SECRETS = ("Spoken-In-Vain-77", "vault-of-a-file-88", "plain-but-named-99")


def vaulted(city: City, *arguments: str) -> str:
    command = ["ansible-vault", *arguments]
    return subprocess.run(
        command, env=city.environment, cwd=city.root, check=True, text=True, capture_output=True
    ).stdout


def test_no_secret_is_kept_anywhere(city: City) -> None:
    host = city.root / "inventory/host_vars/one"
    host.mkdir(parents=True)
    inline = vaulted(city, "encrypt_string", "--name", "spoken", SECRETS[0])
    (host / "system.yml").write_text(f"{inline}\nchonai_system: {{bind: {{password: {SECRETS[2]}}}}}\n")
    (host / "whole.yml").write_text(f"whole: {SECRETS[1]}\n")
    vaulted(city, "encrypt", str(host / "whole.yml"))
    city.playbook("leaky", LEAKY)
    city.jobs(leaky={"playbook": "leaky"})
    done = city.chonai("job", "run", "leaky")
    assert done.returncode == 4, done.stderr
    run = city.run_id()
    logs = [gzip.decompress(path.read_bytes()) for path in (city.root / "var/runs").glob("*.gz")]
    shown = city.chonai("job", "log", run, "--format", "json").stdout
    assert "********" in shown
    assert "********" in done.stdout
    texts = [done.stdout.encode(), done.stderr.encode(), shown.encode(), *logs]
    texts += [path.read_bytes() for path in (city.root / "var").rglob("*") if path.is_file()]
    assert not [secret for secret in SECRETS for text in texts if secret.encode() in text]
