"""The ledger of IDs from the command line: told by a file, listed, searched."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from chonai.change.ids import GivenId
from chonai.store import Store
from tests.stores import store_at
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_unused import POLICY, RULES
from tests.unit.cli.town import Town

HEADER = "システム,種類,ID,任命権者コード,職員番号,氏名,付与日,旧職員番号"


@pytest.fixture
def city(town: Town) -> Town:
    """The town with policies on one host, and on another whose accounts are mail addresses."""
    users = {
        "identity": "staffKey", "account": "name", "notes": "notes", "name": "{address}",
        "attributes": {"staffKey": "{staff_key}"}, "addresses": {},
    }  # fmt: skip
    mail = {"flat": True, "users": users}
    inventory = json.loads(json.dumps({"all": {"vars": {"personnel_policy": POLICY}, "hosts": {}}}))
    for name, rules in (("lgwan_ad", RULES), ("webmail", mail)):
        own = {"kind": "memory", "file": str(town.system_file("lgwan_ad"))}
        inventory["all"]["hosts"][name] = {"chonai_system": own, "personnel_directory": rules}
    inventory["all"]["hosts"]["ext_ad"] = {"chonai_system": {"kind": "memory"}}
    (town.folder / "hosts.yml").write_text(json.dumps(inventory, ensure_ascii=False))
    return town


def listed(town: Town, *rows: str) -> Path:
    path = town.folder / "ids.csv"
    path.write_bytes("\r\n".join([HEADER, *rows]).encode("cp932"))
    return path


ROWS = (
    "lgwan_ad,,001234,1,1234,髙﨑　德子,H30.4.1,",
    "webmail,,takasaki.tokuko@mail.example,1,1234,髙﨑　德子,2018/4/1,",
    "webmail,aliases,yamada.tokuko,1,1234,髙﨑　德子,2018/4/1,5678",
)


def test_a_city_tells_what_it_gave_before(city: Town, run: Run) -> None:
    told = run("ids", "import", listed(city, *ROWS), "--operator", "suzuki")
    assert (told.code, told.out) == (0, "3 ID(s) are new in the ledger.\n")
    assert run("ids", "import", listed(city, *ROWS), "--operator", "suzuki").out.startswith("0 ID(s)")
    with city.open() as site:
        rows = {(one.system, one.attribute, one.value, one.owner, str(one.since)) for one in site.store.ids.rows()}
        notes = [row.entry for row in site.store.journal.rows() if "ids" in row.entry.data]
    assert rows == {
        ("lgwan_ad", "sAMAccountName", "001234", "1-001234", "2018-04-01"),
        ("webmail", "name", "takasaki.tokuko", "1-001234", "2018-04-01"),
        ("webmail", "aliases", "yamada.tokuko", "1-001234", "2018-04-01"),
    }
    assert [(note.actor, note.data["ids"]["new"]) for note in notes] == [("suzuki", 3), ("suzuki", 0)]


def test_a_workbook_does_too(city: Town, run: Run) -> None:
    book = openpyxl.Workbook()
    for row in (["システム", "アカウント", "任命権者コード", "番号"], ["lgwan_ad", "001234", 1, 1234]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(city.folder / "ids.xlsx")
    assert run("ids", "import", city.folder / "ids.xlsx", "--operator", "suzuki").out.startswith("1 ID(s)")


@pytest.mark.parametrize(
    "wanted", ["takasaki.tokuko", "TAKASAKI.tokuko", "1-001234", "001234", "高崎　徳子", "髙﨑 德子", "1-005678"]
)
def test_it_is_found_by_whatever_is_known(city: Town, run: Run, wanted: str) -> None:
    run("ids", "import", listed(city, *ROWS), "--operator", "suzuki")
    found = run("ids", "find", wanted)
    assert found.code == 0
    assert "1-001234 髙﨑德子" in found.out
    assert "told by the city" in found.out


def test_what_is_not_known_ends_with_one(city: Town, run: Run) -> None:
    run("ids", "import", listed(city, *ROWS), "--operator", "suzuki")
    nothing = run("ids", "find", "nobody")
    assert (nothing.code, nothing.out) == (1, "")
    assert "nobody" in nothing.err


def test_it_is_listed_for_people_and_for_programs(city: Town, run: Run) -> None:
    run("ids", "import", listed(city, *ROWS), "--operator", "suzuki")
    assert len(run("ids", "list").out.splitlines()) == 3
    line = "webmail  aliases  yamada.tokuko  1-001234 髙﨑德子  2018-04-01  told by the city  (formerly 1-005678)"
    assert line in run("ids", "list", "webmail").out.splitlines()
    data = json.loads(run("ids", "list", "lgwan_ad", "--format", "json").out)
    assert data["schema"] == 1
    assert [(one["value"], one["since"], one["change_set"]) for one in data["ids"]] == [("001234", "2018-04-01", "")]


def test_nothing_that_it_holds_reaches_a_terminal_as_it_is(city: Town, run: Run) -> None:
    with city.open() as site:
        site.store.ids.remember([GivenId("x", "name", "a\x1b[2J", "1-1", "", site.now().date())])
    assert "\x1b" not in run("ids", "list").out


WRONG = {
    "lgwan,,001234,1,1234,,,": "no system with accounts of staff has this name. Known are: lgwan_ad, webmail",
    "ext_ad,,001234,1,1234,,,": "no system with accounts of staff has this name",
    "lgwan_ad,mail,001234,1,1234,,,": "Known are: employeeID, sAMAccountName",
    "lgwan_ad,,,1,1234,,,": "must not be blank",
    "webmail,,@mail.example,1,1234,,,": "must not be blank",
    "lgwan_ad,,001234,9,1234,,,": "unknown appointing body",
    "lgwan_ad,,001234,1,12345678,,,": "not a staff number",
    "lgwan_ad,,001234,1,1234,,soon,": "付与日",
    "lgwan_ad,,001234,1,1234,,,x": "not a staff number",
}


@pytest.mark.parametrize("row", WRONG)
def test_everything_wrong_is_told_by_row_and_nothing_taken_in(city: Town, run: Run, row: str) -> None:
    ran = run("ids", "import", listed(city, ROWS[0], row, row), "--operator", "suzuki")
    assert ran.code == 2
    assert WRONG[row] in ran.err
    assert "ids.csv, row 3" in ran.err
    assert "ids.csv, row 4" in ran.err
    with city.open() as site:
        assert not site.store.ids.rows()


def test_wrong_calls_are_refused(city: Town, run: Run) -> None:
    assert run("ids", "import", city.folder / "no.csv", "--operator", "suzuki").code == 2
    assert run("ids", "import", listed(city, *ROWS), "--operator", "nobody").code == 3
    bad = city.folder / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    assert run("ids", "import", bad, "--operator", "suzuki").code == 2


def test_before_the_first_plan_the_sites_own_store_is_made_and_a_mistyped_one_is_not(
    city: Town, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("ids", "import", listed(city, *ROWS), "--operator", "suzuki").code == 0
    assert Store.exists(store_at(city.store_file))
    monkeypatch.setenv("CHONAI_STORE", str(city.folder / "mistyped.db"))
    for command in (("import", listed(city, *ROWS), "--operator", "suzuki"), ("list",), ("find", "x")):
        assert run("ids", *command).code == 2
    assert not (city.folder / "mistyped.db").exists()
