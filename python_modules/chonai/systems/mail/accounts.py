"""One account made, changed or deleted, inside a transaction. Statements only for what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert

from chonai.change.model import Action, Change, Key, Record
from chonai.systems.mail import passwords
from chonai.systems.mail.later import Later
from chonai.systems.mail.protection import protection
from chonai.systems.mail.schema import ALIASES, FIELDS, MAILBOX, MEMBER, MEMBER_OF, NAME, SETS, USER, Field
from chonai.systems.mail.sets import SetEdits, Sets, set_edits
from chonai.systems.mail.settings import MailSettings
from chonai.systems.mail.values import BadValue, Stored, stored
from chonai.systems.refused import NotDone
from chonai.text.messages import message


@dataclass(frozen=True, slots=True)
class Accounts:
    """The domain's accounts as far as a call of apply looks at them.

    found   whole records of those that are changed, as they were when the call began
    known   keys, as text, of those that are referred to and exist
    later   writes that wait until they are sent together
    """

    connection: Connection
    settings: MailSettings
    found: Mapping[Key, Record]
    known: frozenset[str]
    later: Later

    def shown(self, change: Change) -> str:
        """What people call the account that a change is about."""
        name = self.found.get(change.key, {}).get(NAME) or change.after.get(NAME)
        return f"{name}@{self.settings.domain} ({change.key})" if name else str(change.key)

    def make(self, change: Change, password: str | None) -> Key:
        """Make one change; the account's key. Raises NotDone, or what the database raises."""
        try:
            return self._make(change, password)
        except BadValue as error:
            raise error.of(self.shown(change)) from None

    def _make(self, change: Change, password: str | None) -> Key:
        record = self.found.get(change.key)
        self._must_be_ours(change, record)
        if change.action is Action.DELETE:
            return self._delete(change.key)
        if record is not None:
            return self._change(change, record, password)
        if change.action is not Action.CREATE:
            raise NotDone(message("mail.gone", name=self.shown(change)))
        return self._create(change, password)

    def _must_be_ours(self, change: Change, record: Record | None) -> None:
        type_ = change.key.type
        if type_ not in FIELDS:
            known = ", ".join(FIELDS)
            raise NotDone(message("mail.unknown_type", system=self.settings.name, type=type_, known=known))
        if change.action is not Action.DELETE:
            self._must_know_attributes(change)
        for side in (record or {}, change.after if change.action is not Action.DELETE else {}):
            if why := protection(self.settings, side):
                raise NotDone(message("mail.refused_protected", name=self.shown(change), why=why))

    def _must_know_attributes(self, change: Change) -> None:
        type_ = change.key.type
        known = {*FIELDS[type_], *SETS[type_], *({MEMBER_OF} if change.action is Action.CREATE else ())}
        for name in sorted((change.before.keys() | change.after.keys()) - known):
            fields = {"system": self.settings.name, "type": type_, "attribute": name}
            raise NotDone(message("mail.unknown_attribute", **fields))

    def _delete(self, key: Key) -> Key:
        if key in self.found:
            self.later.deletes.append(key.id)
        return key

    def _create(self, change: Change, password: str | None) -> Key:
        key, fields = change.key, FIELDS[change.key.type]
        if not change.after.get(NAME):
            raise NotDone(message("mail.bad_record", name=self.shown(change), attribute=NAME))
        given = {name: value for name, value in change.after.items() if name in fields and value is not None}
        columns: dict[str, Stored] = {
            fields[name].column: stored(name, fields[name], value) for name, value in given.items()
        }
        columns |= {"domain": self.settings.domain, "type": key.type} | ({} if key.is_new else {"id": key.id})
        if key.type == USER:
            columns["password"] = password or passwords.unknown()
        made = self.connection.execute(insert(MAILBOX).values(columns).returning(MAILBOX.c.id)).scalar_one()
        self._sets(made).add(self._wanted(change, {}).come)
        return Key(key.type, made)

    def _change(self, change: Change, record: Record, password: str | None) -> Key:
        wanted, sets = self._wanted(change, record), self._sets(change.key.id)
        # Addresses are given up before others are taken: a person may take an old one back as the main one.
        has_order = bool(wanted.gone[ALIASES] or wanted.come[ALIASES])
        sets.take_away(wanted.gone)
        self._write_scalars(change, record, password, at_once=has_order)
        sets.add(wanted.come)
        return change.key

    def _write_scalars(self, change: Change, record: Record, password: str | None, *, at_once: bool) -> None:
        """Compare-and-set: the row is written only while it still holds what the change was made from."""
        columns: dict[str, Stored] = {} if password is None else {"password": password}
        expected: dict[str, Stored] = {}
        for name, field in self._differing(change, record):
            columns[field.column] = stored(name, field, change.after.get(name))
            expected[field.column] = stored(name, field, record.get(name))
        later = Later(self.settings.domain) if at_once else self.later
        if columns:
            later.update(change.key.id, columns, expected)
        if at_once and not later.send(self.connection):
            raise self.stale(change)

    def stale(self, change: Change) -> NotDone:
        """What it means that a row was not as expected any more."""
        return NotDone(message("mail.stale", name=self.shown(change)))

    def _differing(self, change: Change, record: Record) -> Iterator[tuple[str, Field]]:
        """Scalars that are not as the change wants them. Raises NotDone where somebody else was at work."""
        is_create = change.action is Action.CREATE
        named = change.after.keys() if is_create else change.before.keys() | change.after.keys()
        for name in sorted(named & FIELDS[change.key.type].keys()):
            now, old, new = record.get(name), change.before.get(name), change.after.get(name)
            if now == new:
                continue
            if not is_create and now != old:
                fields = {"attribute": name, "now": str(now), "before": str(old), "after": str(new)}
                raise NotDone(message("mail.moved_meanwhile", name=self.shown(change), **fields))
            yield name, FIELDS[change.key.type][name]

    def _wanted(self, change: Change, record: Record) -> SetEdits:
        edits = set_edits(change, record)
        for reference in sorted(edits.come[MEMBER] - self.known):
            fields = {"attribute": MEMBER, "reference": reference}
            raise NotDone(message("mail.no_reference", name=self.shown(change), **fields))
        # A section that is not there yet brings its members itself when it comes back.
        return replace(edits, come={**edits.come, MEMBER_OF: edits.come[MEMBER_OF] & self.known})

    def _sets(self, id_: str) -> Sets:
        return Sets(self.connection, self.settings.domain, id_)
