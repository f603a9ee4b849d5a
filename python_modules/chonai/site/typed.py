"""What people type at a command line or in a playbook: days, moments, objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from chonai.change.errors import UsageError
from chonai.change.model import Key
from chonai.text.dates import DateError, parse_date
from chonai.text.messages import message


def day(text: str) -> date:
    """A day in any form that the city's files may have it. Raises `UsageError`."""
    try:
        return parse_date(text)
    except DateError as error:
        raise UsageError("faces.bad_day", value=text, why=message(error.why)) from None


def moment(text: str) -> datetime:
    """A moment in ISO 8601; without an offset it is this machine's time. Raises `UsageError`."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise UsageError("faces.bad_moment", value=text) from None


def objects(texts: Iterable[str]) -> list[Key]:
    """Keys written as `type:id`. Raises `UsageError`."""
    return [_object(text) for text in texts]


def _object(text: str) -> Key:
    key = Key.parse(text)
    if not (key.type and key.id):
        raise UsageError("faces.no_such_key", value=text)
    return key
