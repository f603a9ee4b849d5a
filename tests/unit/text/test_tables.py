"""Tables as people make them."""

from __future__ import annotations

import pytest

from chonai.text.tables import Table, read_table

WANTED = {
    "number": ("職員番号", "番号", "職員コード"),
    "name": ("漢字氏名", "氏名"),
    "date": ("発令日", "異動日"),
    "section": ("新所属コード",),
    "post": ("本務・兼務区分",),
    "note": ("備考",),
}


def read(text: str | bytes, encoding: str = "cp932", name: str = "orders.csv") -> Table:
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return read_table(name, data, WANTED, required=("number", "name"))


def numbers(table: Table) -> list[tuple[int, str]]:
    return [(row.number, row["number"]) for row in table.rows]


def codes(table: Table) -> list[str]:
    return [problem.code for problem in table.problems]


def test_a_plain_file() -> None:
    table = read("職員番号,漢字氏名,備考\r\n001234,髙﨑　德次郎,①㈱\r\n")
    assert not table.problems
    assert (table.encoding, table.header_row) == ("cp932", 1)
    assert table.rows[0].values() == {
        "number": "001234",
        "name": "髙﨑　德次郎",
        "note": "①㈱",
        "date": "",
        "section": "",
        "post": "",
    }


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_every_delimiter_and_encoding_reads_the_same(delimiter: str, encoding: str) -> None:
    text = "職員番号,氏名,備考\n1,佐藤　健,a\n".replace(",", delimiter)
    assert [row.values() for row in read(text, encoding).rows] == [row.values() for row in read(text).rows]
    assert read(text, encoding).rows[0]["name"] == "佐藤　健"


def test_the_other_delimiters_may_occur_in_cells() -> None:
    table = read('職員番号,氏名,備考\n1,佐藤　健,"a;b;c\td;e;f"\n')
    assert table.rows[0]["note"] == "a;b;c\td;e;f"


def test_the_header_is_found_below_titles_and_under_other_names() -> None:
    table = read("人事異動発令リスト,,\n取扱注意,,\n\n 番 号 ,氏　名,異動日\n1,佐藤,R8.4.1\n")
    assert table.header_row == 4
    assert table.columns == {"number": "番 号", "name": "氏　名", "date": "異動日"}
    assert numbers(table) == [(5, "1")]


def test_headers_match_whatever_width_and_punctuation() -> None:
    table = read("ﾊﾞﾝｺﾞｳ,番号,氏名,本務兼務区分\nx,1,佐藤,本務\n")
    assert table.rows[0]["post"] == "本務"
    assert table.unknown == ["ﾊﾞﾝｺﾞｳ"]


def test_a_header_on_two_rows_is_joined() -> None:
    table = read("職員番号,氏名,新所属,,備考\n,,コード,課,\n1,佐藤,020300,財政課,x\n")
    assert table.header_row == 2
    assert table.rows[0]["section"] == "020300"
    assert table.rows[0]["note"] == "x"
    assert table.unknown == ["新所属課"]


def test_blank_total_section_and_repeated_header_rows_are_left_out_and_told() -> None:
    table = read(
        "番号,氏名,備考\n【総務部】,,\n1,会田　計子,\n,,\n小計,1人,\n番号,氏名,備考\n2,合田,合計\n　,　,\n"
        "総務部計,,2\n以上,,\n合計,2人,\n"
    )
    assert numbers(table) == [(3, "1"), (7, "2")]
    assert [(p.row, p.code.removeprefix("text.skipped_")) for p in table.skipped] == [
        (2, "section"),
        (5, "total"),
        (6, "header"),
        (9, "total"),
        (10, "section"),
        (11, "total"),
    ]


def test_a_row_that_only_lacks_a_cell_is_data() -> None:
    table = read("番号,氏名,備考\n,佐藤　健,x\n123,,\n,鈴木　愛,\n")
    assert [(row["number"], row["name"]) for row in table.rows] == [("", "佐藤　健"), ("123", ""), ("", "鈴木　愛")]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    table = read('番号,氏名,備考\n1,佐藤,"二行の\n備考"\n\n2,鈴木,\n')
    assert numbers(table) == [(2, "1"), (4, "2")]
    assert table.rows[0]["note"] == "二行の\n備考"


def test_a_stored_value_keeps_every_code_point() -> None:
    hard = [
        "𠮷田　太郎",
        "辻\U000e0100　一郎",
        "\ufa19　太一",
        "な\u304b\u3099れ",
        "\ue000田",
        "〜～−－",
        "ﾀｶﾞﾜ",
        "＝１",
    ]
    table = read("番号,氏名\n" + "".join(f"{i},{name}\n" for i, name in enumerate(hard)), "utf-8")
    assert [row["name"] for row in table.rows] == hard


