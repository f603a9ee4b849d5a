"""A site whose ledger is a NetBox, and one beside it whose ledger is a file, with the same in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chonai.change.model import Action, Change, Key, Plan, Value
from chonai.site.systems import connect
from tests.integration.ipam.office import PREFIX, SYSTEM, Office
from tests.netbox.running import Netbox
from tests.unit.change.people import People


class NetboxOffice(Office):
    """One whose ledger is a NetBox, which holds nothing else."""

    def __init__(self, folder: Path, people: People, netbox: Netbox) -> None:
        super().__init__(folder, people, f"sqlite:///{folder}/store.db", netbox.url)
        self.netbox = netbox

    @property
    def settings(self) -> Mapping[str, object]:
        return {"kind": "netbox", **self.netbox.settings(protected={})}

    def seed(self) -> None:
        self.netbox.empty()
        seed(self)


def seed(office: Office) -> None:
    """A VRF with a prefix in it, and a range that nobody is given from."""
    life: dict[str, Value] = {"status": "in_use", "request": "R8-0", "item": "prefix"}
    vrf = made(office, "vrf", {"name": "lgwan"})
    place: dict[str, Value] = {"network": PREFIX, "vrf": str(vrf), "kind": "assignable", "gateway": "10.40.0.1", **life}
    prefix = made(office, "prefix", place)
    made(office, "range", {"prefix": str(prefix), "first": "10.40.0.2", "last": "10.40.0.9", "issuable": False})


def made(office: Office, type_: str, record: Mapping[str, Value]) -> Key:
    """Make an object of the ledger."""
    with connect(SYSTEM, office.settings) as system:
        [result] = system.apply([Change(Action.CREATE, Key(type_, "new:1"), {}, record, "")], lambda *_: "")
    assert result.error is None, str(result.error)
    return result.key


@dataclass(frozen=True, slots=True)
class Said:
    """What a plan says to a person, whatever the ids of its ledger are."""

    changes: tuple[object, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def said(plan: Plan) -> Said:
    """A plan without ids: what it makes and changes, by what people call it."""
    changes = (
        (one.action, one.key.type, one.reason, sorted((name, told(plan, value)) for name, value in one.after.items()))
        for one in plan.changes
    )
    return Said(tuple(changes), tuple(map(str, plan.problems)), tuple(map(str, plan.warnings)))


def told(plan: Plan, value: object) -> str:
    """A value; of a key, what it names."""
    key = Key.parse(str(value))
    return plan.labels.get(key, str(value))
