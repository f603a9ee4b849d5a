"""From the bytes of a request to its items: everything wrong in it at once.

A request is a table (xlsx or CSV) with a row for each item, or YAML with the same words: `request` and `owner` for all,
and `items`. A YAML item may name several `hostnames`, and stands for as many items then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import PurePath

from chonai.change.errors import InputError
from chonai.operations.addressing.identity import Identity, identity, item_mark
from chonai.operations.addressing.model import ADDRESS, PREFIX, VLAN
from chonai.operations.addressing.policy import AddressingPolicy
from chonai.operations.files import File
from chonai.text.addresses import narrowed
from chonai.text.dates import DateError, parse_date
from chonai.text.documents import Node, read_document
from chonai.text.folding import search_key, strange_digit
from chonai.text.headers import ColumnsError
from chonai.text.hostnames import may_be_called
from chonai.text.messages import Message, message
from chonai.text.problems import Problem
from chonai.text.tables import read_table

ISSUE, RESERVE, RENUMBER, RELEASE = ACTIONS = ("issue", "reserve", "renumber", "release")
HOSTNAMES = "hostnames"
WORDS = {VLAN: "vlan", PREFIX: "prefix", ADDRESS: "address"}
"""The word of an item for its own value."""
LAST_YEAR = 2199
"""A reservation until later is a slip of the pen."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "request": ("request", "申請番号", "依頼番号"),
    "item": ("item", "項目", "項番"),
    "action": ("action", "操作", "処理"),
    "type": ("type", "種類", "種別"),
    "purpose": ("purpose", "用途"),
    "zone": ("zone", "系", "系統"),
    "site": ("site", "拠点", "施設"),
    "vlan": ("vlan", "VLAN", "VLAN ID"),
    "prefix": ("prefix", "プレフィックス", "ネットワーク", "サブネット"),
    "length": ("length", "長さ", "プレフィックス長"),
    "address": ("address", "アドレス", "IPアドレス"),
    "name": ("name", "名称"),
    "hostname": ("hostname", "ホスト名"),
    "dns_zone": ("dns_zone", "DNSゾーン"),
    "owner": ("owner", "所有者", "利用課"),
    "until": ("until", "期限", "予約期限"),
    "note": ("note", "備考", "摘要"),
}
"""Every word of an item, and the names of its column."""
REQUIRED = ("action", "type")

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
_LENGTH, _VLAN = re.compile("/?([0-9]{1,3})"), re.compile("[0-9]{1,6}")


class Wrong(Exception):
    """An item cannot be had; the message says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.code)
        self.message = why


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked for; blank is what the request leaves open.

    vlan     of a VLAN the id that it shall have; else the VLAN of a prefix: an id, a name or an item of this request
    prefix   of a prefix the network that it shall be; else the prefix of an address: likewise
    address  that it shall have, or, given back or renumbered, has
    """

    file: str
    row: int
    titles: Mapping[str, str]
    cells: Mapping[str, str]
    action: str = ""
    type: str = ""
    until: date | None = None
    length: int | None = None

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def request(self) -> str:
        """The request's number."""
        return self["request"]

    @property
    def name(self) -> str:
        """What the item is called in its request, for good: told by its own word, else by what it is about. Its row is
        no name: the next one may stand there tomorrow.
        """
        told = (self[name] for name in ("item", "hostname", "name", "address", "prefix", "vlan"))
        return next((one for one in told if one), "")

    @property
    def identity(self) -> Identity:
        """By what the same item is known again."""
        return identity(self.type, self.request, self.name)

    @property
    def mark(self) -> str:
        """The item of the request in one text."""
        return item_mark(self.request, self.name)

    def problem(self, name: str, code: str, /, **fields: object) -> Message:
        """A problem with one of the item's words, its place filled in."""
        column = self.titles.get(name, name)
        return Problem(code, self.file, row=self.row, column=column, value=self[name], fields=fields).message


@dataclass(frozen=True, slots=True)
class Request:
    """All items in their order; `problems` must be empty to plan."""

    file: File
    items: tuple[Item, ...] = ()
    problems: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = field(default=())


