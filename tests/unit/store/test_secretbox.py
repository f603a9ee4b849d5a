"""Secrets lie in the store for their recipients only."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import Refused
from chonai.change.model import Key
from chonai.change.ports import Event
from chonai.store import Store
from tests.unit.change.examples import change_set
from tests.unit.change.people import NOW, People
from tests.unit.store.facts import SEAL, happened

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


@pytest.fixture
def sealed(store: Store, lines: list[str]) -> str:
    """A change set with two initial passwords, beside another's."""
    store.change_sets.add(change_set(), SEAL, NOW)
    box = store.secretbox(lines)
    box.put(change_set().id, "lgwan_ad", {JOINER: {"initial_password": "one"}, OTHER: {"initial_password": "two"}})
    box.put("another", "lgwan_ad", {JOINER: {"initial_password": "three"}})
    return change_set().id


def test_what_was_handed_out_can_be_forgotten(store: Store, people: People, sealed: str) -> None:
    kept = store.kept_secrets(sealed)
    assert kept == (("lgwan_ad", JOINER), ("lgwan_ad", OTHER))
    assert store.discard_secrets(sealed, kept, "jinji", NOW) == 2
    assert store.discard_secrets(sealed, kept, "jinji", NOW) == 0
    [row] = [row for row in store.journal.rows(sealed) if row.entry.event is Event.SECRET_DISCARDED]
    assert row.entry.actor == "jinji"
    assert row.entry.data == {"objects": [f"lgwan_ad/{JOINER}", f"lgwan_ad/{OTHER}"]}
    assert store.kept_secrets(sealed) == ()
    assert passwords(store, people, change_set=sealed) == {}
    assert len(passwords(store, people, change_set="another")) == 1


def test_what_came_after_the_count_is_kept(store: Store, lines: list[str], sealed: str) -> None:
    counted = store.kept_secrets(sealed)
    store.secretbox(lines).put(sealed, "ext_ad", {JOINER: {"initial_password": "made since"}})
    assert store.discard_secrets(sealed, counted, "jinji", NOW) == 2
    assert store.kept_secrets(sealed) == (("ext_ad", JOINER),)


def test_nothing_is_forgotten_while_an_apply_may_need_it(store: Store, sealed: str) -> None:
    kept = store.kept_secrets(sealed)
    with store.locks.hold("lgwan_ad", "suzuki", sealed), pytest.raises(Refused) as at_work:
        store.discard_secrets(sealed, kept, "jinji", NOW)
    store.journal.append([happened(Event.STARTED, sealed, "lgwan_ad")])
    with pytest.raises(Refused) as cut_short:
        store.discard_secrets(sealed, kept, "jinji", NOW)
    assert {at_work.value.message.code, cut_short.value.message.code} == {"store.secrets_not_over"}
    assert store.kept_secrets(sealed) == kept


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
