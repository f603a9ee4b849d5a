"""What a person can do on the file server, found out by doing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from chonai.systems.folders import wire
from chonai.systems.folders.share import Share
from tests.contract.fileserver import DOMAIN, FolderGround, by_hand

PASSWORD = "Shoki-2026-Pass!"
READ, WRITE, NEW_FILE = 0x120089, 0x120116, 2


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody logged in at the file server."""

    share: Share

    def opens(self, path: str) -> bool:
        """Whether they can read what is there."""
        return self._opened(path, READ, disposition=1)

    def changes(self, path: str) -> bool:
        """Whether they can write into the file that is there."""
        return self._opened(path, WRITE, disposition=1)

    def puts(self, path: str) -> bool:
        """Whether they can make a new file there; it is there then."""
        return self._opened(path, WRITE, disposition=NEW_FILE)

    def _opened(self, path: str, access: int, *, disposition: int) -> bool:
        request = wire.opening(path, access, disposition=disposition, options=0)
        request["file_attributes"] = 0x80
        status = self.share.wire.exchange([[request, wire.closing()]])[0][0].status
        assert status in (wire.OK, wire.DENIED), f"{status:#x}"
        return status == wire.OK


def put_file(share: Share, path: str) -> None:
    """Make a file as the one who is logged in."""
    assert Person(share).puts(path)


def login(account: str) -> Mapping[str, str]:
    """How this person logs in."""
    return {"user": rf"{DOMAIN}\{account}", "password": PASSWORD}


@contextmanager
def person(ground: FolderGround, account: str) -> Iterator[Person]:
    """Logged in while inside."""
    with by_hand(ground.settings, login=login(account)) as share:
        yield Person(share)
