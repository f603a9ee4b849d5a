"""A town whose files are checked by the lab's scanner and sent by its mail server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import people, run, town
from tests.unit.cli.town import Town

__all__ = ["people", "run", "town"]

MAIL = "127.0.0.31"


@pytest.fixture
def served(town: Town, lab: Path) -> Town:
    """The town with scanner and mail server."""
    settle(town, lab)
    return town


def settle(town: Town, lab: Path, *, scanner: str | None = None, **mail: object) -> None:
    """Write the town's site file with these, or others than the lab's."""
    server = {"host": MAIL, "port": 25, "sender": "chonai@mail.shiomino.example", "ca": lab / "ca/ca.pem", **mail}
    lines = "".join(f"  {name}: {value}\n" for name, value in server.items())
    more = f'city_name: 汐見野市\nmail:\n{lines}  recipients: ["@mail.shiomino.example"]\n'
    town.settle(virus_check=scanner or f"{{socket: {lab}/scanner/run/clamd.sock}}", more=more)
