"""Secrets lie in the store for their recipients only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chonai.change.errors import Refused
from chonai.change.model import Key
from chonai.change.ports import Event
from chonai.store import Store
from tests.unit.change.people import People

JOINER, OTHER = Key("user", "new:1-002001"), Key("user", "new:1-002002")


def passwords(
    store: Store, people: People, *, key: str = "jinji", change_set: str = "set"
) -> dict[tuple[str, Key], str]:
    found = store.open_secrets(change_set, people.key(key))
    return {(one.system, one.key): one.secrets["initial_password"] for one in found}


@pytest.fixture
def lines(people: People) -> list[str]:
    return [people.public("jinji"), people.public("sato")]


def test_a_recipient_opens_what_was_put(store: Store, people: People, lines: list[str]) -> None:
    box = store.secretbox(lines)
    box.put("set", "lgwan_ad", {JOINER: {"initial_password": "hunter2-ä"}, OTHER: {"initial_password": "three"}})
    box.put("set", "ext_ad", {JOINER: {"initial_password": "two"}})
    box.put("another", "ext_ad", {JOINER: {"initial_password": "none of theirs"}})
    for name in ("jinji", "sato"):
        assert passwords(store, people, key=name) == {
            ("lgwan_ad", JOINER): "hunter2-ä",
            ("lgwan_ad", OTHER): "three",
            ("ext_ad", JOINER): "two",
        }
    assert "hunter2" not in repr(store.open_secrets("set", people.key("jinji")))


def test_nobody_else_opens_it(store: Store, people: People, lines: list[str]) -> None:
    store.secretbox(lines).put("set", "lgwan_ad", {JOINER: {"initial_password": "hunter2"}})
    with pytest.raises(Refused):
        store.open_secrets("set", people.key("mallory"))


def test_a_second_attempt_replaces_what_a_killed_one_kept(store: Store, people: People, lines: list[str]) -> None:
    box = store.secretbox(lines)
    box.put("set", "lgwan_ad", {JOINER: {"initial_password": "one"}, OTHER: {"initial_password": "stays"}})
    box.put("set", "lgwan_ad", {JOINER: {"initial_password": "two"}})
    assert passwords(store, people) == {("lgwan_ad", JOINER): "two", ("lgwan_ad", OTHER): "stays"}


def test_what_was_handed_out_can_be_forgotten(store: Store, people: People, lines: list[str]) -> None:
    box = store.secretbox(lines)
    box.put("set", "lgwan_ad", {JOINER: {"initial_password": "one"}, OTHER: {"initial_password": "two"}})
    box.put("another", "lgwan_ad", {JOINER: {"initial_password": "three"}})
    assert store.kept_secrets("set") == (("lgwan_ad", JOINER), ("lgwan_ad", OTHER))
    assert store.discard_secrets("set", "jinji", datetime.now(UTC)) == 2
    assert store.discard_secrets("set", "jinji", datetime.now(UTC)) == 0
    [row] = store.journal.rows("set")
    assert (row.entry.event, row.entry.actor) == (Event.SECRET_DISCARDED, "jinji")
    assert row.entry.data == {"objects": [f"lgwan_ad/{JOINER}", f"lgwan_ad/{OTHER}"]}
    assert store.kept_secrets("set") == ()
    assert passwords(store, people) == {}
    assert len(passwords(store, people, change_set="another")) == 1


def test_nothing_to_put(store: Store, people: People, lines: list[str]) -> None:
    store.secretbox(lines).put("set", "lgwan_ad", {})
    assert store.open_secrets("set", people.key("jinji")) == ()


def test_no_plain_secret_is_in_the_file(tmp_path: Path, people: People, lines: list[str]) -> None:
    path = tmp_path / "chonai.db"
    with Store.open(str(path)) as store:
        store.secretbox(lines).put("set", "lgwan_ad", {JOINER: {"initial_password": "hunter2-hunter2"}})
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert str(JOINER).encode() in files
    assert b"hunter2" not in files


def test_no_box_without_recipients(store: Store) -> None:
    with pytest.raises(Refused):
        store.secretbox([])