def read_request(file: File, policy: AddressingPolicy, actions: Collection[str] = ACTIONS) -> Request:
    """The request in a file, YAML by its name, else a table, that may ask for these actions. Nothing of what is wrong
    is raised, but for wrong `columns` of the policy (`InputError`).
    """
    is_yaml = PurePath(file.name).suffix.lower() in (".yml", ".yaml")
    rows, problems, warnings = _of_yaml(file) if is_yaml else _of_table(file, policy)
    items = []
    for row in rows:
        item, wrong = _checked(row)
        items.append(item)
        problems += wrong
    problems += _doubles(items)
    known = ", ".join(actions)
    problems += [
        item.problem("action", "addressing.not_here", known=known)
        for item in items
        if item.action and item.action not in actions
    ]
    warnings += [
        item.problem("until", "addressing.until_of_reservations")
        for item in items
        if item.until is not None and item.action in (ISSUE, RENUMBER, RELEASE)
    ]
    return Request(file, tuple(items), tuple(problems), tuple(warnings))


def _of_table(file: File, policy: AddressingPolicy) -> tuple[list[Item], list[Message], list[Message]]:
    names = {key: (*usual, *policy.columns.get(key, ())) for key, usual in COLUMNS.items()}
    try:
        table = read_table(file.name, file.data, names, required=(*REQUIRED, "request"))
    except ColumnsError as wrong:
        raise InputError("addressing.policy_columns", why=str(wrong)) from wrong
    rows = [Item(file.name, row.number, table.columns, row.values()) for row in table.rows]
    warnings = [problem.message for problem in (*table.skipped, *table.flags)]
    warnings += [message("addressing.unused_column", file=file.name, column=title) for title in table.unknown]
    return rows, [problem.message for problem in table.problems], warnings


def _of_yaml(file: File) -> tuple[list[Item], list[Message], list[Message]]:
    document = read_document(file.name, file.data)
    problems = [problem.message for problem in document.problems]
    if document.root is None:
        return [], problems, []
    top = _named(document.root, file, problems)
    common = {name: _text(top[name], file, name, problems) for name in ("request", "owner") if name in top}
    problems += [
        _at(file, odd, "addressing.unknown_word", name, known="request, owner, items")
        for name, odd in top.items()
        if name not in ("request", "owner", "items")
    ]
    items = top["items"].value if "items" in top else ""
    if isinstance(items, str | Mapping) or not items:
        problems.append(message("addressing.no_items", file=file.name))
        return [], problems, []
    return [row for one in items for row in _yaml_items(one, common, file, problems)], problems, []


def _yaml_items(node: Node, common: Mapping[str, str], file: File, problems: list[Message]) -> Iterator[Item]:
    cells, hostnames = dict(common), None
    for name, value in _named(node, file, problems).items():
        if name == HOSTNAMES:
            hostnames = _hostnames(value, file, problems)
        elif name in COLUMNS:
            cells[name] = _text(value, file, name, problems)
        else:
            known = ", ".join([*COLUMNS, HOSTNAMES])
            problems.append(_at(file, value, "addressing.unknown_word", name, known=known))
    row = Item(file.name, node.row, {}, cells)
    if hostnames and cells.get("hostname"):
        problems.append(row.problem("hostname", "addressing.hostname_twice"))
    for hostname in hostnames or ():
        name = f"{cells['item']}/{hostname}" if cells.get("item") else hostname
        yield replace(row, cells={**cells, "item": name, "hostname": hostname})
    if hostnames is None:
        yield row


def _hostnames(node: Node, file: File, problems: list[Message]) -> list[str]:
    if isinstance(node.value, str | Mapping) or not node.value:
        problems.append(_at(file, node, "addressing.no_hostnames", HOSTNAMES))
        return []
    return [_text(one, file, HOSTNAMES, problems) for one in node.value]


def _named(node: Node, file: File, problems: list[Message]) -> Mapping[str, Node]:
    if isinstance(node.value, Mapping):
        return node.value
    problems.append(Problem("addressing.no_mapping", file.name, row=node.row).message)
    return {}


