"""The city is consistent, its files are what the generator makes, and they all say the same."""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from chonai.text.dates import parse_date
from chonai.text.folding import kana_fold, search_key, variant_key
from chonai.text.tables import Table, TableRow, read_table
from tests.city import small, truth
from tests.city.__main__ import FILES, contents, summary_lines
from tests.city.build import build
from tests.city.headers import NEVER_KEPT, ORDERS, ORDERS_OTHER
from tests.city.mail import addresses, romaji
from tests.city.model import City, Person, Size
from tests.city.names import HARD, TOGETHER
from tests.city.organisation import successor
from tests.city.replay import replay
from tests.city.seed import CORP_BASE, ad_entries, corp_entries
from tests.city.titles import TITLES

CITY = build()
BENCH = Size(staff=10_000, moves=2650, leavers=150, joiners=200)
WANTED = {key: {ORDERS[key], ORDERS_OTHER.get(key, ORDERS[key])} for key in ORDERS if key not in NEVER_KEPT}
WRITTEN_BY_HAND = ("README.md", "arp-hall.txt", "kea-leases4.csv")
DATES = ("date", "term_start", "term_end", "forward_until")
CODES = ("new_section", "old_section", "number", "old_number")


def facts(person: Person) -> tuple[object, ...]:
    return person.account, person.name, person.kana, person.kind, person.main, set(person.also), person.status


@pytest.mark.parametrize(
    "city", [CITY, small.small(), small.one_mover(), small.cancelled(), build(BENCH)], ids=lambda c: len(c.orders)
)
def test_before_and_orders_give_after(city: City) -> None:
    after = {person.key: facts(person) for person in city.after}
    assert {key: facts(person) for key, person in replay(city, city.orders).items()} == after


def test_the_order_of_rows_does_not_matter() -> None:
    assert replay(CITY, CITY.orders) == replay(CITY, tuple(reversed(CITY.orders)))


def unpacked(name: str, data: bytes) -> object:
    """What a compressed file holds: another zlib may pack the same content into other bytes."""
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {member: archive.read(member) for member in archive.namelist()}
    return data


def test_the_committed_files_are_what_the_generator_makes() -> None:
    for name, data in contents().items():
        assert unpacked(name, (FILES / name).read_bytes()) == unpacked(name, data), f"{name}: run python -m tests.city"


def test_a_second_run_makes_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.city", "--out", str(tmp_path)]
    subprocess.run(command, cwd=FILES.parents[2], env=os.environ | {"PYTHONHASHSEED": "7"}, check=True)
    assert {name: (tmp_path / name).read_bytes() for name in contents()} == contents()


def test_nothing_else_lies_among_the_files() -> None:
    found = {str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file()}
    assert found == {*contents(), *WRITTEN_BY_HAND}


def test_the_readme_tells_the_true_counts() -> None:
    readme = (FILES / "README.md").read_text(encoding="utf-8")
    for line in summary_lines(CITY):
        assert line in readme


def test_everyone_has_a_section_and_title_that_exist() -> None:
    for when, people in (("before", CITY.before), ("after", CITY.after)):
        sections = truth.organisation(CITY, when).sections
        assert all(post.section in sections and post.title in TITLES for p in people for post in p.posts)


def test_keys_accounts_and_names_of_offices_are_unique() -> None:
    for people in (CITY.before, CITY.after):
        assert len({p.key for p in people}) == len({p.account for p in people}) == len(people)
    for when in ("before", "after"):
        names = [office.name for office in truth.offices(CITY, when)]
        assert len(set(names)) == len(names)


def test_one_number_occurs_in_several_bodies() -> None:
    assert max(Counter(p.number for p in CITY.before).values()) >= 3


def test_what_the_reorganisation_does_not_name_stays() -> None:
    old, new = CITY.before_organisation.sections, CITY.after_organisation.sections
    named = {reform.old for reform in CITY.reforms} | {reform.new for reform in CITY.reforms}
    for code in set(old) | set(new) - named:
        if code not in named:
            assert (old[code].name, old[code].parent) == (new[code].name, new[code].parent)
    assert {successor(code) for code in old} - {None} <= set(new)


def test_hard_names_are_there_and_pairs_sit_together() -> None:
    people = {tag: CITY.person_before(tag) for tag, _, _ in HARD}
    assert {people[tag].name for tag, _, _ in HARD} == {name for _, name, _ in HARD}
    for first, second in TOGETHER:
        assert people[first].main.section[:4] == people[second].main.section[:4]


def rows_of(name: str) -> Table:
    data = (FILES / name).read_bytes()
    table = read_table(name, data, {k: sorted(v) for k, v in WANTED.items()}, required=("number", "name", "type"))
    assert not table.problems
    return table


def normalised(row: TableRow) -> dict[str, str]:
    cells = row.values() | {"kana": kana_fold(row["kana"]), "note": "", "name": variant_key(row["name"])}
    cells |= {key: parse_date(cells[key]).isoformat() for key in DATES if cells[key]}
    cells |= {key: search_key(cells[key]).zfill(6) for key in CODES if cells[key]}
    return cells


@pytest.mark.parametrize("name", ["orders-2026.csv", "orders-2026-utf8.csv", "orders-2026.xlsx"])
def test_all_three_lists_hold_the_same_orders(name: str) -> None:
    read = {row["order"]: normalised(row) for row in rows_of(name).rows}
    true = {row["order"]: row for row in CITY.orders}
    assert read.keys() == true.keys()
    absent = {"job", "grade"} if "utf8" in name else set()
    for order, cells in read.items():
        expected = {k: v for k, v in true[order].items() if k in cells}
        expected |= {"kana": kana_fold(expected["kana"]), "note": "", "name": variant_key(expected["name"])}
        assert cells == expected | dict.fromkeys(absent, "")


