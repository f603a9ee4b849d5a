"""A small change of today on a mail domain of its own: who gets which mail afterwards, who does not, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from chonai.change.model import Action, Change, Plan
from tests.acceptance.ground import open_site
from tests.contract.ground import Ground
from tests.integration.mail.post import Post
from tests.integration.mail.test_mail import can_log_in, day
from tests.integration.mail.town import Town

HEADER = "発令番号,発令日,発令区分,任命権者コード,職員番号,漢字氏名,カナ氏名,新所属コード,職名,転送先,転送期限"
BEFORE = {"010100": "総務課", "010200": "文書課", "040100": "市民課"}
AFTER = {"010300": "庶務課", "040100": "市民課"}
REFORMS = (("010100", "010300"), ("010200", "010300"))
PEOPLE = {
    "shiomi.hana": ("000001", "汐見　花", "シオミ　ハナ", "010100"),
    "ono.ken": ("000002", "小野　健", "オノ　ケン", "010200"),
    "kato.ai": ("000003", "加藤　愛", "カトウ　アイ", "010100"),
    "sato.jiro": ("000004", "佐藤　次郎", "サトウ　ジロウ", "040100"),
    "mori.saki": ("000005", "森　早紀", "モリ　サキ", "040100"),
}


@pytest.fixture
def town(lab: Path, ground: Ground, tmp_path: Path) -> Iterator[Town]:
    """The domain with five people in three sections, and a box that nobody's change knows of."""
    keys = ground.made(*(_box(ground, name) for name in PEOPLE), ground.user("target"))
    for code, shown in BEFORE.items():
        members = [key for key, told in zip(keys, PEOPLE.values(), strict=False) if told[3] == code]
        section = ground.group(members, f"ka-{code}")
        ground.made(replace(section, after={**section.after, "sectionCode": code, "displayName": shown}))
    with open_site(tmp_path / "site", lab, approval="second_person") as site:
        yield Town(lab, site, str(ground.settings["domain"]))


def _box(ground: Ground, name: str) -> Change:
    number, shown, kana, code = PEOPLE[name]
    family, given = shown.split("　")
    told = {"staffKey": f"1-{number}", "displayName": shown, "kana": kana, "sn": family, "givenName": given}
    return ground.user(name, **told, sectionCode=code, department=BEFORE[code])


def order(kind: str, number: str, name: str, kana: str, *, section: str = "", more: str = ",") -> str:
    """A row of today; a leaver's is of yesterday."""
    effective = day(-1) if kind == "普通退職" else day()
    return f"R{number},{effective},{kind},1,{number},{name},{kana},{section},主事,{more}"


def planned(town: Town, folder: Path, *rows: str, reforms: bool = False) -> Plan:
    """The plan of today\'s orders, with the reorganisation or without."""
    lines = {"orders": [HEADER, *rows]}
    if reforms:
        lines["organisation"] = ["所属コード,所属名", *(f"{code},{name}" for code, name in AFTER.items())]
        table = (f"{old},{new},統合,{day()}" for old, new in REFORMS)
        lines["reorganisation"] = ["旧コード,新コード,種別,適用日", *table]
    files = {role: folder / f"{role}.csv" for role in lines}
    for role, file in files.items():
        file.write_text("\n".join(lines[role]), encoding="utf-8")
    return town.plan(day(), files)


def cleaned(town: Town, at: date) -> Plan:
    """What a clean-up of that day does."""
    return town.plan(at, {}, "cleanup")


@pytest.fixture
def post(town: Town) -> Post:
    return Post(town.lab, town.domain)


JOINER = order("採用", "000009", "小野　健", "オノ　ケン", section="040100")


def test_mail_to_the_old_addresses_of_merged_sections_reaches_the_new_one_until_they_end(
    town: Town, post: Post, tmp_path: Path
) -> None:
    mover = order("異動", "000003", "加藤　愛", "カトウ　アイ", section="040100")
    town.carry_out(planned(town, tmp_path, mover, reforms=True))
    subjects = {name: post.send(name) for name in ("ka-010100", "ka-010200", "ka-010300", "ka-040100")}
    for old in ("ka-010100", "ka-010200", "ka-010300"):
        assert post.arrives("shiomi.hana", subjects[old])
        assert post.arrives("ono.ken", subjects[old])
        assert not post.has("kato.ai", subjects[old])
    assert post.arrives("kato.ai", subjects["ka-040100"])
    assert not cleaned(town, day(360)).changes
    town.carry_out(cleaned(town, day(370)))
    assert post.is_refused("ka-010100")
    assert post.arrives("ono.ken", post.send("ka-010300"))


