"""A store in a file, proved, and a store made of it, on the same kind of database and on the other."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from chonai.change.errors import ChonaiError, Fault, InputError, JournalBroken, UsageError
from chonai.change.ids import GivenId
from chonai.change.journal import Anchor
from chonai.change.model import Key
from chonai.change.ports import Entry, Event
from chonai.change.secrets import Recipients
from chonai.store import Store
from chonai.store.backup import ORDER, restore
from chonai.store.closed import Readers
from chonai.store.files import new_file
from chonai.store.proof import prove
from chonai.store.schema import PASSING, metadata
from tests.databases import new_database
from tests.unit.change.examples import ANNOUNCED, change_set, plan
from tests.unit.change.people import NOW, People
from tests.unit.store.conftest import ticking
from tests.unit.store.facts import APPROVAL, SEAL, applied, entry, make_old, run_sql
from tests.unit.store.test_migrations import ROWS

GIVEN = GivenId("webmail", "name", "shiomi.hana", "1-000001", "汐見花", NOW.date(), "first")
TOLD = Entry(Event.NOTE, "", "", "sato", NOW, {"restored": "here"})


@pytest.fixture
def filled(store: Store, people: People) -> Store:
    """A store with something in every table, on each kind of database."""
    return fill(store, people)


def fill(store: Store, people: People) -> Store:
    readers = Readers(("suzuki",), Recipients([people.public("suzuki")]))
    for one in (
        change_set(id_="z-first"),
        replace(change_set(id_="m-second"), undo_of="z-first"),
        replace(change_set(id_="a-third"), undo_of="m-second"),
    ):
        store.change_sets.add(one, SEAL, NOW)
    closed = change_set(id_="closed", announced_at=ANNOUNCED)
    store.change_sets.add(closed, SEAL, NOW, readers)
    store.change_sets.disclose(closed, "sato", NOW)
    store.change_sets.approve("z-first", APPROVAL)
    store.plans.put(plan(), NOW, mark=0)
    store.ids.remember([GIVEN])
    key = Key("user", "new:1")
    store.secretbox([people.public("suzuki")]).put("z-first", "lgwan_ad", {key: {"initial_password": "x"}})
    applied(store, change_set(id_="z-first"), "lgwan_ad")
    return store


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, people: People) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with Store.open(str(folder / "chonai.db"), clock=ticking()) as store:
        return backed_up(fill(store, people), folder / "store.jsonl.gz")


@pytest.fixture
def file(made_once: Path, tmp_path: Path) -> Path:
    """A backup that may be spoilt."""
    return Path(shutil.copy(made_once, tmp_path / "store.jsonl.gz"))


def backed_up(store: Store, path: Path) -> Path:
    with new_file(path) as (file, _):
        store.dump(file)
    return path


@pytest.fixture(params=("sqlite", "postgresql"))
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where no store is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/restored/chonai.db"
    return new_database(request.getfixturevalue("postgresql"))


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def lines(path: Path) -> list[object]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_what_was_backed_up_is_there_again(filled: Store, tmp_path: Path, elsewhere: str, people: People) -> None:
    file = backed_up(filled, tmp_path / "store.gz")
    proved = prove(file)
    assert proved.head == filled.journal.head()
    assert not [name for name in ("change_sets", "journal", "given_ids", "secrets") if not proved.sums[name].rows]
    restore(elsewhere, file, TOLD)
    with Store.open(elsewhere) as store:
        assert list(store.journal.rows())[:-1] == list(filled.journal.rows())
        assert store.journal.verify(filled.journal.head()).seq == proved.head.seq + 1
        assert {one.id for one in store.change_sets.list()} == {"z-first", "m-second", "a-third", "closed"}
        assert store.change_sets.get("closed") == filled.change_sets.get("closed")
        assert store.ids.rows() == (GIVEN,)
        assert store.open_secrets("z-first", people.key("suzuki")) == filled.open_secrets(
            "z-first", people.key("suzuki")
        )
        assert store.state_of("z-first") is filled.state_of("z-first")


def test_from_one_kind_to_the_other_and_back_nothing_changes(file: Path, elsewhere: str, tmp_path: Path) -> None:
    restore(elsewhere, file, TOLD)
    with Store.open(elsewhere) as store:
        again = backed_up(store, tmp_path / "again.gz")
    before, after = prove(file).sums, prove(again).sums
    assert {name for name in before if before[name] != after[name]} == {"journal"}  # the row that tells of it


def test_every_table_is_kept_or_said_to_pass() -> None:
    assert {*ORDER, *(table.name for table in PASSING)} == set(metadata.tables)


def test_locks_are_not_kept(filled: Store, tmp_path: Path) -> None:
    with filled.locks.hold("lgwan_ad", "sato", "z-first"):
        path = backed_up(filled, tmp_path / "locked.gz")
    assert not [line for line in lines(path) if isinstance(line, dict) and line.get("table") == "locks"]


def test_it_is_of_one_moment_while_others_write(filled: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            filled.journal.append([entry(n) for n in range(50)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        heads = {prove(backed_up(filled, tmp_path / f"{n}.gz")).head for n in range(3)}
    finally:
        stop.set()
        writer.join()
    assert len(heads) > 1


@pytest.mark.parametrize("version", [1, 3])
def test_one_of_before_comes_back_as_one_of_today(tmp_path: Path, version: int, elsewhere: str) -> None:
    old = tmp_path / "old.db"
    make_old(f"sqlite:///{old}", version)
    run_sql(f"sqlite:///{old}", ROWS)
    with Store.open(f"sqlite:///file:{old}?mode=ro&uri=true") as store:
        path = backed_up(store, tmp_path / "old.gz")
    assert prove(path).header.revision == f"{version:04}"
    restore(elsewhere, path, TOLD)
    with Store.open(elsewhere) as store:
        assert store.journal.verify().seq == 6
        assert store.holds.of("x") == ()


def test_a_store_with_something_in_it_is_left_alone(file: Path, elsewhere: str) -> None:
    with Store.open(elsewhere) as store:
        store.journal.append([entry(0)])
    with pytest.raises(UsageError) as caught:
        restore(elsewhere, file, TOLD)
    assert code_of(caught.value) == "backup.not_empty"
    with Store.open(elsewhere) as store:
        assert store.journal.verify().seq == 1


def test_an_empty_one_is_filled(file: Path, elsewhere: str) -> None:
    Store.open(elsewhere).close()
    restore(elsewhere, file, TOLD)
    with Store.open(elsewhere) as store:
        assert store.ids.rows() == (GIVEN,)


def rewritten(path: Path, change: Callable[[list[object]], None]) -> Path:
    """The same file with other lines, its own sums left as they were."""
    found = lines(path)
    change(found)
    path.write_bytes(gzip.compress("".join(json.dumps(one) + "\n" for one in found).encode()))
    return path


def rows_of(found: list[object], table: str) -> Iterator[int]:
    """The positions of a table's rows."""
    start = next(n for n, one in enumerate(found) if isinstance(one, dict) and one.get("table") == table)
    for n in range(start + 1, len(found)):
        if isinstance(found[n], dict):
            return
        yield n


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("how", ["cut", "flipped"])
def test_a_damaged_file_is_refused_and_nothing_made(file: Path, elsewhere: str, where: float, how: str) -> None:
    raw = bytearray(file.read_bytes())
    place = int(len(raw) * where)
    if how == "cut":
        del raw[place:]
    else:
        raw[place] ^= 0x55
    file.write_bytes(bytes(raw))
    for work in (prove, lambda path: restore(elsewhere, path, TOLD)):
        with pytest.raises((InputError, UsageError)) as caught:
            work(file)
        assert code_of(caught.value) in ("backup.damaged", "backup.other_file", "backup.no_file")
    assert not Store.exists(elsewhere)


