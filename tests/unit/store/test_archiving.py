"""Old change sets go into a file: what goes, what stays, and that the journal stays provable without and with it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from chonai.change.errors import ChonaiError, Fault, JournalBroken, Refused, UsageError
from chonai.change.journal import Anchor
from chonai.change.model import Key
from chonai.change.ports import Entry, Event
from chonai.store import Store
from chonai.store.archiving import Deed, Leaving
from chonai.store.backup import restore
from chonai.store.database import Database
from chonai.store.files import new_file
from chonai.store.portable import ARCHIVE
from chonai.store.proof import journal_in, prove
from chonai.store.retention import Stays
from chonai.store.runs import Order
from chonai.store.schema import FINAL
from tests.unit.change.examples import change_set, plan
from tests.unit.change.people import NOW, People
from tests.unit.store.facts import APPROVAL, SEAL, applied, entry
from tests.unit.store.test_holds import ADDRESS

LATER = NOW + timedelta(days=400)
TOLD = Entry(Event.NOTE, "", "", "sato", NOW, {"restored": "here"})


def limits(_: str) -> datetime:
    return LATER - timedelta(days=365)


def add(store: Store, id_: str, *systems: str, undo_of: str | None = None) -> None:
    made = replace(change_set(plan(), plan(system="ext_ad"), id_=id_), undo_of=undo_of)
    store.change_sets.add(made, SEAL, NOW)
    applied(store, made, *systems)


BOTH = ("lgwan_ad", "ext_ad")


@pytest.fixture
def filled(store: Store) -> Store:
    """Change sets that are over, and between them some that are not."""
    add(store, "first", *BOTH)
    for n in range(3):
        add(store, f"over-{n}", *BOTH)
        add(store, f"half-{n}", "lgwan_ad")
    store.change_sets.approve("over-0", APPROVAL)
    add(store, "undo", *BOTH, undo_of="over-1")
    store.plans.put(plan(), NOW, mark=3)
    return store


def moved(store: Store, path: Path) -> Leaving:
    leaving = store.archiver.survey(limits).leaving
    with new_file(path) as (file, beside):
        store.archiver.write(file, leaving, LATER)
        file.flush()
        prove(beside, kind=ARCHIVE)
    store.archiver.move_out(leaving, deed_of(path), limits)
    return leaving


def deed_of(path: Path) -> Deed:
    return Deed(path.name, digest_of(path), "sato", LATER)


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def test_what_is_over_goes_and_what_is_needed_stays(filled: Store, tmp_path: Path) -> None:
    survey = filled.archiver.survey(limits)
    assert survey.leaving.change_sets == {"over-0", "over-1", "over-2", "undo"}
    assert survey.stays == {Stays.FIRST: 1, Stays.UNFINISHED: 3}
    before, states = filled.journal.head(), {f"half-{n}": filled.state_of(f"half-{n}") for n in range(3)}
    moved(filled, tmp_path / "old.gz")
    assert {one.id for one in filled.change_sets.list()} == {"first", "half-0", "half-1", "half-2"}
    assert {id_: filled.state_of(id_) for id_ in states} == states
    assert filled.journal.verify(before).seq == before.seq + 1
    assert not list(filled.journal.rows("over-0"))


def test_the_whole_journal_is_proved_with_the_files(filled: Store, tmp_path: Path) -> None:
    rows = list(filled.journal.rows())
    inside = Anchor(rows[20].seq, rows[20].digest)
    path = tmp_path / "old.gz"
    moved(filled, path)
    with journal_in(path) as archived:
        head = filled.journal.verify(inside, archived={digest_of(path): archived})
    assert head == filled.journal.head()
    wrong = Anchor(inside.seq, "sha256:" + "0" * 64)
    with pytest.raises(JournalBroken), journal_in(path) as archived:
        filled.journal.verify(wrong, archived={digest_of(path): archived})
    with pytest.raises(UsageError) as caught:
        filled.journal.verify(archived={"0" * 64: iter(())})
    assert code_of(caught.value) == "archive.not_of_this_store"


def test_once_more_later_into_another_file(filled: Store, tmp_path: Path) -> None:
    moved(filled, tmp_path / "one.gz")
    for n in range(2):
        filled.withdraw(f"half-{n}", "sato", "x", NOW + timedelta(seconds=n))
    moved(filled, tmp_path / "two.gz")
    assert {one.id for one in filled.change_sets.list()} == {"first", "half-2"}
    filled.journal.verify()
    files = [tmp_path / "one.gz", tmp_path / "two.gz"]
    assert [one.sha256 for one in filled.journal.archives()] == [digest_of(path) for path in files]
    with journal_in(files[0]) as one, journal_in(files[1]) as two:
        filled.journal.verify(archived={digest_of(files[0]): one, digest_of(files[1]): two})
    with journal_in(files[1]) as two:
        filled.journal.verify(archived={digest_of(files[1]): two})


def test_one_that_went_is_named_with_its_file_and_its_id_is_not_given_again(filled: Store, tmp_path: Path) -> None:
    moved(filled, tmp_path / "old.gz")
    for ask in (filled.state_of, filled.change_sets.get, filled.change_sets.require):
        with pytest.raises(UsageError) as caught:
            ask("over-0")
        assert code_of(caught.value) == "archive.is_archived"
        assert "old.gz" in str(caught.value)
    with pytest.raises(UsageError) as caught:
        add(filled, "over-0")
    assert code_of(caught.value) == "store.id_taken"


def test_afterwards_nothing_can_be_deleted_as_before(filled: Store, url: str, tmp_path: Path) -> None:
    moved(filled, tmp_path / "old.gz")
    database = Database(url)
    for table in FINAL:
        with database.read() as connection:
            is_empty = connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar() == 0
        if is_empty and database.is_sqlite:
            continue
        with pytest.raises(Fault) as caught, database.write() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table.name}")
        assert isinstance(caught.value.__cause__, DBAPIError)
        assert "append-only" in str(caught.value)
    database.close()


def test_what_something_happened_to_meanwhile_stays(filled: Store, tmp_path: Path) -> None:
    leaving = filled.archiver.survey(limits).leaving
    path = tmp_path / "old.gz"
    with new_file(path) as (file, _):
        filled.archiver.write(file, leaving, LATER)
    filled.journal.append([Entry(Event.NOTE, "over-2", "", "sato", LATER, {})])
    rows = list(filled.journal.rows())
    with pytest.raises(Refused) as caught:
        filled.archiver.move_out(leaving, deed_of(path), limits)
    assert code_of(caught.value) == "archive.needed_now"
    assert list(filled.journal.rows()) == rows
    assert filled.journal.archives() == ()


def test_young_ones_and_families_with_a_young_one_stay(filled: Store) -> None:
    filled.journal.append([Entry(Event.NOTE, "undo", "", "sato", LATER, {})])
    assert filled.archiver.survey(limits).leaving.change_sets == {"over-0", "over-2"}
    assert filled.archiver.survey(lambda _: NOW).leaving == Leaving()


def test_one_with_passwords_stays(filled: Store, people: People) -> None:
    filled.secretbox([people.public("suzuki")]).put("over-2", "lgwan_ad", {Key("user", "n"): {"p": "x"}})
    survey = filled.archiver.survey(limits)
    assert "over-2" not in survey.leaving.change_sets
    assert survey.stays[Stays.SECRETS] == 1


def test_classes_have_their_own_time(filled: Store) -> None:
    assert filled.archiver.survey(lambda name: LATER if name == "dns" else NOW).leaving == Leaving()
    found = filled.archiver.survey(lambda name: LATER if name == "personnel" else NOW).leaving
    assert len(found.change_sets) == 4, "an undo is of the class of what it undoes"
    assert found.plans == frozenset()


FORGED = (
    ("UPDATE segments SET digest = 'sha256:00'", JournalBroken, "identity.journal_"),
    ("DELETE FROM segments WHERE first = (SELECT max(first) FROM segments)", JournalBroken, "identity.journal_removed"),
    ("UPDATE archives SET sha256 = 'x'", JournalBroken, "archive.not_journaled"),
    (
        "UPDATE journal SET actor = 'x' WHERE seq = (SELECT min(seq) FROM journal WHERE change_set = 'half-1')",
        JournalBroken,
        "identity.journal_edited",
    ),
    (
        "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal WHERE change_set = 'half-1')",
        JournalBroken,
        "identity.journal_removed",
    ),
)


@pytest.mark.parametrize(("statement", "error", "code"), FORGED)
def test_what_is_left_cannot_be_forged(
    filled: Store, url: str, tmp_path: Path, statement: str, error: type[ChonaiError], code: str
) -> None:
    moved(filled, tmp_path / "old.gz")
    database = Database(url)
    with database.write() as connection:
        for name in ("segments", "archives", "journal"):
            if not database.is_sqlite:
                connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
                continue
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}_no_{verb}")
        connection.exec_driver_sql(statement)
    database.close()
    with pytest.raises(error) as caught:
        filled.journal.verify()
    assert code_of(caught.value).startswith(code)


KILLED = """
import itertools, os, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from sqlalchemy import Engine, event
from chonai.store import Store
from tests.unit.store.test_archiving import deed_of, limits
store = Store.open(sys.argv[1])
leaving = store.archiver.survey(limits).leaving
@event.listens_for(Engine, "before_cursor_execute")
def stop(connection, cursor, statement, *rest):
    if statement.startswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
