"""A town with an address ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from chonai.change.model import Action, Change, Key, Record
from chonai.systems.ipam import connect
from tests.unit.addressing.town import state
from tests.unit.cli.town import Town


def give_ledger(town: Town, objects: Iterable[tuple[str, Record]]) -> Path:
    """The ledger's file, with the objects of `tests.unit.addressing.town.state` and these."""
    path = town.folder / "ledger.db"
    every = [*((str(key), record) for key, record in state().items()), *objects]
    with connect({"name": "ledger", "url": str(path)}) as system:
        for key, record in every:
            [made] = system.apply([Change(Action.CREATE, Key.parse(key), {}, record, "")], lambda *_: "")
            assert made.error is None, str(made.error)
    hosts = {"ledger": {"chonai_system": {"kind": "ipam", "url": str(path)}, "ansible_connection": "local"}}
    inventory = {"all": {"children": {"address_ledgers": {"hosts": hosts}}}}
    (town.folder / "hosts.yml").write_text(json.dumps(inventory))
    return path
