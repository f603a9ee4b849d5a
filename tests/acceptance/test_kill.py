"""Killed anywhere: an apply killed at a random moment is finished by the next one, with nothing done twice."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path

import pytest

from chonai.change.model import Key, Record, Value
from chonai.site.applying import apply_all, settle
from chonai.store.state import State as SetState
from tests.acceptance.ground import CREW, Ground, by_name, ground, open_site, seal
from tests.killing import check_journal, killed

KILLS = 50
PEOPLE, UNITS, GROUPS = range(24), "ABCD", "XYZ"


def _target(rng: random.Random, observed: dict[Key, Record], root: Key, turn: int) -> dict[Key, Record]:
    """A random wish over what is there: some people leave for good, some come, most move, units swap names."""
    desired: dict[Key, Record] = {root: observed[root]}
    known = {(key.type, str(record["sAMAccountName" if key.type != "ou" else "description"])): key
             for key, record in observed.items() if key != root}  # fmt: skip
    homes = []
    for code, name in zip(UNITS, rng.sample([f"課{n}" for n in UNITS], len(UNITS)), strict=True):
        key = known.get(("ou", code), Key("ou", f"new:{code}"))
        desired[key] = {"name": name, "parent": str(root), "description": code}
        homes.append(str(key))
    people = []
    for number in PEOPLE:
        account = f"{root.id[:6]}{number:03d}"
        if rng.random() < 0.15:
            continue
        key = known.get(("user", account), Key("user", f"new:{account}-{turn}"))
        desired[key] = _person(rng, account, rng.choice(homes))
        people.append(str(key))
    for code in GROUPS:
        key = known.get(("group", f"{root.id[:6]}{code}"), Key("group", f"new:{code}"))
        member = frozenset(rng.sample(people, len(people) // 2))
        account = f"{root.id[:6]}{code}"
        desired[key] = {"name": f"班{code}", "parent": str(root), "sAMAccountName": account, "member": member}
    return desired


def _person(rng: random.Random, account: str, home: str) -> dict[str, Value]:
    return {
        "name": account,
        "parent": home,
        "sAMAccountName": account,
        "displayName": f"職員　{account}",
        "department": rng.choice(["総務課", "税務課", "市民課"]),
        "extensionName": frozenset(rng.sample(["chonai:a", "chonai:b", "chonai:c"], 2)),
        "enabled": rng.random() < 0.8,
    }


def _apply(folder: Path, lab: Path, piece: Ground, id_: str) -> None:
    with open_site(folder, lab) as site:
        apply_all(site, id_, CREW, {"ground": piece.settings}, lambda system, done, total: None)


@pytest.mark.timeout(1200)
def test_killed_at_fifty_random_moments(lab: Path, tmp_path: Path) -> None:
    rng = random.Random(20260401)
    interrupted, seconds = 0, 2.0
    with ground(lab) as piece:
        for turn in range(KILLS):
            observed = piece.observe()
            root = next(key for key, record in observed.state.items() if str(record.get("name")).startswith("ground-"))
            desired = _target(rng, dict(observed.state), root, turn)
            with open_site(tmp_path, lab) as site:
                id_ = seal(site, piece, observed, desired)
            started = time.monotonic()
            interrupted += killed(partial(_apply, tmp_path, lab, piece, id_), rng.uniform(0, seconds))
            with open_site(tmp_path, lab) as site:
                settle(apply_all(site, id_, CREW, {"ground": piece.settings}, lambda system, done, total: None))
                assert site.store.state_of(id_) is SetState.APPLIED
                check_journal(site, id_, "ground")
            seconds = max(0.3, min(seconds, time.monotonic() - started))
            assert by_name(piece.observe().state) == by_name(desired), f"turn {turn}"
    assert interrupted > KILLS / 2, "most kills came too late to interrupt anything"
