"""From the bytes of a request to its rows: everything wrong in any of them at once.

A request is a YAML file with `records`, or a table (CSV, xlsx) with one row for each record. Which names and contents
the rows mean depends on the server; see `chonai.operations.dns.meaning`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chonai.operations.dns.policy import DnsPolicy
from chonai.operations.dns.values import TYPES
from chonai.operations.files import File
from chonai.text.addresses import narrowed
from chonai.text.documents import Node, read_document
from chonai.text.folding import search_key
from chonai.text.messages import Message
from chonai.text.problems import Problem
from chonai.text.tables import Table, TableRow, read_table

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "network": ("系統", "系", "ネットワーク", "network"),
    "name": ("名前", "ホスト名", "機器名", "FQDN", "name"),
    "type": ("種別", "レコード種別", "タイプ", "type"),
    "value": ("値", "内容", "アドレス", "IPアドレス", "value"),
    "action": ("操作", "区分", "処理", "action"),
    "ttl": ("TTL", "有効期間", "ttl"),
    "reverse": ("逆引き", "PTR", "reverse"),
    "reason": ("理由", "申請", "申請番号", "備考", "reason"),
}
REQUIRED = ("network", "name")


class Action(StrEnum):
    """What a row asks for: further values, exactly these values, or these values (without any, all of them) gone."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


_ACTIONS = {
    search_key(word): action
    for action, words in {
        Action.ADD: ("add", "追加", "登録", "新規", ""),
        Action.CHANGE: ("change", "変更", "更新"),
        Action.REMOVE: ("remove", "削除", "廃止"),
    }.items()
    for word in words
}
_YES, _NO = ("yes", "true", "する", "要", "あり", "○", ""), ("no", "false", "しない", "不要", "なし", "×")
_YES_NO = {search_key(word): words is _YES for words in (_YES, _NO) for word in words}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is, and what its cells hold; `table` and `row` where the file is a table. `titles`: what the file
    calls the cells, where that is not their keys.
    """

    file: str
    number: int
    texts: Mapping[str, tuple[str, ...]]
    table: Table | None = None
    row: TableRow | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    def says(self, key: str, code: str, **fields: object) -> Message:
        """A sentence about one of the cells."""
        if self.table is not None and self.row is not None:
            return self.table.problem(self.row, key, code, **fields).message
        value = ", ".join(self.texts.get(key, ()))
        column = self.titles.get(key, key)
        return Problem(code, self.file, row=self.number, column=column, value=value, fields=fields).message


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    values   as they were written
    ttl      None where nobody said
    reverse  whether a PTR may follow
    """

    network: str
    name: str
    type: str
    values: tuple[str, ...]
    action: Action
    ttl: int | None
    reverse: bool
    reason: str
    place: Place = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and what is wrong with how it is asked: with `problems` nothing of it is planned."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()


def read_request(file: File, policy: DnsPolicy) -> Request:
    """The request in a file. Nothing is raised."""
    reader = _Reader(file.name, policy)
    if file.name.lower().endswith((".yml", ".yaml")):
        reader.read_yaml(file.data)
    else:
        reader.read_table(file.data)
    return Request(tuple(reader.rows), tuple(reader.problems), tuple(reader.warnings))


