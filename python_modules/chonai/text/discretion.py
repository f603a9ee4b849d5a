"""Sentences told before an announcement (公表): what kind of thing is wrong and in which row, not whom it is about.

What is shown is listed here; whatever else a sentence holds (a name, a section, a value of a file) is withheld, also
what a later sentence brings along.
"""

from __future__ import annotations

from chonai.text.messages import Message, message

WITHHELD = message("text.withheld")
"""Stands where something is left out."""

PLACES = ("file", "row", "rows", "column", "cell", "role", "system")
"""Files are called by what they are (orders, roster), columns by their heading."""
DAYS = ("date", "earliest", "latest")
"""Of the change as a whole."""
SETTINGS = ("path", "where", "setting", "attribute")
"""Of the inventory."""
SHOWN = frozenset((*PLACES, *DAYS, *SETTINGS))
"""Fields whose texts are shown. Numbers are shown in any field: they count rows, people and characters."""

SHOWN_OF = {
    "text.missing_column": frozenset({"names"}),
    "text.no_header": frozenset({"names"}),
    "personnel.no_body": frozenset({"known"}),
    "personnel.unknown_body": frozenset({"known"}),
    "personnel.unknown_kind": frozenset({"known"}),
    "personnel.unknown_status": frozenset({"known"}),
    "personnel.unknown_reform": frozenset({"known"}),
    "personnel.unknown_order_type": frozenset({"known"}),
    "personnel.unknown_order_code": frozenset({"known"}),
}
"""Further fields of one sentence: the city's own words, as its policy lists them."""

OF_POLICY = ("personnel.policy_", "policy.")
"""Sentences about the policy itself, which was there before any request."""


def discreet(item: Message) -> Message:
    """The same sentence without what it is about."""
    if item.code.startswith(OF_POLICY):
        return item
    shown = SHOWN | SHOWN_OF.get(item.code, frozenset())
    return Message(item.code, {name: _kept(value, is_shown=name in shown) for name, value in item.fields.items()})


def _kept(value: object, *, is_shown: bool) -> object:
    if isinstance(value, Message):
        return discreet(value)
    return value if is_shown or isinstance(value, int | float) else WITHHELD
