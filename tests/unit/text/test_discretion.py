"""What is told before an announcement: where and what kind of thing, not whom it is about."""

from __future__ import annotations

import pytest

from chonai.text.discretion import discreet
from chonai.text.messages import Message, message
from chonai.text.problems import Problem


def test_a_wrong_cell_is_told_by_its_place() -> None:
    wrong = Problem("personnel.not_section_code", "orders", 12, "新所属コード", "財政課", "F12", {"digits": 6})
    said = discreet(wrong.message).render("en")
    assert said == (
        'orders, row 12, 新所属コード F12 "(withheld)": not a section code: at most 6 digits and nothing else. '
        "Correct the cell."
    )


def test_sentences_within_sentences_are_discreet_too() -> None:
    why = message("directory.protected_name", dn="CN=admin", account="admin", pattern="adm*")
    said = discreet(message("personnel.brake_protected", who="山田　太郎", why=why))
    assert "admin" not in said.render("ja")
    assert "山田" not in said.render("ja")
    assert discreet(said) == said


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (
            message("personnel.as_of", date="2026-04-01", phase=message("personnel.phase_cutover")),
            "Planned for 2026-04-01, phase cutover",
        ),
        (
            message("text.missing_column", names="職員番号 / 番号", found="山田"),
            "the column 職員番号 / 番号 is missing",
        ),
        (message("personnel.two_posts", number="1-001234", other=7, first="税務課"), "row 7 ((withheld))"),
        (message("policy.not_text", path="bodies.1.name", value="3"), "bodies.1.name: 3 is not a text"),
        (message("personnel.target_of_other", value="A", other="1-001234", number="x"), "is about (withheld)"),
        (message("personnel.title_disagrees", title_code="080", known="課長"), "(withheld) is (withheld)"),
        (Message("example.later", {"row": 3, "whatever": "山田", "nobody": None}), None),
    ],
)
def test_what_is_listed_is_shown_and_nothing_else(item: Message, shown: str | None) -> None:
    told = discreet(item)
    assert shown is None or shown in told.render("en")
    assert not [value for value in told.fields.values() if value in ("山田", "税務課", "課長", "1-001234", None)]
