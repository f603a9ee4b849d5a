"""Bytes of a text file to text: UTF-8 (with or without BOM), UTF-16 with BOM, CP932 (Windows-31J). Nothing is guessed
or replaced.

The order is fixed, so that one file always reads the same: a BOM decides; else valid UTF-8 is UTF-8; else CP932,
unless the file is UTF-8 but for some fault; else it is an error. User-defined characters (外字, 0xF040 to 0xF9FC in
CP932) become U+E000 and up, as Windows does, and are only reported.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

USER_DEFINED = re.compile("[\ue000-\uf8ff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURELY_UTF8 = 8
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")


class UndecodableError(ValueError):
    """No accepted encoding fits. `why` is the catalogue code; `offset` (bytes from 0), `line` (from 1) and `data` say
    where.
    """

    def __init__(self, why: str, data: bytes, offset: int) -> None:
        self.why = why
        self.offset = offset
        self.line = _line_of(data, offset)
        self.data = data[offset : offset + 4].hex(" ").upper()
        super().__init__(f"{why} at byte {offset} (line {self.line}): {self.data}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was read. `encoding` is a Python codec name; `bom` tells whether the file began with one (never
    part of `text`).
    """

    text: str
    encoding: str
    bom: bool = False


@dataclass(frozen=True, slots=True)
class UserDefined:
    """A user-defined character at `line` and `column` of a text, both from 1."""

    character: str
    line: int
    column: int

    @property
    def code_point(self) -> str:
        """`U+E000` and so on."""
        return f"U+{ord(self.character):04X}"


def decode(data: bytes) -> Decoded:
    """The text of `data`; raises `UndecodableError`. A stored value is never normalised here."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Decoded(_strict(data, encoding, len(bom)), encoding, bom=True)
    if (found := data.find(b"\0")) >= 0:
        raise UndecodableError("text.nul_byte", data, found)
    if match := _ISO_2022_JP.search(data):
        raise UndecodableError("text.iso_2022_jp", data, match.start())
    return _without_bom(data)


def user_defined(text: str) -> Iterator[UserDefined]:
    """Every user-defined character of `text` with its place."""
    for match in USER_DEFINED.finditer(text):
        before = text[: match.start()]
        line_start = before.rfind("\n") + 1
        yield UserDefined(match.group(), before.count("\n") + 1, match.start() - line_start + 1)


def _without_bom(data: bytes) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        valid = data[: error.start].decode("utf-8")
    # CP932 text fails as UTF-8 at once. What got this far is UTF-8 with a fault; as CP932 it would be garbage.
    if sum(not character.isascii() for character in valid) >= _SURELY_UTF8:
        raise UndecodableError("text.damaged_utf8", data, len(valid.encode()))
    try:
        return Decoded(data.decode("cp932"), "cp932")
    except UnicodeDecodeError as error:
        raise UndecodableError("text.undecodable", data, error.start) from error


def _strict(data: bytes, encoding: str, skip: int) -> str:
    try:
        text = data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError("text.undecodable_bom", data, error.start + skip) from error
    if "\0" in text:
        raise UndecodableError("text.nul_byte", data, skip + len(text[: text.index("\0")].encode(encoding)))
    return text


def _line_of(data: bytes, offset: int) -> int:
    step = 2 if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else 1
    if step == 1:
        return data.count(b"\n", 0, offset) + 1
    encoding = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    return data[2:offset].decode(encoding, errors="replace").count("\n") + 1
