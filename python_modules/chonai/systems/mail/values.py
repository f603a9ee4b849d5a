"""Single values on their way into the database, checked. What is none is refused by name."""

from __future__ import annotations

import re
from datetime import date

from chonai.change.model import Value
from chonai.systems.mail.schema import Field, Kind
from chonai.systems.refused import NotDone
from chonai.text.messages import message

Stored = str | int | bool | date | None

LOCAL_PART = re.compile(r"[a-z0-9_]+([.+-]+[a-z0-9_]+)*")
ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
LONGEST_LOCAL_PART = 64
"""Octets, RFC 5321 4.5.3.1.1."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadValue(Exception):
    """A value is not what its attribute holds."""

    def __init__(self, attribute: str, value: Value, kind: Kind) -> None:
        super().__init__(attribute)
        self.attribute, self.value, self.kind = attribute, value, kind

    def of(self, account: str) -> NotDone:
        """What that means for a change of this account."""
        wanted, value = message(f"mail.wanted_{self.kind.value}"), str(self.value)
        return NotDone(message("mail.bad_value", name=account, attribute=self.attribute, value=value, wanted=wanted))


def stored(name: str, field: Field, value: Value) -> Stored:
    """A value as the database keeps it. Raises BadValue for what is none."""
    if value is None and field.optional:
        return None
    if field.kind is Kind.DATE:
        return as_date(name, value)
    if isinstance(value, frozenset) or not _fits(field.kind, value):
        raise BadValue(name, value, field.kind)
    return value


def _fits(kind: Kind, value: Value) -> bool:
    if kind is Kind.FLAG:
        return isinstance(value, bool)
    if kind is Kind.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, str) and _text_fits(kind, value)


def _text_fits(kind: Kind, text: str) -> bool:
    if kind is Kind.LOCAL_PART:
        return bool(LOCAL_PART.fullmatch(text)) and len(text) <= LONGEST_LOCAL_PART
    if kind is Kind.ADDRESS:
        return bool(ADDRESS.fullmatch(text))
    if kind is Kind.WHEN_DISABLED:
        return text in ("accept", "bounce")
    return bool(text) and not _CONTROL.search(text)


def as_date(name: str, value: Value) -> date:
    """A date that stands as text. Raises BadValue for anything else."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadValue(name, value, Kind.DATE) from None
