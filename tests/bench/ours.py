"""What is measured: a plan of the personnel operation, sealed and applied through the site as every face does it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from chonai.change.model import Action, Plan
from chonai.site import Author, Crew, Site, find_site
from chonai.site.applying import apply_all, settle
from chonai.site.personnel import Asked, Phase, plan_personnel
from chonai.site.systems import Settings
from tests.bench.servers import LAB, ROOT, WORK, Server, files

DAY = date(2026, 4, 1)
INVENTORY = ROOT / "inventories" / "shiomino"


@dataclass(frozen=True, slots=True)
class Applied:
    """How long an apply took, and the part of it that went into the journal."""

    seconds: float
    journal: float


def plan(server: Server) -> Plan:
    """The year's change of a city on a server as it is now."""
    return plan_personnel(
        system=server.host,
        settings=server.settings(),
        policy=policy(),
        rules={"personnel_directory": directory(server)},
        asked=Asked(files(server.big), DAY, Phase.WHOLE),
    )


@cache
def policy() -> object:
    """The city's policy, from its inventory; but two thirds of this city move, which the brake would rightly stop."""
    text = (INVENTORY / "group_vars/personnel/policy.yml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)["personnel_policy"]
    return found | {"brakes": found["brakes"] | {"moved_percent": 90}}


@cache
def directory(server: Server) -> object:
    """What the city's policy says about one directory."""
    path = INVENTORY / "host_vars" / server.host / "personnel.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["personnel_directory"]


def people_in(plan: Plan) -> int:
    """How many people a plan touches."""
    return len({change.key for change in plan.changes if change.key.type == "user"})


def told(plan: Plan) -> str:
    """What a plan does, for the line of a figure."""
    creates = sum(change.action is Action.CREATE for change in plan.changes)
    return f"{people_in(plan)} people, {creates} new, {len(plan.changes)} changes"


def apply(plans: Sequence[Plan], servers: Sequence[Server], port: int = 636) -> Applied:
    """Seal plans and measure their apply: authority, drift check, journal, secrets, read back."""
    folder = WORK / f"site-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    site_file(folder)
    found = applied(folder, plans, {server.host: server.settings(port) for server in servers})
    shutil.rmtree(folder)
    return found


def applied(folder: Path, plans: Sequence[Plan], systems: Mapping[str, Settings]) -> Applied:
    """The same with the site file and the store in a folder, on any systems."""
    with Site.open(find_site({"CHONAI_SITE": str(folder / "site.yml")}, folder)) as site:
        author = Author("sato", LAB / "keys" / "sato")
        id_ = site.seal([site.put(plan) for plan in plans], author).change_set.id
        clock = _Clock(site)
        started = time.perf_counter()
        outcomes = apply_all(site, id_, Crew("sato", "tanaka"), systems, lambda system, done, total: None)
        taken = time.perf_counter() - started
        settle(outcomes)
        return Applied(taken, clock.seconds)


class _Clock:
    """Counts the time that a site's journal takes to write: hash chain, SQLite, and the disk's word that it has it."""

    def __init__(self, site: Site) -> None:
        self.seconds = 0.0
        self._append = site.store.journal.append
        site.store.journal.append = self._timed  # type: ignore[method-assign]

    def _timed(self, entries: Sequence[object]) -> None:
        started = time.perf_counter()
        try:
            self._append(entries)  # type: ignore[arg-type]
        finally:
            self.seconds += time.perf_counter() - started


def site_file(folder: Path) -> Path:
    """A site in `folder` that wants no approval, signed by the people of the benchmark's lab."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "site.yml"
    file.write_text(
        f"allowed_signers: {LAB}/keys/allowed_signers\nstore: {folder}/store.db\nsecret_recipients: [jinji]\n"
        f"anchor_file: {folder}/anchors.log\napproval: {{default: {{kind: none}}}}\n"
        f"author: sato\nauthor_key: {LAB}/keys/sato\n",
        encoding="utf-8",
    )
    return file
