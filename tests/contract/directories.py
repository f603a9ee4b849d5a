"""The lab's directories as grounds: each test gets a place of its own in them, which is gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chonai.change.model import Key
from chonai.change.system import System
from chonai.systems.directory import connect, filters
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.dn import rdns
from chonai.systems.directory.protocol import Add, Delete, Request, Search
from chonai.systems.directory.settings import parse
from tests.contract.ground import USER, Dialect, Ground
from tests.contract.relay import Relay

PORT = 636


@dataclass(frozen=True, slots=True)
class Server:
    """A directory server of the lab."""

    name: str
    flavour: str
    host: str
    base: str
    user: str
    secret: str
    dialect: Dialect

    def settings(self, lab: Path, **more: object) -> dict[str, object]:
        """Settings for it, with any of them replaced."""
        settings: dict[str, object] = {
            "name": self.name,
            "flavour": self.flavour,
            "url": f"ldaps://{self.host}",
            "base": self.base,
            "ca_file": str(lab / "ca" / "ca.pem"),
            "bind": {"user": self.user, "password_file": str(lab / "secrets" / self.secret)},
            "protected": {"names": ["svc-*"]},
        }
        if self.flavour == "openldap":
            settings["holder"] = f"cn=none,{self.base}"
        return settings | more


LGWAN = Server(
    name="lgwan_ad",
    flavour="active_directory",
    host="127.0.0.11",
    base="OU=汐見野市,DC=lgwan,DC=shiomino,DC=example",
    user="svc-chonai@lgwan.shiomino.example",
    secret="lgwan-svc-chonai",
    dialect=Dialect("sAMAccountName", "sAMAccountName", "extensionName", "CN"),
)
CORP = Server(
    name="corp_ldap",
    flavour="openldap",
    host="127.0.0.21",
    base="ou=shiomino,dc=corp,dc=shiomino,dc=example",
    user="cn=svc-chonai,dc=corp,dc=shiomino,dc=example",
    secret="corp-svc-chonai",
    dialect=Dialect("uid", "cn", "description", "uid", {USER: lambda account: {"cn": account}}),
)
SERVERS = (LGWAN, CORP)


@contextmanager
def place(server: Server, lab: Path) -> Iterator[Mapping[str, object]]:
    """Settings whose base is a new OU; it is deleted with all that is in it."""
    dn = f"OU=contract-{secrets.token_hex(4)},{server.base}"
    settings = server.settings(lab, base=dn)
    with Connection.open(parse(settings)) as connection:
        made = connection.send([Add(dn, [("objectClass", [b"organizationalUnit"])])])[0]
        assert made.ok, made.text
    try:
        yield settings
    finally:
        with Connection.open(parse(settings)) as connection:
            clear(connection, dn)


def clear(connection: Connection, dn: str) -> None:
    """Delete an OU and what is in it, the deepest first."""
    found = connection.search(Search(dn, filters.present("objectClass"), ("1.1",)), lambda entry: entry.dn)
    depths = {name: len(rdns(name)) for name in found}
    for depth in sorted(set(depths.values()), reverse=True):
        replies = connection.send([Delete(name) for name in found if depths[name] == depth])
        assert all(reply.ok for reply in replies), [reply.text for reply in replies if not reply.ok]


@contextmanager
def ground(server: Server, lab: Path) -> Iterator[Ground]:
    """A ground in a place of its own."""
    with place(server, lab) as settings, connect(settings) as system:

        @contextmanager
        def gone() -> Iterator[System]:
            with (
                Relay(server.host, PORT) as relay,
                connect({**settings, "url": f"ldaps://{relay.host}:{relay.port}"}) as other,
            ):
                relay.cut()
                yield other

        protected = _protected(settings, server, gone)
        yield Ground(system, system.base_key, server.dialect, protected, gone, settings)


def _protected(
    settings: Mapping[str, object], server: Server, gone: Callable[[], AbstractContextManager[System]]
) -> Key:
    """A user whose name the settings protect, made while they do not."""
    with connect({**settings, "protected": {}}) as system:
        maker = Ground(system, system.base_key, server.dialect, system.base_key, gone)
        return maker.made(maker.user(f"svc-{secrets.token_hex(4)}"))[0]


def by_hand(settings: Mapping[str, object], *requests: Request) -> None:
    """Somebody else at work in the directory, one request after the other."""
    with Connection.open(parse(settings)) as connection:
        for request in requests:
            reply = connection.send([request])[0]
            assert reply.ok, reply.text