@pytest.mark.parametrize("table", ["change_sets", "seals", "given_ids", "secrets", "journal"])
def test_a_row_that_was_left_out_is_noticed(file: Path, table: str) -> None:
    with pytest.raises((InputError, JournalBroken)):
        prove(rewritten(file, lambda found: found.pop(next(rows_of(found, table)))))


def summed(path: Path, change: Callable[[list[object]], None]) -> Path:
    """The same file with other lines and with sums that fit: made by somebody who knows how."""
    found, made, own, rows = lines(path), [], sha256(), 0
    change(found)
    for one in found:
        line = one
        if isinstance(one, dict) and "table" in one:
            own, rows = sha256(), 0
        if isinstance(one, dict) and "rows" in one:
            line = {"rows": rows, "sha256": own.hexdigest()}
        if isinstance(one, dict) and "tables" in one:
            line = {**one, "sha256": sha256(b"".join(made)).hexdigest()}
        raw = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        if isinstance(one, list):
            own.update(raw)
            rows += 1
        made.append(raw)
    path.write_bytes(gzip.compress(b"".join(made)))
    return path


def forged(table: str, column: int, value: object) -> Callable[[list[object]], None]:
    def change(found: list[object]) -> None:
        row = found[next(rows_of(found, table))]
        assert isinstance(row, list)
        row[column] = value

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (forged("change_sets", 6, "{}"), "backup.set_changed"),
        (forged("change_sets", 4, "nobody"), "backup.refers_to_nothing"),
        (forged("seals", 0, "nobody"), "backup.refers_to_nothing"),
        (forged("disclosures", 1, "{}"), "backup.set_changed"),
        (forged("change_sets", 6, 5), "backup.damaged"),
        (forged("journal", 6, '{"x":1}'), "backup.set_changed"),
        (forged("journal", 4, "mallory"), "identity.journal_edited"),
        (lambda found: found.pop([*rows_of(found, "journal")][-1]), "backup.other_head"),
        (lambda found: found[0].update(revision="9999"), "backup.newer"),
        (lambda found: found[0].update(form=2), "backup.other_form"),
        (lambda found: found[0].update(kind="archive"), "backup.other_kind"),
        (lambda found: found[0].update(chonai="x"), "backup.other_file"),
        (lambda found: found[1].update(table="schema_version"), "backup.damaged"),
    ],
)
def test_one_that_was_made_up_is_refused(file: Path, change: Callable[[list[object]], None], code: str) -> None:
    assert prove(summed(file, lambda _: None)).sums
    with pytest.raises(ChonaiError) as caught:
        prove(summed(file, change))
    assert code_of(caught.value) == code


