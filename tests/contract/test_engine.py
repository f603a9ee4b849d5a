"""What the engine promises, kept on every kind of system: killed and resumed, drift, locks, brakes, secrets, the way
back. A system in memory does not outlive a process and stays out.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from chonai.change.errors import BrakeTripped, DriftFound, LockHeld
from chonai.change.model import Brake
from chonai.site import Author
from chonai.site.approving import approve
from chonai.site.handing_out import handouts
from chonai.site.undoing import undo
from chonai.store.state import State as SetState
from chonai.text.messages import message
from tests.acceptance.ground import by_name
from tests.contract import fileserver, nameserver, netboxes
from tests.contract.grounds import BY_HAND, make, placed
from tests.contract.trial import (
    KINDS,
    LEDGERS,
    NAMES,
    FolderTrial,
    LedgerTrial,
    NameTrial,
    PeopleTrial,
    Trial,
)
from tests.killing import check_journal, killed
from tests.unit.change.people import People, make_people

BRAKE = Brake("trial", message("site.bad_value", key="leavers", value="1", wanted="0"))
KILLS = 5
ALL = [placed(name) for name in KINDS]
# How a product's import is killed before its every step, tests/unit/csv_import/test_kill.py tells.
BY_MACHINE = [placed(name) for name in KINDS if name not in BY_HAND]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def trial(request: pytest.FixtureRequest, tmp_path: Path, people: People) -> Iterator[Trial]:
    """One system with something in it, and a site of its own."""
    name = request.param
    lab, scim = (lambda name=name: request.getfixturevalue(name) for name in ("lab", "scim"))
    folder = tmp_path / "site"
    folder.mkdir()
    if name in LEDGERS:
        with netboxes.ground(LEDGERS[name], request, tmp_path) as ground:
            yield LedgerTrial(name, folder, people, ground)
    elif name == fileserver.FOLDERS:
        with fileserver.people(lab()) as holders, fileserver.ground(lab()) as ground:
            yield FolderTrial(name, folder, people, ground, holders)
    elif name == NAMES:
        with nameserver.ground(lab()) as ground:
            yield NameTrial(name, folder, people, ground)
    else:
        with make(name, tmp_path, lab, scim) as ground:
            yield PeopleTrial(name, folder, people, ground)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("trial", BY_MACHINE, indirect=True)
def test_killed_at_any_moment_it_is_finished_by_the_next_apply(trial: Trial) -> None:
    rng = random.Random(20260401)
    interrupted, seconds = 0, 1.5
    for turn in range(KILLS):
        desired = trial.wish(rng, turn)
        id_ = trial.seal(desired)
        started = time.monotonic()
        was_killed = killed(partial(trial.apply, id_), rng.uniform(0, seconds))
        interrupted += was_killed
        trial.apply(id_)
        with trial.site() as site:
            assert site.store.state_of(id_) is SetState.APPLIED
            check_journal(site, id_, trial.name)
        seconds = min(seconds, time.monotonic() - started) if was_killed else seconds / 3
        trial.assert_is(desired)
    assert interrupted, "every kill came too late to interrupt anything"


@pytest.fixture
def begun(trial: Trial) -> Trial:
    """With a first change set made in it."""
    trial.apply(trial.seal(trial.wish(random.Random(1), 0)))
    return trial


@pytest.mark.parametrize("trial", ALL, indirect=True)
def test_what_somebody_else_changed_since_refuses_all_of_it(begun: Trial) -> None:
    id_ = begun.seal(begun.wish(random.Random(2), 1))
    touched = begun.touch()
    before = begun.observe().state
    with pytest.raises(DriftFound) as refused:
        begun.apply(id_)
    assert str(touched) in str([one.as_json() for one in refused.value.details])
    assert begun.observe().state == before


@pytest.mark.parametrize("trial", ALL, indirect=True)
def test_who_holds_the_lock_is_named_and_nothing_is_written(begun: Trial) -> None:
    id_ = begun.seal(begun.wish(random.Random(2), 1))
    before = begun.observe().state
    with begun.site() as site, site.store.locks.hold(begun.name, "suzuki", "20260401-abc123"):
        with pytest.raises(LockHeld) as refused:
            begun.apply(id_)
        assert refused.value.message.fields["who"] == "suzuki"
    assert begun.observe().state == before


@pytest.mark.parametrize("trial", ALL, indirect=True)
def test_a_brake_stops_it_until_it_is_released_by_name(begun: Trial) -> None:
    desired = begun.wish(random.Random(2), 1)
    id_ = begun.seal(desired, BRAKE)
    before = begun.observe().state
    with pytest.raises(BrakeTripped):
        begun.apply(id_)
    assert begun.observe().state == before
    with begun.site() as site:
        approve(site, id_, principal="suzuki", releases=["trial"], key=begun.people.key("suzuki"))
    begun.apply(id_)
    begun.assert_is(desired)


@pytest.mark.parametrize("trial", ALL, indirect=True)
def test_it_is_taken_back_and_planned_again_it_is_nothing(begun: Trial) -> None:
    before = by_name(begun.observe().state)
    id_ = begun.seal(desired := begun.wish(random.Random(2), 1))
    begun.apply(id_)
    begun.assert_is(desired)
    with begun.site() as site:
        author = Author("sato", begun.people.key("sato"))
        back = undo(site, id_, {begun.name: begun.settings}, author).change_set.id
    begun.apply(back)
    assert by_name(begun.observe().state) == before
    with begun.site() as site:
        assert site.store.state_of(id_) is SetState.UNDONE
        again = site.store.change_sets.get(begun.seal(begun.observe().state)).change_set
    assert not again.plans[0].changes


@pytest.mark.parametrize("trial", ALL, indirect=True)
def test_no_secret_is_left_behind(trial: Trial) -> None:
    id_ = trial.seal(trial.wish(random.Random(3), 0))
    trial.apply(id_)
    with trial.site() as site:
        made = [
            word for one in handouts(site, id_, trial.people.key("jinji"), "jinji") for word in one.secrets.values()
        ]
        said = "".join(str(row) for row in site.store.journal.rows(id_))
    assert len(made) == trial.newcomers
    files = [path for path in trial.folder.parent.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files) + said.encode()
    assert [word for word in (*made, *trial.logins()) if word.encode() in kept] == []
