"""The year's change of 汐見野市 on directories and on the folders of the sections, in one change set: what people can
open afterwards, and that all of it comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from chonai.systems.folders.descriptor import to_sddl
from tests.acceptance.demo.domain import DOMAINS, LGWAN, staff_password
from tests.acceptance.demo.dumps import differences
from tests.acceptance.stage import CREW, FILES, Done, Stage, reset, stage, told
from tests.city import truth
from tests.city.build import build
from tests.contract.fileserver import by_hand, settings

pytestmark = [pytest.mark.usefixtures("lab"), pytest.mark.timeout(900)]

YEAR = {
    "orders": str(FILES / "orders-2026.csv"),
    "organisation": str(FILES / "organisation-2026.csv"),
    "reorganisation": str(FILES / "reorganisation-2026.csv"),
    "effective_date": "2026-04-01",
    "not_before": "2026-01-01T00:00",
}
LIMIT = ("--limit", "lgwan_ad,ext_ad,sanitizer")
UNTIL = "（2027-03-31まで閲覧）"
DENIED = {"NT_STATUS_ACCESS_DENIED"}
FILE = "起案.txt"


@dataclass(frozen=True)
class Person:
    """Somebody of the seed, by where they are before and after."""

    account: str
    before: str
    after: str

    def writes(self, folder: str) -> bool:
        return LGWAN.opens(self.account, staff_password(), folder)

    def reads(self, folder: str) -> bool:
        return not LGWAN.refusals(self.account, staff_password(), f'cd "{folder}"; get {FILE} /dev/null')

    def puts(self, folder: str) -> None:
        assert not LGWAN.refusals(self.account, staff_password(), f'cd "{folder}"; put /etc/hostname {FILE}')

    def is_shut_out_of(self, folder: str) -> bool:
        return LGWAN.refusals(self.account, staff_password(), f'cd "{folder}"; ls') == DENIED


class Town:
    """Who is where, worked out from the people and not by chonai."""

    @cached_property
    def people(self) -> list[Person]:
        city = build()
        before, after = (truth.expected(city, when, "lgwan") for when in ("before", "after"))
        return [
            Person(account, _only(one.groups), _only(after[account].groups))
            for account, one in sorted(before.items())
            if account in after and one.enabled and after[account].enabled
        ]

    @cached_property
    def folders(self) -> dict[str, set[str]]:
        """What the folders are called, before and after."""
        city = build()
        return {when: {f"{o.code}_{o.name}" for o in truth.offices(city, when)} for when in ("before", "after")}

    def mover(self) -> Person:
        """The first who goes from one section to another, of which nothing else changes."""
        steady = {folder[:6] for folder in self.folders["before"] & self.folders["after"]}
        return next(one for one in self.people if one.before != one.after and {one.before, one.after} <= steady)

    def one(self, before: str, after: str) -> Person:
        """The first who is in one section before, and in one after."""
        return next(one for one in self.people if (one.before, one.after) == (before, after))

    def newcomer(self, after: str) -> Person:
        """The first who comes to a section from one that has nothing to do with it."""
        return next(one for one in self.people if one.after == after and one.before not in ("", after))

    def folder(self, code: str, when: str = "before") -> str:
        """The folder of a section."""
        return next(folder for folder in self.folders[when] if folder.startswith(code))


def _only(groups: frozenset[str]) -> str:
    """The code of the only section that somebody is in; blank for who is in several."""
    found = [group[4:] for group in groups if group.startswith("sec-")]
    return found[0] if len(found) == 1 else ""


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


@pytest.fixture
def seeded(lab: Path) -> Iterator[None]:
    """The city as it was seeded, before and after."""
    reset()
    yield
    reset()


def plan(terminal: Stage) -> Done:
    done = terminal.playbook("personnel_change", *LIMIT, **YEAR)
    assert done.returncode == 0, told(done)
    return done


def approve(terminal: Stage, id_: str) -> None:
    done = terminal.approve(id_)
    assert done.returncode == 0, told(done)


def share(lab: Path) -> dict[str, list[str]]:
    """Every folder of the share, and what is in it, with all its entries; what comes back is behind what was there."""
    found = {}
    with by_hand(settings(lab)) as opened:
        [(_, folders)] = opened.listings([""])
        paths = [folder.name for folder in folders]
        for path, (_, entries) in zip(list(paths), opened.listings(paths), strict=True):
            paths += [rf"{path}\{entry.name}" for entry in entries]
        for path, (_, descriptor) in zip(paths, opened.descriptors(paths), strict=True):
            assert descriptor is not None
            found[path] = sorted(to_sddl(descriptor).split("("))
    return found


@pytest.mark.usefixtures("seeded")
def test_the_year_on_directory_and_folders(lab: Path, tmp_path: Path, town: Town) -> None:
    terminal = stage(tmp_path)
    mover = town.mover()
    merged, chained = town.one("070200", "070600"), town.one("060200", "060300")
    split, newcomer = town.one("050600", "050700"), town.newcomer("070400")
    for one in (merged, chained, split):
        one.puts(town.folder(one.before))
    before = {domain.server: domain.dump() for domain in DOMAINS}
    folders = share(lab)

    plan(terminal)
    [change] = terminal.change_sets
    id_ = str(change["id"])
    shown = terminal.shell.read("chonai", "show", id_)
    assert "S-1-5-21" not in shown
    assert r"LGWAN\sec-070600" in shown
    approve(terminal, id_)
    done = terminal.chonai("apply", id_, "--operator", "sato", "--watcher", "tanaka")
    assert done.returncode == 0, told(done)

    old, new = town.folder(mover.before), town.folder(mover.after)
    assert (mover.writes(new), mover.is_shut_out_of(old)) == (True, True)
    ended = f"{town.folder('070200')}{UNTIL}"
    assert (merged.reads(ended), merged.writes(ended)) == (True, False)
    assert merged.writes(town.folder("070600", "after"))
    assert (chained.reads("060300_こども家庭課"), chained.writes("060300_こども家庭課")) == (True, True)
    assert chained.is_shut_out_of("060400_こども相談課")
    gone = f"{town.folder('050600')}{UNTIL}"
    assert (split.reads(gone), split.writes(gone)) == (True, False)
    assert newcomer.writes(town.folder("070400", "after"))
    assert newcomer.is_shut_out_of(f"{town.folder('070400')}{UNTIL}")

    plan(terminal)
    assert len(terminal.change_sets) == 1

    made = terminal.chonai("undo", id_)
    assert made.returncode == 0, told(made)
    back = next(str(one["id"]) for one in terminal.change_sets if one["undo_of"] == id_)
    assert "S-1-5-21" not in terminal.shell.read("chonai", "show", back)
    approve(terminal, back)
    undone = terminal.playbook("change", *LIMIT, change_id=back, change_hosts="personnel", **CREW)
    assert undone.returncode == 0, told(undone)
    assert terminal.state(id_) == "undone"
    assert [differences(before[domain.server], domain.dump()) for domain in DOMAINS] == [[], []]
    assert share(lab) == folders
    assert merged.writes(town.folder("070200"))


MERGER = (("070200", "070600", "統合"), ("070400", "070600", "統合"), ("", "070400", "新設"))


def small(folder: Path) -> dict[str, str]:
    """A reorganisation of three rows, in files: two sections become one, and the code of one of them is another's."""
    text = (FILES / "organisation-2025.csv").read_text(encoding="utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()]
    kept = [row for row in rows if row[0][:4] not in ("0702", "0704")]
    named = dict(zip(rows[0], next(row for row in rows if row[0] == "070200"), strict=True))
    for code, name in (("070600", "産業振興課"), ("070400", "ふるさと納税課")):
        kept.append([*({**named, "所属コード": code, "所属名": name, "課名": name}).values()])
    files = {"organisation": kept, "reorganisation": [["旧コード", "新コード", "種別", "適用日"]]}
    files["reorganisation"] += [[*row, "2026-04-01"] for row in MERGER]
    for name, cells in files.items():
        (folder / f"{name}.csv").write_text("".join(f"{','.join(row)}\n" for row in cells), encoding="utf-8")
    paths = {name: str(folder / f"{name}.csv") for name in files}
    return {**paths, "effective_date": "2026-04-01", "not_before": "2026-01-01T00:00"}


@pytest.mark.usefixtures("seeded")
def test_the_playbook_writes_folders_when_the_directory_is_done(tmp_path: Path, town: Town) -> None:
    """Every host is an apply of its own there: what the folders refer to has its new names by then."""
    terminal = stage(tmp_path / "site", "none")
    done = terminal.playbook("personnel_change", *LIMIT, **small(tmp_path))
    assert done.returncode == 0, told(done)
    [change] = terminal.change_sets
    assert change["state"] == "applied"
    members = [one for one in town.people if one.before in ("070200", "070400")]
    for one in members[:1] + members[-1:]:
        assert one.writes("070600_産業振興課")
        ended = f"{town.folder(one.before)}{UNTIL}"
        assert (one.is_shut_out_of("070400_ふるさと納税課"), one.writes(ended)) == (True, False)
    again = terminal.playbook("personnel_change", *LIMIT, **small(tmp_path))
    assert again.returncode == 0, told(again)
    assert len(terminal.change_sets) == 1
