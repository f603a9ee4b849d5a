"""Turn plain data (YAML) into a policy's values, finding every fault with its path before complaining. For all
operations.

Only what the policy's dataclasses declare is understood: text, whole numbers, yes/no, lists of texts, mappings, enums,
templates, and further dataclasses. `bodies.1.prefix` is the path of a value.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from chonai.change.errors import InputError
from chonai.policies.templates import Template
from chonai.text.messages import Message, message

T = TypeVar("T")
Fault = Callable[[str, str, object], None]


def schema_paths(kind: type, prefix: str = "") -> list[str]:
    """Dotted path of every key that a policy may hold; `*` stands for a name that the city chooses."""
    found: list[str] = []
    for item in fields(kind):
        path = f"{prefix}{item.name}"
        found.append(path)
        inner = _inner(_hints(kind)[item.name])
        if inner is not None:
            found.extend(schema_paths(inner[1], f"{path}.{inner[0]}"))
    return found


def _inner(hint: Any) -> tuple[str, type] | None:
    if is_dataclass(hint) and isinstance(hint, type) and not issubclass(hint, Template):
        return "", hint
    for argument in typing.get_args(hint):
        found = _inner(argument)
        if found is not None:
            return ("*." if typing.get_origin(hint) is Mapping else "") + found[0], found[1]
    return None


def read_policy(kind: type[T], data: object, where: str, check: Callable[[T, str], list[Message]]) -> T:
    """A policy from plain data; `check` says what contradicts itself in one that has the right form.

    Raises `InputError` naming every fault and its path below `where`.
    """
    faults: list[Message] = []

    def fault(code: str, path: str, value: object) -> None:
        faults.append(message(f"policy.{code}", path=path, value=str(value)))

    value: T = _value(kind, data, where, fault)
    if not faults:
        faults.extend(check(value, where))
    if faults:
        raise InputError("policy.wrong", details=faults, where=where, count=len(faults))
    return value


def _value(hint: Any, data: object, path: str, fault: Fault) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        kinds = [kind for kind in arguments if kind is not types.NoneType]
        if data is None:
            return None
        return _value(kinds[0], data, path, fault) if len(kinds) == 1 else _plain(tuple(kinds), data, path, fault)
    if origin is tuple:
        return _items(arguments[0], data, path, fault)
    if origin is Mapping:
        return _mapping(arguments[1], data, path, fault)
    if issubclass(hint, Template):
        return _template(hint, data, path, fault)
    if is_dataclass(hint):
        return _dataclass(hint, data, path, fault)
    return _scalar(hint, data, path, fault)


def _scalar(hint: Any, data: object, path: str, fault: Fault) -> Any:
    if issubclass(hint, StrEnum):
        if data not in set(hint):
            fault("word", path, f"{data} ({', '.join(hint)})")
            return None
        return hint(data)
    if not isinstance(data, hint) or (hint is int and (isinstance(data, bool) or data < 0)):
        fault({str: "not_text", int: "not_number", bool: "not_yes_no"}[hint], path, data)
    return data


def _plain(kinds: tuple[type, ...], data: object, path: str, fault: Fault) -> object:
    """A value of an attribute as a system has it: a text, a number or yes/no."""
    if not isinstance(data, kinds):
        fault("not_plain", path, data)
    return data


def _items(hint: Any, data: object, path: str, fault: Fault) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        fault("not_list", path, data)
        return ()
    return tuple(_value(hint, item, f"{path}[{i}]", fault) for i, item in enumerate(data))


def _mapping(hint: Any, data: object, path: str, fault: Fault) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        fault("not_mapping", path, data)
        return {}
    for key in data:
        if not isinstance(key, str):
            fault("key_not_text", f"{path}.{key}", key)
    return {key: _value(hint, item, f"{path}.{key}", fault) for key, item in data.items()}


def _template(hint: type[Template], data: object, path: str, fault: Fault) -> Template | None:
    if not isinstance(data, str):
        fault("not_text", path, data)
        return None
    try:
        return hint.parse(data)
    except ValueError as wrong:
        fault("field", path, f"{wrong} ({', '.join(sorted(hint.allowed)) or '-'})")
        return None


def _dataclass(hint: Any, data: object, path: str, fault: Fault) -> Any:
    if not isinstance(data, Mapping):
        fault("not_mapping", path, data)
        return None
    known = {item.name: item for item in fields(hint)}
    for key in data:
        if key not in known:
            fault("unknown", f"{path}.{key}", ", ".join(known))
    for name, item in known.items():
        if name not in data and _required(item):
            fault("missing", f"{path}.{name}", name)
    hints = _hints(hint)
    given = {name: _value(hints[name], data[name], f"{path}.{name}", fault) for name in known if name in data}
    missing = {name: None for name, item in known.items() if name not in data and _required(item)}
    return hint(**missing, **given)


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
