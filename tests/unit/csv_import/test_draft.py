"""A profile drafted from an export reads that export, and says what it is not sure of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chonai.change.errors import InputError
from chonai.change.model import Key
from chonai.systems.csv_import.draft import draft_profile
from chonai.systems.csv_import.profile import FileProfile, Formula, Kind, Many, Quoting
from chonai.systems.csv_import.profile_reader import parse_profile
from chonai.systems.csv_import.reading import read_export

HEADER = ("職員番号", "氏名", "フリガナ", "メールアドレス", "有効")
PEOPLE = (("001234", "髙﨑　德子", "ﾀｶｻｷ", "a@e.jp", "1"), ("001235", "山田, 太郎", "", "", "0"))


def export(
    rows: Sequence[Sequence[str]], encoding: str, *, bom: bytes = b"", line: str = "\r\n", by: str = ","
) -> bytes:
    quoted = ([f'"{cell}"' if by in cell else cell for cell in row] for row in rows)
    return bom + "".join(by.join(row) + line for row in quoted).encode(encoding)


def drafted(data: bytes, name: str = "利用者一覧.csv") -> FileProfile:
    [file] = parse_profile("draft", draft_profile(name, data)).files.values()
    assert not read_export(name, data, file).problems
    return file


@pytest.mark.parametrize(
    ("encoding", "bom", "found"),
    [("cp932", b"", "cp932"), ("utf-8", b"", "utf-8"), ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
     ("utf-16-le", b"\xff\xfe", "utf-16le-bom")],
)  # fmt: skip
@pytest.mark.parametrize("by", [",", "\t", ";"])
@pytest.mark.parametrize("line", ["\r\n", "\n"])
def test_encoding_delimiter_and_line_ending(encoding: str, bom: bytes, found: str, by: str, line: str) -> None:
    file = drafted(export([HEADER, *PEOPLE], encoding, bom=bom, line=line, by=by))
    assert (file.format.encoding.name, file.format.delimiter, file.format.line_ending) == (found, by, line)
    assert file.format.header
    assert file.key == ("employeeNumber",)
    assert [column.name for column in file.columns] == ["employeeNumber", "displayName", "kana", "mail", "enabled"]
    assert file.attributes["enabled"].words is not None


def test_quotes_around_everything() -> None:
    data = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [HEADER, *PEOPLE]).encode()
    assert drafted(data).format.quoting is Quoting.ALL


def test_quotes_around_texts_only_are_a_doubt() -> None:
    data = '"職員番号","氏名"\n1,"山田"\n2,"佐藤"\n'.encode()
    assert drafted(data).format.quoting is Quoting.MINIMAL
    assert "some cells stand in quotes that need none" in draft_profile("a.csv", data)


def test_one_row_for_each_post() -> None:
    header = ("ユーザーID", "氏名", "所属コード", "本務")
    rows = (("u1", "髙﨑", "0203", "1"), ("u1", "髙﨑", "0204", "0"), ("u2", "山田", "0203", "1"))
    data = export([header, *rows], "cp932")
    file = drafted(data)
    assert file.by_rows is not None
    assert (file.by_rows.title, file.by_rows.many) == ("所属コード", Many.ROWS)
    assert [column.kind for column in file.columns if column.title == "本務"] == [Kind.MARK]
    found = read_export("x", data, file).records[Key("user", "u1")]
    assert (found["departmentNumber"], found["main_departmentNumber"]) == ({"0204"}, "0203")


def test_two_columns_that_only_together_are_unique() -> None:
    rows = [("任命権者", "番号", "氏名"), ("市長", "1", "山"), ("水道", "1", "川"), ("市長", "2", "山")]
    file = drafted(export(rows, "cp932"))
    assert set(file.key) == {"employeeNumber", "column1"}


def test_a_column_that_says_stopped_is_turned_round() -> None:
    data = export([("ユーザID", "停止フラグ"), ("a", "1"), ("b", "0")], "cp932")
    found = read_export("x", data, drafted(data)).records
    assert {key.id: record["enabled"] for key, record in found.items()} == {"a": False, "b": True}


def test_without_header_columns_are_named_by_place() -> None:
    data = export([("001234", "2"), ("001235", "3")], "utf-8")
    file = drafted(data)
    assert not file.format.header
    assert len(read_export("x", data, file).records) == 2


def test_passwords_are_not_read_and_warned_of() -> None:
    data = export([("ユーザID", "パスワード"), ("a", "geheim")], "utf-8")
    text = draft_profile("a.csv", data)
    assert "geheim" not in text
    assert "an export that shows passwords should be protected" in text
    assert drafted(data).secrets == {"initial_password"}


def test_formulas_decide_how_cells_are_escaped() -> None:
    rows = [("ユーザID", "備考"), ("a", "=1+1"), ("b", "x")]
    assert drafted(export(rows, "utf-8")).format.formula is Formula.KEEP
    rows[1] = ("a", "'=1+1")
    assert drafted(export(rows, "utf-8")).format.formula is Formula.APOSTROPHE


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is no table"),
        (b"\r\n\r\n", "is no table"),
        (b"a,b\r\n1;2,3\r\n,\n", "is no table"),
        (b"\xff\xfe\x00", "cannot be read as text"),
        ("職員番号,氏名\n".encode("utf-16-be"), "cannot be read as text"),
        (b"\xfe\xff" + "職員番号,氏名\n1,2\n".encode("utf-16-be"), "which no profile can have"),
        ("氏名,氏名\n1,2\n".encode(), "stand twice in the header"),
        ("氏名,\n1,2\n".encode(), "are empty or stand twice"),
        ("氏名\nx\nx\n".encode(), "tell the rows apart"),
        ("職員番号,氏名\n".encode(), "is no table"),
        (b"PK\x03\x04\x00\x00\x00", "cannot be read as text"),
        (b"\x1b$B;3\x1b(B", "cannot be read as text"),
    ],
)
def test_hostile_files_are_refused(data: bytes, told: str) -> None:
    with pytest.raises(InputError) as caught:
        draft_profile("export.csv", data)
    assert told in caught.value.render("en")


def test_an_open_quote_is_a_character_where_quotes_mean_nothing() -> None:
    assert drafted(b'"a,b\r\n1,2\r\n').format.quoting is Quoting.NONE


@pytest.mark.parametrize("title", ['a"b: {x}', "a\\b", "#x", "改行", "\u2028", "\x07", "- x", "\ue000外", "&a *b !c"])
def test_titles_cannot_break_the_yaml(title: str) -> None:
    data = '"{}",氏名\n1,山田\n2,佐藤\n'.format(title.replace('"', '""')).encode()
    assert drafted(data, name='x"\n: {}.c{s}v').columns[0].title == title
