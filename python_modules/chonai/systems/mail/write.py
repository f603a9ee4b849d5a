"""Writing: one transaction for a call of apply, in which each change happens whole or not at all.

First all changes are made under one savepoint, those of one form sent together. When one of them cannot be made,
all are taken back and made again, each under a savepoint of its own, so that the others are not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select
from sqlalchemy.exc import DataError, IntegrityError, InternalError

from chonai.change.model import Change, Key, Value
from chonai.change.system import Result, SecretMaker
from chonai.systems.mail import passwords
from chonai.systems.mail.accounts import Accounts
from chonai.systems.mail.connection import Database
from chonai.systems.mail.later import Later
from chonai.systems.mail.records import among, ids, load
from chonai.systems.mail.refusals import refusal
from chonai.systems.mail.schema import MAILBOX, MEMBER, MEMBER_OF
from chonai.systems.mail.settings import MailSettings
from chonai.systems.refused import NotDone

REFUSALS = (IntegrityError, DataError, InternalError)
"""What the database says about one row. Anything else is about the connection or about all of it."""


def apply(
    database: Database, settings: MailSettings, changes: Sequence[Change], secret: SecretMaker
) -> Sequence[Result]:
    """Make the changes and say what became of each. Raises SystemUnreachable; then none of them was made."""
    hashes = passwords.initial(changes, secret)
    with database.transaction() as connection:
        found = load(connection, settings.domain, {change.key for change in changes})
        known = _known(connection, settings.domain, changes)
        accounts = Accounts(connection, settings, found, known, Later(settings.domain))
        works = [_Work(accounts, change, hashes.get(n)) for n, change in enumerate(changes)]
        return _together(accounts, works) or [_alone(connection, work) for work in works]


@dataclass(frozen=True, slots=True)
class _Work:
    accounts: Accounts
    change: Change
    password: str | None

    def make(self) -> Result:
        """Raises NotDone, or what the database raises. Some of it may wait to be sent."""
        return Result(self.accounts.make(self.change, self.password))

    def make_whole(self) -> Result:
        """The same, with nothing waiting."""
        accounts = replace(self.accounts, later=Later(self.accounts.settings.domain))
        result = replace(self, accounts=accounts).make()
        if not accounts.later.send(accounts.connection):
            raise accounts.stale(self.change)
        return result


def _together(accounts: Accounts, works: Sequence[_Work]) -> list[Result]:
    """What became of them, or nothing when one of them cannot be made."""
    with suppress(NotDone, *REFUSALS), accounts.connection.begin_nested() as savepoint:
        results = [work.make() for work in works]
        if accounts.later.send(accounts.connection):
            return results
        savepoint.rollback()
    return []


def _alone(connection: Connection, work: _Work) -> Result:
    try:
        with connection.begin_nested():
            return work.make_whole()
    except NotDone as error:
        return Result(work.change.key, error.message)
    except REFUSALS as error:
        return Result(work.change.key, refusal(work.accounts.shown(work.change), error))


def _known(connection: Connection, domain: str, changes: Sequence[Change]) -> frozenset[str]:
    """Those of the keys that the changes refer to that exist."""
    wanted = [Key.parse(text) for change in changes for text in _references(change.after)]
    query = select(MAILBOX.c.type, MAILBOX.c.id).where(MAILBOX.c.domain == domain, among(MAILBOX.c.id, ids(wanted)))
    return frozenset(str(Key(row.type, row.id)) for row in connection.execute(query)) if wanted else frozenset()


def _references(record: Mapping[str, Value]) -> Iterator[str]:
    for name in (MEMBER, MEMBER_OF):
        values = record.get(name)
        yield from values if isinstance(values, frozenset) else ()
