"""Drift, locks, a server that goes away, and the way back: on a piece of the lab's directory."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chonai.change.errors import ApprovalRefused, DriftFound, LockHeld
from chonai.change.model import Key, Record, State
from chonai.change.system import Observation
from chonai.site import Crew, Site
from chonai.site.applying import Outcome, apply_all, settle
from chonai.site.approving import approve
from chonai.site.undoing import undo
from chonai.store.state import State as SetState
from tests.acceptance.ground import CREW, Ground, by_name, ground, open_site, seal

COUNT = 6


@pytest.fixture(scope="module")
def piece(lab: Path) -> Iterator[Ground]:
    with ground(lab) as made:
        yield made


@pytest.fixture
def site(lab: Path, tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, lab) as opened:
        yield opened


def root_of(state: State) -> Key:
    return next(key for key, record in state.items() if str(record.get("name")).startswith("ground-"))


def apply(site: Site, piece: Ground, id_: str, crew: Crew = CREW) -> list[Outcome]:
    return apply_all(site, id_, crew, {"ground": piece.settings}, lambda system, done, total: None)


def wish(state: State, count: int = COUNT) -> dict[Key, Record]:
    """Two units, a group in one of them, and people in the first who are all in the group."""
    root = root_of(state)
    first, second, group = Key("ou", "new:1"), Key("ou", "new:2"), Key("group", "new:g")
    desired: dict[Key, Record] = {
        root: state[root],
        first: {"name": "税務課", "parent": str(root), "description": "1"},
        second: {"name": "市民課", "parent": str(root), "description": "2"},
    }
    for number in range(count):
        account = f"{root.id[:6]}{number:03d}"
        desired[Key("user", f"new:{account}")] = {
            "name": account,
            "parent": str(first),
            "sAMAccountName": account,
            "displayName": f"職員　{number}",
            "enabled": True,
        }
    member = frozenset(str(key) for key in desired if key.type == "user")
    name = f"{root.id[:6]}g"
    desired[group] = {"name": "班", "parent": str(first), "sAMAccountName": name, "member": member}
    return desired


@pytest.fixture
def people(site: Site, piece: Ground) -> State:
    """The wish, made; whatever stood there before is gone."""
    empty = emptied(site, piece)
    settle(apply(site, piece, seal(site, piece, empty, wish(empty.state))))
    return piece.observe().state


def emptied(site: Site, piece: Ground) -> Observation:
    observed = piece.observe()
    root = root_of(observed.state)
    settle(apply(site, piece, seal(site, piece, observed, {root: observed.state[root]})))
    return piece.observe()


def moved(state: State) -> dict[Key, Record]:
    """Everybody changes from the first unit to the second and leaves the group."""
    units = {record["name"]: key for key, record in state.items() if key.type == "ou"}
    desired = dict(state)
    for key, record in state.items():
        if key.type == "user":
            desired[key] = {**record, "parent": str(units["市民課"]), "department": "市民課"}
        if key.type == "group":
            desired[key] = {**record, "member": frozenset()}
    return desired


def first_user(state: State) -> tuple[Key, str]:
    key = min(key for key in state if key.type == "user")
    return key, str(state[key]["sAMAccountName"])


def dn_of(piece: Ground, account: str) -> str:
    search = ["-LLL", "-o", "ldif-wrap=no", "-b", piece.base, f"(sAMAccountName={account})", "dn"]
    return piece.ldap("ldapsearch", *search).split("\n")[0]


RENAMED_BY_HAND = "changetype: modify\nreplace: {name}\n{name}: by hand\n"
HANDS = {
    "an attribute": RENAMED_BY_HAND.format(name="displayName"),
    "switched off": "changetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n",
    "deleted": "changetype: delete\n",
}


@pytest.mark.parametrize("hand", HANDS)
def test_a_change_by_hand_refuses_the_apply_and_is_named(site: Site, piece: Ground, people: State, hand: str) -> None:
    key, account = first_user(people)
    observed = piece.observe()
    id_ = seal(site, piece, observed, moved(people))
    piece.ldap("ldapmodify", input_=f"{dn_of(piece, account)}\n{HANDS[hand]}")
    before = piece.observe().state
    with pytest.raises(DriftFound) as refused:
        apply(site, piece, id_)
    assert str(key) in [detail.fields["object"] for detail in refused.value.details]
    assert piece.observe().state == before
    assert site.store.state_of(id_) is SetState.SEALED


def test_a_move_by_hand_is_drift_and_not_a_new_object(site: Site, piece: Ground, people: State) -> None:
    key, account = first_user(people)
    id_ = seal(site, piece, piece.observe(), moved(people))
    rdn = f"newrdn: CN={account}\ndeleteoldrdn: 1\nnewsuperior: OU=市民課,{piece.base}\n"
    piece.ldap("ldapmodify", input_=f"{dn_of(piece, account)}\nchangetype: modrdn\n{rdn}")
    with pytest.raises(DriftFound) as refused:
        apply(site, piece, id_)
    assert [detail.fields["object"] for detail in refused.value.details] == [str(key)]


def test_what_was_made_by_hand_meanwhile_is_drift(site: Site, piece: Ground, people: State) -> None:
    root = root_of(people)
    account = f"{root.id[:6]}900"
    new = {"name": account, "parent": str(root), "sAMAccountName": account, "enabled": True}
    id_ = seal(site, piece, piece.observe(), {**people, Key("user", "new:900"): new})
    piece.ldap("ldapadd", input_=f"dn: CN={account},{piece.base}\nobjectClass: user\nsAMAccountName: {account}\n")
    with pytest.raises(DriftFound) as refused:
        apply(site, piece, id_)
    assert [detail.fields["object"] for detail in refused.value.details] == ["user:new:900"]


def test_another_hand_in_the_same_group_is_not_in_the_way(site: Site, piece: Ground, people: State) -> None:
    """A group's members are changed by value: who was put there by somebody else stays."""
    desired = moved(people)
    id_ = seal(site, piece, piece.observe(), desired)
    group = dn_of(piece, f"{root_of(people).id[:6]}g")
    guest = "CN=svc-backup,OU=管理,OU=汐見野市,DC=lgwan,DC=shiomino,DC=example"
    piece.ldap("ldapmodify", input_=f"{group}\nchangetype: modify\nadd: member\nmember: {guest}\n")
    settle(apply(site, piece, id_))
    found = piece.ldap("ldapsearch", "-LLL", "-b", piece.base, "(objectClass=group)", "member")
    assert found.count("member:") == 1