store.archiver.move_out(leaving, deed_of(Path(sys.argv[2])), limits)
"""


@pytest.mark.parametrize(
    "at", ["DELETE FROM seals", "DELETE FROM change_sets", "INSERT INTO journal", "SELECT journal"]
)
def test_killed_in_the_middle_nothing_went(filled: Store, url: str, tmp_path: Path, at: str) -> None:
    leaving = filled.archiver.survey(limits).leaving
    path = tmp_path / "old.gz"
    with new_file(path) as (file, _):
        filled.archiver.write(file, leaving, LATER)
    rows = list(filled.journal.rows())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, url, path, at], check=False, env=environment, capture_output=True, text=True
    )
    assert killed.returncode == -9, killed.stderr
    assert list(filled.journal.rows()) == rows
    filled.journal.verify()
    filled.archiver.move_out(leaving, deed_of(path), limits)
    filled.journal.verify()
    refused = Database(url)
    with pytest.raises(Fault), refused.write() as connection:
        connection.exec_driver_sql("DELETE FROM journal")
    refused.close()


def test_a_backup_of_a_store_with_archives_is_one_too(filled: Store, tmp_path: Path) -> None:
    moved(filled, tmp_path / "old.gz")
    path = tmp_path / "backup.gz"
    with new_file(path) as (file, _):
        filled.dump(file)
    assert prove(path).head == filled.journal.head()
    restore(str(tmp_path / "again.db"), path, TOLD)
    with Store.open(str(tmp_path / "again.db")) as store, journal_in(tmp_path / "old.gz") as archived:
        store.journal.verify(archived={digest_of(tmp_path / "old.gz"): archived})
        store.journal.append([entry(0)])
    with pytest.raises(UsageError):
        prove(tmp_path / "old.gz")


def test_numbers_of_holds_go_on(store: Store, tmp_path: Path) -> None:
    add(store, "first", *BOTH)
    for n in range(2):
        wanted = store.holds.wanted([replace(ADDRESS, value=f"10.20.1.{n}", first=str(n), last=str(n))])
        made = change_set(plan(), id_=f"holder-{n}")
        store.change_sets.add(made, SEAL, NOW, wanted=wanted)
        applied(store, made, "lgwan_ad")
    assert moved(store, tmp_path / "old.gz").change_sets == {"holder-0"}
    assert store.holds.view("ledger").mark == 2


def run(store: Store, id_: str, *events: Event, at: datetime = NOW) -> None:
    asked = Entry(Event.RUN_REQUESTED, id_, "", "sato", at, {})
    assert store.runs.add({"id": id_, "job": "audit"}, asked, None)
    store.journal.append([Entry(event, id_, "", "sato", at, {}) for event in events])


def test_runs_of_jobs_go_when_they_ended_long_ago(store: Store, tmp_path: Path) -> None:
    add(store, "first", *BOTH)
    run(store, "run-over", Event.RUN_STARTED, Event.RUN_ENDED)
    store.runs.order("run-over", Order("stop", "sato"), NOW)
    run(store, "run-left", Event.RUN_STARTED, Event.RUN_ENDED, Event.NOTE, Event.REFUSED)
    run(store, "run-open", Event.RUN_STARTED)
    run(store, "run-young", Event.RUN_STARTED, Event.RUN_ENDED, at=LATER)
    assert moved(store, tmp_path / "old.gz").runs == {"run-over", "run-left"}
    assert set(store.runs.ids()) == {"run-open", "run-young"}
    with pytest.raises(UsageError) as caught:
        store.runs.get("run-over")
    assert code_of(caught.value) == "archive.is_archived"
    again = Entry(Event.RUN_REQUESTED, "run-over", "", "sato", NOW, {})
    assert not store.runs.add({"id": "run-over", "job": "audit"}, again, None)
    assert store.archiver.survey(lambda name: LATER if name == "runs" else NOW).leaving == Leaving()
