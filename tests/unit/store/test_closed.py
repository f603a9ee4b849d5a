"""What is confidential lies in the store as a cover and an age file, until it is disclosed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.codec import digest
from chonai.change.cover import cover
from chonai.change.errors import ChonaiError, Refused, SealBroken
from chonai.change.ports import Event
from chonai.change.secrets import Recipients
from chonai.store import Store
from chonai.store.change_sets import cover_digest
from chonai.store.closed import Readers
from tests.unit.change.examples import ANNOUNCED, JOINER, MOVE, SALT, YAMADA, change_set, plan
from tests.unit.change.people import NOW, People
from tests.unit.store.facts import SEAL, applied, make_old

SAMPLE = change_set(announced_at=ANNOUNCED)
SECRETS = ("税務課", "課長", "髙﨑", "異動", "外字", "発令.csv", YAMADA.id, str(JOINER), SALT)
FINAL = ("UPDATE disclosures SET body = '{}'", "DELETE FROM disclosures")


@pytest.fixture
def readers(people: People) -> Readers:
    return Readers(("suzuki", "jinji"), Recipients([people.public("suzuki"), people.public("jinji")]))


@pytest.fixture
def kept(store: Store, readers: Readers) -> Store:
    """A store with one confidential change set."""
    store.change_sets.add(SAMPLE, SEAL, NOW, readers)
    return store


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def leaks(content: str | bytes) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    codecs = ("utf-8", "cp932", "utf-16-le")
    escaped = (json.dumps(secret)[1:-1].encode() for secret in SECRETS)
    return [each.hex() for each in (*encoded(codecs), *escaped) if each in raw]


def encoded(codecs: tuple[str, ...]) -> Iterator[bytes]:
    for secret in SECRETS:
        yield from (secret.encode(codec) for codec in codecs)


def test_everybody_sees_the_cover(kept: Store) -> None:
    found = kept.change_sets.get(SAMPLE.id)
    assert (found.change_set, found.digest, found.seal) == (cover(SAMPLE), digest(SAMPLE), SEAL)
    assert found.closed is not None
    assert (found.closed.announced_at, found.closed.readers) == (ANNOUNCED, ("suzuki", "jinji"))
    assert kept.state_of(SAMPLE.id).value == "sealed"


@pytest.mark.parametrize("name", ["suzuki", "jinji"])
def test_each_reader_opens_it(kept: Store, people: People, name: str) -> None:
    found = kept.change_sets.get(SAMPLE.id).opened(people.key(name))
    assert (found.change_set, found.closed) == (SAMPLE, None)


def test_nobody_else_opens_it(kept: Store, people: People) -> None:
    with pytest.raises(Refused) as caught:
        kept.change_sets.get(SAMPLE.id).opened(people.key("sato"))
    assert code_of(caught.value) == "identity.not_a_recipient"


def test_the_journal_keeps_what_everybody_sees_from_being_changed(kept: Store) -> None:
    (row,) = kept.journal.rows(SAMPLE.id)
    assert row.entry.data["announced_at"] == ANNOUNCED.isoformat()
    assert row.entry.data["cover"] == cover_digest(cover(SAMPLE))
    assert row.entry.data["changes"] == {"lgwan_ad": 3, "ext_ad": 1}
    assert not leaks(json.dumps(row.entry.data, ensure_ascii=False))


def test_no_name_is_in_the_files_of_the_store(tmp_path: Path, readers: Readers) -> None:
    path = tmp_path / "chonai.db"
    with Store.open(str(path)) as store:
        store.plans.put_closed(plan(), NOW, ANNOUNCED, readers)
        store.change_sets.add(SAMPLE, SEAL, NOW, readers)
        files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert files.keys() >= {"chonai.db", "chonai.db-wal"}
    assert not [name for name, content in files.items() if leaks(content)]
    assert not leaks(path.read_bytes())
    assert b"BEGIN AGE ENCRYPTED FILE" in b"".join(files.values())


def test_it_is_not_kept_at_all_where_nobody_is_to_read_it(store: Store, readers: Readers) -> None:
    with pytest.raises(ValueError, match="confidential"):
        store.change_sets.add(SAMPLE, SEAL, NOW)
    with pytest.raises(ValueError, match="confidential"):
        store.change_sets.add(replace(SAMPLE, salt=""), SEAL, NOW, readers)
    assert not store.change_sets.list()


def test_a_plan_is_closed_too_and_never_looks_the_same_twice(store: Store, people: People, readers: Readers) -> None:
    ids = {store.plans.put_closed(plan(), NOW, ANNOUNCED, readers) for _ in range(2)}
    assert len(ids) == 2
    for id_ in ids:
        found = store.plans.get(id_)
        assert (found.operation, found.announced_at) == ("personnel", ANNOUNCED)
        assert found.plan(people.key("jinji")) == plan()
    with pytest.raises(Refused):
        found.plan(people.key("sato"))


def test_what_is_disclosed_everybody_reads(kept: Store) -> None:
    for _ in range(2):  # two hosts of a playbook apply at once
        kept.change_sets.disclose(SAMPLE, "sato", NOW)
    found = kept.change_sets.get(SAMPLE.id)
    assert (found.change_set, found.digest, found.closed) == (SAMPLE, digest(SAMPLE), None)
    events = [row.entry for row in kept.journal.rows(SAMPLE.id)]
    assert [entry.event for entry in events] == [Event.SEALED, Event.DISCLOSED]
    assert (events[1].actor, events[1].data) == ("sato", {"digest": digest(SAMPLE)})
    applied(kept, SAMPLE, "lgwan_ad", "ext_ad")
    assert kept.state_of(SAMPLE.id).value == "applied"
    kept.journal.verify()


def test_nothing_else_is_disclosed_in_its_place(kept: Store) -> None:
    with pytest.raises(SealBroken) as caught:
        kept.change_sets.disclose(replace(SAMPLE, plans=(plan(MOVE),)), "sato", NOW)
    assert code_of(caught.value) == "identity.digest_differs"
    assert kept.change_sets.get(SAMPLE.id).closed is not None


@pytest.mark.parametrize("statement", [*FINAL, "INSERT OR REPLACE INTO disclosures VALUES ('20260401-personnel', 'x')"])
def test_what_was_disclosed_stays_as_it_is(tmp_path: Path, readers: Readers, statement: str) -> None:
    path = tmp_path / "chonai.db"
    with Store.open(str(path)) as store:
        store.change_sets.add(SAMPLE, SEAL, NOW, readers)
        store.change_sets.disclose(SAMPLE, "sato", NOW)
    with closing(sqlite3.connect(path)) as tool, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        tool.execute(statement)


def tampered(path: Path, id_: str, **fields: object) -> None:
    """Change what lies beside the age file, behind the store's back."""
    with closing(sqlite3.connect(path)) as tool, tool:
        for (name,) in tool.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            tool.execute(f"DROP TRIGGER {name}")
        ((body,),) = tool.execute("SELECT body FROM change_sets WHERE id = ?", (id_,)).fetchall()
        tool.execute("UPDATE change_sets SET body = ?", (json.dumps({**json.loads(body), **fields}),))


