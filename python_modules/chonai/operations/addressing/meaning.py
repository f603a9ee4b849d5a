"""What the words of an item mean, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from ipaddress import ip_address

from chonai.operations.addressing.items import (
    ACTIONS,
    ISSUE,
    RELEASE,
    RENUMBER,
    RESERVE,
    WORDS,
    Item,
    is_network,
    is_usual,
    vlan_number,
)
from chonai.operations.addressing.model import ADDRESS, PREFIX, VLAN
from chonai.text.addresses import narrowed
from chonai.text.dates import DateError, parse_date
from chonai.text.folding import search_key
from chonai.text.hostnames import may_be_called
from chonai.text.messages import Message

LAST_YEAR = 2199
"""A reservation until later is a slip of the pen."""

_ACTIONS = {
    **{word: word for word in ACTIONS},
    **dict.fromkeys(("払出", "払い出し", "払出し", "新規"), ISSUE),
    "予約": RESERVE,
    **dict.fromkeys(("付替", "付け替え", "変更"), RENUMBER),
    **dict.fromkeys(("返却", "廃止", "解放"), RELEASE),
}
_TYPES = {
    **{word: word for word in (VLAN, PREFIX, ADDRESS)},
    **dict.fromkeys(("プレフィックス", "ネットワーク", "サブネット"), PREFIX),
    **dict.fromkeys(("アドレス", "ipアドレス", "ip"), ADDRESS),
}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""C0 and C1, line ends, and what turns the direction of writing: they make a text look like another one."""
_LENGTH = re.compile("/?([0-9]{1,3})")


def checked(row: Item) -> tuple[Item, list[Message]]:
    """The item with what its words mean, and what is wrong with them."""
    narrow = {name: narrowed(row[name]) for name in ("address", "prefix") if row[name]}
    row = replace(row, cells={**row.cells, **narrow})
    problems: list[Message] = []
    action, type_ = _known(row, "action", _ACTIONS, problems), _known(row, "type", _TYPES, problems)
    problems += _unnamed(row)
    problems += _control_characters(row)
    until, length = _until(row, problems), _length(row, problems)
    item = replace(row, action=action, type=type_, until=until, length=length)
    return item, [*problems, *_contradictions(item)]


def _known(row: Item, name: str, words: Mapping[str, str], problems: list[Message]) -> str:
    found = words.get(search_key(row[name]), "")
    if not found:
        problems.append(row.problem(name, "addressing.unknown_value", known=", ".join(words)))
    return found


def _unnamed(row: Item) -> Iterator[Message]:
    """Without its request's number and a name of its own, nobody knows an item again."""
    if not row.request:
        yield row.problem("request", "addressing.missing")
    if not row.name:
        yield row.problem("item", "addressing.no_item_name")


def _control_characters(row: Item) -> list[Message]:
    return [
        row.problem(name, "addressing.control_character", code_point=f"U+{ord(odd[0]):04X}")
        for name, value in row.cells.items()
        if (odd := _CONTROL.search(value))
    ]


def _until(row: Item, problems: list[Message]) -> date | None:
    if not row["until"]:
        return None
    try:
        return parse_date(row["until"])
    except DateError as wrong:
        problems.append(row.problem("until", wrong.why))
        return None


def _length(row: Item, problems: list[Message]) -> int | None:
    if not row["length"]:
        return None
    found = _LENGTH.fullmatch(search_key(row["length"]))
    if found is not None and 0 < int(found[1]) <= 128:
        return int(found[1])
    problems.append(row.problem("length", "addressing.no_length"))
    return None


def _contradictions(item: Item) -> Iterator[Message]:
    """Words that cannot be what they stand for."""
    own = WORDS.get(item.type, "")
    if own == "vlan" and item["vlan"] and item.action != RELEASE and vlan_number(item["vlan"]) is None:
        yield item.problem("vlan", "addressing.no_vlan_id")
    elif own == "prefix" and item["prefix"] and item.action != RELEASE and not is_network(item["prefix"]):
        yield item.problem("prefix", "addressing.no_network")
    elif own == "address" and item["address"] and not is_usual(ip_address, item["address"]):
        yield item.problem("address", "addressing.no_address")
    if item.type == ADDRESS and item["hostname"] and item.action != RELEASE and not may_be_called(item["hostname"]):
        yield item.problem("hostname", "addressing.no_hostname")
    if item.until is not None and item.until.year > LAST_YEAR:
        yield item.problem("until", "addressing.until_far", last=LAST_YEAR)
    if item.action == RENUMBER and item.type in (VLAN, PREFIX):
        yield item.problem("action", "addressing.renumbers_addresses")
