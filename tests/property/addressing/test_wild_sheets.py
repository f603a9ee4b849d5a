"""Whatever stands in a spreadsheet, it is read without a fault. What is planned of it without a problem, the ledger's
database takes, and the same again plans nothing.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from chonai.change.effect import bound
from chonai.change.model import Action, Change, Key
from chonai.operations.addressing import SCOPE
from chonai.operations.addressing.sheet.words import COLUMNS
from chonai.operations.files import File
from chonai.systems.ipam import connect
from chonai.systems.ipam.system import LedgerSystem
from tests.unit.addressing.sheets import taken_in
from tests.unit.addressing.town import OFFICE, address, ended, planned, state

LAST = st.integers(1, 254)
ADDRESSES = st.builds("10.20.1.{}".format, LAST)
SPANS = st.one_of(ADDRESSES, ADDRESSES, st.builds(lambda n, more: f"10.20.1.{n}～{min(254, n + more)}", LAST, LAST))
NETWORKS = st.sampled_from(["10.20.1.0/24", "10.20.2.0/24", "10.20.40.0/25", "10.20.40.128/26", "10.20.0.0/16"])
HOSTS = st.sampled_from(["pc010", "ＰＣ０１１", "pc012", "GW", "DHCP", "", ""])
STATUSES = st.sampled_from(["", "", "使用中", "予約", "廃止", "空き", "DHCP"])
VLANS = st.sampled_from(["", "100", "VLAN120", "100 (拠点 北支所)"])
OFFICES = st.sampled_from(["", "税務課", "市民課"])
FLAGS = st.sampled_from(["可", "不可", ""])
KINDS = st.sampled_from(["", "", "まとめ用"])
SITES = st.sampled_from(["", "北支所", "本庁舎"])
LGWAN = st.just("lgwan")
TABLES: tuple[dict[str, st.SearchStrategy[str]], ...] = (
    {"アドレス": SPANS, "所属": OFFICES, "状態": STATUSES},
    {"IPアドレス": ADDRESSES, "機器名": HOSTS, "用途": OFFICES, "状態": STATUSES},
    {"アドレス": st.builds(str, LAST), "ネットワーク": NETWORKS, "所属": OFFICES, "VRF": LGWAN},
    {"ネットワーク": NETWORKS, "VRF": LGWAN, "種別": KINDS, "VLAN": VLANS},
    {"ネットワーク": NETWORKS, "VRF": LGWAN, "GW": ADDRESSES},
    {"先頭": ADDRESSES, "末尾": ADDRESSES, "払出": FLAGS, "用途": OFFICES},
    {"VLAN ID": VLANS, "名称": OFFICES, "拠点": SITES, "状態": STATUSES},
)
WORDS = st.sampled_from([title for titles in COLUMNS.values() for title in titles]) | st.text(max_size=6)
ANYTHING = WORDS | SPANS | NETWORKS | STATUSES | VLANS
TOWN = state(
    ("address:5", address("10.20.1.5", hostname="pc005", owner="税務課")),
    ("address:6", address("10.20.1.6", hostname="pc006", **ended("2026-06-30"))),
    ("address:7", address("10.20.1.10", hostname="pc007", **ended("2026-03-31"))),
    ("range:1", {"prefix": OFFICE, "first": "10.20.1.100", "last": "10.20.1.109", "issuable": False}),
)
VLAN_OF_TWO_SITES = [
    ["ネットワーク", "VRF", "種別", "VLAN"],
    ["10.20.1.0/24", "lgwan", "", "100"],
    ["10.20.2.0/24", "lgwan", "", "100"],
    ["10.20.40.0/25", "lgwan", "", "100 (拠点 北支所)"],
]


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """One to three tables below each other."""
    rows: list[list[str]] = []
    for _ in range(draw(st.integers(1, 3))):
        columns = draw(st.sampled_from(TABLES))
        rows += [list(columns), *draw(st.lists(st.tuples(*columns.values()).map(list), min_size=1, max_size=3))]
    return rows


def as_csv(rows: list[list[str]]) -> File:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return File("台帳.csv", out.getvalue().encode("utf-8-sig", "replace"))


@contextmanager
def ledger() -> Iterator[LedgerSystem]:
    """The town in a database."""
    folder = Path(tempfile.mkdtemp(prefix="chonai-ledger-"))
    with connect({"name": "ledger", "url": str(folder / "ledger.db")}) as system:
        made = system.apply([Change(Action.CREATE, key, {}, record, "") for key, record in TOWN.items()], no_secret)
        assert [one.error for one in made] == [None] * len(TOWN)
        yield system
    shutil.rmtree(folder)


def no_secret(change: Change, name: str) -> str:
    raise AssertionError((change, name))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(ANYTHING, max_size=5), max_size=6))
def test_no_cells_are_too_wild_to_read(rows: list[list[str]]) -> None:
    outcome = taken_in(TOWN, as_csv(rows))
    assert all(one.render("ja") for one in (*outcome.problems, *outcome.warnings))


@settings(deadline=None, max_examples=40)
@given(tables())
@example(VLAN_OF_TWO_SITES)
def test_what_is_planned_the_database_takes(rows: list[list[str]]) -> None:
    file = as_csv(rows)
    outcome = taken_in(TOWN, file)
    event("with problems" if outcome.problems else "without")
    if outcome.problems:
        return
    keys: dict[Key, Key] = {}
    with ledger() as system:
        for change in planned(TOWN, outcome).changes:
            [result] = system.apply([bound(change, keys)], no_secret)
            assert result.error is None, str(result.error)
            keys[change.key] = result.key
        after = system.observe(SCOPE).state
    again = taken_in(after, file)
    assert not again.problems, [str(one) for one in again.problems]
    assert planned(after, again).changes == ()
