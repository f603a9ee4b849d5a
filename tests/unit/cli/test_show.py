"""Reading a change set: for people, for programs, on paper."""

from __future__ import annotations

import json
import time
from datetime import datetime
from html.parser import HTMLParser

import pytest

from chonai.change.model import Key
from chonai.text.moments import moment
from tests.stores import behind_its_back
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import FINAL, JOINER, MASS_LEAVE, OBJECTS, TAX, YAMADA, Town, wanted


def test_text_names_objects_reasons_differences_and_what_to_type(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), brakes=(MASS_LEAVE,))
    shown = run("show", id_)
    assert shown.code == 0
    for part in (
        f"Change set {id_}: personnel change",
        "sato, ",
        "+ user 髙﨑　德子 (002001): create",
        "reason: 採用, 発令 2026-04-01",
        "> user 山田　太郎 (001234): move",
        "section (department): 税務課 → 市民課",
        "place (parent): 税務課 → 市民課",
        "members (member): - 山田　太郎 (001234)",
        "enabled: yes → no",
        "initial password (initial_password): made at the apply, kept only encrypted",
        "採用 1, 異動 1, 退職 1",
        "BRAKE mass_leave",
        "warning: 外字: is missing",
        f"chonai approve {id_} --as NAME --key FILE --release mass_leave",
        f"chonai apply {id_} --operator NAME --watcher NAME",
    ):
        assert part in shown.out
    assert shown.out.count("+ user") == 2  # one for each system


def test_text_is_japanese_where_that_is_wanted(town: Town, run: Run) -> None:
    shown = run("show", town.seal(*wanted()), "--locale", "ja").out
    assert "新旧対照表" in shown
    assert "理由: 異動: 税務課→市民課" in shown
    assert "reason" not in shown


def test_a_brake_that_nobody_can_release_says_so(town: Town, run: Run) -> None:
    shown = run("show", town.seal(*wanted(), brakes=(FINAL,))).out
    assert "nobody can release it" in shown
    assert "chonai apply" not in shown


def test_json_is_what_was_promised(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), "lgwan_ad", brakes=(MASS_LEAVE,))
    data = json.loads(run("show", id_, "--format", "json").out)
    assert (data["schema"], data["id"], data["state"], data["author"]) == (1, id_, "sealed", "sato")
    assert data["digest"].startswith("sha256:")
    assert data["created_at"]
    (plan,) = data["plans"]
    assert plan["counts"] == {"create": 1, "update": 2, "move": 2, "delete": 0}
    assert (plan["system"], plan["operation"]) == ("lgwan_ad", "personnel")
    moved = next(change for change in plan["changes"] if change["key"] == {"type": "user", "id": YAMADA.id})
    assert moved["action"] == "move"
    assert moved["before"] == {"department": "税務課", "parent": str(TAX)}
    assert moved["after"] == {"department": "市民課", "parent": "ou:civic"}
    assert moved["reason"] == "異動: 税務課→市民課, 発令 2026-04-01"
    assert [brake["name"] for brake in plan["brakes"]] == ["mass_leave"]
    assert plan["warnings"][0]["text"] == "外字: is missing"
    assert plan["problems"] == []


def test_json_and_text_hold_no_character_that_acts_on_a_terminal(town: Town, run: Run) -> None:
    evil = "\x1b[2J\u202e山田\x9b\x07\r\n"
    desired, reasons = wanted()
    desired = {**desired, JOINER: {**desired[JOINER], "displayName": evil}}
    id_ = town.seal(desired, {**reasons, JOINER: f"採用{evil}"}, "lgwan_ad")
    for format_ in ("text", "json", "html"):
        said = run("show", id_, "--format", format_).out
        assert not set(said) & set("\x1b\x9b\x07\r\u202e"), format_
    assert "\\x1b[2J\\u202e山田\\x9b\\x07\\r\\n" in run("show", id_).out
    plan = json.loads(run("show", id_, "--format", "json").out)["plans"][0]
    created = next(change for change in plan["changes"] if change["action"] == "create")
    assert created["after"]["displayName"] == evil


