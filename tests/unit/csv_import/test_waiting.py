"""An import counts when somebody says so, or when the product's export shows it."""

from __future__ import annotations

import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from chonai.change.errors import InputError, SystemUnreachable, UsageError
from chonai.change.model import Key
from chonai.systems.csv_import.answers import confirm, waiting
from tests.unit.csv_import.ground import NOW, PASSWORD, Town, create, update

ONE = Key("user", "1")
USERS = "user_id,staff_no,user_name,section,section_name,title,mail,home,enabled,memo\n"
JOINER = create("user", "1", "initial_password", name="1", displayName="山田", enabled=True)


def town(folder: Path, **more: object) -> Town:
    return Town(folder, "external_file_exchange", **more)


def unanswered(folder: Path) -> Town:
    """An apply that nobody answered in time."""
    made = town(folder)
    made.answers = False
    with pytest.raises(SystemUnreachable) as caught:
        made.apply(JOINER)
    told = caught.value.render("en")
    assert "20260401-001_user_001.csv" in told
    assert "chonai confirm product" in told
    assert "Then apply again" in told
    return made


def test_the_file_is_for_its_owner_alone_and_gone_when_it_was_confirmed(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    [file] = waiting(made.settings)
    assert PASSWORD in file.path.read_text()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    everything_else = [path for path in tmp_path.rglob("*") if path.is_file() and path != file.path]
    assert not [path for path in everything_else if PASSWORD.encode() in path.read_bytes()]
    assert confirm(made.settings, by="佐藤", at=NOW) == [file.path]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert not waiting(made.settings)


def test_nothing_is_planned_while_a_file_waits(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    with pytest.raises(SystemUnreachable, match="nobody knows how the product is"):
        made.state()
    assert not made.connect().read([ONE], made.scope())


def test_what_was_confirmed_while_nobody_waited_counts(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    confirm(made.settings, by="佐藤", at=NOW)
    assert made.state()[ONE]["displayName"] == "山田"
    assert dict(made.connect().locate([JOINER])) == {JOINER.key: ONE}


def test_an_apply_that_finds_a_waiting_file_waits_for_it_and_adds_nobody_twice(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    made.answers = True
    [result] = made.system.apply([JOINER], lambda change, name: "Second-2026-Pass!")
    assert (result.key, result.error) == (ONE, None)
    rows = [data.decode().splitlines()[1] for _, data in sorted(made.seen.items())]
    assert rows == [f"A,1,,山田,,,,,,{PASSWORD},1,", "M,1,-,山田,-,-,-,-,-,Second-2026-Pass!,1,-"]
    assert not [path for path in made.outbox.iterdir() if path.is_dir()]


def test_a_rejected_file_fails_its_changes_with_the_reason_and_is_tried_again_by_the_next_apply(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.rejected = "ライセンス数が足りません"
    [result] = made.apply(JOINER)
    assert "20260401-001_user_001.csv was not imported: ライセンス数が足りません" in str(result.error)
    assert not made.state()
    made.rejected = None
    assert made.apply(JOINER)[0].error is None
    assert set(made.state()) == {ONE}


def test_a_rejection_that_came_while_nobody_waited_is_said_once(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    confirm(made.settings, by="佐藤", at=NOW, rejected="重複")
    assert not made.state()
    made.answers = True
    assert "重複" in str(made.apply(JOINER)[0].error)
    assert made.apply(JOINER)[0].error is None


def test_one_of_two_files_may_be_rejected(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.answers = False
    people = [create("user", f"{n:03}", name=f"{n:03}", displayName="x", enabled=True) for n in range(150)]
    with pytest.raises(SystemUnreachable):
        made.apply(*people)
    first, second = waiting(made.settings)
    confirm(made.settings, [first.path.name], by="佐藤", at=NOW)
    confirm(made.settings, [str(second.path)], by="佐藤", at=NOW, rejected="途中で止まりました")
    results = made.apply(*people)
    assert [result.error is None for result in results] == [True] * 100 + [False] * 50
    assert len(made.state()) == 100


@pytest.mark.parametrize("how", ["gone", "empty", "a row more"])
def test_what_is_not_there_as_it_was_written_was_not_imported(tmp_path: Path, how: str) -> None:
    made = unanswered(tmp_path)
    [file] = waiting(made.settings)
    whole = file.path.read_bytes()
    if how == "gone":
        file.path.unlink()
    else:
        file.path.write_bytes(b"" if how == "empty" else whole + b"D,9\r\n")
    with pytest.raises(UsageError, match=r"is not in|is not as chonai wrote it"):
        confirm(made.settings, by="佐藤", at=NOW)
    assert waiting(made.settings)
    file.path.write_bytes(whole)
    assert confirm(made.settings, by="佐藤", at=NOW) == [file.path]


def test_a_batch_that_disappears_is_named(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    [file] = waiting(made.settings)
    system = made.connect(sleep=lambda _: shutil.rmtree(file.path.parent))
    with pytest.raises(SystemUnreachable, match="whose files were waited for, is gone"):
        system.apply([JOINER], lambda change, name: PASSWORD)


def test_a_manifest_that_is_damaged_is_a_sentence(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    [file] = waiting(made.settings)
    (file.path.parent / ".batch.json").write_text("[]")
    with pytest.raises(SystemUnreachable, match="outbox"):
        waiting(made.settings)


def test_only_what_waits_can_be_answered(tmp_path: Path) -> None:
    made = unanswered(tmp_path)
    with pytest.raises(UsageError, match="does not wait for an answer"):
        confirm(made.settings, ["other.csv"], by="佐藤", at=NOW)
    with pytest.raises(UsageError, match="say why the files were rejected"):
        confirm(made.settings, by="佐藤", at=NOW, rejected=" ")
    confirm(made.settings, by="佐藤", at=NOW)
    with pytest.raises(UsageError, match="no import file waits"):
        confirm(made.settings, by="佐藤", at=NOW)


def test_an_interrupted_wait_says_what_to_type(tmp_path: Path) -> None:
    made = town(tmp_path, confirm_within=30)

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemUnreachable, match="chonai confirm product"):
        made.connect(interrupt).apply([JOINER], lambda change, name: PASSWORD)
    assert len(waiting(made.settings)) == 1


def test_two_applies_do_not_work_in_one_outbox(tmp_path: Path) -> None:
    made = town(tmp_path, confirm_within=30)
    other = made.connect()
    told: list[str] = []

    def meanwhile(seconds: float) -> None:
        with pytest.raises(SystemUnreachable) as caught:
            other.apply([JOINER], lambda change, name: PASSWORD)
        told.append(str(caught.value))
        confirm(made.settings, by="佐藤", at=NOW)

    made.connect(meanwhile).apply([JOINER], lambda change, name: PASSWORD)
    assert ["another apply works in" in one for one in told] == [True]


def test_a_ledger_that_is_lost_stops_everything(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.apply(JOINER)
    Path(f"{made.outbox}.ledger.json").unlink()
    with pytest.raises(SystemUnreachable, match="is gone, and without it nobody knows"):
        made.state()


def test_a_ledger_does_not_begin_by_itself(tmp_path: Path) -> None:
    made = town(tmp_path)
    del made.settings["begin_with"]
    with pytest.raises(SystemUnreachable, match="Say what it begins with"):
        made.connect().observe(made.scope())


def exporting(folder: Path) -> Town:
    """A product whose exports tell how it is: one user, no folders."""
    exports = {type_: str(folder / f"{type_}.csv") for type_ in ("user", "group")}
    (folder / "user.csv").write_text(f"{USERS}1,,山田,,,,,,1,\n")
    (folder / "group.csv").write_text("folder_id,folder_name,members,approvers,deputies\n")
    return town(folder, observed="export", exports=exports)


def test_a_confirmed_import_counts_until_an_export_is_newer(tmp_path: Path) -> None:
    made = exporting(tmp_path)
    old, new = ((NOW + timedelta(hours=hours)).timestamp() for hours in (-1, 1))
    os.utime(tmp_path / "user.csv", (old, old))
    made.apply(update(ONE, {"displayName": "山田"}, {"displayName": "佐藤"}))
    assert made.state()[ONE]["displayName"] == "佐藤"
    os.utime(tmp_path / "user.csv", (new, new))
    assert made.state()[ONE]["displayName"] == "山田"


def test_a_newer_export_that_shows_it_is_as_good_as_a_word(tmp_path: Path) -> None:
    made = exporting(tmp_path)
    made.settings["confirm_within"] = 30

    def exported(seconds: float) -> None:
        (tmp_path / "user.csv").write_text(f"{USERS}1,,佐藤,,,,,,1,\n")

    [result] = made.connect(exported).apply(
        [update(ONE, {"displayName": "山田"}, {"displayName": "佐藤"})], lambda change, name: PASSWORD
    )
    assert result.error is None
    assert made.state()[ONE]["displayName"] == "佐藤"


def test_an_export_cannot_show_a_new_password(tmp_path: Path) -> None:
    made = exporting(tmp_path)
    again = create("user", "1", "initial_password", name="1", displayName="山田", enabled=True)
    completed = type(again)(again.action, ONE, {}, again.after, "", secrets=again.secrets)
    made.answers = False
    with pytest.raises(SystemUnreachable):
        made.connect(lambda seconds: (tmp_path / "user.csv").touch()).apply([completed], lambda change, name: PASSWORD)
    assert [file.provable for file in waiting(made.settings)] == [False]


def test_a_wrong_export_is_told_whole(tmp_path: Path) -> None:
    made = exporting(tmp_path)
    (tmp_path / "group.csv").write_text("folder_id,folder_name,members,approvers,deputies\nf,,nobody,,\n")
    with pytest.raises(InputError, match="the exports are not as the profile says") as caught:
        made.state()
    assert 'group.csv, row 2, folder_name "": is empty' in str(caught.value)
    assert 'group.csv, row 2, members "nobody": there is no user of this key' in str(caught.value)
