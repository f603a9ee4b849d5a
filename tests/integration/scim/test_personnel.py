"""A product with a SCIM interface takes part in a personnel change, with the policy that its page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from chonai.change.model import Plan
from chonai.change.undo import undo_plan
from chonai.site.personnel import Asked, plan_personnel
from chonai.site.systems import connect
from chonai.store.store import Store
from tests.integration.scim.test_with_the_engine import applied
from tests.scim.running import Running
from tests.stores import store_at
from tests.unit.personnel import world

PAGE = Path(__file__).resolve().parents[3] / "docs/systems/scim.md"
ORDERS = "発令番号,発令日,発令区分,任命権者コード,職員番号,漢字氏名,カナ氏名,新所属コード,職名"
JOINERS = (
    "1,2026-04-01,採用,1,1,汐見　花,シオミ　ハナ,010100,主事",
    "2,2026-04-01,採用,1,2,小野　健,オノ　ケン,010200,主事",
)


def shown(name: str, last: bool) -> Mapping[str, Any]:
    """The page's example of a host variable."""
    blocks = [yaml.safe_load(one) for one in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)]
    found = [block[name] for block in blocks if name in block]
    return found[-1 if last else 0]


class Gateway:
    """The product and the files of a request."""

    def __init__(self, running: Running, folder: Path) -> None:
        attributes = shown("chonai_system", last=True)["attributes"]
        self.settings = running.settings("full", attributes=attributes) | {"kind": "scim"}
        self._folder = folder

    def plan(self, day: date, *orders: str, organisation: bool = False) -> Plan:
        files = {"orders": [ORDERS, *orders]}
        files |= {"organisation": ["所属コード,所属名", "010100,総務課", "010200,人事課"]} if organisation else {}
        for name, rows in files.items():
            (self._folder / f"{name}.csv").write_text("\r\n".join(rows), encoding="utf-8-sig")
        made = plan_personnel(
            system="gateway", settings=self.settings, policy=world.policy_data(),
            rules={"personnel_directory": shown("personnel_directory", last=False)},
            asked=Asked({name: self._folder / f"{name}.csv" for name in files}, day),
        )  # fmt: skip
        assert not made.problems, [problem.render("en") for problem in made.problems]
        return made


@pytest.fixture
def gateway(scim: Running, tmp_path: Path) -> Gateway:
    return Gateway(scim, tmp_path)


def test_people_join_move_and_leave(gateway: Gateway, tmp_path: Path) -> None:
    with Store.open(store_at(tmp_path / "chonai.db")) as store, connect("gateway", gateway.settings) as system:
        joined = gateway.plan(date(2026, 4, 1), *JOINERS, organisation=True)
        assert applied("one", joined, system, store).complete
        assert not gateway.plan(date(2026, 4, 1), *JOINERS, organisation=True).changes

        leaver, mover = "3,2026-06-30,退職,1,1,汐見　花,,,", "4,2026-07-01,異動,1,2,小野　健,,010100,主任"
        changed = gateway.plan(date(2026, 7, 1), leaver, mover)
        assert applied("two", changed, system, store).complete
        state = system.observe(changed.scope).state
        people = {str(one["name"]): one for key, one in state.items() if key.type == "user"}
        [group] = [one for one in state.values() if one["name"] == "010100 総務課"]
        keys = {str(one["name"]): str(key) for key, one in state.items()}
        assert group["member"] == {keys["000002"]}
        assert people["000001"]["enabled"] is False
        assert "chonai:retired-on=2026-06-30" in str(people["000001"]["notes"])
        assert (people["000002"]["sectionCode"], people["000002"]["title"]) == ("010100", "主任")

        back = undo_plan(changed, store.journal.rows("two", "gateway"), system)
        assert applied("three", back, system, store).complete
        assert not gateway.plan(date(2026, 4, 1), *JOINERS).changes