def test_html_is_one_safe_file(town: Town, run: Run) -> None:
    desired, reasons = wanted()
    desired = {**desired, JOINER: {**desired[JOINER], "displayName": "<script>alert(1)</script>"}}
    page = run("show", town.seal(desired, reasons), "--format", "html", "--locale", "ja").out
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert '<html lang="ja">' in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not [word for word in ("http://", "https://", "<link", "<img", "@import", "url(") if word in page]
    assert "size: A4" in page


def test_without_id_the_newest_change_sets_are_listed(town: Town, run: Run) -> None:
    assert "Nothing was planned yet" in run("show").out
    with town.open():
        assert "no change set" in run("show").out
    first, second = town.seal(*wanted()), town.seal(*wanted())
    lines = run("list").out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [second, first]
    assert run("show").out.splitlines() == lines
    assert len(run("list", "--limit", 1).out.splitlines()) == 2
    listed = json.loads(run("list", "--format", "json").out)
    assert [one["id"] for one in listed["change_sets"]] == [second, first]
    assert listed["change_sets"][0]["state"] == "sealed"
    assert run("show", "--format", "html").code == 2


def test_an_unknown_id_names_those_most_like_it(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    wrong = run("show", id_[:-1])
    assert wrong.code == 2
    assert id_ in wrong.err
    assert wrong.out == ""


@pytest.mark.parametrize("format_", ["text", "json", "html"])
def test_an_edited_plan_is_shown_as_broken(town: Town, run: Run, format_: str) -> None:
    id_ = town.seal(*wanted())
    with behind_its_back(town.store_file) as execute:
        execute("UPDATE change_sets SET body = replace(body, '市民課', '秘書課')")
    shown = run("show", id_, "--format", format_)
    assert shown.code == 3
    if format_ == "json":
        assert json.loads(shown.out)["seal"]["holds"] is False
    else:
        assert "THE SEAL DOES NOT HOLD" in shown.out
        assert "chonai apply" not in shown.out


def test_an_undo_is_shown_with_the_names_that_its_origin_knows(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    desired = {key: record for key, record in OBJECTS.items() if key != YAMADA}
    desired[Key("group", "g-tax")] = {**OBJECTS[Key("group", "g-tax")], "member": frozenset({"user:u2"})}
    id_ = town.seal(desired, {YAMADA: "退職"}, "lgwan_ad")
    assert run("apply", id_, "--operator", "suzuki").code == 0
    undone = run("undo", id_).out.split(":")[0]
    assert "+ user 山田　太郎 (001234)" in run("show", undone).out


class Nesting(HTMLParser):
    """Every element is closed, in order."""

    VOID = frozenset({"meta", "br", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_well_formed_in_every_part(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), brakes=(MASS_LEAVE, FINAL))
    page = run("show", id_, "--format", "html").out
    parser = Nesting()
    parser.feed(page)
    assert parser.open == []
    assert page.count("<tbody class=") == 10
    assert page.count("BRAKE") == 4


def test_three_thousand_people_are_shown_at_once(town: Town, run: Run) -> None:
    people = {Key("user", f"m{n}"): {**OBJECTS[YAMADA], "name": f"{n:06d}"} for n in range(3000)}
    moved = {key: {**record, "parent": "ou:civic", "department": "市民課"} for key, record in people.items()}
    reasons = dict.fromkeys(people, "異動: 税務課→市民課, 発令 2026-04-01")
    id_ = town.seal({**OBJECTS, **moved}, reasons, "ext_ad", observed={**OBJECTS, **people})
    for format_ in ("text", "json", "html"):
        started = time.process_time()
        shown = run("show", id_, "--format", format_)
        assert time.process_time() - started < 2
        assert shown.out.count("税務課→市民課, 発令 2026-04-01") == 3000


def test_all_moments_are_in_the_readers_zone(town: Town, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = town.seal(*wanted())
    assert run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki")).code == 0
    written = json.loads(run("show", id_, "--format", "json").out)["created_at"]
    try:
        for zone, offset in (("Asia/Tokyo", "+09:00"), ("America/New_York", "-0")):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            shown = moment(datetime.fromisoformat(written))
            assert f" {offset}" in shown
            assert f"sato, {shown}" in run("show", id_).out
            assert f"sato, {shown}" in run("show", id_, "--format", "html").out
            assert shown in run("list").out
            assert f"{shown}  sato  sealed" in run("journal", "show", id_).out
            assert json.loads(run("show", id_, "--format", "json").out)["created_at"] == written
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
