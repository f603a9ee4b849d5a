"""A site and a ledger with one big prefix in it, for processes that open both by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import yaml

from chonai.change.model import Action, Change, Key, Plan
from chonai.operations.addressing import SCOPE
from chonai.operations.files import File
from chonai.site import Author, Crew, Site, find_site
from chonai.site.addressing import Asked, plan_addressing
from chonai.site.applying import apply_all, settle
from chonai.site.systems import connect
from chonai.store.holds import View
from tests.integration.ipam.sealing import seal_anew
from tests.unit.change.people import People

SYSTEM = "ledger"
PREFIX = "10.40.0.0/20"
DAY = datetime.now().astimezone().date()
POLICY: Mapping[str, object] = {"rules": [], "brakes": {"released_addresses": 1}}


class Office:
    """Where the site, its people, the store and the ledger are."""

    def __init__(self, folder: Path, people: People, store: str, ledger: str, approval: str = "none") -> None:
        self.folder, self.people, self.store, self.ledger = folder, people, store, ledger
        rules = {"default": {"kind": approval}}
        settings = {"allowed_signers": str(people.signers), "store": store, "secret_recipients": ["sato"]}
        (folder / "site.yml").write_text(yaml.safe_dump({**settings, "approval": rules}))

    @property
    def settings(self) -> Mapping[str, object]:
        return {"kind": "ipam", "url": self.ledger}

    def site(self) -> Site:
        return Site.open(find_site({"CHONAI_SITE": str(self.folder / "site.yml")}, self.folder))

    def seed(self) -> None:
        life = {"status": "in_use", "request": "R8-0", "item": "prefix"}
        prefix = {"network": PREFIX, "vrf": "vrf:v", "kind": "assignable", "gateway": "10.40.0.1", **life}
        objects = {Key("vrf", "v"): {"name": "lgwan"}, Key("prefix", "p"): prefix}
        with connect("ledger", self.settings) as system:
            for key, record in objects.items():
                [made] = system.apply([Change(Action.CREATE, key, {}, record, "")], _no_secret)
                assert made.error is None

    @property
    def author(self) -> Author:
        return Author("sato", self.people.key("sato"))

    def addresses(self) -> dict[str, str]:
        """Who has which address: by request and item."""
        with connect("ledger", self.settings) as system:
            state = system.observe(SCOPE).state
        found = [record for key, record in state.items() if key.type == "address"]
        assert len({record["address"] for record in found}) == len(found)
        return {f"{record['request']} {record['item']}": str(record["address"]) for record in found}


def _no_secret(change: Change, name: str) -> str:
    raise AssertionError((change, name))


def request(number: str, *items: Mapping[str, object]) -> File:
    """A request in YAML."""
    document = {"request": number, "owner": "市民課", "items": list(items)}
    return File("request.yml", yaml.safe_dump(document, allow_unicode=True).encode())


def hosts(number: str, names: Sequence[str]) -> File:
    """A request for addresses with names."""
    return request(number, {"action": "issue", "type": "address", "prefix": PREFIX, "hostnames": list(names)})


def plan_of(office: Office, asked: File, view: View, day: date = DAY) -> Plan:
    """The ledger's plan for a request."""
    return plan_addressing(system=SYSTEM, settings=office.settings, policy=POLICY, asked=Asked(asked, day, view))[0]


def sealed(office: Office, site: Site, asked: File, day: date = DAY) -> str:
    """A change set for a request."""
    return seal_anew(site, office.author, SYSTEM, lambda view: [plan_of(office, asked, view, day)]).change_set.id


def apply(office: Office, site: Site, id_: str) -> None:
    """Apply it; all of it has to be done."""
    settle(apply_all(site, id_, Crew("sato"), {SYSTEM: office.settings}, lambda *_: None))


def _no_secret(change: Change, name: str) -> str:
    raise AssertionError((change, name))