def test_a_joiner_logs_in_with_the_initial_password_and_gets_mail_of_the_section(
    town: Town, post: Post, tmp_path: Path
) -> None:
    id_ = town.carry_out(planned(town, tmp_path, JOINER))
    [(name, password)] = town.passwords(id_).items()
    assert name == "ono.ken2"
    assert can_log_in(post, name, password)
    assert post.arrives(name, post.send("ka-040100"), password)


def test_a_leaver_is_shut_out_and_mail_to_them_comes_back(town: Town, post: Post, tmp_path: Path) -> None:
    leaver = order("普通退職", "000004", "佐藤　次郎", "サトウ　ジロウ")
    id_ = town.carry_out(planned(town, tmp_path, leaver))
    assert not can_log_in(post, "sato.jiro")
    assert post.is_refused("sato.jiro")
    subject = post.send("ka-040100")
    assert post.arrives("mori.saki", subject)
    town.take_back(id_)
    assert can_log_in(post, "sato.jiro")
    assert not post.has("sato.jiro", subject)
    assert post.arrives("sato.jiro", post.send("ka-040100"))


def test_mail_to_a_leaver_is_forwarded_until_the_day_that_was_asked_for(town: Town, post: Post, tmp_path: Path) -> None:
    asked = f"{post.at('target')},{day(30)}"
    leaver = order("普通退職", "000004", "佐藤　次郎", "サトウ　ジロウ", more=asked)
    town.carry_out(planned(town, tmp_path, leaver))
    assert not can_log_in(post, "sato.jiro")
    assert post.arrives("target", post.send("sato.jiro"))
    assert not cleaned(town, day(30)).changes
    town.carry_out(cleaned(town, day(30) + timedelta(days=1)))
    assert post.is_refused("sato.jiro")


def test_a_cancelled_leaver_has_everything_as_it_was(town: Town, post: Post, tmp_path: Path) -> None:
    before = town.facts()
    asked = f"{post.at('target')},{day(30)}"
    town.carry_out(planned(town, tmp_path, order("普通退職", "000004", "佐藤　次郎", "サトウ　ジロウ", more=asked)))
    town.carry_out(planned(town, tmp_path, order("取消", "000004", "佐藤　次郎", "サトウ　ジロウ", section="040100")))
    assert town.facts() == before
    assert can_log_in(post, "sato.jiro")
    assert post.arrives("sato.jiro", post.send("sato.jiro"))


def test_whoever_is_renamed_gets_mail_to_both_addresses(town: Town, post: Post, tmp_path: Path) -> None:
    town.carry_out(planned(town, tmp_path, order("改姓", "000003", "森　愛", "モリ　アイ")))
    assert can_log_in(post, "mori.ai")
    for address in ("mori.ai", "kato.ai"):
        assert post.arrives("mori.ai", post.send(address))
    assert not cleaned(town, day(3650)).changes


def test_an_address_that_was_given_and_taken_back_is_nobody_elses_and_the_plan_knows_it(
    town: Town, tmp_path: Path
) -> None:
    town.take_back(town.carry_out(planned(town, tmp_path, JOINER)))
    other = order("採用", "000010", "大野　健", "オオノ　ケン", section="040100")
    [create] = [one for one in planned(town, tmp_path, other).changes if one.action is Action.CREATE]
    assert create.after["name"] == "ono.ken3"
    [again] = [one for one in planned(town, tmp_path, JOINER).changes if one.action is Action.CREATE]
    assert again.after["name"] == "ono.ken2"
    stranger = order("採用", "000009", "高橋　一", "タカハシ　ハジメ", section="040100")
    [problem] = planned(town, tmp_path, stranger).problems
    assert "小野健" in problem.render("en")
    town.carry_out(planned(town, tmp_path, other))
    assert "ono.ken3" in town.facts()


def test_who_is_hired_again_under_a_new_number_after_the_deletion_gets_an_address_that_the_database_takes(
    town: Town, tmp_path: Path
) -> None:
    town.take_back(town.carry_out(planned(town, tmp_path, JOINER)))
    file = tmp_path / "again.csv"
    again = order("再任用", "000010", "小野　健", "オノ　ケン", section="040100")
    file.write_text("\n".join([f"{HEADER},旧職員番号", f"{again},000009"]), encoding="utf-8")
    plan = town.plan(day(), {"orders": file})
    told = [warning.code for warning in plan.warnings if warning.code == "personnel.address_not_given_back"]
    assert len(told) == 1
    town.carry_out(plan)
    assert town.facts()["ono.ken3"]["staffKey"] == "1-000010"
