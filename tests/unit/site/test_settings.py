"""A site file that could be misread is refused, with every fault and where it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chonai.change.errors import InputError, UsageError
from chonai.change.model import ApprovalKind, ApprovalRule
from chonai.site.settings import SiteSettings, find_site
from tests.house.tree import ROOT

GOOD = "allowed_signers: signers\nsecret_recipients: [jinji]\n"


def read(folder: Path, text: str) -> SiteSettings:
    path = folder / "site.yml"
    path.write_text(text, encoding="utf-8")
    return find_site({"CHONAI_SITE": str(path)}, folder)


def refusal(folder: Path, text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    assert caught.value.render("en") != caught.value.render("ja")
    return caught.value


def test_a_rule_for_each_operation(tmp_path: Path) -> None:
    found = read(tmp_path, f"{GOOD}approval: {{default: {{kind: none}}, personnel: {{kind: city, watcher: true}}}}\n")
    assert found.rule("personnel") == ApprovalRule(ApprovalKind.CITY, watcher=True)
    assert found.rule("other") == ApprovalRule(ApprovalKind.NONE)
    assert read(tmp_path, GOOD).rule("other") == ApprovalRule(ApprovalKind.SECOND_PERSON, watcher=True)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{kind: none, watcher: 'yes'}", "approval.default.watcher: 'yes' is not allowed; wanted: true|false"),
        ("{kind: [a]}", "approval.default.kind: ['a'] is not allowed; wanted: none|second_person|city"),
        ("{kind: {code: x}}", "approval.default.kind: {'code': 'x'} is not"),
        ("{watcher: true}", "approval.default.kind: is missing"),
        ("{kind: none, wacher: true}", "approval.default.wacher: there is no such setting"),
        ("", "approval.default: None is not allowed"),
    ],
)
def test_a_wrong_rule_says_where_what_and_what_is_right(tmp_path: Path, rule: str, said: str) -> None:
    assert said in refusal(tmp_path, f"{GOOD}approval: {{default: {rule}}}\n").render("en")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "store: [x]\nodd: 1\napproval: {a: {kind: x, watcher: 1}, b: {kind: none, c: 1}}\n"
    told = [str(detail.fields["key"]) for detail in refusal(tmp_path, text).details]
    assert sorted(told) == sorted(
        [
            "allowed_signers",
            "secret_recipients",
            "store",
            "odd",
            "approval.a.kind",
            "approval.a.watcher",
            "approval.b.c",
        ]
    )


def test_a_key_that_stands_twice_is_refused_at_any_depth(tmp_path: Path) -> None:
    text = f"{GOOD}approval:\n  default: {{kind: city}}\n  personnel: {{kind: city, kind: none}}\napproval: {{}}\n"
    told = [(d.fields["key"], d.fields["line"], d.fields.get("first")) for d in refusal(tmp_path, text).details]
    assert told == [("approval.personnel.kind", 5, 5), ("approval", 6, 3)]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_told(tmp_path: Path, opening: str) -> None:
    found = refusal(tmp_path, f"{GOOD}x: {opening * 3000}" if opening != "- " else opening * 3000)
    assert [getattr(detail.fields["what"], "code", "") for detail in found.details] == ["text.yaml_deep"]


@pytest.mark.parametrize(
    "text",
    [
        "- a",
        "",
        "a: [",
        f"{GOOD}author: !!python/object/apply:os.system ['id']",
        f"{GOOD}author: !!timestamp x",
        f"{GOOD}author: 2026-02-31",
        f"{GOOD}author: &a [*a]",
        f"{GOOD}? [a]\n: b",
        f"{GOOD}author: x\x07",
        GOOD + "#" * 1_000_001,
    ],
)
def test_what_is_no_site_file(tmp_path: Path, text: str) -> None:
    assert "site.yml" in refusal(tmp_path, text).render("en")


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    """In a process of its own: what waits for a pipe can be ended."""
    os.mkfifo(tmp_path / "pipe")
    program = "from chonai.site.settings import find_site; find_site()"
    for path in (tmp_path / "pipe", Path("/dev/null"), Path("/dev/zero"), tmp_path):
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "python_modules"), "CHONAI_SITE": str(path)}
        command = [sys.executable, "-c", program]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert "InputError" in ran.stderr
    with pytest.raises(UsageError):
        find_site({"CHONAI_SITE": str(tmp_path / "none")}, tmp_path)
