"""Keys for comparing Japanese text."""

from __future__ import annotations

import pytest

from chonai.text.folding import escape_formula, full_width_kana, kana_fold, search_key, variant_key


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("⻑谷川　⾼⾏", "長谷川 高行"),
        ("⺠⾕　⽇出男", "民谷　日出男"),
        ("辻\U000e0100　一郎", "辻　一郎"),
        ("\ufa19　太一", "神　太一"),
        ("永山　な\u304b\u3099れ", "永山　ながれ"),
        ("ﾀｶﾞﾜ", "タガワ"),
        ("ＡＢＣ１２３", "abc123"),
        ("令和８年度〜", "令和8年度～"),
        ("−－—―‐", "-----"),
        ("‖", "∥"),
        ("金城　翔", "金城翔"),
        ("職 員\n番 号", "職員番号"),
        ("が", "か゛"),
    ],
)
def test_spellings_of_one_text_have_one_key(left: str, right: str) -> None:
    assert search_key(left) == search_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("髙", "高"),
        ("渡邊", "渡邉"),
        ("𠮷", "吉"),
        ("オオノ", "オノ"),
        ("はは", "はば"),
        ("さとう", "サトウ"),
        ("メアリー", "メアリ-"),
    ],
)
def test_different_texts_stay_different(left: str, right: str) -> None:
    assert search_key(left) != search_key(right)


@pytest.mark.parametrize(
    ("left", "right"), [("髙﨑德", "高崎徳"), ("濵瀨", "浜瀬"), ("𠮷野", "吉野"), ("渡邊", "渡邉")]
)
def test_variants_are_equal_only_when_asked_for(left: str, right: str) -> None:
    assert variant_key(left) == variant_key(right)
    assert search_key(left) != search_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ﾀｶｻｷ ﾄｸｼﾞﾛｳ", "タカサキ　トクジロウ"),
        ("さとう　みか", "サトウミカ"),
        ("メアリ－アン", "メアリーアン"),
        ("ｵｵﾉ", "オオノ"),
    ],
)
def test_readings_are_equal_whatever_they_are_written_with(left: str, right: str) -> None:
    assert kana_fold(left) == kana_fold(right)


@pytest.mark.parametrize(("left", "right"), [("オオノ", "オノ"), ("ジュンイチ", "ジュニチ"), ("タカダ", "タカタ")])
def test_different_readings_stay_different(left: str, right: str) -> None:
    assert kana_fold(left) != kana_fold(right)


def test_a_stored_reading_is_full_width() -> None:
    assert full_width_kana("ﾀｶｻｷ ﾄｸｼﾞﾛｳ") == "タカサキ　トクジロウ"
    assert full_width_kana("Smith　ｼﾞｮﾝ 2") == "Smith　ジョン　2"


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+81", "-1+1", "@SUM(1)", "\t=1", "＝1+1"])
def test_a_formula_is_written_as_text(cell: str) -> None:
    assert escape_formula(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "001234", "a=b", "①㈱", "'=1"])
def test_other_cells_are_written_as_they_are(cell: str) -> None:
    assert escape_formula(cell) == cell
