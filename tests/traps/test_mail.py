"""What goes wrong with mail addresses and with rights to approve that the systems hold already."""

from __future__ import annotations

import pytest

from chonai.operations.personnel import read_request
from tests.traps import ground
from tests.unit.personnel import mailroom, world
from tests.unit.personnel.mailroom import asked, order, person, section
from tests.unit.personnel.test_approvers import Workflow, who
from tests.unit.personnel.test_approvers import order as posted

STATE = dict([section("010100", "総務課", 1), person(1, "shiomi.hana")])
LONG = "ジュゲムジュゲムゴコウノスリキレカイジャリスイギョ　ウンライマツフウライマツクウネルトコロニスムトコロ"


@pytest.mark.parametrize(("number", "type_"), [(9, "採用"), (1, "改姓")])
def test_an_address_that_no_mail_server_has_to_take_names_the_row(number: int, type_: str) -> None:
    found = mailroom.planned(STATE, asked(order(number, type_, LONG, "寿限無　長助"))).problems
    assert "personnel.address_too_long" in world.codes(found)
    ground.assert_says(found, "orders.csv", "2行目", "カナ氏名", "jugemujugemu", "64 オクテット")


def test_a_roster_names_its_row_too() -> None:
    rows = (
        "番号,氏名,カナ氏名,所属コード,任命権者コード,在職",
        "1,汐見　花,シオミ　ハナ,010100,1,在職",
        f"9,寿限無　長助,{LONG},010100,1,在職",
    )
    file = world.File("roster.csv", "\r\n".join(rows).encode("cp932"))
    wish = read_request(policy=world.policy(), effective_date=world.DAY, roster=file)
    ground.assert_says(mailroom.planned(STATE, wish).problems, "roster.csv", "3行目", "カナ氏名", "64 オクテット")


def test_sixty_four_octets_are_taken() -> None:
    kana = "カ" * 16 + "　" + "キ" * 15 + "ア"  # ka × 16, a dot, ki × 15, a: 64
    state, _ = mailroom.made(STATE, asked(order(9, "採用", kana, "寿限無　長助")))
    [name] = [str(record["name"]) for record in state.values() if record.get("staffKey") == "1-000009"]
    assert len(name) == 64


def test_who_was_made_their_own_deputy_is_so_no_longer() -> None:
    workflow = Workflow()
    head, deputy = workflow.person(1, "課長", "010100"), workflow.person(2, "課長補佐", "010100")
    workflow.approves("010100", head, deputies=(head, deputy))
    state, outcome = workflow.after(posted(2, "異動", "010100", "課長補佐"))
    assert not outcome.problems
    assert who(state, "010100") == ({head}, {deputy})


def test_deputies_who_were_made_in_a_circle_across_sections_are_so_no_longer() -> None:
    workflow = Workflow()
    one, other = workflow.person(1, "課長", "010100"), workflow.person(2, "課長", "010200")
    third = workflow.person(3, "課長補佐", "010200")
    workflow.approves("010100", one, deputies=(other,))
    workflow.approves("010200", other, deputies=(one,))
    state, outcome = workflow.after(posted(3, "異動", "010200", "課長補佐"))
    assert not outcome.problems
    assert who(state, "010100") == ({one}, frozenset())
    assert who(state, "010200") == ({other}, {third})
    again = Workflow()
    again.state = dict(state)
    assert again.after(posted(3, "異動", "010200", "課長補佐"))[0] == state
