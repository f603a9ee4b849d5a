"""What is done with files and folders of the share: lists, descriptors, making, renaming and removing.

Reads are batched; a status that is not told here is an error of the one file, never of the batch.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chonai.systems.folders import wire
from chonai.systems.folders.descriptor import Descriptor, packed, unpacked
from chonai.systems.folders.wire import OK, Message, Reply, Wire

FOLDER, LINK = 0x10, 0x400
"""Attributes of what is listed: a folder, a reparse point."""
_READ, _LIST, _MAKE, _RENAME = 0x120080, 0x100081, 0x100080, 0x110080
_WRITE_RIGHTS, _WRITE_OWNER, _WRITE_TIMES = 0x140000, 0x1C0000, 0x100100
_OWNER_GROUP_RIGHTS, _RIGHTS = 7, 4
_FILE, _SECURITY = 1, 3
_BASIC, _INTERNAL, _RENAMING, _DISPOSITION = 4, 6, 10, 13
_AS_FOLDER = wire.BACKUP_INTENT | wire.NOT_THROUGH_LINKS | wire.ONLY_FOLDERS


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a folder. `id` is what stays the same for as long as the object lives."""

    name: str
    id: str
    attributes: int

    @property
    def is_folder(self) -> bool:
        """A folder of its own, and no link to another place."""
        return bool(self.attributes & FOLDER) and not self.attributes & LINK


class Share:
    """The share of an open connection. Paths are relative to it, with backslashes."""

    def __init__(self, connection: Wire) -> None:
        self.wire = connection

    def identity(self, path: str) -> tuple[int, str]:
        """Status and id of a folder."""
        return self._identified(self._one([wire.opening(path, _MAKE, options=_AS_FOLDER), *_ask_id()]))

    def listings(self, paths: Sequence[str]) -> list[tuple[int, list[Entry]]]:
        """Status and names of each of the folders."""
        compounds = [
            [wire.opening(path, _LIST, options=_AS_FOLDER), wire.listing(), wire.listing(), wire.closing()]
            for path in paths
        ]
        answers = zip(paths, self.wire.exchange(compounds), strict=True)
        return [self._listing(path, replies) for path, replies in answers]

    def descriptors(self, paths: Sequence[str]) -> list[tuple[int, Descriptor | None]]:
        """Status and descriptor of each."""
        ask = wire.asking(_SECURITY, 0, additional=_OWNER_GROUP_RIGHTS)
        compounds = [[wire.opening(path, _READ), ask, wire.closing()] for path in paths]
        return [_descriptor(replies) for replies in self.wire.exchange(compounds)]

    def write_rights(self, wanted: Sequence[tuple[str, Descriptor]], *, with_owner: bool = False) -> list[int]:
        """Write the entries of each, with owner and group only where asked for; the statuses."""
        access, what = (_WRITE_OWNER, _OWNER_GROUP_RIGHTS) if with_owner else (_WRITE_RIGHTS, _RIGHTS)
        compounds = [
            [
                wire.opening(path, access),
                wire.setting(_SECURITY, 0, packed(descriptor), additional=what),
                wire.closing(),
            ]
            for path, descriptor in wanted
        ]
        return [_worst(replies) for replies in self.wire.exchange(compounds)]

    def keep_identity(self, path: str, id_: str) -> int:
        """Write the time of making that the id has. The status.

        A Samba server works that time out from others, for as long as nobody has written it (a folder that was made on
        the server itself): the next change would make another folder of it. Elsewhere nothing changes by this.
        """
        times = struct.pack("<QQQQII", int(id_.partition("-")[2], 16), 0, 0, 0, 0, 0)
        request = wire.setting(_FILE, _BASIC, times)
        return _worst(self._one([wire.opening(path, _WRITE_TIMES, options=_AS_FOLDER), request, wire.closing()]))

    def make(self, path: str) -> tuple[int, str]:
        """Make a folder; status and id."""
        return self._identified(self._one([wire.opening(path, _MAKE, disposition=2, options=_AS_FOLDER), *_ask_id()]))

    def rename(self, path: str, new: str) -> int:
        """Give it another name or place; never over something that is there. The status."""
        name = new.encode("utf-16-le")
        data = struct.pack("<QQI", 0, 0, len(name)) + name
        request = wire.setting(_FILE, _RENAMING, data.ljust(24, b"\x00"))
        return _worst(self._one([wire.opening(path, _RENAME, options=_AS_FOLDER), request, wire.closing()]))

    def remove(self, path: str) -> int:
        """Remove an empty folder. The status."""
        request = wire.setting(_FILE, _DISPOSITION, b"\x01")
        return _worst(self._one([wire.opening(path, _RENAME, options=_AS_FOLDER), request, wire.closing()]))

    def _one(self, compound: Sequence[Message]) -> list[Reply]:
        return self.wire.exchange([compound])[0]

    def _identified(self, replies: Sequence[Reply]) -> tuple[int, str]:
        status = _worst(replies)
        if status != OK:
            return status, ""
        index = struct.unpack("<Q", wire.payload(replies[1])[:8])[0]
        return OK, _id(index, wire.opened(replies[0])[1])

    def _listing(self, path: str, replies: Sequence[Reply]) -> tuple[int, list[Entry]]:
        """Most folders fit into two answers; the few that do not are listed again, one answer after the other."""
        if replies[0].status != OK or replies[1].status not in (OK, wire.NO_MORE_FILES):
            return _worst(replies[:2]), []
        if any(reply.status == wire.NO_MORE_FILES for reply in replies[1:3]):
            return OK, [entry for reply in replies[1:3] for entry in _entries(reply)]
        return self._long_listing(path)

    def _long_listing(self, path: str) -> tuple[int, list[Entry]]:
        first = self._one([wire.opening(path, _LIST, options=_AS_FOLDER), wire.listing()])
        file, reply = wire.opened(first[0])[0], first[1]
        found: list[Entry] = []
        while reply.status == OK:
            found += _entries(reply)
            reply = self._one([wire.listing(file)])[0]
        self._one([wire.closing(file)])
        return (OK if reply.status == wire.NO_MORE_FILES else reply.status), found


def _ask_id() -> tuple[Message, Message]:
    return wire.asking(_FILE, _INTERNAL), wire.closing()


def _id(index: int, created: int) -> str:
    """File systems give the number of a deleted folder to a new one; the time of its making tells them apart."""
    return f"{index:016x}-{created:016x}"


def _worst(replies: Sequence[Reply]) -> int:
    return next((reply.status for reply in replies if reply.status != OK), OK)


def _descriptor(replies: Sequence[Reply]) -> tuple[int, Descriptor | None]:
    status = _worst(replies)
    return status, unpacked(wire.payload(replies[1])) if status == OK else None


def _entries(reply: Reply) -> Iterator[Entry]:
    """Names of a FileIdFullDirectoryInformation answer ([MS-FSCC] 2.4.22)."""
    data = wire.payload(reply) if reply.status == OK else b""
    position = 0
    while data:
        after, created = struct.unpack_from("<I4xq", data, position)
        attributes, length, index = struct.unpack_from("<II8xQ", data, position + 56)
        name = data[position + 80 : position + 80 + length].decode("utf-16-le", "surrogatepass")
        if name not in (".", ".."):
            yield Entry(name, _id(index, created), attributes)
        if not after:
            return
        position += after
