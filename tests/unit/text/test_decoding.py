"""Encodings of the city's files."""

from __future__ import annotations

import codecs

import pytest

from chonai.text.decoding import UndecodableError, UserDefined, decode, user_defined

CP932_ONLY = "髙﨑德瀨濵①㈱～－№Ⅱ"


def test_windows_31j_characters_survive() -> None:
    assert decode(CP932_ONLY.encode("cp932")).text == CP932_ONLY
    assert decode(CP932_ONLY.encode("cp932")).encoding == "cp932"


@pytest.mark.parametrize("text", ["氏名\r\n𠮷田", "辻\U000e0100", "\ufa19", "な\u304b\u3099れ", "〜～−－‖∥"])
def test_utf8_is_taken_code_point_by_code_point(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding, decoded.bom) == (text, "utf-8", False)


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_decides_and_is_not_text(bom: bytes, encoding: str) -> None:
    decoded = decode(bom + "番号,氏名".encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.bom) == ("番号,氏名", encoding, True)


def test_user_defined_characters_are_kept_and_placed() -> None:
    text = decode(b"a\n" + "外字".encode("cp932") + b"\xf0\x40\xf9\xfc").text
    assert list(user_defined(text)) == [UserDefined("\ue000", 2, 3), UserDefined("\ue757", 2, 4)]
    assert next(user_defined(text)).code_point == "U+E000"


def test_a_cp932_file_with_a_broken_byte_names_the_place() -> None:
    data = "職員番号,氏名\r\n001,".encode("cp932") + b"\x81\x20"
    with pytest.raises(UndecodableError) as caught:
        decode(data)
    assert (caught.value.why, caught.value.line) == ("text.undecodable", 2)
    assert (caught.value.offset, caught.value.data) == (len(data) - 2, "81 20")


def test_a_utf8_file_cut_in_a_character_is_not_taken_for_cp932() -> None:
    data = ("氏名\n" * 50).encode() + "髙".encode()[:2] + b"\xff"
    with pytest.raises(UndecodableError) as caught:
        decode(data)
    assert (caught.value.why, caught.value.line) == ("text.damaged_utf8", 51)


@pytest.mark.parametrize(
    ("data", "why", "line"),
    [
        (b"a\nb\0c", "text.nul_byte", 2),
        ("番号".encode("utf-16-le") + b"\0\0", "text.nul_byte", 1),
        ("番号\n氏名".encode("iso-2022-jp"), "text.iso_2022_jp", 1),
        (codecs.BOM_UTF8 + b"a\n\xff", "text.undecodable_bom", 2),
        (codecs.BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"\xd8", "text.undecodable_bom", 2),
        (codecs.BOM_UTF16_LE + "a\n\0".encode("utf-16-le"), "text.nul_byte", 2),
    ],
)
def test_what_is_not_text_is_refused_with_the_reason(data: bytes, why: str, line: int) -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(data)
    assert (caught.value.why, caught.value.line) == (why, line)
