"""Strict reading of plain JSON: each function gives a typed value, or raises `Refused` with the place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NoReturn, TypeVar

from chonai.change.canonical import canonical
from chonai.change.errors import Refused

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def misfit(where: str, expected: str) -> Refused:
    """The error for what stands at `where` and is not what was expected there."""
    return Refused("identity.misfit", where=where, expected=expected)


def loads(text: str) -> object:
    """The plain JSON of a text; raises `Refused` when it is none, or holds what no canonical form has."""
    try:
        data = json.loads(text, parse_constant=_no_number)
        if _SURROGATE.search(text):
            canonical(data)  # refuses half a character
    except (ValueError, RecursionError):
        raise misfit("text", "JSON") from None
    return data


def object_of(
    data: object, names: frozenset[str], where: str, *, optional: frozenset[str] = frozenset()
) -> Mapping[str, object]:
    """`data` as an object with the fields `names` and any of `optional`, and no others."""
    if not isinstance(data, dict):
        raise misfit(where, "object")
    names |= optional & data.keys()
    if data.keys() != names:
        missing = ", ".join(sorted(names - data.keys())) or "-"
        unknown = ", ".join(sorted(data.keys() - names)) or "-"
        raise Refused("identity.wrong_fields", where=where, missing=missing, unknown=unknown)
    return data


def mapping_of(data: object, where: str, read: Callable[[object, str], T]) -> Mapping[str, T]:
    """`data` as an object with any names, each value read by `read`. Where a value stands is only worked out when it is
    wrong: there are many of them, and they are right.
    """
    if not isinstance(data, dict):
        raise misfit(where, "object")
    found: dict[str, T] = {}
    name = ""
    try:
        for name, value in data.items():
            found[name] = read(value, "")
    except Refused as error:
        raise _below(f"{where}.{name}", error) from None
    return found


def items_of(data: object, where: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    """`data` as a list, each item read by `read`; as `mapping_of`."""
    if not isinstance(data, list):
        raise misfit(where, "list")
    found: list[T] = []
    try:
        for item in data:
            found.append(read(item, ""))  # noqa: PERF401 - how many were right says which one is wrong
    except Refused as error:
        raise _below(f"{where}[{len(found)}]", error) from None
    return tuple(found)


def _below(place: str, error: Refused) -> Refused:
    """The same error, which stands below a place."""
    fields = {**error.message.fields, "where": f"{place}{error.message.fields['where']}"}
    return Refused(error.message.code, details=error.details, **fields)


def maybe(data: object, where: str, read: Callable[[object, str], T]) -> T | None:
    """None, or what `read` makes of `data`."""
    return None if data is None else read(data, where)


def text_of(data: object, where: str) -> str:
    """`data` as text."""
    if not isinstance(data, str):
        raise misfit(where, "text")
    return data


def count_of(data: object, where: str) -> int:
    """`data` as a number of things, or a position: 0 or more."""
    if not isinstance(data, int) or isinstance(data, bool) or data < 0:
        raise misfit(where, "integer")
    return data


def flag_of(data: object, where: str) -> bool:
    """`data` as true or false."""
    if not isinstance(data, bool):
        raise misfit(where, "boolean")
    return data


def member_of(kind: type[E], data: object, where: str) -> E:
    """`data` as a member of an enumeration."""
    try:
        return kind(text_of(data, where))
    except ValueError:
        raise misfit(where, " | ".join(kind)) from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
