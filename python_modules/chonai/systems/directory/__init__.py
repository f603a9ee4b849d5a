"""Directories: Active Directory and OpenLDAP, over LDAPS. Users, groups and OUs, keyed by objectGUID or entryUUID."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chonai.systems.directory.settings import parse

if TYPE_CHECKING:
    from chonai.systems.directory.system import DirectorySystem


@contextmanager
def connect(settings: Mapping[str, object]) -> Iterator[DirectorySystem]:
    """The directory that the settings describe, connected and logged in while inside.

    The settings are those of `settings.DirectorySettings`, as docs/systems/directory.md explains them. Raises
    InputError for wrong settings, SystemUnreachable when there is no connection or no login, and Fault when the
    server is not what the settings say.
    """
    parsed = parse(settings)
    from chonai.systems.directory.connection import Connection
    from chonai.systems.directory.system import DirectorySystem

    with Connection.open(parsed) as connection:
        yield DirectorySystem(parsed, connection)
