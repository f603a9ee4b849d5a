"""Kana into Latin letters as Japanese passports spell them: modified Hepburn, 旅券法施行規則.

A reading does not say everything: ウ may lengthen a vowel or begin a word of its own (コウチ 河内, ヤマノウチ
山之内). What is known about the ends of family names is used; a person's own spelling goes before all of it.
"""

from __future__ import annotations

import re

import jaconv

_NOT_KANA = re.compile(r"[^ァ-ヴー]")
# ウ that begins 上, 浦, 内: kept apart from the vowel before it.
_WORD_OF_ITS_OWN = re.compile(r"ウ(?=エ$)|(?<=[ノツ])ウ(?=ラ$)|(?<=ノ)ウ(?=チ$)")
_APART = "|"
_LONG = (
    (re.compile(r"oo(?=.)|ou"), "o"),  # セノオ keeps its last オ, オオノ loses its second
    (re.compile(r"uu"), "u"),
    (re.compile(r"n(?=[bmp])"), "m"),
    (re.compile(r"cch"), "tch"),
)


def passport(kana: str) -> str:
    """The passport's spelling of one name (family or given), in lower case: オオノ gives `ono`.

    Hiragana and half-width kana are read too; a middle dot and blanks are left out. Raises `ValueError` naming the
    first character that is no kana.
    """
    reading = jaconv.hira2kata(jaconv.h2z(kana.strip())).replace("・", "").replace("　", "").replace(" ", "")
    if found := _NOT_KANA.search(reading):
        raise ValueError(found[0])
    apart = _WORD_OF_ITS_OWN.sub(f"{_APART}ウ", reading).replace("ー", "")
    letters = _APART.join(jaconv.kana2alphabet(jaconv.kata2hira(part)) for part in apart.split(_APART))
    for pattern, spelt in _LONG:
        letters = pattern.sub(spelt, letters)
    return letters.replace(_APART, "")