def test_the_list_of_the_personnel_office_holds_what_arrives_in_the_wild() -> None:
    table = rows_of("orders-2026.csv")
    assert (table.encoding, table.header_row) == ("cp932", 4)
    assert list(table.dropped) == ["生年月日", "性別"]
    kinds = Counter(problem.code for problem in table.skipped)
    assert min(kinds[f"text.skipped_{kind}"] for kind in ("header", "section", "total")) >= 3
    assert {"\ue000田\u3000健二", "\ue001島\u3000隆"} <= {problem.value for problem in table.flags}
    assert any(row["note"].startswith("=cmd") for row in table.rows)
    assert any(len(row["number"]) < 6 for row in table.rows)
    assert len(table.rows) == len({row["order"] for row in table.rows}) + 2


def test_the_roster_holds_everyone_after_and_the_leavers() -> None:
    wanted = {
        key: (title,)
        for key, title in (
            ("body", "任命権者コード"),
            ("number", "番号"),
            ("name", "氏名"),
            ("title", "職名"),
            ("section", "所属コード"),
            ("office", "所属名"),
            ("kind", "区分名"),
            ("status", "在職"),
            ("also", "兼務所属コード1"),
        )
    }
    table = read_table("roster", (FILES / "roster-2026.xlsx").read_bytes(), wanted, required=tuple(wanted))
    assert not table.problems
    people = {p.key: p for p in (*CITY.after, *CITY.leavers)}
    assert len(table.rows) == len(people) == len(CITY.after) + len(CITY.leavers)
    for row in table.rows:
        person = people[f"{row['body']}-{row['number'].zfill(6)}"]
        assert (row["name"], row["kind"], row["status"]) == (person.name, person.kind, person.status)
        assert (row["section"].zfill(6), row["title"]) == (person.main.section, TITLES[person.main.title])


@pytest.mark.parametrize("directory", ["lgwan", "ext"])
def test_parents_come_before_children_and_members_before_groups(directory: str) -> None:
    seen: set[str] = set()
    for dn, attributes in ad_entries(CITY, directory):
        parent = dn.partition(",")[2]
        assert parent in seen or not seen
        assert all(value in seen for name, value in attributes if name == "member")
        assert dn not in seen
        seen.add(dn)


def test_the_openldap_groups_always_have_a_member() -> None:
    groups = [attributes for dn, attributes in corp_entries(CITY) if f"ou=groups,{CORP_BASE}" in dn.partition(",")[2]]
    assert groups
    assert all(any(name == "member" for name, _ in attributes) for attributes in groups)


def test_seed_files_are_ldif() -> None:
    text = gzip.decompress((FILES / "seed" / "lgwan.ldif.gz").read_bytes()).decode("ascii")
    assert text.startswith("version: 1\n\ndn:: ")
    assert text.count("\ndn:") == sum(1 for _ in ad_entries(CITY, "lgwan"))


def test_everybody_has_an_address_of_their_own() -> None:
    names = addresses(truth.expected(CITY, "before", "corp").values())
    assert len(set(names.values())) == len(names)
    assert all(
        re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+(-[a-z0-9]+)*)?", name) and len(name) <= 64 for name in names.values()
    )
    twins = [names[CITY.person_before(tag).account] for tag in ("watanabe_1", "watanabe_2", "watanabe_3")]
    assert {name.rstrip("0123456789") for name in twins} == {"watanabe.kenichi"}


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("サトウ", "sato"), ("オオノ", "ono"), ("イノウエ", "inoue"), ("ジュンイチ", "junichi"),
        ("ハットリ", "hattori"),
        ("マッチャ", "matcha"), ("ナンバ", "namba"), ("メアリーアン", "mearian"), ("ユウコ", "yuko"), ("ヴァン", "van"),
    ],
)  # fmt: skip
def test_readings_are_spelt_as_passports_do(kana: str, letters: str) -> None:
    assert romaji(kana) == letters


def test_truth_of_the_two_directories() -> None:
    lgwan, ext = (truth.expected(CITY, "after", directory) for directory in ("lgwan", "ext"))
    assert {p.key for p in CITY.after} == {p.key for p in lgwan.values() if not p.retired_on}
    assert all(lgwan[account].kind in ("正規", "再任用") for account, p in ext.items() if not p.retired_on)
    assert not {p.account for p in truth.deleted(CITY, "lgwan")} & set(lgwan)
    assert all(not p.groups and not p.projects for p in lgwan.values() if p.retired_on)
    assert any(truth.expected(CITY, "before", "lgwan")[p.account].projects for p in CITY.leavers)


def test_a_returner_and_a_renewed_number_keep_the_account() -> None:
    same, new = CITY.person_after("returner_same"), CITY.person_after("returner_new")
    assert {same.account, new.account} <= set(truth.expected(CITY, "before", "lgwan"))
    assert new.account != f"{new.number}"
    assert truth.expected(CITY, "after", "lgwan")[same.account].retired_on is None


def test_the_chain_the_swap_and_the_reused_code() -> None:
    before = {office.code: office.name for office in truth.offices(CITY, "before")}
    after = {office.code: office.name for office in truth.offices(CITY, "after")}
    assert after["060300"] == before["060300"] == "こども家庭課"
    assert successor("060200") == "060300"
    assert successor("060300") == "060400"
    assert (after["080100"], after["080200"]) == (before["080200"], before["080100"])
    assert (before["070400"], after["070400"]) == ("企業誘致課", "ふるさと納税課")
    assert not any(p.main.section in ("050600", "090400") for p in CITY.after)
