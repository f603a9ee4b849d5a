"""What is in archives and not here any more, as far as the store knows it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from chonai.change.journal import Segment
from chonai.store.schema import archived, archives, segments


@dataclass(frozen=True, slots=True)
class Archive:
    """A file that holds what went out of a store, as the store remembers it."""

    number: int
    file: str
    sha256: str
    segments: tuple[Segment, ...] = ()


def archives_of(connection: Connection) -> tuple[Archive, ...]:
    """All archives of this store, the oldest first; none in a store of before that can only be read."""
    if not connection.dialect.has_table(connection, archives.name):
        return ()
    runs: dict[int, list[Segment]] = {}
    for row in connection.execute(select(segments).order_by(segments.c.first)):
        runs.setdefault(row.archive, []).append(Segment(row.first, row.last, row.previous, row.digest))
    found = connection.execute(select(archives).order_by(archives.c.number))
    return tuple(Archive(row.number, row.file, row.sha256, tuple(runs.get(row.number, ()))) for row in found)


def file_of(connection: Connection, id_: str) -> str | None:
    """The name of the archive that a change set or a run of a job went into; None for one that did not."""
    if not connection.dialect.has_table(connection, archived.name):
        return None
    query = select(archives.c.file).join(archived, archived.c.archive == archives.c.number)
    found: str | None = connection.scalar(query.where(archived.c.id == id_))
    return found
