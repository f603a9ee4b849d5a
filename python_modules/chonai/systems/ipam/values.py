"""Single values on their way into the ledger and out of it. What is none is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from chonai.change.model import Key, Value
from chonai.systems.ipam.fields import Field, Kind
from chonai.systems.ipam.positions import address_at, network_at, position, span
from chonai.systems.ipam.schema import columns_of
from chonai.systems.refused import NotDone
from chonai.text.messages import message

Stored = str | int | bool | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PARSERS = {Kind.ADDRESS: position, Kind.NETWORK: span, Kind.DAY: date.fromisoformat}


def stored(object_: str, name: str, field: Field, value: Value) -> dict[str, Stored]:
    """The columns of a value. Raises NotDone, naming the object, for what is none."""
    if value is None and field.optional:
        return dict.fromkeys(columns_of(name, field))
    if isinstance(value, frozenset) or value is None or not _fits(field, value):
        wanted = message(f"ipam.wanted_{field.kind.value}", words=", ".join(field.words), of=field.of)
        fields = {"attribute": name, "value": str(value), "wanted": wanted}
        raise NotDone(message("ipam.bad_value", name=object_, **fields))
    if field.kind is Kind.NETWORK:
        first, last, bits = span(str(value))
        return {"first": first, "last": last, "bits": bits}
    return {name: _cell(field, value)}


def _cell(field: Field, value: str | int | bool) -> Stored:
    if field.kind is Kind.ADDRESS:
        return position(str(value))
    return Key.parse(str(value)).id if field.kind is Kind.REFERENCE else value


def shown(name: str, field: Field, row: Mapping[str, Any]) -> Value:
    """The value that a row holds."""
    if field.kind is Kind.NETWORK:
        return network_at(row["first"], row["bits"])
    cell: Value = row[name]
    if cell is None:
        return None
    if field.kind is Kind.ADDRESS:
        return address_at(str(cell))
    return str(Key(field.of, str(cell))) if field.kind is Kind.REFERENCE else cell


def _fits(field: Field, value: str | int | bool) -> bool:
    if field.kind is Kind.FLAG:
        return isinstance(value, bool)
    if field.kind is Kind.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str) and _text_fits(field, value)


def _text_fits(field: Field, text: str) -> bool:
    if field.kind in _PARSERS:
        try:
            _PARSERS[field.kind](text)
        except ValueError:
            return False
        return field.kind is not Kind.DAY or len(text) == len("2026-04-01")
    if field.kind is Kind.WORD:
        return text in field.words
    if field.kind is Kind.REFERENCE:
        return Key.parse(text).type == field.of
    return bool(text) and not _CONTROL.search(text)
