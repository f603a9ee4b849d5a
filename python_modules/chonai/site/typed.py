"""What people type at a command line or in a playbook: days, moments, objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from chonai.change.errors import UsageError
from chonai.change.model import Key
from chonai.reports.review import Review
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


def announcement(text: str | None, now: datetime) -> datetime | None:
    """The moment until which something is confidential; None for what is not. Raises `UsageError` for one that has
    come: then nothing would be kept secret, and a mistyped year must not do that.
    """
    at = None if text is None else moment(text)
    if at is not None and at <= now:
        raise UsageError("faces.announced_already", announced_at=at, now=now)
    return at


def objects(found: Review, texts: Iterable[str]) -> set[Key]:
    """Objects of a change set, each written as `type:id` or by its name. Raises `UsageError`."""
    return {key for text in texts for key in _objects(found, text)}


def _objects(found: Review, text: str) -> set[Key]:
    keys = {key for names in found.names.values() for key in names.find(text)}
    if not keys:
        raise UsageError("cli.no_such_object", object=text, id=found.change_set.id)
    return keys