def _text(node: Node, file: File, name: str, problems: list[Message]) -> str:
    if isinstance(node.value, str):
        return node.value
    problems.append(_at(file, node, "addressing.no_text", name))
    return ""


def _at(file: File, node: Node, code: str, word: str, **fields: object) -> Message:
    return Problem(code, file.name, row=node.row, column=word, fields={"word": word, **fields}).message


def _checked(row: Item) -> tuple[Item, list[Message]]:
    """The item with what its words mean, and what is wrong with them."""
    narrow = {name: narrowed(row[name]) for name in ("address", "prefix") if row[name]}
    row = replace(row, cells={**row.cells, **narrow})
    problems: list[Message] = []
    read: dict[str, object] = {}
    for name, words in (("action", _ACTIONS), ("type", _TYPES)):
        read[name] = words.get(search_key(row[name]), "")
        if not read[name]:
            problems.append(row.problem(name, "addressing.unknown_value", known=", ".join(words)))
    if not row.request:
        problems.append(row.problem("request", "addressing.missing"))
    if not row.name:
        problems.append(row.problem("item", "addressing.no_item_name"))
    problems += [
        row.problem(name, "addressing.control_character", code_point=f"U+{ord(odd[0]):04X}")
        for name, value in row.cells.items()
        if (odd := _CONTROL.search(value))
    ]
    parsers: dict[str, Callable[[str], object]] = {"until": parse_date, "length": _length}
    for name, parse in parsers.items():
        if row[name]:
            try:
                read[name] = parse(row[name])
            except DateError as wrong:
                problems.append(row.problem(name, wrong.why))
            except ValueError:
                problems.append(row.problem(name, "addressing.no_length"))
    item = replace(row, **read)  # type: ignore[arg-type]  # each word has the type that its parser gives
    return item, [*problems, *_meaning(item)]


def _length(value: str) -> int:
    found = _LENGTH.fullmatch(search_key(value))
    if found is None or not 0 < int(found[1]) <= 128:
        raise ValueError(value)
    return int(found[1])


def vlan_number(word: str) -> int | None:
    """The number that a word for a VLAN is, in any width; None for a name."""
    plain = search_key(word)
    return int(plain) if _VLAN.fullmatch(plain) and not strange_digit(word) else None


def is_network(word: str) -> bool:
    """Whether a word is a network in its usual form, without bits behind its length."""
    return _is(ip_network, word)


def _meaning(item: Item) -> Iterator[Message]:
    """Words that cannot be what they stand for."""
    own = WORDS.get(item.type, "")
    if own == "vlan" and item["vlan"] and item.action != RELEASE and vlan_number(item["vlan"]) is None:
        yield item.problem("vlan", "addressing.no_vlan_id")
    elif own == "prefix" and item["prefix"] and item.action != RELEASE and not is_network(item["prefix"]):
        yield item.problem("prefix", "addressing.no_network")
    elif own == "address" and item["address"] and not _is(ip_address, item["address"]):
        yield item.problem("address", "addressing.no_address")
    if item.type == ADDRESS and item["hostname"] and item.action != RELEASE and not may_be_called(item["hostname"]):
        yield item.problem("hostname", "addressing.no_hostname")
    if item.until is not None and item.until.year > LAST_YEAR:
        yield item.problem("until", "addressing.until_far", last=LAST_YEAR)
    if item.action == RENUMBER and item.type in (VLAN, PREFIX):
        yield item.problem("action", "addressing.renumbers_addresses")


def _is(parse: Callable[[str], object], value: str) -> bool:
    """Whether it is one, in its usual form."""
    try:
        return str(parse(value)) == value
    except ValueError:
        return False


def _doubles(items: Iterable[Item]) -> list[Message]:
    """Two items of one name could not be told from each other when the request comes again."""
    seen: dict[Identity, Item] = {}
    return [
        item.problem("item", "addressing.double_item", name=item.name, first=seen[item.identity].row)
        for item in items
        if item.name and seen.setdefault(item.identity, item) is not item
    ]