def test_a_cover_of_something_else_is_noticed_when_it_is_opened(
    tmp_path: Path, people: People, readers: Readers
) -> None:
    path = tmp_path / "chonai.db"
    with Store.open(str(path)) as store:
        store.change_sets.add(SAMPLE, SEAL, NOW, readers)
    for field, value in {"announced_at": NOW.isoformat(), "age": "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n"}.items():
        tampered(path, SAMPLE.id, **{field: value})
        with Store.open(str(path)) as store, pytest.raises(Refused) as caught:
            store.change_sets.get(SAMPLE.id).opened(people.key("suzuki"))
        assert code_of(caught.value) in ("store.cover_differs", "identity.ciphertext_damaged")
        assert isinstance(caught.value, SealBroken)


def test_a_store_from_before_there_was_such_a_thing_goes_on_working(tmp_path: Path, readers: Readers) -> None:
    path = tmp_path / "chonai.db"
    with closing(sqlite3.connect(path)) as tool:
        tool.executescript(Path(__file__).with_name("version-1.sql").read_text(encoding="utf-8"))
    for _ in range(2):  # brought up to date, and opened again
        with Store.open(str(path)) as store:
            earlier = store.change_sets.get("20260401-personnel")
            assert (earlier.change_set, earlier.digest) == (change_set(), digest(change_set()))
            assert store.plans.get("plan-1ece599260a0aafd30a964df").content == plan()
            assert store.state_of("20260401-personnel").value == "partly_failed"
            store.journal.verify()
    with Store.open(str(path)) as store:
        later = replace(SAMPLE, id="later")
        store.change_sets.add(later, SEAL, NOW, readers)
        store.change_sets.disclose(later, "sato", NOW)
        assert store.change_sets.get("later").change_set == later
        assert store.journal.verify().seq == 7
    with closing(sqlite3.connect(path)) as tool, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        tool.execute(FINAL[1])


def test_every_kind_of_database_is_brought_up_to_date(url: str, readers: Readers) -> None:
    make_old(url)
    with Store.open(url) as store:
        store.change_sets.add(SAMPLE, SEAL, NOW, readers)
        store.change_sets.disclose(SAMPLE, "sato", NOW)
        assert store.change_sets.get(SAMPLE.id).change_set == SAMPLE


def test_an_old_store_that_can_only_be_read_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    try:
        with closing(sqlite3.connect(folder / "chonai.db")) as tool:
            tool.executescript(Path(__file__).with_name("version-1.sql").read_text(encoding="utf-8"))
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        with Store.open(str(folder / "chonai.db")) as store:
            assert store.change_sets.get("20260401-personnel").change_set == change_set()
            assert store.journal.verify().seq == 5
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
