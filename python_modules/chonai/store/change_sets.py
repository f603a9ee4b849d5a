"""Sealed change sets and their approvals. What is added stays as it is, and is journaled with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from chonai.change.approval import Approval
from chonai.change.canonical import canonical, sha256
from chonai.change.codec import change_set_from_json, change_set_from_text, change_set_to_json, time_to_json
from chonai.change.cover import cover
from chonai.change.errors import SealBroken, UsageError
from chonai.change.fields import loads
from chonai.change.model import ChangeSet
from chonai.change.ports import Entry, Event
from chonai.change.seal import Seal
from chonai.store.archived import file_of
from chonai.store.closed import Closed, Readers, close, closed_of
from chonai.store.database import Database
from chonai.store.holds import Wanted, claim
from chonai.store.journal import append
from chonai.store.schema import approvals, change_sets, disclosures, seals


@dataclass(frozen=True, slots=True)
class Sealed:
    """A change set as stored, with the digest and the seal beside it; whether they fit, `check_seal` says.

    Of a closed one `change_set` is the cover.
    """

    change_set: ChangeSet
    digest: str
    seal: Seal
    closed: Closed | None = None

    def opened(self, key_file: Path) -> Sealed:
        """The same with its content, for the holder of a reader's key.

        Raises as `Closed.opened` does, and `SealBroken` if the cover does not belong to what it covers.
        """
        if self.closed is None:
            return self
        content = change_set_from_text(self.closed.opened(key_file).decode())
        if cover(content) != self.change_set or content.announced_at != self.closed.announced_at:
            raise SealBroken("store.cover_differs", id=self.change_set.id)
        return Sealed(content, self.digest, self.seal)


@dataclass(frozen=True, slots=True)
class Summary:
    """One line about a change set."""

    id: str
    operation: str
    author: str
    created_at: datetime
    undo_of: str | None


class ChangeSets:
    """Change sets by id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        change_set: ChangeSet,
        seal: Seal,
        at: datetime,
        readers: Readers | None = None,
        wanted: Wanted = Wanted(),
    ) -> str:
        """Keep a sealed change set with what it wants for itself, and journal it, all or nothing; its digest. A
        confidential one is closed to all but `readers`; without them it is not kept.

        Raises `UsageError` if there is one of this id, or none of the id that it undoes; as `holds.claim` does if
        another change set wants the same.
        """
        body = canonical(change_set_to_json(change_set))
        digest = sha256(body)
        kept, data = _kept(change_set, body, readers), _facts(change_set, digest, seal)
        with self._database.write() as connection:
            if _exists(connection, change_set.id) or file_of(connection, change_set.id):
                raise UsageError("store.id_taken", id=change_set.id)
            if change_set.undo_of is not None:
                _require(connection, change_set.undo_of)
            connection.execute(insert(change_sets), _stored(change_set, digest, kept))
            claim(connection, change_set.id, wanted, at)
            row = {"change_set": change_set.id, "author": seal.author, "signature": seal.signature}
            connection.execute(insert(seals), row)
            append(connection, [Entry(Event.SEALED, change_set.id, "", seal.author, at, data)])
        return digest

    def get(self, id_: str) -> Sealed:
        """A change set as stored, a disclosed one with its content; raises `UsageError` for an unknown id, `Refused`
        for a damaged one.
        """
        query = select(change_sets.c.digest, change_sets.c.body, seals.c.author, seals.c.signature)
        query = query.join(seals, seals.c.change_set == change_sets.c.id).where(change_sets.c.id == id_)
        with self._database.read() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise _unknown(connection, id_)
            content = _content(row.body)
            if isinstance(content, Closed) and (body := _disclosed(connection, id_)):
                content = change_set_from_json(loads(body))
        closed = content if isinstance(content, Closed) else None
        change_set = change_set_from_json(content.cover) if isinstance(content, Closed) else content
        if change_set.id != id_:
            raise SealBroken("store.other_id", id=id_, found=change_set.id)
        return Sealed(change_set, row.digest, Seal(row.author, row.signature), closed)

    def disclose(self, change_set: ChangeSet, by: str, at: datetime) -> None:
        """Keep the content of a closed change set so that everybody can read it, and journal that, both or neither.
        Once is enough.

        Raises `SealBroken` if it is not what is closed there.
        """
        body = canonical(change_set_to_json(change_set))
        with self._database.write() as connection:
            digest = _require(connection, change_set.id)
            if sha256(body) != digest:
                raise SealBroken("identity.digest_differs", id=change_set.id, stored=digest, found=sha256(body))
            if _disclosed(connection, change_set.id) is None:
                connection.execute(insert(disclosures), {"change_set": change_set.id, "body": body.decode()})
                append(connection, [Entry(Event.DISCLOSED, change_set.id, "", by, at, {"digest": digest})])

    def require(self, id_: str) -> None:
        """Raise `UsageError` if there is no change set of this id."""
        with self._database.read() as connection:
            _require(connection, id_)

    def is_archived(self, id_: str) -> bool:
        """Whether there was a change set of this id that is in an archive now."""
        with self._database.read() as connection:
            return file_of(connection, id_) is not None

    def approve(self, id_: str, approval: Approval) -> None:
        """Keep an approval and journal it, both or neither. Check it first: it cannot be taken away again."""
        releases = sorted(approval.releases)
        data = {"releases": releases, "signature": approval.signature}
        with self._database.write() as connection:
            digest = _require(connection, id_)
            query = select(func.count()).select_from(approvals).where(approvals.c.change_set == id_)
            row = {
                "change_set": id_,
                "number": connection.scalar(query),
                "principal": approval.principal,
                "releases": json.dumps(releases),
                "signature": approval.signature,
                "at": time_to_json(approval.at),
            }
            connection.execute(insert(approvals), row)
            entry = Entry(Event.APPROVED, id_, "", approval.principal, approval.at, {"digest": digest, **data})
            append(connection, [entry])

    def approvals(self, id_: str) -> tuple[Approval, ...]:
        """The approvals of a change set in the order in which they came."""
        query = select(approvals).where(approvals.c.change_set == id_).order_by(approvals.c.number)
        with self._database.read() as connection:
            return tuple(_approval(row) for row in connection.execute(query))

    def list(self) -> tuple[Summary, ...]:
        """All change sets, the newest first."""
        names = ("id", "operation", "author", "created_at", "undo_of")
        with self._database.read() as connection:
            found = connection.execute(select(*(change_sets.c[name] for name in names))).all()
        summaries = [
            Summary(r.id, r.operation, r.author, datetime.fromisoformat(r.created_at), r.undo_of) for r in found
        ]
        return tuple(sorted(summaries, key=lambda summary: summary.created_at, reverse=True))

    def undos_of(self, id_: str) -> tuple[str, ...]:
        """Ids of the change sets that undo this one."""
        with self._database.read() as connection:
            return tuple(connection.scalars(select(change_sets.c.id).where(change_sets.c.undo_of == id_)))


