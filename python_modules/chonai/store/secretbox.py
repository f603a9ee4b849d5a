"""Secrets made at an apply, as ciphertext for their recipients; chonai cannot read what it has put here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, and_, delete, insert, select

from chonai.change.canonical import canonical
from chonai.change.model import Key
from chonai.change.secrets import Recipients, decrypt
from chonai.store.database import Database
from chonai.store.schema import secrets


@dataclass(frozen=True, slots=True)
class Opened:
    """The secrets of one object, by name. The key is the plan's own: `new:…` for what the apply created."""

    system: str
    key: Key
    secrets: Mapping[str, str] = field(repr=False)


class SqlSecretBox:
    """Implements `chonai.change.ports.SecretBox` for some recipients."""

    def __init__(self, database: Database, recipients: Sequence[str]) -> None:
        self._database, self._recipients = database, Recipients(recipients)

    def put(self, change_set: str, system: str, secrets: Mapping[Key, Mapping[str, str]]) -> None:
        """Encrypt and keep secrets by object and name, replacing what an earlier, killed attempt kept."""
        rows = [
            {
                "change_set": change_set,
                "system": system,
                "key": str(key),
                "ciphertext": self._recipients.encrypt(canonical(dict(named))),
            }
            for key, named in secrets.items()
        ]
        put(self._database, rows)


def put(database: Database, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep rows of ciphertext in one transaction, in place of those of the same objects."""
    same = [and_(*(secrets.c[name] == row[name] for name in ("change_set", "system", "key"))) for row in rows]
    with database.write() as connection:
        for condition in same:
            connection.execute(delete(secrets).where(condition))
        if rows:
            connection.execute(insert(secrets), rows)


def opened(database: Database, change_set: str, key_file: Path) -> tuple[Opened, ...]:
    """The secrets of a change set for one who holds a recipient's key; raises `Refused` for another key."""
    query = select(secrets).where(secrets.c.change_set == change_set).order_by(secrets.c.system, secrets.c.key)
    with database.read() as connection:
        rows = connection.execute(query).all()
    texts = decrypt(key_file, [row.ciphertext for row in rows])
    return tuple(
        Opened(row.system, Key.parse(row.key), json.loads(text)) for row, text in zip(rows, texts, strict=True)
    )


def kept(database: Database, change_set: str) -> tuple[tuple[str, Key], ...]:
    """System and key of each object of a change set that has secrets here, sorted."""
    with database.read() as connection:
        return _kept(connection, change_set)


def discard(
    connection: Connection, change_set: str, objects: Collection[tuple[str, Key]]
) -> tuple[tuple[str, Key], ...]:
    """Forget the secrets of these objects (system and key) of a change set; which of them had some, sorted."""
    found = tuple(each for each in _kept(connection, change_set) if each in objects)
    for system, key in found:
        is_of = and_(secrets.c.change_set == change_set, secrets.c.system == system, secrets.c.key == str(key))
        connection.execute(delete(secrets).where(is_of))
    return found


def _kept(connection: Connection, change_set: str) -> tuple[tuple[str, Key], ...]:
    columns = (secrets.c.system, secrets.c.key)
    query = select(*columns).where(secrets.c.change_set == change_set).order_by(*columns)
    return tuple((row.system, Key.parse(row.key)) for row in connection.execute(query))
