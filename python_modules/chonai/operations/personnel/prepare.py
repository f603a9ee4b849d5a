"""Accounts of people who join, made days before: disabled, in no group, and without a word about their post."""

from __future__ import annotations

from chonai.change.model import Record
from chonai.operations.personnel import tags
from chonai.operations.personnel.context import Context
from chonai.operations.personnel.directory import USER
from chonai.operations.personnel.draft import Draft
from chonai.operations.personnel.templates import OWN_FIELDS


def prepared(context: Context) -> Draft:
    """A draft with the accounts that the whole change makes, as far as they may be seen before the announcement."""
    draft = Draft(context.directory.state)
    why = context.wording.say("prepared", date=context.day.isoformat())
    for key in context.draft.created(USER):
        draft.create(key, _unposted(context, context.draft.record(key)), why)
    return draft


def _unposted(context: Context, record: Record) -> Record:
    users = context.rules.users
    own = [name for name, template in users.attributes.items() if template.fields <= OWN_FIELDS]
    kept = {name: record[name] for name in ("name", *own) if name in record}
    hidden = {users.listed: False} if users.listed else {}
    return {
        **kept,
        **context.placed(context.directory.users_ou),
        **hidden,
        **users.on_joining,
        "enabled": False,
        users.notes: tags.preparing(context.day),
    }
