"""Work records and reports of a period: who, when, each step, before and after, what is left. Read back by openpyxl."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from chonai.change.codec import message_to_json
from chonai.change.ports import Entry, Event
from chonai.jobs.runs import Part, Request, Role
from chonai.reports.papers.entries import applications
from chonai.text.messages import message
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_secrecy import leaks, unpacked
from tests.unit.cli.town import OBJECTS, TANAKA, Town, wanted

ALL = ("--from", "2026-01-01", "--to", "2099-12-31")
Rows = list[tuple[object, ...]]


def sheets(path: str) -> dict[str, Rows]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path).worksheets}


@pytest.fixture
def done(town: Town, run: Run) -> str:
    """A change set of which one change failed."""
    town.settle(more="city_name: 汐見野市\n")
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): message_to_json(message("site.missing_key", key="その人"))})
    id_ = town.seal(*wanted(), "lgwan_ad", "ext_ad")
    assert run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki")).code == 0
    assert run("apply", id_, "--operator", "sato", "--watcher", "tanaka").code == 4
    return id_


def test_the_record_of_a_change_set(run: Run, done: str) -> None:
    assert run("report", "work", done, "--output", "record.xlsx").code == 0
    found = sheets("record.xlsx")
    assert list(found) == ["概要", "作業一覧", "手順", "前後の差分", "残課題"]
    head, row = found["作業一覧"]
    told = dict(zip(head, row, strict=True))
    assert (told["ID"], told["作成者"], told["承認者"], told["作業者"]) == (done, "sato", "suzuki", "sato")
    assert told["立会者（確認者）"] == "tanaka"
    assert (told["変更件数"], told["失敗"]) == (10, 1)
    assert told["実施"] + told["失敗"] + told["残課題"] == 10
    steps = [" ".join(map(str, row)) for row in found["手順"]]
    assert [step for step in steps if "suzuki" in step]
    differences = [row for row in found["前後の差分"] if "税務課" in row and "市民課" in row]
    assert {row[1] for row in differences} == {"lgwan_ad", "ext_ad"}
    left = [row for row in found["残課題"] if row[0] == done]
    assert [row for row in left if row[1] == "ext_ad" and "田中" in str(row[2]) and "その人" in str(row[4])]


def test_the_same_record_is_the_same_bytes_but_for_its_time(run: Run, done: str) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert run("report", "work", done, "--output", name).code == 0
    one, other = sheets("a.xlsx"), sheets("b.xlsx")
    assert {name: rows for name, rows in one.items() if name != "概要"} == {
        name: rows for name, rows in other.items() if name != "概要"
    }


def test_a_period_tells_all_its_work(town: Town, run: Run, done: str) -> None:
    waiting = town.seal(*wanted(), "lgwan_ad", observed={**OBJECTS})
    assert run("report", "period", *ALL, "--output", "month.xlsx").code == 0
    found = sheets("month.xlsx")
    told = [dict(zip(found["作業一覧"][0], row, strict=True)) for row in found["作業一覧"][1:]]
    assert [one["ID"] for one in told] == [done, waiting]
    assert told[1]["残課題"] == 0
    assert not [row for row in found["残課題"] if row[0] == waiting]
    assert run("report", "period", *ALL, "--output", "month.xlsx").code == 2
    assert run("report", "period", "--from", "2020-01-01", "--to", "2020-01-31", "--output", "none.xlsx").code == 0
    assert len(sheets("none.xlsx")["作業一覧"]) == 1
    assert "残課題はありません。" in [row[2] for row in sheets("none.xlsx")["残課題"]]


@pytest.mark.parametrize("days", [("2026-02-01", "2026-01-01"), ("yesterday", "2026-01-01")])
def test_what_is_no_period(run: Run, done: str, days: tuple[str, str]) -> None:
    assert run("report", "period", "--from", days[0], "--to", days[1], "--output", "no.xlsx").code == 2
    assert not Path("no.xlsx").exists()


def test_what_is_confidential_is_told_by_its_numbers(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), announced_at=datetime.now(UTC).replace(microsecond=0) + timedelta(days=1))
    assert run("report", "period", *ALL, "--output", "month.xlsx").code == 0
    assert not leaks(unpacked(Path("month.xlsx")))
    assert [row for row in sheets("month.xlsx")["作業一覧"] if id_ in row]


def test_runs_of_jobs_are_work_too(town: Town, run: Run, done: str) -> None:
    now = datetime.now().astimezone()
    request = Request("run-20260406-abcdef", "audit", {}, "sato", now)
    with town.open() as site:
        asked = Entry(Event.RUN_REQUESTED, request.id, "", "sato", now, {"digest": request.digest})
        assert site.store.runs.add(request.as_json(), asked, None)
        for event, who, data in (
            (Event.RUN_JOINED, "sato", Part(Role.OPERATOR, "sato", 1, now).as_json()),
            (Event.RUN_JOINED, "tanaka", Part(Role.WATCHER, "tanaka", 1, now).as_json()),
            (Event.RUN_STARTED, "sato", {"attempt": 1, "playbook": "audit.yml", "host": "here", "people": {}}),
            (Event.RUN_ENDED, "sato", {"result": "failed"}),
        ):
            site.note(event, request.id, who, data)
    assert run("report", "period", *ALL, "--output", "month.xlsx").code == 0
    found = sheets("month.xlsx")
    told = [dict(zip(found["作業一覧"][0], row, strict=True)) for row in found["作業一覧"][1:]]
    assert [one["ID"] for one in told] == [done, request.id]
    assert (told[1]["作業者"], told[1]["立会者（確認者）"], told[1]["件名"]) == ("sato", "tanaka", "audit")
    assert told[1]["結果"] == "失敗"
    assert [row for row in found["手順"] if row[0] == request.id and "audit.yml" in str(row[4])]


def test_application_numbers_come_from_the_request(town: Town, run: Run) -> None:
    desired, reasons = wanted()
    with town.open() as site:
        change_set = site.sealed(town.seal(desired, reasons)).change_set
    assert list(applications(change_set)) == []
    first, *others = change_set.plans[0].changes
    asked = replace(first, after={**first.after, "request": "2026-0115"})
    told = replace(change_set.plans[0], changes=(asked, asked, *others))
    assert list(applications(replace(change_set, plans=(told, *change_set.plans[1:])))) == ["2026-0115"]
