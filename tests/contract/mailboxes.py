"""The lab's mail server as a ground: each test gets a domain of its own in it, which is gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from chonai.change.model import Key
from chonai.change.system import System
from chonai.systems.mail import connect
from tests.contract.ground import OU, Dialect, Ground
from tests.contract.relay import Relay

SERVER = "webmail"
HOST, PORT = "127.0.0.31", 5432
DIALECT = Dialect(
    "staffKey",
    "displayName",
    "notes",
    "name",
    places=False,
    renamed="kaisei.hanako",
    group_name="ka-",
)
NOWHERE = Key(OU, "none")
"""Stands where a ground has its place."""


def settings(lab: Path, domain: str, **more: object) -> dict[str, object]:
    """Settings for a domain of the lab's mail server, with any of them replaced."""
    return {
        "name": SERVER,
        "url": f"postgresql://svc-chonai@{HOST}:{PORT}/mail",
        "password_file": str(lab / "secrets" / f"{SERVER}-svc-chonai"),
        "ca_file": str(lab / "ca" / "ca.pem"),
        "domain": domain,
        "protected": {"names": ["svc-*"]},
        **more,
    }


@contextmanager
def by_hand(lab: Path) -> Iterator[psycopg.Connection]:
    """The database as its owner sees it, who may do everything; committed in the end."""
    password = (lab / "secrets" / f"{SERVER}-admin").read_text(encoding="utf-8")
    with psycopg.connect(
        host=HOST, port=PORT, dbname="mail", user="admin", password=password,
        sslmode="verify-full", sslrootcert=str(lab / "ca" / "ca.pem"),
    ) as connection:  # fmt: skip
        yield connection


@contextmanager
def domain(lab: Path) -> Iterator[str]:
    """A new mail domain; it is deleted with all that is in it, its history included."""
    name = f"contract-{secrets.token_hex(4)}.shiomino.example"
    with by_hand(lab) as connection:
        connection.execute("INSERT INTO domain (name) VALUES (%s)", [name])
    try:
        yield name
    finally:
        with by_hand(lab) as connection:
            connection.execute("DELETE FROM domain WHERE name = %s", [name])
            connection.execute("DELETE FROM address_history WHERE domain = %s", [name])
            connection.execute("DELETE FROM removed WHERE domain = %s", [name])


@contextmanager
def ground(lab: Path) -> Iterator[Ground]:
    """A ground in a domain of its own."""
    with domain(lab) as name, connect(settings(lab, name)) as system:
        own = settings(lab, name)

        @contextmanager
        def gone() -> Iterator[System]:
            with (
                Relay(HOST, PORT) as relay,
                connect({**own, "url": f"postgresql://svc-chonai@{relay.host}:{relay.port}/mail"}) as other,
            ):
                relay.cut()
                yield other

        yield Ground(system, NOWHERE, DIALECT, _protected(own), gone, own)


def _protected(own: Mapping[str, object]) -> Key:
    """A user whose name the settings protect, made while they do not."""
    with connect({**own, "protected": {}}) as system:
        maker = Ground(system, NOWHERE, DIALECT, NOWHERE, lambda: connect(own))
        return maker.made(maker.user(f"svc-{secrets.token_hex(4)}"))[0]
