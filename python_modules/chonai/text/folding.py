"""Keys for comparing Japanese text. They are only compared, never stored or shown: a stored value keeps its every
code point.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import jaconv

from chonai.text.radicals import RADICALS

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_TILDES = "\u301c\uff5e\u223c\u3030"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u180e"
_SELECTORS = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
_FOLD: dict[int, str] = (
    {ord(k): v for k, v in RADICALS.items()}
    | dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, _TILDES), "~")
    | {0x2016: "\u2225"}
    | dict.fromkeys([*map(ord, _INVISIBLE), *_SELECTORS], "")
)
# Forms that people mix when writing one name. Never proof of one person: 渡辺 and 渡邉 are two names.
_VARIANT_PAIRS = """
髙高 﨑崎 嵜崎 碕崎 濵浜 濱浜 德徳 瀨瀬 \U00020bb7吉 邊辺 邉辺 齋斎 齊斉 澤沢 廣広 國国 櫻桜 龍竜 眞真 惠恵
榮栄 藏蔵 嶋島 嶌島 冨富 桒桑 柗松 栁柳 槗橋 𣘺橋 曾曽 增増 寬寛
彌弥 與与 實実 壽寿 圓円 莊荘 黑黒 淸清 緖緒 薗園 籔藪 槙槇
"""
_VARIANTS = {ord(pair[0]): pair[1] for pair in _VARIANT_PAIRS.split()}
_SPACES = re.compile(r"\s+")
_HYPHENS_AFTER_KANA = re.compile("(?<=[\u30a1-\u30fa\u30fc])-+")
_ASCII_DIGIT = re.compile("[0-9]")
_DIGITS_AS_TYPED = frozenset("0123456789０１２３４５６７８９")
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


@lru_cache(maxsize=16_384)
def search_key(text: str) -> str:
    """What two spellings of one text share: width, case, white space, CJK radicals, variation selectors, dashes and
    waves do not count.

    Folding twice changes nothing. 髙 and 高 stay different; see `variant_key`.
    """
    if text.isascii():
        return "".join(text.split()).casefold()
    while (folded := _fold(text)) != text:
        text = folded
    return text


def variant_key(text: str) -> str:
    """`search_key` in which common variants of one ideograph (髙 高, 﨑 崎, 𠮷 吉) are the same too: for suggestions
    and warnings only.
    """
    return search_key(search_key(text).translate(_VARIANTS))


def kana_fold(text: str) -> str:
    """A reading for comparing: full-width katakana without spaces, hyphens after kana as long vowels; ヴ and small
    kana stay.
    """
    katakana = search_key(jaconv.hira2kata(search_key(text)))
    return _HYPHENS_AFTER_KANA.sub(lambda hyphens: "ー" * len(hyphens.group()), katakana)


def full_width_kana(text: str) -> str:
    """A reading as it is stored: half-width katakana become full-width, a space U+3000; nothing else changes."""
    return _SPACES.sub("\u3000", jaconv.h2z(text.strip(), kana=True, ascii=False, digit=False))


def strange_digit(text: str) -> str:
    """The first character that is a digit without being one of 0 to 9 or ０ to ９ (², ①, ٣); blank when there is none.

    A key folds such a character to a digit that nobody typed.
    """
    if text.isascii():
        return ""
    others = (c for c in text if c not in _DIGITS_AS_TYPED)
    return next((c for c in others if c.isdigit() or _ASCII_DIGIT.search(unicodedata.normalize("NFKC", c))), "")


def escape_formula(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula: an apostrophe before a leading `=`, `+`, `-` or `@`
    (also full-width).
    """
    return f"'{cell}" if cell[:1] and cell[0] in _FORMULA_STARTS else cell


def _fold(text: str) -> str:
    mapped = unicodedata.normalize("NFKC", text.translate(_FOLD)).casefold()
    return "".join(mapped.translate(_FOLD).split())
