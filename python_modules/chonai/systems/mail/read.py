"""Reading: what there is, what is protected, which creates are done already, what a delete would take away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from chonai.change.errors import InputError
from chonai.change.model import Change, Key, Record, Scope, State, Value
from chonai.change.system import Observation
from chonai.systems.mail.connection import Database
from chonai.systems.mail.protection import protection
from chonai.systems.mail.records import Records, load, sections_of
from chonai.systems.mail.schema import FIELDS, MAILBOX, MEMBER_OF, NAME, attributes
from chonai.systems.mail.settings import MailSettings
from chonai.text.messages import Message, message


def observe(database: Database, settings: MailSettings, scope: Scope) -> Observation:
    """All accounts of the domain of the scope's types. Raises InputError for what mail servers do not have."""
    _must_know(settings, scope)
    with database.transaction() as connection:
        records = load(connection, settings.domain)
    mine = {key: record for key, record in records.items() if key.type in scope}
    reasons = {key: why for key, record in mine.items() if (why := protection(settings, record))}
    return Observation(_owned(mine, scope), reasons)


def read(database: Database, settings: MailSettings, keys: Collection[Key], scope: Scope) -> State:
    """Those of the keys that exist. Raises InputError for what mail servers do not have."""
    _must_know(settings, scope)
    with database.transaction() as connection:
        records = load(connection, settings.domain, [key for key in keys if key.type in scope])
    return _owned(records, scope)


def locate(database: Database, settings: MailSettings, creates: Sequence[Change]) -> Mapping[Key, Key]:
    """By main address."""
    wanted = {(change.key.type, str(change.after.get(NAME))): change.key for change in creates}
    query = select(MAILBOX.c.type, MAILBOX.c.name, MAILBOX.c.id).where(
        MAILBOX.c.domain == settings.domain, MAILBOX.c.name.in_({name for _, name in wanted})
    )
    with database.transaction() as connection:
        rows = connection.execute(query).all()
    return {wanted[row.type, row.name]: Key(row.type, row.id) for row in rows if (row.type, row.name) in wanted}


def objections(database: Database, settings: MailSettings, keys: Collection[Key]) -> dict[Key, Message]:
    """Why some of these accounts may not be touched."""
    with database.transaction() as connection:
        records = load(connection, settings.domain, keys)
    reasons = ((key, protection(settings, record)) for key, record in records.items())
    return {key: why for key, why in reasons if why is not None}


def preimage(database: Database, settings: MailSettings, keys: Collection[Key]) -> Mapping[Key, Record]:
    """Whole records, passwords left out, and the section addresses that each belongs to."""
    with database.transaction() as connection:
        records = load(connection, settings.domain, keys)
        sections = sections_of(connection, records)
    return {key: _with_sections(record, sections.get(key.id)) for key, record in records.items()}


def _with_sections(record: Record, sections: frozenset[str] | None) -> dict[str, Value]:
    return {**record, MEMBER_OF: sections} if sections else dict(record)


def _owned(records: Records, scope: Scope) -> State:
    return {key: {name: record[name] for name in scope[key.type].attributes} for key, record in records.items()}


def _must_know(settings: MailSettings, scope: Scope) -> None:
    problems = [
        message("mail.unknown_type", system=settings.name, type=type_, known=", ".join(FIELDS))
        for type_ in scope
        if type_ not in FIELDS
    ]
    problems += [
        message("mail.unknown_attribute", system=settings.name, type=type_, attribute=name)
        for type_, owned in scope.items()
        if type_ in FIELDS
        for name in sorted(owned.attributes - attributes(type_))
    ]
    if problems:
        raise InputError("mail.bad_scope", system=settings.name, details=problems)
