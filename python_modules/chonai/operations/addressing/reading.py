"""From the bytes of a request to its items: everything wrong in it at once.

A request is a table (xlsx or CSV) with a row for each item, or YAML with the same words: `request` and `owner` for all,
and `items`. A YAML item may name several `hostnames`, and stands for as many items then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath

from chonai.change.errors import InputError
from chonai.operations.addressing.identity import Identity
from chonai.operations.addressing.items import ACTIONS, ISSUE, RELEASE, RENUMBER, Item, Request
from chonai.operations.addressing.meaning import checked
from chonai.operations.addressing.policy import AddressingPolicy
from chonai.operations.files import File
from chonai.text.documents import Node, read_document
from chonai.text.headers import ColumnsError
from chonai.text.messages import Message, message
from chonai.text.problems import Problem
from chonai.text.tables import read_table

HOSTNAMES = "hostnames"
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


def read_request(file: File, policy: AddressingPolicy, actions: Collection[str] = ACTIONS) -> Request:
    """The request in a file, YAML by its name, else a table, that may ask for these actions. Nothing of what is wrong
    is raised, but for wrong `columns` of the policy (`InputError`).
    """
    is_yaml = PurePath(file.name).suffix.lower() in (".yml", ".yaml")
    rows, problems, warnings = _of_yaml(file) if is_yaml else _of_table(file, policy)
    items = []
    for row in rows:
        item, wrong = checked(row)
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


def _doubles(items: Iterable[Item]) -> list[Message]:
    """Two items of one name could not be told from each other when the request comes again."""
    seen: dict[Identity, Item] = {}
    return [
        item.problem("item", "addressing.double_item", name=item.name, first=seen[item.identity].row)
        for item in items
        if item.name and seen.setdefault(item.identity, item) is not item
    ]
