"""YAML as people write it: texts as they stand, and everything odd told with its row."""

from __future__ import annotations

import pytest

from chonai.text.documents import DEEPEST, Node, read_document


def plain(node: Node | None) -> object:
    """A node without its rows."""
    assert node is not None
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, dict):
        return {name: plain(one) for name, one in node.value.items()}
    assert isinstance(node.value, tuple)
    return [plain(one) for one in node.value]


def test_texts_stay_as_they_are_written() -> None:
    data = "\ufeffa: 010\nb: no\nc: 2026-04-01\nd: 1e400\ne:\nf: 'null'\ng: {x: [1_0, ' ~ ']}\nh: .nan\n".encode()
    document = read_document("r.yml", data)
    assert not document.problems
    assert plain(document.root) == {
        "a": "010", "b": "no", "c": "2026-04-01", "d": "1e400", "e": "", "f": "null", "g": {"x": ["1_0", "~"]},
        "h": ".nan",
    }  # fmt: skip


def test_an_empty_file_is_an_empty_text() -> None:
    assert read_document("r.yml", b"# nothing\n").root == Node(1, "")


def test_rows_count_from_one() -> None:
    root = read_document("r.yml", b"a: 1\nb:\n  - x\n  - y: 2\n").root
    assert root is not None
    assert isinstance(root.value, dict)
    assert root.value["b"].row == 3
    assert [one.row for one in root.value["b"].value if isinstance(one, Node)] == [3, 4]


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"a: [\n", "text.yaml_unreadable", 2),
        (b"\xff\xfe", "text.yaml_unreadable", None),
        (b"a: 1\n--- \nb: 2\n", "text.yaml_unreadable", 2),
        (b'a: "\\UFFFFFFFF"\n', "text.yaml_unreadable", None),
        (b"a: \x07\n", "text.yaml_unreadable", None),
        (b"a: 1\nb: &x [*x]\n", "text.yaml_alias", 2),
        (b"a: &x {}\nb: {<<: *x}\n", "text.yaml_alias", 2),
        (b"a: !!python/object:os.system {}\n", "text.yaml_tag", 1),
        (b"a: !x 1\n", "text.yaml_tag", 1),
        (b"a:\n " + b"[" * 100_000, "text.yaml_deep", 2),
        (b"- " * 5_000 + b"x", "text.yaml_deep", 1),
        (b"a: 1\nb: ~\n", "text.yaml_null", 2),
        (b"a: NULL\n", "text.yaml_null", 1),
        (b'a: "\\ud800"\n', "text.yaml_surrogate", 1),
        (b'"\\ud800": 1\n', "text.yaml_surrogate", 1),
        (b"? [a]\n: 1\n", "text.yaml_name", 1),
        (b"a: 1\nb: 2\na: 3\n", "text.yaml_double", 3),
    ],
)
def test_what_is_odd_is_told_with_its_row(data: bytes, code: str, row: int | None) -> None:
    [problem] = read_document("r.yml", data).problems
    assert (problem.code, problem.row, problem.file) == (code, row, "r.yml")
    for locale in ("ja", "en"):
        assert problem.render(locale).encode()


def test_both_halves_of_a_character_are_it() -> None:
    """As programs write JSON that must be ASCII."""
    read = read_document("r.yml", b'a: "\\ud842\\udfb7\u7530"\n')
    assert not read.problems
    assert read.root is not None
    assert isinstance(read.root.value, dict)
    assert read.root.value["a"].value == "𠮷田"


def test_as_deep_as_it_may_be() -> None:
    assert not read_document("r.yml", b"[" * DEEPEST + b"x" + b"]" * DEEPEST).problems


def test_all_problems_are_told_at_once() -> None:
    assert len(read_document("r.yml", b"a: ~\nb: [~, c]\nb: 1\n").problems) == 3
