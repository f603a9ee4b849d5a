"""A small city to set traps in: four 課, a dozen people, and files written cell by cell as a test wants them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from openpyxl import Workbook

from chonai.change.model import Key, Record, State, Value
from chonai.change.plan import Outcome
from chonai.operations.personnel import File, Request, read_request
from chonai.text.messages import Message
from tests.unit.personnel import world

__all__ = ["File", "Key"]
DAY = date(2026, 4, 1)
SECTIONS = {
    "020000": "総務部",
    "020100": "総務課",
    "020200": "人事課",
    "040000": "市民部",
    "040100": "市民課",
    "040200": "保険課",
}
# number, name, reading, section, title code, concurrent posts
PEOPLE = (
    ("001001", "佐藤\u3000一郎", "サトウ\u3000イチロウ", "020100", "030", ()),
    ("001002", "鈴木\u3000花子", "スズキ\u3000ハナコ", "020100", "080", ()),
    ("001003", "高橋\u3000健", "タカハシ\u3000ケン", "020200", "060", ("020100",)),
    ("001004", "\U00020bb7田\u3000太郎", "ヨシダ\u3000タロウ", "040100", "080", ()),
    ("001005", "辻\U000e0100\u3000二郎", "ツジ\u3000ジロウ", "040100", "080", ()),
    ("001006", "永山\u3000な\u304b\u3099れ", "ナガヤマ\u3000ナガレ", "040100", "080", ()),
    ("001007", "渡辺\u3000健一", "ワタナベ\u3000ケンイチ", "040200", "080", ()),
    ("001008", "大野\u3000淳一", "オオノ\u3000ジュンイチ", "040200", "080", ()),
    ("001009", "中村\u3000愛", "ナカムラ\u3000アイ", "040200", "080", ("040100", "020100", "020200")),
    ("001010", "小林\u3000修", "コバヤシ\u3000オサム", "040000", "010", ()),
)
TITLES = {"010": "部長", "030": "課長", "060": "主査", "080": "主事"}
HEADER = (
    *("発令番号", "発令日", "発令区分", "任命権者コード", "職員番号", "漢字氏名", "カナ氏名"),
    *("職名", "新所属コード", "旧所属コード", "任用区分", "旧職員番号", "対象発令番号", "備考"),
)
JOINER = {
    "発令日": "2026/4/1",
    "発令区分": "採用",
    "任命権者コード": "1",
    "職員番号": "002001",
    "漢字氏名": "山田\u3000太郎",
    "カナ氏名": "ヤマダ\u3000タロウ",
    "職名": "主事",
    "新所属コード": "040100",
    "任用区分": "正規",
}


def order(kind: str, number: str, name: str = "", **cells: str) -> dict[str, str]:
    """An order of 2026-04-01 about somebody of PEOPLE; the name is theirs unless given."""
    names = {each[0]: each[1] for each in PEOPLE}
    row = {"発令日": "2026/4/1", "発令区分": kind, "任命権者コード": "1", "職員番号": number}
    return {**row, "漢字氏名": name or names.get(number, ""), **cells}


def joiner(number: str = "002001", **cells: str) -> dict[str, str]:
    """A joiner's order."""
    return {**JOINER, "職員番号": number, **cells}


def table(rows: Iterable[Mapping[str, str]], header: Iterable[str] = HEADER) -> list[list[str]]:
    """Rows of cells under a header."""
    titles = list(header)
    return [titles, *([row.get(title, "") for title in titles] for row in rows)]


def csv_file(cells: Iterable[Iterable[str]], *, name: str = "orders.csv", encoding: str = "cp932") -> File:
    """Cells as a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(cells)
    return File(name, out.getvalue().encode(encoding))


def orders(*rows: Mapping[str, str], encoding: str = "utf-8", name: str = "orders.csv") -> File:
    """A transaction list."""
    return csv_file(table(rows), name=name, encoding=encoding)


def xlsx_file(cells: Iterable[Iterable[object]], *, name: str = "orders.xlsx", merged: Iterable[str] = ()) -> File:
    """Cells as a workbook; numbers and dates stay what they are."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in cells:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return File(name, out.getvalue())


def organisation(sections: Mapping[str, str] = SECTIONS) -> File:
    """An organisation table."""
    return csv_file(
        [["所属コード", "所属名"], *([code, name] for code, name in sections.items())], name="organisation.csv"
    )