class _Reader:
    def __init__(self, file: str, policy: DnsPolicy) -> None:
        self._file, self._policy = file, policy
        self.rows: list[Row] = []
        self.problems: list[Message] = []
        self.warnings: list[Message] = []

    def read_table(self, data: bytes) -> None:
        table = read_table(self._file, data, COLUMNS, required=REQUIRED)
        self.problems += [problem.message for problem in table.problems]
        self.warnings += [problem.message for problem in (*table.skipped, *table.flags)]
        for title in table.unknown:
            self.warnings.append(Problem("dns_request.unused_column", self._file, column=title).message)
        for row in () if table.problems else table.rows:
            texts = {key: (text,) if text else () for key, text in row.values().items()}
            self._row(Place(self._file, row.number, texts, table, row), "")

    def read_yaml(self, data: bytes) -> None:
        document = read_document(self._file, data)
        self.problems += [problem.message for problem in document.problems]
        if document.root is None:
            return
        top = document.root.value if isinstance(document.root.value, Mapping) else {}
        records, reason = (top[name].value if name in top else "" for name in ("records", "reason"))
        is_request = bool(records) and top.keys() <= {"records", "reason"}
        if not is_request or isinstance(records, str | Mapping) or not isinstance(reason, str):
            self._wrong("dns_request.not_request")
            return
        for record in records:
            self._record(record, reason)

    def _wrong(self, code: str, **fields: object) -> None:
        self.problems.append(Problem(code, self._file, fields=fields).message)

    def _record(self, record: Node, reason: str) -> None:
        if not isinstance(record.value, Mapping):
            self.problems.append(Problem("dns_request.not_record", self._file, row=record.row).message)
            return
        texts = {key: _texts(value) for key, value in record.value.items()}
        place = Place(self._file, record.row, {key: () if text is None else text for key, text in texts.items()})
        known = ", ".join(COLUMNS)
        unknown = sorted(place.texts.keys() - COLUMNS.keys())
        self.problems += [place.says(key, "dns_request.unknown_key", known=known) for key in unknown]
        unclear = [key for key in COLUMNS if key in texts and texts[key] is None]
        self.problems += [place.says(key, "dns_request.not_text") for key in unclear]
        if not unclear:
            self._row(place, reason)

    def _row(self, place: Place, reason: str) -> None:
        before = len(self.problems)
        one = {key: place.texts[key][0] if place.texts.get(key) else "" for key in COLUMNS}
        values = tuple(map(narrowed, place.texts.get("value", ())))
        network = self._policy.network(one["network"])
        action, reverse = _ACTIONS.get(search_key(one["action"])), _YES_NO.get(search_key(one["reverse"]))
        type_ = one["type"].upper() or _guessed(values)
        if network is None:
            known = ", ".join(self._policy.networks)
            self.problems.append(place.says("network", "dns_request.unknown_network", known=known))
        if action is None:
            self.problems.append(place.says("action", "dns_request.unknown_action"))
        if reverse is None:
            self.problems.append(place.says("reverse", "dns_request.not_yes_no"))
        if not one["name"]:
            self.problems.append(place.says("name", "dns_request.missing"))
        self._check(action, type_, values, place)
        ttl = self._ttl(one["ttl"], place)
        if len(self.problems) > before or network is None or action is None or reverse is None:
            return
        why = one["reason"] or reason or f"{self._file} {place.number}"
        self.rows.append(Row(network, one["name"], type_, values, action, ttl, reverse, why, place))

    def _check(self, action: Action | None, type_: str, values: tuple[str, ...], place: Place) -> None:
        """A removal may leave open which values, or which types."""
        if type_ and type_ not in TYPES:
            self.problems.append(place.says("type", "dns_request.unknown_type", known=", ".join(TYPES)))
        elif not type_ and (action is not Action.REMOVE or values):
            self.problems.append(place.says("type", "dns_request.missing"))
        if not values and action is not Action.REMOVE:
            self.problems.append(place.says("value", "dns_request.missing"))

    def _ttl(self, text: str, place: Place) -> int | None:
        if not text:
            return None
        ttl, rules = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1, self._policy.ttl
        if not rules.least <= ttl <= rules.most:
            self.problems.append(place.says("ttl", "dns_request.ttl_bounds", least=rules.least, most=rules.most))
        return ttl


def _guessed(values: tuple[str, ...]) -> str:
    """An address tells its type."""
    if values and all(re.fullmatch(r"[0-9.]+", value) for value in values):
        return "A"
    return "AAAA" if values and all(re.fullmatch(r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*", value) for value in values) else ""


def _texts(node: Node) -> tuple[str, ...] | None:
    """A value as texts: a list has several. None for what is neither a text nor a list of texts."""
    items = [node.value] if isinstance(node.value, str | Mapping) else [item.value for item in node.value]
    texts = tuple(item.strip() for item in items if isinstance(item, str))
    return tuple(text for text in texts if text) if len(texts) == len(items) else None
