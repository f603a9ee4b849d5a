"""Names, counts, next steps and sentences of a review."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chonai.change.errors import DriftFound
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Action, ApprovalKind, ApprovalRule, ChangeSet, Key, Plan
from chonai.change.ports import Entry, Event, Row
from chonai.reports.as_html import as_html
from chonai.reports.as_text import MOST_REASONS, as_text, reason_line
from chonai.reports.events import events_text, truths
from chonai.reports.handout import Slip, slips_csv, slips_text
from chonai.reports.named import named
from chonai.reports.names import Names
from chonai.reports.next_steps import next_steps
from chonai.reports.review import Agreement, Review, heading, objects_by_type, reasons
from chonai.reports.warned import warning_lines
from chonai.reports.wording import Wording, spoken
from chonai.text.messages import Message, message
from chonai.text.problems import Problem
from tests.unit.change.examples import ADMINISTRATOR, CREATE, JOIN, JOINER, MANY_LEAVERS, MOVE, SECTION, YAMADA
from tests.unit.change.examples import change_set as sample
from tests.unit.change.examples import plan as sample_plan

AT = datetime(2026, 3, 31, 18, 0, tzinfo=UTC)
REAL = Key("user", "77d20b1c")


def review(change_set: ChangeSet, state: str = "sealed", **more: object) -> Review:
    return replace(Review(change_set, "sha256:0", state), **more)  # type: ignore[arg-type]


def ledger(plan: Plan, status: Status = Status.UNTOUCHED, **more: object) -> Ledger:
    return replace(Ledger(plan, [status] * len(plan.changes)), **more)  # type: ignore[arg-type]


def commands(one: Review) -> list[str]:
    return [step.command for step in next_steps(one)]


def test_names_come_from_labels_records_and_the_journal() -> None:
    plan = replace(sample_plan(), labels={SECTION: "所属_市民課"})
    gone = Key("user", "gone")
    names = Names.of([(plan, ledger(plan, keys={JOINER: REAL}, preimages={gone: {"cn": "佐藤", "name": "000001"}}))])
    assert names.label(SECTION) == "所属_市民課"
    assert names.label(JOINER) == names.label(REAL) == "髙﨑　德子"
    assert names.label(gone) == "佐藤 (000001)"
    assert names.label(YAMADA) == str(YAMADA)
    assert names.find("user:髙﨑　德子") == {REAL}
    assert names.find("user:000001") == {gone}
    assert names.find(str(YAMADA)) == {YAMADA}
    assert names.find("group:000001") == set()


def test_an_object_counts_once_as_the_most_that_happens_to_it() -> None:
    twice = replace(MOVE, action=Action.UPDATE)
    counted = objects_by_type(sample_plan(twice, MOVE, CREATE, JOIN))
    assert counted == {"group": {Action.UPDATE: 1}, "user": {Action.MOVE: 1, Action.CREATE: 1}}


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("異動: 税務課→市民課, 発令 2026-04-01", "異動"),
        ("退職, 発令 2026-04-01", "退職"),
        ("採用　3名 転入", "採用"),
        ("", ""),
    ],
)
def test_reasons_are_counted_by_their_first_word(reason: str, word: str) -> None:
    assert heading(reason) == word
    assert reasons([replace(MOVE, reason=reason), replace(MOVE, reason="x")], "user") == ({word: 1} if word else {})


def test_next_steps_follow_the_state() -> None:
    id_ = sample().id
    approve, apply = f"chonai approve {id_} --as NAME --key FILE", f"chonai apply {id_} --operator NAME"
    undo, passwords = f"chonai undo {id_}", f"chonai passwords {id_} --key FILE"
    truth, give_up = f"chonai journal show {id_} --objects", f"chonai withdraw {id_} --as NAME --why TEXT"
    agreed = (Agreement("suzuki", AT, frozenset()),)
    assert commands(review(sample())) == [approve, apply]
    assert commands(review(sample(rule=ApprovalRule(ApprovalKind.NONE, True)))) == [f"{apply} --watcher NAME"]
    assert commands(review(sample(), "approved", agreements=agreed)) == [apply]
    assert commands(review(sample(), "approved", agreements=(replace(agreed[0], problem=message("x.y")),))) == [
        approve,
        apply,
    ]
    assert commands(review(sample(), "applying")) == [f"chonai journal show {id_}"]
    assert commands(review(sample(), "interrupted")) == [apply, truth, give_up, undo]
    assert commands(review(sample(), "partly_failed")) == [apply, truth, give_up, undo]
    for state in ("applied", "given_up", "partly_undone"):
        assert commands(review(sample(), state, kept=2, unshown=1)) == [passwords, undo]
        assert commands(review(sample(), state, kept=2)) == [f"chonai passwords {id_} --discard --as NAME", undo]
        assert commands(review(sample(), state)) == [undo]
    assert commands(review(sample(), "undone")) == []
    assert commands(review(sample(), broken=(message("x.y"),))) == [""]


def test_next_steps_name_the_brakes_that_stand() -> None:
    braked = sample(sample_plan(brakes=(MANY_LEAVERS,)), rule=ApprovalRule(ApprovalKind.NONE))
    released = (Agreement("suzuki", AT, frozenset({"leavers"})),)
    assert commands(review(braked))[0].endswith("--release leavers")
    assert commands(review(braked, "approved", agreements=released)) == [f"chonai apply {braked.id} --operator NAME"]
    final = sample(sample_plan(brakes=(ADMINISTRATOR,)))
    assert commands(review(final, agreements=released)) == [""]


def test_errors_call_objects_by_their_names() -> None:
    names = {"lgwan_ad": Names({YAMADA: "山田　太郎 (001234)"})}
    details = [
        message("change.drift_moved", object=str(YAMADA), reason="異動", what="title: …"),
        message("change.drift_gone", object="ou:x", reason=""),
    ]
    error = named(
        DriftFound("change.drift", details=details, system="lgwan_ad", count=2), review(sample(), names=names)
    )
    assert isinstance(error, DriftFound)
    assert f"山田　太郎 (001234) [{YAMADA}]" in error.render("en")
    assert "ou:x" in error.render("en")


def test_words_that_are_gone_do_not_hide_what_happened() -> None:
    assert spoken(Message("gone.sentence", {"object": "user:1"}), "en") == "gone.sentence: object=user:1"
    assert spoken(message("change.drift_moved", something="else"), "en") == "change.drift_moved: something=else"


def row(seq: int, event: Event, data: dict[str, object], system: str = "lgwan_ad") -> Row:
    return Row(seq, Entry(event, "id", system, "suzuki\x1b", AT, data), "", "")


def test_events_that_this_version_does_not_know_are_shown() -> None:
    lines = list(events_text([row(1, Event.NOTE, {"other": 1}), row(2, Event.SEALED, {})], "en"))
    assert lines[0].endswith('suzuki\\x1b  lgwan_ad note: {"other": 1}\n')
    assert lines[1].endswith("lgwan_ad sealed\n")


def test_the_truth_is_the_last_word_on_each_change() -> None:
    plan = sample_plan()
    failed = {
        "failed": {"0": message("change.drift_gone", object="x", reason="y").as_json()},
        "done": [1],
        "keys": {str(JOINER): str(REAL)},
    }
    rows = [
        row(1, Event.INTENT, {"changes": [0, 1]}),
        row(2, Event.OUTCOME, failed),
        row(3, Event.INTENT, {"changes": [2]}),
    ]
    known = {"lgwan_ad": Ledger.of(plan, rows)}
    found = list(truths(review(sample(plan), ledgers=known), rows))
    assert [one.status for one in found] == [Status.FAILED, Status.DONE, Status.OPEN]
    assert [one.error is not None for one in found] == [True, False, False]
    assert found[1].key == REAL


def test_slips_are_safe_in_a_spreadsheet_and_passwords_stay_as_they_are() -> None:
    slip = Slip.of("ext_ad", {"name": "002001", "displayName": "@SUM(A1)", "department": "-1"}, "staffKey")
    assert slips_csv([(slip, {"initial_password": "Un3ef?RK"})], "en", "utf-8-sig").splitlines()[1] == (
        b'"ext_ad","002001","\'@SUM(A1)","\'-1","Un3ef?RK"'
    )
    assert "@SUM(A1)" in "".join(slips_text([(slip, {"initial_password": "x"})], "ja"))


def left_out(row: int, code: str = "text.skipped_header") -> Message:
    return Problem(code, "orders.csv", row=row, fields={"text": "税務課"}).message


def test_rows_left_out_are_counted_and_come_last() -> None:
    weighty = message("site.missing_key", key="外字")
    told = [*map(left_out, range(40, 79)), weighty, left_out(90, "text.skipped_total"), weighty]
    one = review(sample(replace(sample_plan(), warnings=tuple(told))))
    lines = list(warning_lines(one, Wording("en")))
    assert lines == [
        "warning: 外字: is missing",
        "warning: orders.csv: 39 rows were left out as repeated headings: 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, …",
        "warning: orders.csv, row 90: left out: a total (税務課).",
    ]
    for page in ("".join(as_text(one, "en")), "".join(as_html(one, "en"))):
        assert (page.count("repeated headings"), "row 57" in page) == (1, False)


def test_of_every_other_kind_all_are_shown_and_where_they_are_recalled_some() -> None:
    told = tuple(message("site.missing_key", key=f"k{n}") for n in range(5))
    one = review(sample(replace(sample_plan(), warnings=told)))
    assert len(list(warning_lines(one, Wording("en")))) == 5
    recalled = list(warning_lines(one, Wording("en"), 3))
    assert (len(recalled), "2 warning(s) more" in recalled[-1]) == (4, True)


def test_a_cut_list_of_kinds_says_so() -> None:
    changes = [replace(MOVE, key=Key("user", f"u{n}"), reason=f"種類{n}") for n in range(MOST_REASONS + 3)]
    assert reason_line(sample_plan(*changes), "user", Wording("en")).endswith(", … and 3 more kinds")
    assert "more" not in reason_line(sample_plan(*changes[:MOST_REASONS]), "user", Wording("en"))
