"""Papers of runs of jobs: work report, work record, report of a period. Read back by other libraries."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import docx
import pytest

from chonai.jobs.runs import Result
from chonai.text.messages import message
from tests.unit.cli.conftest import Run
from tests.unit.cli.runs import BAD, LEAKY, a_run, over, with_jobs
from tests.unit.cli.test_records import ALL, sheets
from tests.unit.cli.town import Town, wanted

CITY = "city_name: 汐見野市\n"


@pytest.fixture(autouse=True)
def settled(town: Town) -> None:
    with_jobs(town, CITY)


def report(run: Run, id_: str, *more: str, code: int = 0) -> tuple[str, list[list[list[str]]]]:
    """Its paragraphs, and its tables."""
    file = Path(f"{id_}.docx")
    ran = run("report", "work", id_, "--output", file, *more)
    assert (ran.code, ran.err) == (code, "")
    paper = docx.Document(str(file))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    return "\n".join(paragraph.text for paragraph in paper.paragraphs), tables


def applied(town: Town, run: Run) -> str:
    id_ = town.seal(*wanted(), "lgwan_ad")
    assert run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki")).code == 0
    assert run("apply", id_, "--operator", "sato", "--watcher", "tanaka").code == 0
    return id_


def test_the_work_report_of_a_run(town: Town, run: Run) -> None:
    change_set = applied(town, run)
    id_ = a_run(town, change_set, "20200101-archiv", attempts=(BAD,))
    text, tables = report(run, id_)
    head = dict(tables[0])
    assert head["件名"] == f"異動の準備 (prepare, {id_})"
    assert head["依頼"].startswith("sato ")
    assert (head["作業者"], head["立会者（確認者）"], head["承認"]) == ("sato", "tanaka", "suzuki")
    assert head["結果"].startswith("失敗: プレイブックは終了コード 4")
    people, steps, pauses, sets, differences = tables[1:6]
    assert [(row[0], row[1], row[4]) for row in people[1:]] == [
        ("承認者", "suzuki", "確認済み"),
        ("作業者", "sato", "確認済み"),
        ("確認者", "tanaka", "確認済み"),
    ]
    assert [row for row in steps if row[1] == "ext_ad" and f"接続不可: Apply（0.5 秒）: {LEAKY}" in row[3]]
    assert [row[3] for row in steps[1:3]] == ["実行を依頼", "承認者として参加"]
    assert "確認者 tanaka がいません" in pauses[1][2]
    assert sets[1][:6] == [change_set, "人事異動", "5", "5", "0", "0"]
    assert sets[2] == ["20200101-archiv", "", "", "", "", "", "ここでは読めません"]
    assert [row for row in differences if "税務課" in row]
    left = next(table for table in tables if "状況" in table[0][2:3])
    assert left[1][1:3] == ["異動の準備", "失敗"]
    assert left[2] == ["ext_ad", "Apply", "接続不可", LEAKY]
    assert "chonai-journal" in tables[-2][2][1]
    assert "残課題 2 件" in text


def test_what_was_done_in_the_end_leaves_nothing(town: Town, run: Run) -> None:
    text, tables = report(run, a_run(town))
    assert "なし（すべて実施済み）" in text
    head = dict(tables[0])
    assert (head["試行"], head["結果"]) == ("2", "完了")
    assert len(tables[1]) == 1 + 5  # of the second attempt operator and watcher once more


def test_the_usual_name_and_the_other_language(town: Town, run: Run) -> None:
    id_ = a_run(town)
    assert run("report", "work", id_, "--no-media").code == 0
    assert list(Path().glob("*_作業報告書_prepare_v1.0.docx"))
    text, _tables = report(run, id_, "--locale", "en")
    assert "Who took part" in text
    assert run("report", "work", "run-20260401-nobody").code == 2


def test_the_record_of_a_run_has_its_change_sets(town: Town, run: Run) -> None:
    change_set = applied(town, run)
    id_ = a_run(town, change_set)
    assert run("report", "work", id_, "--output", "record.xlsx").code == 0
    found = sheets("record.xlsx")
    assert [row[2] for row in found["作業一覧"][1:]] == [id_, change_set]
    assert [row[-1] for row in found["作業一覧"][1:]] == ["完了", "適用済み"]
    assert {row[0] for row in found["前後の差分"][1:]} == {change_set}
    assert [row for row in found["手順"] if row[0] == id_ and row[2] == "ext_ad"]


def test_a_period_has_runs_also_missed_and_refused_ones(town: Town, run: Run) -> None:
    change_set = applied(town, run)
    done = a_run(town, change_set)
    missed = over(town, Result.MISSED, message("runs.lacks_watcher", id="x"))
    refused = over(town, Result.REFUSED)
    assert run("report", "period", *ALL, "--output", "period.xlsx").code == 0
    found = sheets("period.xlsx")
    told = {row[2]: (row[3], row[-1]) for row in found["作業一覧"][1:]}
    assert list(told) == [change_set, done, missed, refused]
    assert told[done] == ("異動の準備", "完了")
    assert (told[missed][1], told[refused][1]) == ("未実行", "拒否")
    left = {row[0]: row for row in found["残課題"][1:]}
    assert set(left) == {missed, refused}
    assert "確認者がいません" in str(left[missed][4])
    assert dict(row[:2] for row in found["概要"])["変更件数"] == "5"  # those of the change set, once


def test_a_run_whose_request_was_changed_is_no_good_paper(town: Town, run: Run) -> None:
    id_ = a_run(town)
    with sqlite3.connect(town.folder / "store.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("""UPDATE job_runs SET body = replace(body, '"values": {}', '"values": {"limit": "x"}')""")
    _text, tables = report(run, id_, code=3)
    assert [row for row in tables[0] if "変更されています" in row[1]]
    assert [row for row in tables[1][1:] if row[4] != "確認済み"]
