"""The few shapes of data that a name lookup sends and gets (NDR, [C706] chapter 14; [MS-RPCE] 2.2.5). Pure."""

from __future__ import annotations

import struct

from chonai.systems.folders.descriptor import sid_bytes, sid_text

_SOMEWHERE = 0x00020000
"""A pointer that is not null; its value says nothing else."""


class Writer:
    """Builds the body of a request."""

    def __init__(self) -> None:
        self._data = bytearray()

    def word(self, *values: int) -> Writer:
        """32 bits each."""
        self._align(4)
        self._data += struct.pack(f"<{len(values)}I", *values)
        return self

    def half(self, value: int) -> Writer:
        """16 bits."""
        self._data += struct.pack("<H", value)
        return self

    def raw(self, data: bytes) -> Writer:
        """As it is."""
        self._data += data
        return self

    def pointer(self) -> Writer:
        """To what follows later."""
        return self.word(_SOMEWHERE + len(self._data))

    def string(self, text: str) -> Writer:
        """The characters of a counted string."""
        data = text.encode("utf-16-le")
        return self.word(len(data) // 2, 0, len(data) // 2).raw(data)

    def sid(self, sid: str) -> Writer:
        """A SID, its number of parts before it."""
        data = sid_bytes(sid)
        return self.word(data[1]).raw(data)

    def bytes(self) -> bytes:
        """What was written."""
        return bytes(self._data)

    def _align(self, size: int) -> None:
        self._data += b"\x00" * (-len(self._data) % size)


class Reader:
    """Reads the body of a response. Raises ValueError when it ends too early."""

    def __init__(self, data: bytes) -> None:
        self._data, self._position = data, 0

    def word(self) -> int:
        """32 bits."""
        return int.from_bytes(self._take(4, align=4), "little")

    def half(self) -> int:
        """16 bits."""
        return int.from_bytes(self._take(2, align=2), "little")

    def raw(self, count: int) -> bytes:
        """As it is."""
        return self._take(count, align=1)

    def string(self) -> str:
        """The characters of a counted string."""
        self.word()
        self.word()
        return self.raw(self.word() * 2).decode("utf-16-le").rstrip("\0")

    def sid(self) -> str:
        """A SID."""
        return sid_text(self.raw(8 + 4 * self.word()))

    def _take(self, count: int, *, align: int) -> bytes:
        self._position += -self._position % align
        found = self._data[self._position : self._position + count]
        if len(found) < count:
            raise ValueError("the answer is shorter than it says")
        self._position += count
        return found
