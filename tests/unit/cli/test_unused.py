"""棚卸し: what is found in directories against a roster, and what is not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from chonai.change.model import Key, Record
from chonai.site.unused import login_day
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town

BASE, STAFF, GONE, ELSEWHERE = (Key("ou", name) for name in ("base", "staff", "gone", "elsewhere"))
NOW = datetime.now(UTC)
HEADER = "任命権者コード,職員番号,氏名,所属コード,任用区分,在職\r\n"
NOTE = "chonai:retired-on="


def ticks(days: int) -> str:
    """A login so many days ago, as Active Directory writes it."""
    since = NOW - timedelta(days=days) - datetime(1601, 1, 1, tzinfo=UTC)
    return str(int(since.total_seconds()) * 10_000_000)


def account(number: str, name: str, parent: Key = STAFF, **more: object) -> Record:
    record = {"name": number, "sAMAccountName": number, "employeeID": f"1-{number}", "displayName": name}
    return {**record, "parent": str(parent), "enabled": True, "lastLogonTimestamp": ticks(1), **more}  # type: ignore[dict-item]


USERS = {
    "002001": account("002001", "山田　太郎"),
    "002002": account("002002", "=cmd|x"),
    "002003": account("002003", "久　静", lastLogonTimestamp=ticks(100)),
    "002004": account("002004", "未　使用", lastLogonTimestamp="0"),
    "002005": account("002005", "停　止", enabled=False, lastLogonTimestamp=ticks(300)),
    "002006": account("002006", "退　職", GONE, enabled=False, extensionName=frozenset({f"{NOTE}2026-03-31"})),
    "002007": account("002007", "日付　無", GONE, enabled=False),
}
ROSTER = {
    "002001": ("山田　太郎", "正規", "在職"),
    "002003": ("久　静", "正規", "在職"),
    "002004": ("未　使用", "正規", "在職"),
    "002005": ("停　止", "正規", "休職"),
    "002008": ("新　人", "正規", "在職"),
    "002009": ("臨　時", "会計年度任用職員", "在職"),
    "002010": ("去　人", "正規", "退職"),
}
POLICY = {
    "bodies": {"1": {"name": "市長部局"}},
    "employment_kinds": {"正規": [], "会計年度任用職員": []},
    "titles": {},
    "default_body": "1",
    "retirement": {"delete_after_months": 6},
}
RULES = {
    "users": {
        "identity": "employeeID",
        "account": "sAMAccountName",
        "notes": "extensionName",
        "name": "{account}",
        "attributes": {"sAMAccountName": "{account}", "employeeID": "{staff_key}", "displayName": "{name}"},
        "ou": ["職員"],
        "retired_ou": ["退職者"],
        "employment_kinds": ["正規"],
    }
}


@pytest.fixture(autouse=True)
def directories(town: Town) -> None:
    """One directory that tells of logins, one that does not, with the same people."""
    places = {
        BASE: {"name": "市", "parent": None},
        STAFF: {"name": "職員", "parent": str(BASE)},
        GONE: {"name": "退職者", "parent": str(BASE)},
    }
    hosts = {}
    for name, flavour in (("lgwan_ad", "active_directory"), ("corp_ldap", "openldap")):
        users = {Key("user", number): record for number, record in USERS.items()}
        town.keep(name, {**places, **users})  # type: ignore[dict-item]
        system = {"kind": "memory", "file": str(town.system_file(name)), "flavour": flavour}
        hosts[name] = {"chonai_system": system, "personnel_policy": POLICY, "personnel_directory": RULES}
    everything = {**hosts, "printer": {}}
    (town.folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": everything}}, ensure_ascii=False))
    write_roster(town)


def write_roster(town: Town, **more: tuple[str, str, str]) -> None:
    rows = [f"1,{number},{name},010100,{kind},{status}\r\n" for number, (name, kind, status) in ROSTER.items()]
    rows += [f"1,{number},{name},010100,{kind},{status}\r\n" for number, (name, kind, status) in more.items()]
    (town.folder / "roster.csv").write_text(HEADER + "".join(rows), encoding="utf-8-sig", newline="")


def lists(run: Run, *more: str) -> dict[str, list[tuple[str, ...]]]:
    """The rows below the heading, of each sheet."""
    Path("unused.xlsx").unlink(missing_ok=True)
    ran = run("report", "unused", "--roster", "roster.csv", "--output", "unused.xlsx", *more)
    assert ran.code == 0, ran.err
    sheets = openpyxl.load_workbook("unused.xlsx").worksheets
    return {
        sheet.title: [
            tuple("" if one is None else str(one) for one in row) for row in sheet.iter_rows(2, values_only=True)
        ]
        for sheet in sheets
    }


def of(rows: list[tuple[str, ...]], system: str) -> list[str]:
    """Staff numbers of one system's rows."""
    return [row[2] for row in rows if row[1] == system]