def test_anchors_are_asked_for_by_the_first_row(file: Path) -> None:
    late = Anchor(99, "sha256:" + "1" * 64)
    assert prove(file, lambda birth: [Anchor(1, birth), late]).later == 99 - prove(file).head.seq
    with pytest.raises(JournalBroken):
        prove(file, lambda _: [Anchor(2, "sha256:" + "1" * 64)])


def test_a_file_that_is_there_is_not_written_over(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "there.gz"
    path.write_text("mine")
    with pytest.raises(UsageError) as caught:
        backed_up(filled, path)
    assert code_of(caught.value) == "backup.file_exists"
    assert path.read_text() == "mine"
    with pytest.raises(UsageError) as caught:
        backed_up(filled, tmp_path / "nowhere" / "x.gz")
    assert code_of(caught.value) == "backup.not_writable"


def test_it_is_for_its_owner_only_and_nothing_is_left_of_half_of_it(filled: Store, tmp_path: Path) -> None:
    assert backed_up(filled, tmp_path / "a.gz").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Fault) as caught, new_file(tmp_path / "b.gz") as (file, _):
        file.write(tmp_path.read_bytes())  # as a disk that fails
    assert code_of(caught.value) == "backup.not_written"
    assert sorted(path.name for path in tmp_path.glob("*b.gz*")) == []


def test_restored_in_part_is_not_restored(file: Path, elsewhere: str) -> None:
    """What proving did not see, the database does: all of it goes back."""

    def twice(found: list[object]) -> None:
        place = next(rows_of(found, "given_ids"))
        found.insert(place, found[place])

    forged_file = summed(file, twice)
    with pytest.raises(ChonaiError):
        restore(elsewhere, forged_file, TOLD)
    assert not Store.exists(elsewhere)
