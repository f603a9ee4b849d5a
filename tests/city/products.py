"""What the three products that take files export, before and after the change; worked out from the people, and written
with Python's own csv module by the rules that the products' makers would have written down.
"""

from __future__ import annotations

import csv
import gzip
import io
import tarfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import truth
from .model import City, Person
from .truth import Expected

APPROVERS = frozenset(f"{code:03}" for code in (10, 11, 12, 13, 14, 15, 20, 30, 31, 32, 33, 34, 35))
DEPUTIES = frozenset(("040", "041", "042", "050"))
ASSETS, INTERNAL, EXTERNAL = "asset_management", "internal_exchange", "external_exchange"
PRODUCTS = (ASSETS, INTERNAL, EXTERNAL)
DIRECTORY = {ASSETS: "corp", INTERNAL: "corp", EXTERNAL: "ext"}
"""Whose people have an account in each."""

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Form:
    """How a product writes a file."""

    codec: str
    bom: bytes
    delimiter: str
    line: str
    quoting: int

    def written(self, rows: Iterable[Sequence[str]]) -> bytes:
        """The bytes of a file."""
        out = io.StringIO(newline="")
        quotes = {"quotechar": None} if self.quoting == csv.QUOTE_NONE else {}
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.line, quoting=self.quoting, **quotes).writerows(
            rows
        )
        return self.bom + out.getvalue().encode(self.codec)


FORMS = {
    ASSETS: Form("utf-16-le", b"\xff\xfe", "\t", "\r\n", csv.QUOTE_ALL),
    INTERNAL: Form("cp932", b"", ",", "\r\n", csv.QUOTE_NONE),
    EXTERNAL: Form("utf-8", b"", ",", "\n", csv.QUOTE_MINIMAL),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section with the people who approve in it and who stand in for them, by account."""

    code: str
    name: str
    members: frozenset[str]
    approvers: frozenset[str]
    deputies: frozenset[str]


def sections(city: City, when: str, product: str) -> dict[str, Section]:
    """Every 部 and 課 by code."""
    people = _serving(city, when, product)
    chart, offices = truth.organisation(city, when), truth.offices(city, when)
    homes = {p.account: chart.home(p.main.section).code for p in people}
    posts = {p.account: {chart.home(post.section).code for post in p.posts} for p in people}
    return {
        office.code: Section(
            office.code,
            office.name,
            frozenset(account for account, codes in posts.items() if office.code in codes),
            *_approving(people, homes, posts, office.code),
        )
        for office in offices
    }


def _approving(
    people: Sequence[Person], homes: Mapping[str, str], posts: Mapping[str, set[str]], code: str
) -> tuple[frozenset[str], frozenset[str]]:
    """Those of the section whose title approves, else those with a concurrent post there, else those of the 部."""
    able = {p.account: p.main.title for p in people if p.enabled}

    def heads(at: str) -> set[str]:
        own = {a for a, title in able.items() if title in APPROVERS and homes[a] == at}
        return own or {a for a, title in able.items() if title in APPROVERS and at in posts[a] and homes[a] != at}

    approvers = heads(code) or heads(code[:2] + "0000")
    deputies = {a for a, title in able.items() if title in DEPUTIES and homes[a] == code}
    return frozenset(approvers), frozenset(deputies - approvers)


def _serving(city: City, when: str, product: str) -> list[Person]:
    accounts = truth.expected(city, when, DIRECTORY[product])
    serving = city.before if when == "before" else city.after
    return [p for p in serving if p.account in accounts and not accounts[p.account].retired_on]


def exports(city: City, product: str, when: str = "before") -> dict[str, bytes]:
    """A product's export files by type."""
    people = truth.expected(city, when, DIRECTORY[product])
    posts = {p.account: p for p in _serving(city, when, product)}
    make = {ASSETS: _assets, INTERNAL: _internal, EXTERNAL: _external}[product]
    users, groups = make(city, when, people, posts)
    form = FORMS[product]
    return {"user": form.written(users), "group": form.written(groups)}


def packed(city: City, product: str) -> bytes:
    """Both export files in an archive without times, so that the same content is the same archive."""
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        for type_, data in exports(city, product).items():
            member = tarfile.TarInfo(f"{type_}.csv")
            member.size, member.mode = len(data), 0o600
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def _note(person: Expected) -> str:
    return f"chonai:retired-on={person.retired_on.isoformat()}" if person.retired_on else ""


def _assets(city: City, when: str, people: Mapping[str, Expected], _: object) -> tuple[Rows, Rows]:
    users = [
        [
            "ログインID",
            "職員番号",
            "氏名",
            "フリガナ",
            "所属コード",
            "所属名",
            "職名",
            "メール",
            "権限区分",
            "有効",
            "備考",
        ]
    ]
    for account, p in sorted(people.items()):
        on = "有効" if p.enabled and not p.retired_on else "無効"
        facts = [account, p.key, p.name, p.kana, p.section_code, p.department, p.title]
        users.append([*facts, "", "一般", on, _note(p)])
    groups = [["グループコード", "グループ名", "申請者", "承認者", "代理承認者"]]
    for code, one in sorted(sections(city, when, ASSETS).items()):
        groups.append(
            [code, one.name, *(";".join(sorted(each)) for each in (one.members, one.approvers, one.deputies))]
        )
    return users, groups


def _internal(city: City, when: str, people: Mapping[str, Expected], posts: Mapping[str, Person]) -> tuple[Rows, Rows]:
    chart = truth.organisation(city, when)
    users = [
        [
            "利用者ID",
            "職員番号",
            "氏名",
            "氏名カナ",
            "メールアドレス",
            "所属コード",
            "本務",
            "職名",
            "フォルダー",
            "使用",
            "備考",
        ]
    ]
    for account, p in sorted(people.items()):
        on = "1" if p.enabled and not p.retired_on else "0"
        held = posts.get(account)
        also = {chart.home(post.section).code for post in held.posts} - {p.section_code} if held else set()
        rows = [(p.section_code, "1"), *((code, "0") for code in sorted(also))] if held else [("", "0")]
        for code, main in rows:
            users.append([account, p.key, spelt(p.name), p.kana, "", code, main, p.title, account, on, _note(p)])
    groups = [["所属コード", "所属名", "フォルダー名", "承認者", "代理承認者"]]
    for code, one in sorted(sections(city, when, INTERNAL).items()):
        people_of = [";".join(sorted(each)) for each in (one.approvers, one.deputies)]
        groups.append([code, one.name, f"{code}_{one.name}", *people_of])
    return users, groups


def _external(city: City, when: str, people: Mapping[str, Expected], _: object) -> tuple[Rows, Rows]:
    header = ("user_id", "staff_no", "user_name", "section", "section_name", "title", "mail", "home", "enabled", "memo")
    users = [[*header]]
    for account, p in sorted(people.items()):
        on = "1" if p.enabled and not p.retired_on else "0"
        users.append([account, p.key, p.name, p.section_code, p.department, p.title, "", account, on, _note(p)])
    groups = [["folder_id", "folder_name", "members", "approvers", "deputies"]]
    for code, one in sorted(sections(city, when, EXTERNAL).items()):
        groups.append(
            [code, one.name, *("|".join(sorted(each)) for each in (one.members, one.approvers, one.deputies))]
        )
    return users, groups


def spelt(name: str) -> str:
    """A name as somebody typed it into a product that knows only the characters of Windows-31J."""
    plain = unicodedata.normalize("NFC", name).replace("\U000e0100", "").replace("𠮷", "吉").replace("—", "―")
    assert plain.encode("cp932").decode("cp932") == plain
    return plain
