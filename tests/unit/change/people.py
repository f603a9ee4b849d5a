"""People with keys, and the city's file of signers: what the tests of identity and store start from."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

JST = timezone(timedelta(hours=9))
NOW = datetime(2026, 3, 31, 18, 0, tzinfo=JST)
BEFORE_2020 = datetime(2019, 6, 1, tzinfo=UTC)

LISTED = ("sato", "suzuki", "tanaka", "jinji")
BOTH = 'namespaces="chonai-seal,chonai-approval,chonai-evidence,chonai-run"'


@dataclass(frozen=True, slots=True)
class People:
    """A folder with a key pair for each person, and `allowed_signers`."""

    folder: Path

    @property
    def signers(self) -> Path:
        return self.folder / "allowed_signers"

    def key(self, name: str) -> Path:
        return self.folder / name

    def public(self, name: str) -> str:
        """Type and content of a public key, without comment."""
        return " ".join((self.folder / f"{name}.pub").read_text().split()[:2])

    def signers_with(self, *lines: str) -> Path:
        """A file of signers with these lines; `{sato}` stands for the public key of sato."""
        path = self.folder / "signers_of_a_test"
        keys = {pub.stem: self.public(pub.stem) for pub in self.folder.glob("*.pub")}
        path.write_text("".join(f"{line.format(**keys)}\n" for line in lines))
        return path


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    path.unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", path.name, "-f", path], check=True)
    return path


def make_people(folder: Path) -> People:
    people = People(folder)
    for name in (*LISTED, "expired", "mallory"):
        make_key(people.key(name))
    lines = [f"{name} {BOTH} {people.public(name)}" for name in LISTED]
    lines.append(f'expired {BOTH},valid-before="20200101" {people.public("expired")}')
    people.signers.write_text("# who signs\n\n" + "\n".join(lines) + "\n")
    return people


def by_hand(text: str, key: Path, namespace: str) -> str:
    """The signature that a person makes at a shell."""
    command = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()
