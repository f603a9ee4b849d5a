"""All seven systems of a personnel change at the size of the big city: the two domains of the other figures, and beside
them a mail server, the folders of a domain, and the stand-ins for products that take files.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from chonai.change.model import Action, Change, Plan
from chonai.site.personnel import Asked, Phase, plan_personnel
from tests.bench import ours, peers, servers
from tests.bench.servers import EXT, LAB, LGWAN, ROOT, WORK
from tests.city import mail, products
from tests.city.model import City

PEOPLE = LGWAN.big
HOSTS = ("lgwan_ad", "ext_ad", "webmail", "sanitizer", *products.PRODUCTS)
FOLDER = WORK / "seven"
MAIL = "127.0.0.44"


@dataclass(frozen=True, slots=True)
class Beside:
    """A system beside the directories: its name in lab and inventory, the lab's command for it, and its content."""

    name: str
    command: str
    suffix: str
    content: Callable[[City], bytes]

    @property
    def snapshot(self) -> str:
        """The name of the snapshot with the big city: other content is another snapshot."""
        return f"people-{PEOPLE}-{hashlib.sha256(_content(self.name)).hexdigest()[:8]}"

    def control(self, action: str, *arguments: str) -> None:
        """Run the lab's command for this system."""
        subprocess.run([LAB / "bin" / self.command, action, self.name, *arguments], check=True, capture_output=True)


def _packed(product: str) -> Callable[[City], bytes]:
    return lambda city: products.packed(city, product)


BESIDE = (
    Beside("webmail", "mail", "sql", mail.sql),
    *(Beside(product, "fake-product", "tar.gz", _packed(product)) for product in products.PRODUCTS),
)


@cache
def _content(name: str) -> bytes:
    return next(one for one in BESIDE if one.name == name).content(servers.city(PEOPLE))


def start() -> None:
    """All systems running and loaded with the big city."""
    servers.start()
    missing = [one for one in BESIDE if not (LAB / one.name / "snapshots" / one.snapshot).is_dir()]
    if missing:
        seeds = WORK / "seeds" / str(PEOPLE)
        seeds.mkdir(parents=True, exist_ok=True)
        for one in missing:
            (seeds / f"{one.name}.{one.suffix}").write_bytes(_content(one.name))
        hosts = ",".join(one.name for one in missing)
        servers.playbook("playbooks/lab.yml", "--limit", hosts, "-e", f"bench_seeds={seeds}")
    for one in missing:
        one.control("reset", "seeded")
        one.control("snapshot", one.snapshot)
    for one in BESIDE:
        one.control("start")


def stop() -> None:
    """All of them stopped; what was loaded stays."""
    for one in BESIDE:
        if (LAB / "bin" / one.command).exists():
            one.control("stop")


def reset() -> None:
    """Every system as it was loaded, and a site without a change set."""
    for server in (LGWAN, EXT):
        server.reset(PEOPLE)
    for one in BESIDE:
        one.control("reset", one.snapshot)
    shutil.rmtree(FOLDER, ignore_errors=True)
    ours.site_file(FOLDER)


def plan(*hosts: str) -> float:
    """Seconds of the playbook that plans on these systems and ends after the plan."""
    roles = [part for role, path in servers.files(PEOPLE).items() for part in ("-e", f"{role}={path}")]
    asked = [*roles, "-e", "effective_date=2026-04-01", "-e", "phase=whole", "--check", "--limit", ",".join(hosts)]
    started = time.perf_counter()
    servers.playbook("playbooks/personnel_change.yml", *asked, environment={"CHONAI_SITE": str(FOLDER / "site.yml")})
    return time.perf_counter() - started


def plans() -> list[Plan]:
    """The year's change on all systems as they were loaded."""
    reset()
    return [_planned(host, settings) for host, settings in _settings().items()]


def _planned(host: str, settings: Mapping[str, object]) -> Plan:
    text = (ours.INVENTORY / "host_vars" / host / "personnel.yml").read_text(encoding="utf-8")
    asked = Asked(servers.files(PEOPLE), ours.DAY, Phase.WHOLE)
    return plan_personnel(system=host, settings=settings, policy=ours.policy(), rules=yaml.safe_load(text), asked=asked)


