"""The NetBox that tests run against: a real one where the environment names it, else the fake.

    CHONAI_NETBOX         its address, such as https://127.0.0.62:8443
    CHONAI_NETBOX_TOKEN   a token of a superuser
    CHONAI_NETBOX_CA      the authority of its certificate

Each test empties it first. So that this is never somebody's NetBox, it has to hold the tag MAY_BE_EMPTIED.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chonai.systems.netbox.connection import Connection, Refusal
from chonai.systems.netbox.models import MODELS
from chonai.systems.netbox.named import GROUPS, MAKERS, PLATFORMS, PRODUCTS, ROLES
from chonai.systems.netbox.settings import parse
from tests.house.tree import ROOT
from tests.scim.running import make_certificates

MAY_BE_EMPTIED = "chonai-tests-may-empty-this-netbox"
HOST = "127.0.0.62"
ORDER = ("address", "range", "interface", "device", "prefix", "vlan", "vrf", "site", "zone")
"""What is deleted first is named by nothing of what comes later."""


@dataclass(frozen=True, slots=True)
class Netbox:
    """Where it is, and how to get in."""

    url: str
    ca_file: str
    token: str = field(repr=False)

    def settings(self, **more: object) -> dict[str, object]:
        """Settings for it, with any of them replaced."""
        own = {"name": "ledger", "url": self.url, "ca_file": self.ca_file, "token": self.token, "make_fields": True}
        return own | {"protected": {"names": ["core-*"], "networks": ["10.20.255.0/24"]}} | more

    def empty(self) -> None:
        """Delete all that a ledger is about."""
        with self.connection() as connection:
            if not connection.listed("extras/tags", {"name": MAY_BE_EMPTIED, "fields": "id,name"}):
                pytest.exit(f"{self.url} has no tag {MAY_BE_EMPTIED}: its objects are not deleted", returncode=4)
            for path in (*(MODELS[type_].path for type_ in ORDER), GROUPS, PRODUCTS, PLATFORMS, ROLES, MAKERS):
                self._empty(connection, path)

    @staticmethod
    def _empty(connection: Connection, path: str) -> None:
        query = MODELS["zone"].only if path == MODELS["zone"].path else {}
        found = [int(one["id"]) for one in connection.listed(path, {**query, "fields": "id"})]
        for start in range(0, len(found), 500):
            reply = connection.delete(path, found[start : start + 500])
            assert not isinstance(reply, Refusal), reply

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Requests of our own."""
        with Connection.open(parse(self.settings())) as connection:
            yield connection

    def post(self, path: str, *documents: Mapping[str, object]) -> list[int]:
        """Make objects as some other program does; their ids."""
        with self.connection() as connection:
            reply = connection.create(path, documents)
        assert not isinstance(reply, Refusal), reply
        return [int(one["id"]) for one in reply]

    def patch(self, path: str, id_: int | str, **fields: object) -> None:
        """Change an object as some other program does."""
        with self.connection() as connection:
            reply = connection.update(path, [{"id": int(id_), **fields}])
        assert not isinstance(reply, Refusal), reply

    def one(self, path: str, id_: int | str) -> Mapping[str, object]:
        """An object, all of it."""
        with self.connection() as connection:
            return connection.listed(path, {"id": id_})[0]


@contextmanager
def running(folder: Path) -> Iterator[Netbox]:
    """The one that the environment names, else a fake in a process of its own."""
    if url := os.environ.get("CHONAI_NETBOX"):
        yield Netbox(url, os.environ["CHONAI_NETBOX_CA"], os.environ["CHONAI_NETBOX_TOKEN"])
        return
    make_certificates(folder, HOST)
    token = secrets.token_hex(20)
    command = [sys.executable, "-m", "tests.netbox.fake_netbox", "--host", HOST, "--token", token]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, "--certificate", str(folder / "server.pem")], stdin=pipe, stdout=pipe, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), "the fake NetBox did not start"
        try:
            fake = Netbox(f"https://{HOST}:{port}", str(folder / "ca.pem"), token)
            fake.post("extras/tags", {"name": MAY_BE_EMPTIED, "slug": MAY_BE_EMPTIED})
            yield fake
        finally:
            process.communicate(timeout=10)
