"""Names of import files: from the profile's pattern, and such that every file server takes them."""

from __future__ import annotations

import re
import unicodedata

from chonai.systems.csv_import.profile import FileProfile

FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
ANSWER = ".answer"
"""What the name of an answer ends with, after that of its import file."""
LONGEST = 200
"""Bytes; file systems take 255, and the file of an answer is longer than the file that it answers."""


def file_name(file: FileProfile, system: str, batch: str, part: int) -> str:
    """The name of one import file, composed (NFC), without the characters that Windows refuses."""
    return _formed(file.file_name, file.type, system, batch, part)


def file_name_fault(pattern: str) -> bool:
    """Whether a pattern names no file: unknown braces, forbidden characters, a hidden file, too long."""
    try:
        name = _formed(pattern, "type", "system", "20260401-001", 999)
    except (KeyError, IndexError, ValueError, AttributeError):
        return True
    safe = (
        bool(name)
        and not name.endswith(ANSWER)
        and not FORBIDDEN.search(name)
        and not name.startswith(".")
        and name == name.strip(" .")
    )
    return not safe or len(name.encode()) > LONGEST


def _formed(pattern: str, type_: str, system: str, batch: str, part: int) -> str:
    date = batch.partition("-")[0]
    texts = {"type": type_, "system": system, "batch": batch, "date": date}
    safe = {name: FORBIDDEN.sub("_", text) for name, text in texts.items()}
    return unicodedata.normalize("NFC", pattern.format(part=part, **safe))
