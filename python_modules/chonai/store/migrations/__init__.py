"""How a store comes to the tables of today: revisions by Alembic, one a file in `versions`, from an empty database on.

A revision that stands in a release is never changed: what is to be different is another revision. A new one is a file
there and its number in `HEAD`.
"""

from __future__ import annotations

import threading

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select, update

HEAD = "0005"
"""The newest revision. It stands here too, so that Alembic is only loaded where there is something to do."""
REVISION_TABLE = "store_revision"

_revision = Table(REVISION_TABLE, MetaData(), Column("version_num", String(32)))
_numbers = Table("schema_version", MetaData(), Column("version", Integer))
"""Where stores were numbered before they had revisions. The revisions of that time are named by those numbers."""
_NOT_FOR_OLD_PROGRAMS = 9999
"""What a program of before finds there: a version that it does not know, so it does nothing."""
_one_at_a_time = threading.Lock()  # Alembic keeps what it works on in a global variable


def revision_of(connection: Connection) -> str | None:
    """The revision of a store; None for a database that holds none. Only numbers of four digits are revisions."""
    if connection.dialect.has_table(connection, REVISION_TABLE):
        return connection.scalar(select(_revision.c.version_num)) or ""
    if not connection.dialect.has_table(connection, _numbers.name):
        return None
    number = connection.scalar(select(_numbers.c.version)) or 0
    if number == _NOT_FOR_OLD_PROGRAMS:  # somebody has just taken it over
        return connection.scalar(select(_revision.c.version_num)) or ""
    return f"{number:04}"


def is_known(revision: str) -> bool:
    """Whether it is the present revision or one before it."""
    return revision == HEAD or is_older(revision)


def is_older(revision: str) -> bool:
    """Whether a store can be brought up to date from there."""
    return "0000" < revision < HEAD and revision.isdecimal() and len(revision) == len(HEAD)


def migrate(connection: Connection, revision: str | None, to: str = HEAD) -> None:
    """Bring a store from its revision, or an empty database, to another, inside the caller's write transaction."""
    from alembic import command
    from alembic.config import Config

    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", "chonai.store:migrations")
    with _one_at_a_time:
        if revision and not connection.dialect.has_table(connection, REVISION_TABLE):
            command.stamp(settings, revision)
            connection.execute(update(_numbers).values(version=_NOT_FOR_OLD_PROGRAMS))
        command.upgrade(settings, to)