def reorganisation(*rows: tuple[str, str, str]) -> File:
    """A reorganisation table of 2026-04-01: old code, new code, kind."""
    cells = [["旧コード", "新コード", "種別", "適用日"], *([*row, "R8.4.1"] for row in rows)]
    return csv_file(cells, name="reorganisation.csv")


def roster(people: Iterable[tuple[str, ...]], **more: str) -> File:
    """A roster: number, name, section, status for each."""
    header = ["番号", "氏名", "所属コード", "在職", "任命権者コード", "区分名", *more]
    return csv_file(
        [header, *([*row, "1", "正規", *more.values()] for row in people)], name="roster.csv", encoding="utf-8"
    )


def everybody() -> list[tuple[str, str, str, str]]:
    """All of PEOPLE as roster rows, in service where they are."""
    return [(number, name, section, "在職") for number, name, _, section, _, _ in PEOPLE]


def directory() -> world.Directory:
    """LGWAN as it is before, with the groups of every section and title, and everybody's."""
    made = world.Directory("lgwan")
    ous: dict[str, Key] = {}
    for code, name in SECTIONS.items():
        upper = ous[f"{code[:2]}0000"] if not code.endswith("0000") else made.places["職員"]
        ous[code] = made.ou(name, upper, code)
        made.group(f"sec-{code}", f"所属_{name}", sAMAccountName=f"sec-{code}", description=code)
    for code, title in TITLES.items():
        made.group(f"pos-{code}", f"役職_{title}", sAMAccountName=f"pos-{code}")
    made.group("all-staff", "全職員", sAMAccountName="all-staff")
    made.group("プロジェクト", "プロジェクト")
    for number, name, kana, section, title, also in PEOPLE:
        key = person(made, number, name, ous[section], kana=kana, title=TITLES[title], department=SECTIONS[section])
        for group in (f"sec-{section}", f"pos-{title}", "all-staff", *(f"sec-{code}" for code in also)):
            made.join(Key("group", group), key)
    return made


def person(made: world.Directory, number: str, name: str, parent: Key, *, kana: str = "", **attributes: Value) -> Key:
    """An account of the mayor's office."""
    family, _, given = name.replace(" ", "\u3000").partition("\u3000")
    shown = {"displayName": name, "sn": family, "givenName": given, "msDS-PhoneticDisplayName": kana}
    names = {
        "sAMAccountName": number,
        "userPrincipalName": f"{number}@lgwan.shiomino.example",
        "employeeID": f"1-{number}",
    }
    return made.user(number, parent, {**names, **shown, **attributes})


def ask(
    day: date = DAY,
    *,
    orders: File | None = None,
    roster: File | None = None,
    organisation: File | None = None,
    reorganisation: File | None = None,
) -> Request:
    """A request of files."""
    files = {"orders": orders, "roster": roster, "organisation": organisation, "reorganisation": reorganisation}
    return read_request(policy=world.policy(), effective_date=day, **files)


def planned(asked: Request, state: State | None = None) -> Outcome:
    """The outcome for a directory, as it was before unless given."""
    return world.planned(directory().state if state is None else state, asked)


def plan_of(*rows: Mapping[str, str], day: date = DAY) -> Outcome:
    """The outcome of orders alone."""
    return planned(ask(day, orders=orders(*rows)))


def after(asked: Request, state: State | None = None) -> dict[Key, Record]:
    """The directory after the change; there must be no problem."""
    before = directory().state if state is None else state
    outcome = planned(asked, before)
    assert outcome.problems == (), sentences(outcome.problems)
    return world.after(before, outcome)


def touched(asked: Request, state: State | None = None) -> set[str]:
    """Ids of what would change."""
    before = directory().state if state is None else state
    return {change.key.id for change in world.changes(before, planned(asked, before))}


def account(state: State, number: str) -> Record:
    """The account of a number."""
    return next(record for record in state.values() if record.get("sAMAccountName") == number)


def members(state: State, group: str) -> set[str]:
    """Account names in a group."""
    names = {str(key): str(record["name"]) for key, record in state.items()}
    found = next(
        record for record in state.values() if record.get("sAMAccountName") == group or record["name"] == group
    )
    return {names[member] for member in found.get("member") or ()}  # type: ignore[union-attr]


def sentences(messages: Iterable[Message]) -> list[str]:
    """Messages as people read them in Japan."""
    return [message.render("ja") for message in messages]


def assert_says(messages: Iterable[Message], *parts: str) -> None:
    """One of the messages holds all parts: file, row, column, value, and the way out."""
    said = sentences(messages)
    assert any(all(part in sentence for part in parts) for sentence in said), said
