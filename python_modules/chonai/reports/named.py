"""Errors that call objects by their names: the engine knows only keys."""

from __future__ import annotations

from typing import TypeVar

from chonai.change.errors import ChonaiError
from chonai.change.model import Key
from chonai.reports.review import Review
from chonai.text.messages import Message

E = TypeVar("E", bound=ChonaiError)
TYPES = ("user", "group", "ou", "folder", "trustee")
"""Types of objects for which there are words."""


def named(error: E, review: Review) -> E:
    """The same error, with `name [key]` wherever a field is the key of an object whose name is known."""
    first = named_message(error.message, review)
    details = [named_message(detail, review) for detail in error.details]
    return type(error)(first.code, details=details, **first.fields)


def named_message(item: Message, review: Review) -> Message:
    """The same message with names."""
    return Message(item.code, {name: _named(value, review) for name, value in item.fields.items()})


def called(item: Message, review: Review) -> Message:
    """The same message with names alone, for who reads and need not type."""
    return Message(item.code, {name: _called(name, value, review) for name, value in item.fields.items()})


def _called(field: str, value: object, review: Review) -> object:
    if isinstance(value, Message):
        return called(value, review)
    if field == "object" and value in TYPES:
        return Message(f"report.type_{value}")
    return (isinstance(value, str) and _label(value, review)) or value


def _named(value: object, review: Review) -> object:
    if isinstance(value, Message):
        return named_message(value, review)
    label = _label(value, review) if isinstance(value, str) else None
    return f"{label} [{value}]" if label else value


def _label(text: str, review: Review) -> str | None:
    """What the object is called whose key this text is."""
    if ":" not in text:
        return None
    key = Key.parse(text)
    labels = (names.labels.get(key) for names in review.names.values())
    return next((label for label in labels if label), None)
