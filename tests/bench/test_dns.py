"""Names: a thousand of them, and one of a hundred thousand."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from chonai.change.model import Plan
from chonai.site.dns import plan_dns
from tests.bench import nameserver, ours
from tests.bench.nameserver import BIG, HOST, PRIMARY, RECORDS, SECONDARY, ZONE, control, names
from tests.bench.report import Figure, seconds, tell
from tests.bench.runs import in_turn
from tests.bench.servers import WORK

FOLDER = WORK / "dns"
CHANGES, ROUNDS = 1000, 3
POLICY = {"networks": {"lgwan": []}, "reverse": False}
RULES = {"network": "lgwan", "domain": ZONE}


@pytest.fixture(scope="module", autouse=True)
def loaded() -> Iterator[None]:
    """Both name servers, with the big zone kept."""
    nameserver.start()
    shutil.rmtree(FOLDER, ignore_errors=True)
    ours.site_file(FOLDER)
    yield
    nameserver.stop()


def request(count: int) -> Path:
    """A request for that many new names."""
    file = FOLDER / f"request-{count}.csv"
    rows = [f"lgwan,追加,{name},A,{address}" for name, address in names(count, "new")]
    file.write_text("\n".join(["系統,操作,名前,種別,値", *rows, ""]), encoding="utf-8")
    return file


def planned(count: int) -> Plan:
    """The plan of it."""
    return plan_dns(system=HOST, settings=nameserver.settings(), policy=POLICY, rules=RULES, request=request(count))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def applied() -> float:
    """Authority, drift check, journal, update, read back, and the secondary."""
    control("reset", "seeded")
    return ours.applied(FOLDER, [planned(CHANGES)], {HOST: nameserver.settings()}).seconds


def nsupdated() -> float:
    control("reset", "seeded")
    lines = nameserver.additions(CHANGES, "new")
    return timed(lambda: nameserver.nsupdate(lines, CHANGES))


def octodns() -> float:
    """Plan and change together, as octodns-sync does it. It owns whole zones: the few seeded names go."""
    control("reset", "seeded")
    folder = FOLDER / "octodns"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "zones").mkdir(parents=True)
    (folder / "zones" / f"{ZONE}.yaml").write_text(_zone_file(), encoding="utf-8")
    (folder / "config.yaml").write_text(_config(folder), encoding="utf-8")
    program = Path(os.environ["CHONAI_BENCH_PEERS"]) / "bin" / "octodns-sync"
    command = [program, "--config-file", folder / "config.yaml", "--doit", "--force"]
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def _zone_file() -> str:
    """The new names; and the servers' own, without which BIND refuses the whole update."""
    servers = [("ns1", PRIMARY), ("ns2", SECONDARY)]
    wanted = [*names(CHANGES, "new"), *servers]
    found = {name: {"type": "A", "ttl": 3600, "value": address} for name, address in wanted}
    return yaml.safe_dump(found)


def _config(folder: Path) -> str:
    text = nameserver.key("svc-chonai").read_text(encoding="utf-8")
    secret = text.split('secret "')[1].split('"')[0]
    return yaml.safe_dump(
        {
            "providers": {
                "files": {
                    "class": "octodns.provider.yaml.YamlProvider",
                    "directory": str(folder / "zones"),
                    "enforce_order": False,
                },
                "bind": {
                    "class": "octodns_bind.BindProvider",
                    "host": PRIMARY,
                    "port": 53,
                    "key_name": "svc-chonai",
                    "key_secret": secret,
                    "key_algorithm": "hmac-sha256",
                },
            },
            "zones": {f"{ZONE}.": {"sources": ["files"], "targets": ["bind"]}},
        }
    )


@pytest.mark.parametrize("name", ["dns-apply"])
def test_apply(name: str) -> None:
    mine, peer = in_turn(ROUNDS, applied, nsupdated)
    said = f"nsupdate with {CHANGES} new names in one message, without prerequisites, reading back or the secondary"
    tell(Figure(name, mine / peer, "<=1.3", seconds(mine), seconds(peer), said))


@pytest.mark.parametrize("name", ["dns-octodns"])
def test_octodns(name: str) -> None:
    def mine_whole() -> float:
        control("reset", "seeded")
        return timed(lambda: ours.applied(FOLDER, [planned(CHANGES)], {HOST: nameserver.settings()}))

    mine, peer = in_turn(2, mine_whole, octodns)
    said = f"octodns-sync with octodns-bind of {CHANGES} new names, all of it; ours: plan, seal and apply"
    tell(Figure(name, mine / peer, "<=1", seconds(mine), seconds(peer), said))


@pytest.mark.parametrize("name", ["dns-plan"])
def test_plan(name: str) -> None:
    control("reset", BIG)
    mine, peer = in_turn(ROUNDS, lambda: timed(lambda: planned(10)), lambda: timed(nameserver.transfer))
    said = f"dig AXFR of a zone of {RECORDS} names; ours: a request for 10 more, every rule and warning"
    tell(Figure(name, mine / peer, "<=2", seconds(mine), seconds(peer), said))
