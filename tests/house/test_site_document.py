"""docs/site.md names every key of the site file, and nothing that the site file does not take."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from chonai.change.errors import InputError
from chonai.change.model import ApprovalKind
from chonai.delivery.settings import VirusCheck
from chonai.site.settings import SiteSettings, find_site
from tests.house.tree import PACKAGE, ROOT, syntax

READ_BY = {"_text", "_path", "_names", "_group", "pop"}
SETTINGS = PACKAGE / "site" / "settings.py"
EVERY_KEY: dict[str, object] = {
    "allowed_signers": "signers",
    "secret_recipients": ["jinji"],
    "city_staff": ["jinji"],
    "approval": {"default": {"kind": "city", "watcher": True}},
    "author": "abe",
    "author_key": "$KEYS/abe",
    "confidential_readers": ["suzuki", "age1reader"],
    "confidential_key": "$KEYS/reader",
    "store": "elsewhere.db",
    "anchor_file": "anchors",
    "city_name": "汐見野市",
    "contact": "情報政策課",
    "jobs": "jobs.yml",
    "virus_check": {"socket": "$KEYS/clamd.sock", "max_age_days": 3},
    "mail": {"host": "mail.example.jp", "sender": "chonai@example.jp", "recipients": ["@example.jp"], "ca": "ca.pem"},
    "retention": {"default": "365d", "personnel": "730d"},
}


def documented(heading: str, cell: str) -> set[str]:
    """What stands in the first cells of the tables below a heading."""
    text = (ROOT / "docs/site.md").read_text(encoding="utf-8")
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(rf"^\| `({cell})` \|", part, flags=re.MULTILINE))


def keys_read() -> Iterator[str]:
    """The keys that the reader of the site file asks for by name."""
    for node in ast.walk(syntax(SETTINGS)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READ_BY:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def read(folder: Path, data: dict[str, object]) -> SiteSettings:
    (folder / "site.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
    return find_site({"CHONAI_SITE": str(folder / "site.yml")}, folder)


def test_every_key_is_documented_and_nothing_else() -> None:
    assert documented("Keys", "[a-z_]+") == set(keys_read()) == EVERY_KEY.keys()


def test_every_approval_rule_is_documented() -> None:
    assert documented("Approval", "[a-z_]+") == {kind.value for kind in ApprovalKind}


def test_a_site_file_may_have_every_documented_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYS", "held")
    found = read(tmp_path, EVERY_KEY)
    assert found.key == tmp_path / "held/abe"
    assert (found.readers, found.opening_key) == (("suzuki", "age1reader"), tmp_path / "held/reader")
    assert (found.store, found.anchor_file) == ("elsewhere.db", tmp_path / "anchors")
    assert found.rule("personnel").kind is ApprovalKind.CITY
    assert found.virus_check == VirusCheck(socket=str(tmp_path / "held/clamd.sock"), max_age_days=3)
    assert (found.mail and found.mail.ca, found.mail and found.mail.port) == (str(tmp_path / "ca.pem"), 587)


def test_the_documented_defaults_are_those_of_the_code(tmp_path: Path) -> None:
    found = read(tmp_path, {key: EVERY_KEY[key] for key in ("allowed_signers", "secret_recipients")})
    assert found.store == str(tmp_path / "var/chonai.db")
    assert found.kept_online("personnel").days == 365
    assert (found.author, found.key, found.anchor_file, found.city) == (None, None, None, frozenset())
    assert (found.readers, found.opening_key) == ((), None)
    assert (found.rule("personnel").kind, found.rule("personnel").watcher) == (ApprovalKind.SECOND_PERSON, True)


@pytest.mark.parametrize("key", ["allowed_signers", "secret_recipients"])
def test_what_must_be_given_is_demanded(tmp_path: Path, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, {name: value for name, value in EVERY_KEY.items() if name != key})
    assert [detail.fields["key"] for detail in caught.value.details] == [key]
