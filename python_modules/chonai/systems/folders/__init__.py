"""Folders with rights on a Windows or Samba file server, over SMB. Keyed by file number and time of making."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chonai.systems.folders.settings import parse

if TYPE_CHECKING:
    from chonai.systems.folders.system import FoldersSystem


@contextmanager
def connect(settings: Mapping[str, object]) -> Iterator[FoldersSystem]:
    """The folders that the settings describe, connected and logged in while inside.

    The settings are those of `settings.FoldersSettings`, as docs/systems/folders.md explains them. Raises InputError
    for wrong settings, SystemUnreachable when there is no connection or no login.
    """
    parsed = parse(settings)
    from chonai.systems.folders.system import FoldersSystem
    from chonai.systems.folders.wire import Wire

    with Wire.open(parsed) as connection:
        yield FoldersSystem(parsed, connection)