def test_of_two_applies_one_is_refused_and_told_who_holds_the_lock(
    site: Site, piece: Ground, people: State, lab: Path, tmp_path: Path
) -> None:
    id_ = seal(site, piece, piece.observe(), moved(people))
    child = os.fork()
    if child == 0:
        with open_site(tmp_path, lab) as other, other.store.locks.hold("ground", "suzuki", id_):
            os.write(1, b"")
            time.sleep(30)
        os._exit(0)
    try:
        while "ground" not in site.store.locks.holders():
            time.sleep(0.02)
        before = piece.observe().state
        with pytest.raises(LockHeld) as refused:
            apply(site, piece, id_)
        assert "suzuki" in refused.value.render()
        assert str(child) in refused.value.render()
        assert piece.observe().state == before
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    settle(apply(site, piece, id_))  # the holder is dead: its lock is free


def test_a_controller_restarted_in_the_middle(site: Site, piece: Ground, lab: Path) -> None:
    observed = emptied(site, piece)
    desired = wish(observed.state, 150)
    id_ = seal(site, piece, observed, desired)
    control = str(lab / "bin" / "dc")
    stop = threading.Timer(1.5, lambda: subprocess.run([control, "stop", "lgwan"], check=True, capture_output=True))
    stop.start()
    try:
        (outcome,) = apply(site, piece, id_)
    finally:
        stop.join()
        subprocess.run([control, "start", "lgwan"], check=True, capture_output=True)
    assert outcome.error is not None or (outcome.tally is not None and not outcome.tally.complete)
    assert site.store.state_of(id_) in (SetState.INTERRUPTED, SetState.PARTLY_FAILED)
    settle(apply(site, piece, id_))
    assert by_name(piece.observe().state) == by_name(desired)
    site.store.journal.verify()


def test_undo_brings_everything_back(site: Site, piece: Ground, people: State) -> None:
    """Moves, groups, and deleted people with their memberships: under the same keys."""
    desired = {key: record for key, record in moved(people).items() if key != first_user(people)[0]}
    id_ = seal(site, piece, piece.observe(), desired)
    settle(apply(site, piece, id_))
    assert piece.observe().state == desired
    back = undo(site, id_, {"ground": piece.settings}, piece.author).change_set
    settle(apply(site, piece, back.id))
    assert piece.observe().state == people
    assert site.store.state_of(id_) is SetState.UNDONE


def test_undo_of_one_person_leaves_the_others(site: Site, piece: Ground, people: State) -> None:
    key, _ = first_user(people)
    desired = moved(people)
    id_ = seal(site, piece, piece.observe(), desired)
    settle(apply(site, piece, id_))
    settle(apply(site, piece, undo(site, id_, {"ground": piece.settings}, piece.author, only=[key]).change_set.id))
    group = next(k for k in people if k.type == "group")
    expected = {**desired, key: people[key], group: {**people[group], "member": frozenset({str(key)})}}
    assert piece.observe().state == expected
    assert site.store.state_of(id_) is SetState.PARTLY_UNDONE


def test_an_undo_does_not_overwrite_what_somebody_did_since(site: Site, piece: Ground, people: State) -> None:
    key, account = first_user(people)
    id_ = seal(site, piece, piece.observe(), moved(people))
    settle(apply(site, piece, id_))
    piece.ldap("ldapmodify", input_=f"{dn_of(piece, account)}\n{RENAMED_BY_HAND.format(name='department')}")
    back = undo(site, id_, {"ground": piece.settings}, piece.author).change_set
    assert [warning.fields["object"] for warning in back.plans[0].warnings] == [str(key)]
    settle(apply(site, piece, back.id))
    assert piece.observe().state[key]["department"] == "by hand"


def test_without_approval_nothing_is_read_or_written(piece: Ground, people: State, lab: Path, tmp_path: Path) -> None:
    with open_site(tmp_path / "strict", lab, approval="second_person") as strict:
        id_ = seal(strict, piece, piece.observe(), moved(people))
        with pytest.raises(ApprovalRefused):
            apply(strict, piece, id_)
        with pytest.raises(ApprovalRefused):
            approve(strict, id_, principal="sato", releases=(), key=lab / "keys" / "sato")
        approve(strict, id_, principal="suzuki", releases=(), key=lab / "keys" / "suzuki")
        settle(apply(strict, piece, id_))