def test_padding_is_not_part_of_a_value() -> None:
    assert read("番号,氏名\n 1 ,佐藤　健　\n").rows[0]["name"] == "佐藤　健"


def test_formula_cells_are_text() -> None:
    assert read("番号,氏名,備考\n1,佐藤,=cmd|' /C calc'!A0\n").rows[0]["note"] == "=cmd|' /C calc'!A0"


def test_user_defined_characters_are_flagged_with_their_place() -> None:
    table = read("番号,氏名\n1,佐藤\n2,\ue000田\n")
    flag = table.flags[0]
    assert (flag.row, flag.column, flag.value, flag.fields) == (3, "氏名", "\ue000田", {"code_points": "U+E000"})
    assert not table.problems


def test_birthday_and_sex_are_never_kept() -> None:
    table = read("番号,氏名,生年月日,性別,備考\n1,佐藤,1980/12/31,女,x\n")
    assert table.dropped == ["生年月日", "性別"]
    assert "1980" not in repr(table)
    assert "女" not in repr(table)


def test_all_missing_columns_are_told_at_once_with_what_was_found() -> None:
    table = read("発令日,所属,備考\nR8.4.1,財政課,\n")
    assert codes(table) == ["text.missing_column"] * 2
    assert table.problems[0].row == 1
    assert "職員番号 / 番号 / 職員コード" in table.problems[0].render("ja")
    assert "発令日, 所属, 備考" in table.problems[0].render("en")


def test_two_columns_for_one_thing_are_a_problem() -> None:
    table = read("番号,氏名,漢字氏名\n1,佐藤,佐藤\n")
    assert codes(table) == ["text.doubled_column"]
    assert (table.problems[0].column, table.problems[0].fields["first"]) == ("漢字氏名", "氏名")


def test_every_row_that_is_too_long_is_told() -> None:
    table = read("番号,氏名\n1,佐藤,健\n2,鈴木,\n3,田中,x,y\n")
    assert [(p.code, p.row) for p in table.problems] == [("text.long_row", 2), ("text.long_row", 4)]
    assert numbers(table) == [(3, "2")]


def test_a_row_may_leave_out_blank_cells_at_its_end() -> None:
    table = read("番号,氏名,備考,発令日\n1,佐藤\n")
    assert table.rows[0]["date"] == ""
    assert not table.problems


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b",,,\r\n"])
def test_an_empty_file_is_a_problem(data: bytes) -> None:
    assert codes(read(data)) == ["text.empty_file"]


def test_a_header_without_rows_is_a_problem() -> None:
    assert codes(read("番号,氏名\n\n")) == ["text.no_rows"]


def test_a_file_of_something_else_is_a_problem() -> None:
    table = read("月,件数\n4,10\n")
    assert codes(table) == ["text.no_header"]
    assert "職員番号 / 漢字氏名" in table.problems[0].render("ja")


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        ("番号,氏名\n1,\0\n".encode(), "text.nul_byte", 2),
        ("番号,氏名\n1,佐".encode("cp932") + b"\x81", "text.undecodable", 2),
        ('番号,氏名\n1,佐藤\n2,"鈴木\n3,田中\n'.encode(), "text.broken_quotes", 3),
        ('番号,氏名\n1,"佐"藤\n'.encode(), "text.broken_quotes", 2),
        (f"番号,氏名\n1,佐藤\n2,{'x' * 131_073}\n".encode(), "text.cell_too_long", 3),
        (f'番号,氏名\n1,"佐藤\n{"2,鈴木" * 50_000}\n'.encode(), "text.cell_too_long", 2),
    ],
)
def test_a_damaged_file_names_the_place(data: bytes, code: str, row: int) -> None:
    table = read(data)
    assert [(p.code, p.row) for p in table.problems] == [(code, row)]
    assert not table.rows


def test_a_file_that_is_too_big_is_not_read() -> None:
    assert codes(read(b"x" * (64 * 1024 * 1024 + 1))) == ["text.file_too_big"]


def test_one_header_name_for_two_columns_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="both"):
        read_table("x.csv", b"x", {"a": ("氏名",), "b": ("氏 名",)})
    with pytest.raises(ValueError, match="without names"):
        read_table("x.csv", b"x", {"a": ("氏名",)}, required=("b",))


def test_a_problem_with_a_cell_says_where_what_and_what_to_do() -> None:
    table = read("番号,氏名,異動日\n1,佐藤,㋿8.4.1\n", "utf-8")
    problem = table.problem(table.rows[0], "date", "text.date_square_era")
    assert problem.render("ja").startswith("orders.csv 2行目 異動日「㋿8.4.1」: 元号が1文字")
    assert problem.render("en").startswith('orders.csv, row 2, 異動日 "㋿8.4.1": writes the era')
