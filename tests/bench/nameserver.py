"""The benchmark's own name servers: the lab's role on other addresses, with as many names as a figure needs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.servers import LAB, playbook

HOST, PRIMARY, SECONDARY = "dns_lgwan", "127.0.0.63", "127.0.0.64"
ZONE = "shiomino.lg.example"
RECORDS = 100_000
BATCH = 500
BIG = f"names-{RECORDS}"


def start() -> None:
    """Running, with a snapshot of the big zone."""
    playbook("playbooks/lab.yml", "--limit", HOST)
    if not (LAB / HOST / "snapshots" / BIG).is_dir():
        control("reset", "seeded")
        nsupdate(additions(RECORDS, "h"), BATCH)
        control("snapshot", BIG)


def stop() -> None:
    """Stopped; what was loaded stays for the next time."""
    control("stop")


def control(action: str, *arguments: str) -> None:
    """Run the lab's command."""
    subprocess.run([LAB / "bin/named", action, HOST, *arguments], check=True, capture_output=True)


def key(name: str) -> Path:
    """A key of the lab."""
    return LAB / "secrets" / f"{HOST}-{name}"


def settings() -> Mapping[str, object]:
    """What `chonai_system` of the inventory says."""
    return {
        "kind": "dns",
        "server": PRIMARY,
        "key_file": str(key("svc-chonai")),
        "zones": [ZONE, "20.10.in-addr.arpa"],
        "secondaries": [SECONDARY],
    }


def names(count: int, prefix: str) -> Iterator[tuple[str, str]]:
    """That many names with an address each, none in a reverse zone of the servers."""
    for n in range(count):
        yield f"{prefix}{n}", f"10.{100 + n // 62_500}.{n // 250 % 250}.{n % 250}"


def additions(count: int, prefix: str) -> list[str]:
    """Lines for nsupdate that add names."""
    return [f"update add {name}.{ZONE} 3600 A {address}" for name, address in names(count, prefix)]


def nsupdate(lines: Sequence[str], batch: int) -> None:
    """Send lines with nsupdate, so many in a message."""
    text = [f"server {PRIMARY}", f"zone {ZONE}"]
    for at in range(0, len(lines), batch):
        text += [*lines[at : at + batch], "send"]
    command = ["nsupdate", "-v", "-k", str(key("svc-chonai"))]
    subprocess.run(command, input="\n".join([*text, ""]), text=True, check=True, capture_output=True)


def transfer() -> int:
    """The records that dig gets of the whole zone."""
    command = ["dig", f"@{PRIMARY}", "-k", str(key("svc-chonai")), ZONE, "AXFR"]
    return subprocess.run(command, text=True, check=True, capture_output=True).stdout.count("\n")
