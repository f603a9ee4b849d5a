"""A network of its own for a test: two namespaces with a cable between them, a DHCP server in the one and clients in
the other. Nothing outside of them hears of it.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER, CLIENT = "10.20.200.1", "c"
PATIENCE = 10.0


class Segment:
    """`server` and `client`: processes that hold the namespaces."""

    def __init__(self, folder: Path, server: int, client: int) -> None:
        self._folder, self._server, self._client = folder, server, client
        self.leases = folder / "dnsmasq.leases"

    def at_server(self, *command: str | Path, **settings: object) -> subprocess.CompletedProcess[str]:
        """Run something where the server is."""
        return _inside(self._server, *command, **settings)

    def at_client(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run something where the clients are."""
        return _inside(self._client, *command)

    def connect(self) -> None:
        """Lay the cable."""
        self.at_server("ip", "link", "add", "s", "type", "veth", "peer", "name", CLIENT, "netns", str(self._client))
        for run, name in ((self.at_server, "s"), (self.at_client, CLIENT)):
            run("ip", "link", "set", "lo", "up")
            run("ip", "link", "set", name, "up")
        self.at_server("ip", "address", "add", f"{SERVER}/28", "dev", "s")

    def serve(self, first: str, last: str, fixed: dict[str, str]) -> None:
        """Start dnsmasq with a pool; `fixed`: which MAC address gets which address."""
        hosts = [f"--dhcp-host={mac},{address}" for mac, address in fixed.items()]
        files = [f"--dhcp-leasefile={self.leases}", f"--pid-file={self._folder}/dnsmasq.pid"]
        quiet = ["--conf-file=/dev/null", "--port=0", "--no-ping", "--user=root", "--dhcp-authoritative"]
        pool = f"--dhcp-range={first},{last},1h"
        self.at_server("dnsmasq", *quiet, *files, "--interface=s", pool, *hosts)

    def lease(self, mac: str, name: str) -> None:
        """A client asks for an address and gets one."""
        self.at_client("ip", "link", "set", CLIENT, "address", mac)
        asking = ["udhcpc", "-i", CLIENT, "-n", "-q", "-f", "-s", "/bin/true", "-t", "5", "-T", "1"]
        self.at_client(*asking, "-x", f"hostname:{name}")

    def settle(self, address: str) -> None:
        """A client takes an address by itself, and the server hears of it."""
        self.at_client("ip", "address", "add", f"{address}/28", "dev", CLIENT)
        self.at_server("fping", "-q", "-r", "5", address)


@contextmanager
def segment(folder: Path) -> Iterator[Segment]:
    """Two namespaces, connected while inside."""
    holders = [subprocess.Popen(["unshare", "--net", "sleep", "infinity"]) for _ in range(2)]
    try:
        for holder in holders:
            _wait_until_apart(holder.pid)
        made = Segment(folder, *(holder.pid for holder in holders))
        made.connect()
        yield made
        if (pid := folder / "dnsmasq.pid").exists():
            subprocess.run(["kill", pid.read_text().strip()], check=True)
    finally:
        for holder in holders:
            holder.kill()
            holder.wait()


def _inside(pid: int, *command: str | Path, **settings: object) -> subprocess.CompletedProcess[str]:
    whole = ["nsenter", "--target", str(pid), "--net", *map(str, command)]
    run = subprocess.run(whole, capture_output=True, text=True, check=False, **settings)  # type: ignore[call-overload]
    assert settings.get("env") or run.returncode == 0, (command, run.stderr)
    return run  # type: ignore[no-any-return]  # the overload of text


def _wait_until_apart(pid: int) -> None:
    own, until = Path("/proc/self/ns/net").readlink(), time.monotonic() + PATIENCE
    while Path(f"/proc/{pid}/ns/net").readlink() == own:
        assert time.monotonic() < until
        time.sleep(0.01)
