"""Reads a YAML file as people write it: `read_document`.

Texts stay as they are written: 010 is no 8, `no` is no false, 2026-04-01 no day; what a text means, says who reads it.
Nothing else is in a document than texts, lists, and names with values. Tags, aliases and deep nesting are refused
before anything is built: they make objects, circles, and gigabytes out of a kilobyte. All problems are collected, none
is raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from chonai.text.problems import Problem

DEEPEST = 20
"""Lists and mappings in each other, counted from the outermost."""
_NULLS = frozenset({"~", "null", "Null", "NULL"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document: a text, a list, or values by name. `row` is where it begins in the file, from 1."""

    row: int
    value: str | Sequence[Node] | Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds; `problems` must be empty to go on. `root` is None where nothing could be read."""

    file: str
    root: Node | None = None
    problems: Sequence[Problem] = ()


def read_document(name: str, data: bytes) -> Document:
    """The document in `data`, UTF-8 with or without a mark at its beginning, of a file called `name`."""
    try:
        text = data.decode("utf-8-sig")
        if odd := tuple(odd_events(name, text)):
            return Document(name, problems=odd)
        root = yaml.compose(text, yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError) as wrong:  # the last two for characters that do not exist
        return Document(name, problems=(_unreadable(name, wrong),))
    if root is None:
        return Document(name, Node(1, ""))
    builder = _Builder(name)
    return Document(name, builder.node(root), tuple(builder.problems))


def _unreadable(name: str, wrong: Exception) -> Problem:
    mark = wrong.problem_mark if isinstance(wrong, yaml.MarkedYAMLError) else None
    return Problem(
        "text.yaml_unreadable",
        name,
        row=mark.line + 1 if mark else None,
        fields={"why": " ".join(str(wrong).split())},
    )


def odd_events(name: str, text: str, *, has_aliases: bool = False) -> Iterator[Problem]:
    """What is refused in a file before anything is built of it: tags, too deep a nesting, and aliases but where a file
    may have them. Raises what `yaml.parse` does.
    """
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        row = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            if not has_aliases:
                yield Problem("text.yaml_alias", name, row=row, fields={"alias": event.anchor})
        elif tag := getattr(event, "tag", None):
            yield Problem("text.yaml_tag", name, row=row, fields={"tag": tag})
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            yield Problem("text.yaml_deep", name, row=row, fields={"most": DEEPEST})
            return


def _paired(text: str) -> str:
    """A text with both halves of a pair, as JSON writes 𠮷 (`\\ud842\\udfb7`), put together."""
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


class _Builder:
    """Makes nodes of YAML's own, and gathers what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def node(self, node: yaml.Node, named: str = "") -> Node:
        """The value, which has this name."""
        row = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return Node(row, self._mapping(node))
        if isinstance(node, yaml.SequenceNode):
            return Node(row, tuple(self.node(one, named) for one in node.value))
        text = _paired(str(node.value))
        if isinstance(node, yaml.ScalarNode) and node.style is None and text in _NULLS:
            self._wrong("text.yaml_null", row, named, text)
        elif _SURROGATE.search(text):
            text = _SURROGATE.sub("\ufffd", text)
            self._wrong("text.yaml_surrogate", row, named, text)
        return Node(row, text.strip())

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for name_node, value_node in node.value:
            row = name_node.start_mark.line + 1
            if not isinstance(name_node, yaml.ScalarNode):
                self._wrong("text.yaml_name", row)
                continue
            name = str(self.node(name_node).value)
            value = self.node(value_node, name)
            if name in found:
                self._wrong("text.yaml_double", row, name, "", first=found[name].row)
            found.setdefault(name, value)
        return found

    def _wrong(self, code: str, row: int, column: str = "", value: str = "", **fields: object) -> None:
        self.problems.append(Problem(code, self.file, row=row, column=column, value=value, fields=fields))
