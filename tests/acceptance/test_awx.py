"""The playbooks as AWX runs them: the store is on PostgreSQL, site file and key come by the environment, empty fields
as empty texts. What was clicked in AWX is no signature.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases import new_database
from tests.house.tree import ROOT

pytestmark = [pytest.mark.apart, pytest.mark.timeout(1200)]
PEOPLE = ("abe", "baba", "chiba")
OF_AWX = {"awx_job_id": 7, "awx_job_launch_type": "workflow", "awx_workflow_job_id": 6, "awx_user_name": "suzuki"}
SITE = """\
allowed_signers: {folder}/allowed_signers
secret_recipients: [abe]
approval:
  default: {{kind: second_person, watcher: true}}
author: abe
author_key: $CHONAI_AUTHOR_KEY
jobs: {folder}/jobs.yml
"""
JOBS = "jobs: {audit: {title: 照合, playbook: audit_addresses}}\n"
HOSTS = """\
all:
  vars: {{ansible_connection: local, ansible_python_interpreter: "{{{{ ansible_playbook_python }}}}"}}
  children:
    personnel:
      hosts:
        trial:
          chonai_system: {{kind: memory, file: {folder}/trial.json}}
          personnel_directory:
            flat: true
            users:
              identity: employeeID
              account: uid
              notes: notes
              name: "{{account}}"
              attributes: {{uid: "{{account}}", employeeID: "{{staff_key}}", displayName: "{{name}}"}}
          personnel_policy:
            bodies: {{"1": {{name: 市長部局}}}}
            default_body: "1"
            employment_kinds: {{正規: []}}
            titles: {{"080": 主事}}
"""
ORDERS = (
    "職員番号,氏名,発令区分,発令日,新所属コード,職名コード,任用区分\n000001,山田　太郎,採用,2026/4/1,010100,080,正規\n"
)
ORGANISATION = "所属コード,所属名,部名,課名\n010000,総務部,総務部,\n010100,人事課,総務部,人事課\n"


@dataclass(frozen=True, slots=True)
class Controller:
    """What stands in AWX's place: an environment, and playbooks that are run in it."""

    folder: Path
    store: str

    def environment(self) -> dict[str, str]:
        given = {"CHONAI_SITE": f"{self.folder}/site.yml", "CHONAI_STORE": self.store, "CHONAI_LANG": "en"}
        key = {"CHONAI_AUTHOR_KEY": f"{self.folder}/keys/abe", "ANSIBLE_CONFIG": f"{ROOT}/ansible.cfg"}
        return {**os.environ, **given, **key, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(self, playbook: str, **variables: object) -> subprocess.CompletedProcess[str]:
        """One job of AWX's."""
        command = ["ansible-playbook", "-i", f"{self.folder}/hosts.yml", f"playbooks/{playbook}.yml"]
        given = ["-e", json.dumps({**OF_AWX, **variables})]
        return self._call([*command, *given])

    def chonai(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What a person types on their own machine."""
        return self._call(["chonai", *arguments])

    def objects(self) -> str:
        """What the system has."""
        return (self.folder / "trial.json").read_text(encoding="utf-8")

    def _call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)


@pytest.fixture
def awx(tmp_path: Path, postgresql: str) -> Controller:
    """A small city, and its AWX."""
    (tmp_path / "keys").mkdir()
    for name in PEOPLE:
        key = ["-f", str(tmp_path / "keys" / name)]
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, *key], check=True)
    public = {name: (tmp_path / f"keys/{name}.pub").read_text().strip() for name in PEOPLE}
    told = 'namespaces="chonai-seal,chonai-approval"'
    files = {
        "allowed_signers": "".join(f"{name} {told} {key}\n" for name, key in public.items()),
        "site.yml": SITE.format(folder=tmp_path),
        "jobs.yml": JOBS,
        "hosts.yml": HOSTS.format(folder=tmp_path),
        "trial.json": '{"objects": {"ou:base": {"name": "trial", "parent": null}}, "protected": {}, "refuse": {}}',
        "orders.csv": ORDERS,
        "organisation.csv": ORGANISATION,
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "allowed_signers").chmod(0o644)
    return Controller(tmp_path, new_database(postgresql))


def test_a_job_plans_and_nothing_is_changed_without_a_signature(awx: Controller) -> None:
    before = awx.objects()
    files = {name: f"{awx.folder}/{name}.csv" for name in ("orders", "organisation")}
    empty = dict.fromkeys(("roster", "reorganisation", "announced_at", "phase", "not_before", "start_by"), "")
    planned = awx.run("personnel_change", **files, **empty, effective_date="2026-04-01")
    assert planned.returncode == 0, planned.stdout
    found = re.search(r"chonai approve (\S+) --as", planned.stdout)
    assert found is not None
    begun = {"change_id": found[1], "operator": ""}

    refused = awx.run("change", **begun, watcher="chiba")
    assert refused.returncode == 2
    assert "no valid approval. Nothing was done" in refused.stdout
    assert awx.objects() == before

    key = ["--key", f"{awx.folder}/keys/baba"]
    assert awx.chonai("approve", found[1], "--as", "baba", *key, "-y").returncode == 0
    alone = awx.run("change", **begun, watcher="")
    assert alone.returncode == 2
    assert "wants a watcher" in alone.stdout
    assert awx.objects() == before

    done = awx.run("change", **begun, watcher="chiba")
    assert done.returncode == 0, done.stdout
    assert "山田　太郎" in awx.objects()
    assert awx.chonai("journal", "verify").returncode == 0


def test_what_a_schedule_begins_is_looked_at_and_what_a_person_begins_is_not(awx: Controller) -> None:
    assert awx.run("check_due", job="audit").returncode == 0
    scheduled = awx.run("check_due", job="audit", awx_parent_job_schedule_id=3)
    assert scheduled.returncode == 2
    assert "nothing begins it by itself" in scheduled.stdout
    ends = awx.run("check_due", job="", schedules_end="2027-12-31", awx_schedule_id=4)
    assert ends.returncode == 2
    assert "2027-12-31" in ends.stdout
