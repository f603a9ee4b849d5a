"""What the database's refusal of one row means to a person."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from chonai.systems.postgresql import said
from chonai.text.messages import Message, message

_CONSTRAINTS = {
    "address_taken": "mail.taken",
    "mailbox_name": "mail.taken",
    "alias_name": "mail.taken",
    "address_never_again": "mail.never_again",
    "mailbox_staff_key": "mail.staff_key_taken",
    "member_circle": "mail.circle",
    "mailbox_forward_ends": "mail.forward_needs_end",
}


def refusal(name: str, error: DBAPIError) -> Message:
    """The sentence for a refused row: which account, what stands against it, what to do."""
    constraint = error.orig.diag.constraint_name if isinstance(error.orig, psycopg.Error) else None
    return message(_CONSTRAINTS.get(constraint or "", "mail.refused"), name=name, why=said(error))
