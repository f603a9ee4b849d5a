"""An export is read strictly by its profile; everything wrong in it is told at once, with row and column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.model import Key
from chonai.systems.csv_import.profile import FileProfile
from chonai.systems.csv_import.profile_reader import load_profile
from chonai.systems.csv_import.reading import Reading, read_export

HEADER = "利用者ID,氏名,氏名カナ,メールアドレス,所属コード,本務,職名,使用\r\n"
POSTS = load_profile("internal_file_exchange").files["user"]
POSTS = replace(POSTS, columns=tuple(column for column in POSTS.columns if column.title in HEADER.strip().split(",")))
GROUPS = load_profile("asset_management").files["group"]


def posts(*rows: str) -> Reading:
    return read_export("u.csv", (HEADER + "".join(row + "\r\n" for row in rows)).encode("cp932"), POSTS)


def told(reading: Reading) -> list[str]:
    return [problem.render("en") for problem in reading.problems]


def groups(text: str) -> Reading:
    return read_export("g.txt", b"\xff\xfe" + text.encode("utf-16-le"), GROUPS)


def test_the_rows_of_a_person_are_one_record() -> None:
    found = posts("1,髙﨑,,,0203,0,主査,1", "2,山田,,,,0,,0", "1,髙﨑,,,0204,1,主査,1")
    assert not found.problems
    assert found.records[Key("user", "1")] == {
        "name": "1",
        "displayName": "髙﨑",
        "kana": None,
        "mail": None,
        "concurrentSections": {"group:0203"},
        "section": "group:0204",
        "title": "主査",
        "enabled": True,
    }
    assert found.records[Key("user", "2")]["concurrentSections"] == frozenset()
    assert found.records[Key("user", "2")]["section"] is None


def test_all_problems_of_a_file_at_once() -> None:
    found = posts(
        "1,髙﨑,,,0203,2,主査,有効",
        ",山田,,,,0,,0",
        "3,鈴木,,,0203,1",
        "4,佐藤,,,0203,1,主査,1",
        "4,佐藤,,,0203,0,主査,1",
        "4,加藤,,,0204,0,主査,1",
        "5,川,,,,1,,1",
    )
    assert told(found) == [
        'u.csv, row 2, 本務 "2": is none of the words that the profile knows: 1, 0',
        'u.csv, row 2, 使用 "有効": is none of the words that the profile knows: 1, 0',
        'u.csv, row 3, 利用者ID "": is empty, and the profile says required',
        "u.csv, row 4: 6 cells where there are 8 columns",
        "u.csv, row 6: 4 is in row 5 already",
        'u.csv, row 7, 氏名 "加藤": differs from row 5, the first one of 4',
        'u.csv, row 8, 本務 "1": marks the main row, and the row has no value to be it',
    ]


def test_columns_have_to_be_those_of_the_profile() -> None:
    found = read_export("u.csv", "利用者ID,氏名,謎,謎\r\n1,a,b,c\r\n".encode("cp932"), POSTS)
    assert 'u.csv, row 1, 謎 "": the profile does not know this column' in told(found)[0]
    assert sum("does not have this column" in line for line in told(found)) == 6
    assert not found.records


def test_an_empty_file_is_no_export() -> None:
    assert "is empty; the profile says that there is a header" in told(read_export("u.csv", b"", POSTS))[0]


def test_bytes_that_are_no_text_are_told_line_by_line() -> None:
    data = HEADER.encode("cp932") + b"1,\x82,,\r\n2,a\r\n3,\xfc\xfe\r\n"
    assert told(read_export("u.csv", data, POSTS)) == [
        "u.csv, row 2: byte 3 (82 2C) is no character in cp932. Look at the encoding of the profile, or export again",
        "u.csv, row 4: byte 3 (FC FE) is no character in cp932. Look at the encoding of the profile, or export again",
    ]


@pytest.mark.parametrize("data", [b"", b'"a"\n', '"a"\r\n'.encode("utf-16-le"), '"a"\r\n'.encode("utf-16-be")])
def test_a_missing_byte_order_mark_is_told(data: bytes) -> None:
    assert "byte order mark" in told(read_export("g.txt", data, GROUPS))[0]


def test_an_unwanted_byte_order_mark_is_told() -> None:
    file = load_profile("external_file_exchange").files["user"]
    assert "utf-8 does not have" in told(read_export("u.csv", b"\xef\xbb\xbfuser_id\n", file))[0]


@pytest.mark.parametrize(
    "row",
    ['"a"b"\t"c"', '"open\t"c"', 'a"b\t"c"', '"a"\t"c"\n"b"'],
)
def test_broken_quotes_and_line_endings_are_told_with_their_row(row: str) -> None:
    titles = "\t".join(f'"{column.title}"' for column in GROUPS.columns)
    found = groups(f'{titles}\r\n{row}\r\n"G1"\t"n"\t""\t""\t""\r\n')
    assert told(found)[0].startswith("g.txt, row 2: quotes, delimiter or line ending are not as the profile says")


def test_a_cell_may_hold_line_endings_in_quotes() -> None:
    titles = "\t".join(f'"{column.title}"' for column in GROUPS.columns)
    found = groups(f'{titles}\r\n"G1"\t"a\r\nb ""c"""\t"x;y"\t""\t""\r\n')
    assert not found.problems
    assert found.records[Key("group", "G1")]["name"] == 'a\r\nb "c"'
    assert found.records[Key("group", "G1")]["member"] == {"user:x", "user:y"}


def test_lists_with_holes_or_doubles_are_told() -> None:
    titles = "\t".join(f'"{column.title}"' for column in GROUPS.columns)
    found = groups(f'{titles}\r\n"G1"\t"n"\t"x;;y"\t"x;x"\t""\r\n')
    assert len([line for line in told(found) if "holds nothing between two ;, or a value twice" in line]) == 2


def test_unique_means_unique_whatever_the_case() -> None:
    file = load_profile("external_file_exchange").files["user"]
    titles = b"user_id,staff_no,user_name,section,section_name,title,mail,home,enabled,memo\n"
    data = titles + b"a,,x,,,,M@e.jp,,1,\nA,,y,,,,m@E.jp,,1,\nb,,z,,,,m@e.jp,,0,\n"
    assert [line[:33] for line in told(read_export("u.csv", data, file))] == [
        'u.csv, row 3, user_id "a": A has ',
        'u.csv, row 3, mail "m@e.jp": A ha',
        'u.csv, row 4, mail "m@e.jp": b ha',
    ]


def test_a_fixed_column_has_to_be_as_fixed() -> None:
    file: FileProfile = load_profile("asset_management").files["user"]
    titles = "\t".join(f'"{column.title}"' for column in file.columns)
    row = "\t".join(f'"{cell}"' for cell in ("1", "", "名", "", "", "", "", "", "管理者", "有効", ""))
    found = read_export("u.txt", b"\xff\xfe" + f"{titles}\r\n{row}\r\n".encode("utf-16-le"), file)
    assert '権限区分 "管理者": is not 一般' in told(found)[0]