def test_each_finding_has_its_sheet(run: Run) -> None:
    found = lists(run)
    assert list(found) == ["概要", "名簿に所有者なし", "長期間ログオンなし", "退職・削除予定", "アカウントなし"]
    for system in ("lgwan_ad", "corp_ldap"):
        assert of(found["名簿に所有者なし"], system) == ["1-002002"]
        assert of(found["退職・削除予定"], system) == ["1-002006", "1-002007"]
        assert of(found["アカウントなし"], system) == ["1-002008"]
    assert of(found["長期間ログオンなし"], "lgwan_ad") == ["1-002003", "1-002004"]
    assert of(found["長期間ログオンなし"], "corp_ldap") == []


def test_what_is_known_of_each_stands_there_and_room_for_the_decision(run: Run) -> None:
    found = lists(run)
    silent = [row for row in found["長期間ログオンなし"] if row[1] == "lgwan_ad"]
    assert [row[7] for row in silent] == [(NOW - timedelta(days=100)).astimezone().date().isoformat(), "記録なし"]
    assert [row[8] for row in found["退職・削除予定"][:2]] == ["2026-09-30", "記録なし"]
    assert found["名簿に所有者なし"][0][3:7] == ("002002", "=cmd|x", "", "はい")
    assert all(row[9] == "" for rows in list(found.values())[1:] for row in rows)
    assert ("lgwan_ad", "7", "1", "2", "2", "1", "") in found["概要"]
    assert ("corp_ldap", "7", "1", "0", "2", "1", "ログオン日時の記録なし") in found["概要"]


def test_the_days_are_as_given(run: Run) -> None:
    assert of(lists(run, "--days", "120")["長期間ログオンなし"], "lgwan_ad") == ["1-002004"]
    assert run("report", "unused", "--roster", "roster.csv", "--output", "x.xlsx", "--days", "14").code == 2


def test_no_cell_is_a_formula_and_the_file_is_its_owners(run: Run) -> None:
    lists(run)
    cells = [cell for sheet in openpyxl.load_workbook("unused.xlsx") for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert Path("unused.xlsx").stat().st_mode & 0o777 == 0o600


def test_a_roster_that_is_wrong_is_refused_with_everything_wrong(town: Town, run: Run) -> None:
    write_roster(town, **{"00200x": ("誤", "正規", "在職"), "002011": ("", "正規", "在職")})
    refused = run("report", "unused", "--roster", "roster.csv", "--output", "unused.xlsx")
    assert refused.code == 2
    assert "00200x" in refused.err
    assert "row 10" in refused.err
    assert not Path("unused.xlsx").exists()
    assert run("report", "unused", "--roster", "none.csv", "--output", "unused.xlsx").code == 2


def test_a_directory_that_does_not_answer_stops_the_whole_list(town: Town, run: Run) -> None:
    town.system_file("corp_ldap").unlink()
    assert run("report", "unused", "--roster", "roster.csv", "--output", "unused.xlsx").code == 1
    assert not Path("unused.xlsx").exists()


def test_an_inventory_without_directories_of_staff_is_told(town: Town, run: Run) -> None:
    town.settle()
    refused = run("report", "unused", "--roster", "roster.csv", "--output", "unused.xlsx")
    assert refused.code == 2
    assert "personnel_directory" in refused.err


@pytest.mark.parametrize(
    ("text", "day"),
    [("", None), ("0", None), ("-1", None), ("x", None), ("134192592000000000", date(2026, 3, 29))],
)
def test_a_time_of_active_directory_is_a_day(text: str, day: date | None) -> None:
    assert login_day(text) == day
