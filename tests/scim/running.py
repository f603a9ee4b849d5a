"""Starting the SCIM server, with an authority and a certificate made for it."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("server.py")
HOST = "127.0.0.61"
NOTES = "entitlements[].value"


@dataclass(frozen=True, slots=True)
class Running:
    """The server as it runs: where, behind which token, under which authority."""

    host: str
    port: int
    folder: Path
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def authority(self) -> Path:
        """Certificate of who vouches for the server."""
        return self.folder / "ca.pem"

    @property
    def certificate(self) -> Path:
        """Certificate and key of the server, as another server on the same address may use it."""
        return self.folder / "server.pem"

    def settings(self, kind: str = "full", **more: object) -> dict[str, object]:
        """Settings for a tenant of its own on a server of this kind, with any of them replaced."""
        settings: dict[str, object] = {
            "name": "product",
            "url": f"https://{self.host}:{self.port}/{kind}-{secrets.token_hex(4)}/v2",
            "token": self.token,
            "ca_file": str(self.authority),
            "attributes": {"user": {"notes": NOTES}},
            "protected": {"names": ["svc-*"]},
        }
        return settings | more


def openssl(folder: Path, *arguments: str) -> None:
    """Run openssl in a folder."""
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_certificates(folder: Path, host: str) -> None:
    """An authority, and a certificate of the address that it vouches for."""
    new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    key_usage = "keyUsage=critical,keyCertSign,cRLSign"
    openssl(folder, *new, "-subj", "/CN=test authority", "-addext", key_usage, "-keyout", "ca.key", "-out", "ca.pem")
    issued = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", f"subjectAltName=IP:{host}"]
    issued += ["-addext", "basicConstraints=critical,CA:FALSE"]
    openssl(folder, *new, "-subj", "/CN=scim", *issued, "-keyout", "server.key", "-out", "server.crt")
    pair = (folder / "server.key").read_text() + (folder / "server.crt").read_text()
    (folder / "server.pem").write_text(pair)


@contextmanager
def serving(folder: Path, host: str = HOST) -> Iterator[Running]:
    """The server in a process of its own, stopped in the end."""
    make_certificates(folder, host)
    token = secrets.token_urlsafe(24)
    command = [sys.executable, str(SCRIPT), "--host", host, "--certificate", str(folder / "server.pem")]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, "--token", token], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), "scim2-server did not start"
        try:
            yield Running(host, int(port), folder, token)
        finally:
            process.communicate(timeout=10)
