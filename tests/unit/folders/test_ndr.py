"""What a name lookup sends and reads."""

from __future__ import annotations

import pytest

from chonai.systems.folders.ndr import Reader, Writer


def test_what_is_written_can_be_read() -> None:
    data = Writer().half(3).half(0).word(7).string("住民課x").word(9).sid("S-1-5-21-1-2-3-500").bytes()
    reader = Reader(data)
    assert (reader.half(), reader.word(), reader.string(), reader.word(), reader.sid()) == (
        3,
        7,
        "住民課x",
        9,
        "S-1-5-21-1-2-3-500",
    )


def test_an_answer_that_ends_too_early_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Reader(b"\x05\x00\x00").word()
