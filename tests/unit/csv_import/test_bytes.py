"""The very bytes of the import files of each shipped profile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chonai.change.model import Key
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.systems.csv_import.profile_reader import load_profile
from chonai.systems.csv_import.reading import read_export
from tests.unit.csv_import.ground import PASSWORD, Town, create, delete, update, users


def test_internal_file_exchange_one_row_for_each_post(tmp_path: Path) -> None:
    town = Town(tmp_path, "internal_file_exchange")
    town.apply(create("group", "a", code="020300", name="税務課"), create("group", "b", code="020400", name="市民課"))
    second = frozenset({"group:020300"})
    town.apply(
        create("user", "1", name="001234", displayName="髙﨑　德子", kana="ﾀｶｻｷ", concurrentSections=second,
               section="group:020400", title="主査", enabled=True),
        create("user", "2", name="001235", displayName="山田　太郎", enabled=False),
    )  # fmt: skip
    assert town.seen["20260401-001_1_所属フォルダー.csv"] == (
        "所属コード,所属名,フォルダー名,承認者,代理承認者\r\n020300,税務課,,,\r\n020400,市民課,,,\r\n"
    ).encode("cp932")
    assert town.seen["20260401-002_2_利用者.csv"] == (
        "利用者ID,職員番号,氏名,氏名カナ,メールアドレス,所属コード,本務,職名,フォルダー,使用,備考\r\n"
        "001234,,髙﨑　德子,ﾀｶｻｷ,,020400,1,主査,,1,\r\n"
        "001234,,髙﨑　德子,ﾀｶｻｷ,,020300,0,主査,,1,\r\n"
        "001235,,山田　太郎,,,,0,,,0,\r\n"
    ).encode("cp932")
    town.apply(update(Key("user", "001234"), {"concurrentSections": second}, {"title": "主査"}))
    whole = town.seen["20260401-003_2_利用者.csv"].decode("cp932").splitlines()
    assert whole[1:] == ["001234,,髙﨑　德子,ﾀｶｻｷ,,020400,1,主査,,1,", "001235,,山田　太郎,,,,0,,,0,"]


def test_a_mover_is_right_after_every_step(tmp_path: Path) -> None:
    """Leaving, changing and joining are steps of their own; the file of each says exactly what the ledger says."""
    town = Town(tmp_path, "internal_file_exchange")
    town.apply(*[create("group", code, code=code, name=code) for code in ("A", "B", "C")])
    a, b, c = (f"group:{code}" for code in ("A", "B", "C"))
    town.apply(
        create("user", "1", name="1", displayName="山田", section=a, concurrentSections=frozenset({b}), enabled=True)
    )
    one, observed = Key("user", "1"), town.state()
    desired = {**observed, one: {**observed[one], "section": b, "concurrentSections": frozenset({a, c})}}
    links = {"group": frozenset[str](), "user": frozenset({"section", "concurrentSections"})}
    scope = {name: replace(owned, references=links[name]) for name, owned in town.scope().items()}
    plan = make_plan(
        system="product", operation="test", observation=Observation(observed), desired=desired, scope=scope, reasons={}
    )
    assert len(plan.changes) == 3
    for change in plan.changes:
        assert town.apply(change)[0].error is None
        reading = read_export("f", list(town.seen.values())[-1], load_profile("internal_file_exchange").files["user"])
        assert not reading.problems
        assert reading.records[one] == town.state()[one]
    assert town.state() == desired


def test_asset_management_in_utf_16_with_tabs(tmp_path: Path) -> None:
    town = Town(tmp_path, "asset_management")
    town.apply(
        create("user", "1", name="001234", displayName='𠮷田 "花子"', title="=1+1", enabled=True),
        create("user", "2", name="001235", displayName="山田", mail="y@example.jp", enabled=True),
    )
    town.apply(
        create("group", "g", code="G1", name="税務課", member=users("001234", "001235"), approvers=users("001235"))
    )
    assert town.seen["20260401-001_1_利用者.txt"] == b"\xff\xfe" + (
        '"ログインID"\t"職員番号"\t"氏名"\t"フリガナ"\t"所属コード"\t"所属名"\t"職名"\t"メール"\t"権限区分"\t"有効"\t"備考"\r\n'
        '"001234"\t""\t"𠮷田 ""花子"""\t""\t""\t""\t"\'=1+1"\t""\t"一般"\t"有効"\t""\r\n'
        '"001235"\t""\t"山田"\t""\t""\t""\t""\t"y@example.jp"\t"一般"\t"有効"\t""\r\n'
    ).encode("utf-16-le")
    assert town.seen["20260401-002_2_申請グループ.txt"] == b"\xff\xfe" + (
        '"グループコード"\t"グループ名"\t"申請者"\t"承認者"\t"代理承認者"\r\n'
        '"G1"\t"税務課"\t"001234;001235"\t"001235"\t""\r\n'
    ).encode("utf-16-le")


def test_external_file_exchange_adds_changes_and_deletes(tmp_path: Path) -> None:
    town = Town(tmp_path, "external_file_exchange")
    town.apply(
        create("user", "1", "initial_password", name="u1", displayName="山田, 太郎", mail="a@example.jp", enabled=True),
        create("user", "2", "initial_password", name="u2", displayName="佐藤", enabled=True),
    )
    header = "action,user_id,staff_no,user_name,section,section_name,title,mail,home,password,enabled,memo\n"
    assert town.seen["20260401-001_user_001.csv"].decode() == (
        f'{header}A,u1,,"山田, 太郎",,,,a@example.jp,,{PASSWORD},1,\nA,u2,,佐藤,,,,,,{PASSWORD},1,\n'
    )
    town.apply(update(Key("user", "u1"), {"mail": "a@example.jp"}, {"mail": None}))
    assert town.seen["20260401-002_user_001.csv"].decode() == f'{header}M,u1,-,"山田, 太郎",-,-,-,-,-,,1,-\n'
    town.apply(delete(Key("user", "u2")))
    assert town.seen["20260401-003_user_001.csv"].decode() == f"{header}D,u2,,佐藤,,,,,,,1,\n"
    assert set(town.state()) == {Key("user", "u1")}


def test_a_hundred_rows_a_file(tmp_path: Path) -> None:
    town = Town(tmp_path, "external_file_exchange")
    made = town.apply(*[create("user", str(n), name=f"u{n:03}", displayName="名", enabled=True) for n in range(250)])
    assert not [result.error for result in made if result.error]
    rows = {name: len(data.splitlines()) - 1 for name, data in sorted(town.seen.items())}
    assert rows == {
        "20260401-001_user_001.csv": 100,
        "20260401-001_user_002.csv": 100,
        "20260401-001_user_003.csv": 50,
    }


def test_who_is_deleted_is_named_no_more_and_that_is_imported_first(tmp_path: Path) -> None:
    town = Town(tmp_path, "external_file_exchange")
    town.apply(*[create("user", n, name=n, displayName=n, enabled=True) for n in ("u1", "u2")])
    town.apply(create("group", "f", code="f", name="税務課", member=users("u1", "u2"), approvers=users("u2")))
    town.seen.clear()
    town.apply(delete(Key("user", "u2")))
    assert list(town.seen) == ["20260401-003_folder_001.csv", "20260401-003_user_001.csv"]
    assert town.seen["20260401-003_folder_001.csv"].decode().splitlines()[1] == "M,f,税務課,u1,-,-"
