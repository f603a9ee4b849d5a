"""A folder of one's own on the lab's file server, and people who log in there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chonai.systems.directory import filters
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.protocol import Mod, Modify, Search
from chonai.systems.directory.settings import parse
from tests.contract import fileserver
from tests.contract.fileserver import FolderGround, People


@pytest.fixture(scope="package")
def people(lab: Path) -> Iterator[People]:
    """People who have changed their first password already."""
    with fileserver.people(lab) as found:
        _let_in(found)
        yield found


@pytest.fixture
def ground(lab: Path) -> Iterator[FolderGround]:
    with fileserver.ground(lab) as found:
        yield found


def _let_in(found: People) -> None:
    settings = parse(found.directory.settings)
    with Connection.open(settings) as connection:
        for account in found.persons:
            search = Search(settings.base, filters.equals("sAMAccountName", account), ("1.1",))
            [dn] = connection.search(search, lambda entry: entry.dn)
            [reply] = connection.send([Modify(dn, [(Mod.REPLACE, "pwdLastSet", [b"-1"])])])
            assert reply.ok, reply.text