def apply(made: Sequence[Plan]) -> float:
    """Seconds of the apply of these plans on all systems as they were planned on, with the stand-in for the person who
    imports files. A reset in between would make other folders of the same names.
    """
    environment = {**os.environ, "CHONAI_LAB": str(LAB), "CHONAI_SITE": str(FOLDER / "site.yml"), "LC_ALL": "C.UTF-8"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [LAB / "bin/fake-clerk", "--operator", "suzuki", "--while", str(os.getpid())]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as clerk:
        try:
            return ours.applied(FOLDER, made, _settings()).seconds
        finally:
            clerk.terminate()


def _settings() -> dict[str, Mapping[str, object]]:
    """What `chonai_system` of each host says."""
    found: dict[str, Mapping[str, object]] = {server.host: server.settings() for server in (LGWAN, EXT)}
    found["webmail"] = {
        "kind": "mail",
        "url": f"postgresql://svc-chonai@{MAIL}/mail",
        "password_file": str(LAB / "secrets/webmail-svc-chonai"),
        "ca_file": str(LAB / "ca/ca.pem"),
        "domain": mail.DOMAIN,
        "protected": {"names": ["svc-*", "adm-*", "postmaster", "abuse"]},
    }
    found["sanitizer"] = {
        "kind": "folders",
        "after": [LGWAN.host],
        "server": LGWAN.address,
        "share": "sections",
        "owned": ["LGWAN\\sec-*", "LGWAN\\end-*"],
        "login": {"user": "LGWAN\\svc-chonai", "password_file": str(LGWAN.password_file)},
    }
    return found | {product: _product(product) for product in products.PRODUCTS}


def _product(name: str) -> Mapping[str, object]:
    data = LAB / name / "data"
    return {
        "kind": "csv_import",
        "profile": name.replace("_exchange", "_file_exchange"),
        "outbox": str(data / "outbox"),
        "ledger": str(data / "ledger.json"),
        "observed": "export",
        "exports": {type_: str(data / "exports" / f"{type_}.csv") for type_ in ("user", "group")},
        "protected": {"names": ["svc-*", "admin*"]},
    }


def looped_mail(made: Plan) -> float:
    """Seconds of a playbook that loops one statement for each change of 50 people of the mail server, drawn at random,
    scaled to all whom the plan touches. New people are not among them: each would be several statements.
    """
    statements = {key: list(_statements(key, made)) for key in _people(made)}
    drawn = random.Random(peers.SAMPLE).sample(sorted(statements), peers.SAMPLE)
    todo = [statement for who in drawn for statement in statements[who]]
    taken = _loop(todo) - _loop([])
    return taken / peers.SAMPLE * len(statements)


def _people(made: Plan) -> set[str]:
    return {str(c.key) for c in made.changes if c.key.type == "user" and c.action is not Action.CREATE}


def _statements(who: str, made: Plan) -> Iterator[str]:
    id_ = who.partition(":")[2]
    for change in made.changes:
        if str(change.key) == who:
            yield f"UPDATE mailbox SET title = title WHERE id = '{id_}'"
        elif change.key.type == "group" and not change.key.is_new:
            yield from (_membership(change, id_) for side in (change.before, change.after) if _names(side, who))


def _names(side: Mapping[str, object], who: str) -> bool:
    members = side.get("member")
    return isinstance(members, frozenset) and who in members


def _membership(change: Change, id_: str) -> str:
    return f"DELETE FROM member WHERE section = '{change.key.id}' AND member = '{id_}'"


def _loop(statements: Sequence[str]) -> float:
    """Seconds of the playbook; its transactions are taken back by the next reset."""
    secret = (LAB / "secrets/webmail-svc-chonai").read_text(encoding="utf-8")
    where = f"host={MAIL} dbname=mail user=svc-chonai sslmode=verify-full sslrootcert={LAB}/ca/ca.pem"
    variables = json.dumps({"where": where, "statements": list(statements)}, ensure_ascii=False)
    arguments = ["-i", "localhost,", str(Path(__file__).with_name("looped_mail.yml")), "-e", variables]
    return peers.played(*arguments, environment={"PGPASSWORD": secret})
