"""Human-facing sentences, in Japanese and English, from one catalogue.

A `Message` is a code and its fields; it becomes a sentence only when a person is about to read it, so that
plans and journals stay free of any one language. The catalogue is `catalogue/<room>.<locale>.yml`; the room
is the part of the code before the dot.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import yaml

from chonai.text.moments import moment, read

LOCALES = ("en", "ja")
_CODE = re.compile(r"[a-z_]+\.[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence to say: `code` is `room.snake_name`, `fields` fill its braces (strings, numbers, or
    another message).
    """

    code: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def render(self, locale: str | None = None) -> str:
        """The sentence in `locale` (`en` or `ja`; default: the locale of the environment)."""
        locale = locale or current_locale()
        template = sentences(self.code.partition(".")[0], locale)[self.code]
        return template.format_map({name: _shown(value, locale) for name, value in self.fields.items()})

    def as_json(self) -> dict[str, object]:
        """The form kept in plans and journals: the code and its fields, no language."""
        return {"code": self.code, "fields": {name: _kept(value) for name, value in self.fields.items()}}

    def __str__(self) -> str:
        return self.render()


def _kept(value: object) -> object:
    if isinstance(value, Message):
        return value.as_json()
    return value.isoformat() if isinstance(value, datetime) else value


def _shown(value: object, locale: str) -> object:
    """A field as it is read:

    a message inside a message is rendered too, also when it comes back from JSON; a moment in the reader's zone.
    """
    if isinstance(value, Mapping) and _is_message(value):
        value = Message(value["code"], value["fields"])
    at = read(value) if isinstance(value, str) else value
    if isinstance(at, datetime):
        return moment(at)
    return value.render(locale) if isinstance(value, Message) else value


def _is_message(value: Mapping[str, object]) -> bool:
    """True for the JSON form of a message; other mappings are values that somebody wrote somewhere."""
    code = value.get("code")
    if value.keys() != {"code", "fields"} or not isinstance(code, str) or not isinstance(value["fields"], Mapping):
        return False
    return _CODE.fullmatch(code) is not None and _catalogue(code.partition(".")[0], LOCALES[0]).is_file()


def message(code: str, /, **fields: object) -> Message:
    """Short form of `Message(code, fields)`."""
    return Message(code, fields)


def once(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Each message once, in the order found."""
    seen: dict[str, Message] = {}
    for each in messages:
        seen.setdefault(repr(each), each)
    return tuple(seen.values())


def current_locale() -> str:
    """`ja` or `en`, from CHONAI_LANG or, as POSIX says, LC_ALL, LC_MESSAGES, LANG in that order."""
    for name in ("CHONAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


@cache
def sentences(room: str, locale: str) -> Mapping[str, str]:
    """The catalogue of one room in one locale, code to sentence."""
    path = _catalogue(room, locale)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506 - a safe loader, the fast one


def _catalogue(room: str, locale: str) -> Traversable:
    return resources.files(__package__) / "catalogue" / f"{room}.{locale}.yml"