@lru_cache(maxsize=2)
def _content(body: str) -> Closed | ChangeSet:
    """What a text holds. One command reads the same change set several times, and working it out takes a moment."""
    data = loads(body)
    return closed_of(data) or change_set_from_json(data)


def _exists(connection: Connection, id_: str) -> bool:
    return connection.scalar(select(change_sets.c.id).where(change_sets.c.id == id_)) is not None


def _require(connection: Connection, id_: str) -> str:
    digest: str | None = connection.scalar(select(change_sets.c.digest).where(change_sets.c.id == id_))
    if digest is None:
        raise _unknown(connection, id_)
    return digest


def _disclosed(connection: Connection, id_: str) -> str | None:
    body: str | None = connection.scalar(select(disclosures.c.body).where(disclosures.c.change_set == id_))
    return body


def _unknown(connection: Connection, id_: str) -> UsageError:
    file = file_of(connection, id_)
    return (
        UsageError("archive.is_archived", id=id_, file=file) if file else UsageError("store.unknown_change_set", id=id_)
    )


def _kept(change_set: ChangeSet, body: bytes, readers: Readers | None) -> str:
    if change_set.announced_at is None:
        return body.decode()
    if readers is None or not change_set.salt:
        raise ValueError(f"{change_set.id} is confidential, and nothing keeps it so")
    return close(body, readers, change_set.announced_at, change_set_to_json(cover(change_set)))


def cover_digest(covering: ChangeSet) -> str:
    """The name of a cover. The journal keeps it, so that what everybody sees cannot be changed unnoticed either."""
    return sha256(canonical(change_set_to_json(covering)))


def _facts(change_set: ChangeSet, digest: str, seal: Seal) -> dict[str, object]:
    """What the journal says of a sealed change set."""
    counts = {plan.system: len(plan.changes) for plan in change_set.plans}
    facts: dict[str, object] = {
        "digest": digest,
        "signature": seal.signature,
        "changes": counts,
        "undo_of": change_set.undo_of,
    }
    if change_set.announced_at is None:
        return facts
    return {**facts, "announced_at": time_to_json(change_set.announced_at), "cover": cover_digest(cover(change_set))}


def _stored(change_set: ChangeSet, digest: str, body: str) -> dict[str, object]:
    return {
        "id": change_set.id,
        "operation": change_set.operation,
        "author": change_set.author,
        "created_at": time_to_json(change_set.created_at),
        "undo_of": change_set.undo_of,
        "digest": digest,
        "body": body,
    }


def _approval(row: Row[Any]) -> Approval:
    try:
        releases, at = frozenset(json.loads(row.releases)), datetime.fromisoformat(row.at)
    except (ValueError, TypeError):
        raise SealBroken("store.approval_changed", id=row.change_set, principal=row.principal) from None
    return Approval(row.principal, releases, row.signature, at)
