"""One holder a system, and a dead one holds nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import update

from chonai.change.errors import LockHeld, UsageError
from chonai.change.ports import Event
from chonai.store import Store
from chonai.store.database import Database
from chonai.store.process import Identity, is_ended, is_running, own_identity
from chonai.store.schema import locks
from chonai.text.moments import moment

SYSTEM = "lgwan_ad"
HOLD = """
import sys, time
from chonai.store import Store
with Store.open(sys.argv[1]) as store, store.locks.hold(sys.argv[2], "suzuki", "set2"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def elsewhere(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, that holds the lock of SYSTEM."""
    command = [sys.executable, "-c", HOLD, url, SYSTEM]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_lock_says_who_what_where_and_since_when(store: Store) -> None:
    with store.locks.hold(SYSTEM, "sato", "set1") as holder:
        assert store.locks.holders() == {SYSTEM: holder}
        assert (holder.who, holder.what, holder.host, holder.pid) == ("sato", "set1", socket.gethostname(), os.getpid())
        with pytest.raises(LockHeld) as caught, store.locks.hold(SYSTEM, "suzuki", "set2"):
            pass
        for text in ("sato", "set1", socket.gethostname(), str(os.getpid()), moment(holder.since)):
            assert text in caught.value.render("en")
            assert text in caught.value.render("ja")
    assert store.locks.holders() == {}


def test_a_lock_is_of_one_system(store: Store) -> None:
    with store.locks.hold(SYSTEM, "sato", "set1"), store.locks.hold("ext_ad", "sato", "set1"):
        assert set(store.locks.holders()) == {SYSTEM, "ext_ad"}


def test_a_lock_ends_with_an_error(store: Store) -> None:
    with pytest.raises(RuntimeError), store.locks.hold(SYSTEM, "sato", "set1"):
        raise RuntimeError
    with store.locks.hold(SYSTEM, "sato", "set1"):
        pass


def test_a_living_process_keeps_its_lock(store: Store, url: str) -> None:
    with elsewhere(url) as process:
        with pytest.raises(LockHeld) as caught, store.locks.hold(SYSTEM, "sato", "set1"):
            pass
        assert caught.value.message.fields["pid"] == process.pid


@pytest.mark.parametrize("reaped", [False, True])
def test_a_killed_process_holds_nothing(store: Store, url: str, *, reaped: bool) -> None:
    with elsewhere(url) as process:
        process.send_signal(signal.SIGKILL)
        while process.poll() is None if reaped else not is_ended(process.pid):
            time.sleep(0.01)
        assert store.locks.holders() == {}
        with store.locks.hold(SYSTEM, "sato", "set1") as holder:
            assert store.locks.holders() == {SYSTEM: holder}


def pretend(url: str, **columns: object) -> None:
    """Change what the lock's row says."""
    database = Database(url)
    with database.write() as connection:
        connection.execute(update(locks).values(**columns))
    database.close()


def test_another_process_with_the_same_number_is_not_the_holder(store: Store, url: str) -> None:
    with store.locks.hold(SYSTEM, "suzuki", "set2"):
        pretend(url, process=another(boot="another boot"))
        with store.locks.hold(SYSTEM, "sato", "set1"):
            assert store.locks.holders()[SYSTEM].who == "sato"


def test_who_was_taken_over_does_not_free_the_lock_of_its_successor(store: Store, url: str) -> None:
    with store.locks.hold(SYSTEM, "suzuki", "set2") as _:
        pretend(url, process=another(boot="another boot"))
        successor = store.locks.hold(SYSTEM, "sato", "set1")
        successor.__enter__()
    assert store.locks.holders()[SYSTEM].who == "sato"
    successor.__exit__(None, None, None)


def test_what_another_machine_holds_is_not_judged(store: Store, url: str) -> None:
    with store.locks.hold(SYSTEM, "suzuki", "set2"):
        pretend(url, host="other", process=another(boot="another boot"), pid=2**22 + 1)
        with pytest.raises(LockHeld), store.locks.hold(SYSTEM, "sato", "set1"):
            pass


def take(url: str, barrier: Barrier, taken: Path) -> None:
    with Store.open(url) as store:
        barrier.wait()
        try:
            with store.locks.hold(SYSTEM, "sato", "set1"):
                (taken / str(os.getpid())).touch()
                barrier.wait()  # until all have tried
        except LockHeld:
            barrier.wait()


def test_of_several_takers_one_wins(store: Store, url: str, tmp_path: Path) -> None:
    """Also when all of them find the lock of a dead process."""
    with store.locks.hold(SYSTEM, "suzuki", "set2"):
        pretend(url, process=another(boot="another boot"))
        context = multiprocessing.get_context("spawn")
        barrier = context.Barrier(4)
        taken = tmp_path / "taken"
        taken.mkdir()
        takers = [context.Process(target=take, args=(url, barrier, taken)) for _ in range(4)]
        for taker in takers:
            taker.start()
        for taker in takers:
            taker.join()
    assert [taker.exitcode for taker in takers] == [0] * 4
    assert len(list(taken.iterdir())) == 1


def test_the_doctor_releases_and_the_journal_says_so(store: Store, url: str) -> None:
    with elsewhere(url) as process:
        released = store.locks.release_forcibly(SYSTEM, "tanaka")
        assert (released.who, released.pid) == ("suzuki", process.pid)
        (row,) = store.journal.rows()
        assert (row.entry.event, row.entry.actor, row.entry.system) == (Event.NOTE, "tanaka", SYSTEM)
        assert row.entry.change_set == "set2"
        data = row.entry.data["released_lock"]
        assert isinstance(data, dict)
        assert data["pid"] == process.pid
        with store.locks.hold(SYSTEM, "sato", "set1"):
            pass
    with pytest.raises(UsageError):
        store.locks.release_forcibly(SYSTEM, "tanaka")


def another(**parts: str) -> str:
    """The identity of this process, but for some parts."""
    return str(replace(own_identity(), **parts))


def test_a_process_is_known_by_more_than_its_number() -> None:
    own = str(own_identity())
    assert is_running(os.getpid(), own)
    assert not is_running(os.getpid(), another(start="1"))
    assert not is_running(2**22 + 1, own)
    assert is_ended(2**22 + 1)
    assert not is_ended(os.getpid())


def test_what_this_machine_did_before_its_last_start_has_ended() -> None:
    assert not is_running(os.getpid(), another(boot="another boot"))
    assert is_running(2**22 + 1, another(boot="another boot", machine="another machine of the same name"))
    assert is_running(2**22 + 1, another(boot="another boot", machine=""))
    assert not is_running(2**22 + 1, another(machine=""))


@pytest.mark.parametrize("known_as", ["", "boot/1", str(Identity("machine", "", "1", "1"))])
def test_what_does_not_say_where_it_is_from_is_not_judged(known_as: str) -> None:
    assert is_running(2**22 + 1, known_as)


def test_who_cannot_be_judged_is_not_alive_for_certain(store: Store, url: str) -> None:
    with store.locks.hold(SYSTEM, "suzuki", "set2"):
        assert store.locks.is_alive(SYSTEM)
        for unclear in ("", "boot/1", another(namespace="1"), another(machine="another machine")):
            pretend(url, process=unclear)
            assert (set(store.locks.holders()), store.locks.is_alive(SYSTEM)) == ({SYSTEM}, False)
    assert not store.locks.is_alive(SYSTEM)


def test_what_another_pid_namespace_holds_is_not_judged() -> None:
    assert is_running(2**22 + 1, another(namespace="1"))


TRY = """
import sys
from chonai.change.errors import LockHeld
from chonai.store import Store
with Store.open(sys.argv[1]) as store:
    try:
        with store.locks.hold(sys.argv[2], "sato", "set1"):
            print("taken")
    except LockHeld:
        print("held")
"""


@pytest.mark.parametrize("options", [["--mount-proc"], []])
def test_a_lock_holds_against_another_pid_namespace_with_the_same_host_name(url: str, options: list[str]) -> None:
    """As in a container that shares name and store with its host: there the holder's number means nobody."""
    inside = ["unshare", "-fp", *options]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not make a PID namespace")
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with elsewhere(url), Store.open(url) as store:
        assert store.locks.is_alive(SYSTEM)
        command = [*inside, sys.executable, "-c", TRY, url, SYSTEM]
        assert subprocess.run(command, env=path, capture_output=True, text=True, check=True).stdout == "held\n"
