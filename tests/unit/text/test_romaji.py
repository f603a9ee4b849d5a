"""Spellings that people know from their passports."""

from __future__ import annotations

import pytest

from chonai.text.romaji import passport

GOLDEN = """
ジュンイチ junichi
ジュニチ junichi
オオノ ono
オノ ono
コウタロウ kotaro
ユウコ yuko
ユウ yu
ナンバ namba
ホンマ homma
シンペイ shimpei
ホッタ hotta
ハッチョウ hatcho
オオオカ ooka
ヒョウドウ hyodo
サイトウ saito
ニイダ niida
チヂワ chijiwa
ツヅキ tsuzuki
ケイイチ keiichi
ヤギュウ yagyu
ウエダ ueda
イノウエ inoue
オノウエ onoue
マツウラ matsuura
ヤマノウチ yamanouchi
コウチ kochi
ジョージ joji
セノオ senoo
トオル toru
カツオ katsuo
シオミ shiomi
フジワラ fujiwara
ジョウ jo
キョウコ kyoko
リョウヘイ ryohei
ファン fan
"""


@pytest.mark.parametrize("line", GOLDEN.split("\n")[1:-1])
def test_golden_names(line: str) -> None:
    kana, spelt = line.split()
    assert passport(kana) == spelt


def test_other_kana_and_separators_are_read() -> None:
    assert passport("ｶﾞｸ") == "gaku"
    assert passport("おおの") == "ono"
    assert passport("マリア・ルイサ") == "mariaruisa"


@pytest.mark.parametrize("wrong", ["山田", "A", "ヤマダ1"])
def test_what_is_no_kana_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^[山A1]$"):
        passport(wrong)
