"""The lab's name servers, as tests use them: settings, changes of RRsets, and hands that are not ours."""

from __future__ import annotations

import secrets
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chonai.change.model import Action, Change, Key, Record, Scope, TypeScope
from chonai.change.system import Result, System
from chonai.systems.dns import connect
from chonai.systems.dns.records import ATTRIBUTES, RRSET

SERVER = "dns_lgwan"
PRIMARY, SECONDARY, PORT = "127.0.0.61", "127.0.0.62", 53
ZONE, REVERSE, REVERSE6 = "shiomino.lg.example", "20.10.in-addr.arpa", "0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
SCOPE = {RRSET: TypeScope(ATTRIBUTES)}
UPDATE = 5
"""The opcode of a dynamic update (RFC 2136 section 1.3)."""


def settings(lab: Path, **more: object) -> dict[str, object]:
    """Settings for the lab's primary, with any of them replaced."""
    return {
        "name": SERVER,
        "server": PRIMARY,
        "key_file": str(lab / "secrets" / f"{SERVER}-svc-chonai"),
        "zones": [ZONE, REVERSE],
        "secondaries": [SECONDARY],
        "protected": {"names": ["adm-*"]},
        **more,
    }


def by_hand(lab: Path, *updates: str) -> None:
    """Change the forward zone with nsupdate and a key that is not ours."""
    lines = "\n".join([f"server {PRIMARY} {PORT}", f"zone {ZONE}", *(f"update {each}" for each in updates), "send"])
    key = str(lab / "secrets" / f"{SERVER}-admin")
    subprocess.run(["nsupdate", "-k", key], input=f"{lines}\n", text=True, check=True, capture_output=True)


def dig(name: str, type_: str, *, server: str = PRIMARY) -> list[str]:
    """What a server says to anybody who asks, sorted."""
    command = ["dig", "+short", "+time=5", "-p", str(PORT), f"@{server}", name, type_]
    return sorted(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())


@dataclass(frozen=True, slots=True)
class NameGround:
    """Names of a test's own below the lab's forward zone."""

    system: System
    lab: Path
    base: str

    @property
    def scope(self) -> Scope:
        """What tests look at."""
        return SCOPE

    @property
    def settings(self) -> Mapping[str, object]:
        """With which others can connect to the same zones."""
        return settings(self.lab)

    def is_ours(self, key: Key) -> bool:
        """Whether a key is below the ground."""
        return f".{self.base}. " in key.id

    def name(self, host: str) -> str:
        """A whole name, with a dot at the end."""
        return f"{host}.{self.base}."

    def key(self, host: str, type_: str = "A") -> Key:
        """The key of an RRset of that name."""
        return Key(RRSET, f"{self.name(host)} {type_}")

    def create(self, host: str, *data: str, type_: str = "A", ttl: int = 300) -> Change:
        """The create of an RRset."""
        after: Record = {"ttl": ttl, "data": frozenset(data)}
        return Change(Action.CREATE, self.key(host, type_), {}, after, "契約試験")

    def apply(self, *changes: Change) -> Sequence[Result]:
        """Make changes and say what became of each."""
        return self.system.apply(changes, lambda _change, _name: "")

    def read(self, key: Key) -> Record:
        """The record of one RRset, which has to exist."""
        return self.system.read([key], SCOPE)[key]


@contextmanager
def ground(lab: Path, **more: object) -> Iterator[NameGround]:
    """A ground; what is below it in the end is taken away by hand."""
    base = f"t-{secrets.token_hex(4)}.{ZONE}"
    with connect(settings(lab, **more)) as system:
        made = NameGround(system, lab, base)
        try:
            yield made
        finally:
            with connect(settings(lab)) as cleaner:
                left = [key.id for key in cleaner.observe(SCOPE).state if made.is_ours(key)]
            for id_ in left:
                by_hand(lab, "delete {} {}".format(*id_.split(" ")))


class Gate:
    """Stands before the primary and does something once, right before the first UPDATE goes through. With `loses` the
    answer to that one is lost; `forges` makes another of it (as it came, its length before it).
    """

    def __init__(
        self,
        before: Callable[[], None],
        *,
        loses: bool = False,
        server: str = PRIMARY,
        forges: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self._before: Callable[[], None] | None = before
        self._loses, self._server, self._forges = loses, server, forges
        self._listener = socket.create_server((server, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with near, socket.create_connection((self._server, PORT)) as far:
                    self._pass(near, far)

    def _pass(self, near: socket.socket, far: socket.socket) -> None:
        head = near.recv(14, socket.MSG_WAITALL)
        length, _id, flags = struct.unpack_from("!HHH", head)
        body = near.recv(length - 12, socket.MSG_WAITALL)
        before = self._before if flags >> 11 & 0xF == UPDATE else None
        if before is not None:
            self._before = None
            before()
        far.sendall(head + body)
        if before is not None and self._loses:
            far.recv(1 << 16)
            return
        if before is not None:
            near.sendall(self._forges(far.recv(1 << 16)))
            return
        far.settimeout(0.5)
        with suppress(TimeoutError):
            while data := far.recv(1 << 16):
                near.sendall(data)
