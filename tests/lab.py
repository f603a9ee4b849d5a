"""The lab's servers, controlled without Ansible: by the commands that the lab brings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LAB = Path(os.environ.get("CHONAI_LAB", "/var/tmp/chonai-lab"))
SERVERS = {
    "lgwan": "dc",
    "ext": "dc",
    "corp": "slapd",
    "webmail": "mail",
    "dns_lgwan": "named",
    "scanner": "clamd",
    **dict.fromkeys(("asset_management", "internal_exchange", "external_exchange"), "fake-product"),
    "ledger": "ledger",
}
"""The command that controls each server."""


def runs() -> bool:
    """All servers run."""
    return all(_runs(LAB / "bin" / command, server) for server, command in SERVERS.items())


def _runs(control: Path, server: str) -> bool:
    if not control.exists():
        return False
    return subprocess.run([control, "status", server], capture_output=True, check=False).returncode == 0


def reset(servers: Collection[str] = tuple(SERVERS)) -> None:
    """These servers as they were seeded, all at once."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(_reset, servers))


def _reset(server: str) -> None:
    subprocess.run([LAB / "bin" / SERVERS[server], "reset", server], check=True, capture_output=True)
