"""A small city for tests of the command line: a site of its own, people with keys, two systems in files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from chonai.change.codec import record_to_json
from chonai.change.model import Brake, Key, Record, State, TypeScope
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.site import Author, Site, find_site
from chonai.text.messages import message
from tests.stores import store_at
from tests.unit.change.people import People

PLACE = frozenset({"parent", "name"})
SCOPE = {
    "ou": TypeScope(PLACE, frozenset({"parent"}), PLACE, (("parent", "name"),), label=("name",)),
    "user": TypeScope(
        PLACE | {"displayName", "title", "department", "enabled"},
        frozenset({"parent"}),
        PLACE,
        (("parent", "name"),),
        ("initial_password",),
        label=("displayName", "name"),
    ),
    "group": TypeScope(
        PLACE | {"member"}, frozenset({"parent", "member"}), PLACE, (("parent", "name"),), label=("name",)
    ),
}
BASE, TAX, CIVIC, RETIRED = (Key("ou", name) for name in ("base", "tax", "civic", "retired"))
YAMADA, TANAKA, SUZUKI = (Key("user", f"u{n}") for n in (1, 2, 3))
TAX_GROUP = Key("group", "g-tax")
JOINER = Key("user", "new:1-002001")
OBJECTS: State = {
    BASE: {"name": "汐見野市", "parent": None},
    TAX: {"name": "税務課", "parent": str(BASE)},
    CIVIC: {"name": "市民課", "parent": str(BASE)},
    RETIRED: {"name": "退職者", "parent": str(BASE)},
    YAMADA: {
        "name": "001234",
        "displayName": "山田　太郎",
        "title": "主事",
        "department": "税務課",
        "parent": str(TAX),
        "enabled": True,
    },
    TANAKA: {"name": "001235", "displayName": "田中　花子", "parent": str(TAX), "enabled": True},
    SUZUKI: {"name": "001236", "displayName": "鈴木　一郎", "parent": str(TAX), "enabled": True},
    TAX_GROUP: {"name": "所属_税務課", "parent": str(BASE), "member": frozenset({str(YAMADA), str(TANAKA)})},
}
MASS_LEAVE = Brake("mass_leave", message("site.bad_value", key="leavers", value="1", wanted="0"))
FINAL = Brake("root", message("site.bad_value", key="root", value="x", wanted="y"), releasable=False)


def wanted() -> tuple[State, Mapping[Key, str]]:
    """Yamada moves, Tanaka retires, a joiner comes; and why."""
    desired: dict[Key, Record] = dict(OBJECTS)
    desired[YAMADA] = {**OBJECTS[YAMADA], "parent": str(CIVIC), "department": "市民課", "displayName": "山田　太郎"}
    desired[TANAKA] = {**OBJECTS[TANAKA], "parent": str(RETIRED), "enabled": False}
    desired[JOINER] = {
        "name": "002001",
        "displayName": "髙﨑　德子",
        "department": "税務課",
        "parent": str(TAX),
        "enabled": True,
    }
    desired[TAX_GROUP] = {**OBJECTS[TAX_GROUP], "member": frozenset({str(JOINER)})}
    reasons = {
        YAMADA: "異動: 税務課→市民課, 発令 2026-04-01",
        TANAKA: "退職, 発令 2026-04-01",
        JOINER: "採用, 発令 2026-04-01",
        TAX_GROUP: "異動 1名 転出",
    }
    return desired, reasons


@dataclass(frozen=True, slots=True)
class Town:
    """A folder with ansible.cfg, inventory, site file, store and one file for each system."""

    folder: Path
    people: People

    @property
    def site_file(self) -> Path:
        return self.folder / "site.yml"

    @property
    def environment(self) -> dict[str, str]:
        return {"CHONAI_SITE": str(self.site_file), "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg")}

    @property
    def store_file(self) -> Path:
        """Where the store is, if it is a file."""
        return self.folder / "store.db"

    def system_file(self, system: str) -> Path:
        return self.folder / f"{system}.json"

    def open(self, clock: Callable[[], datetime] | None = None) -> Site:
        """The town's site, its store made if it is not there; it is as late as `clock` says."""
        site = Site.open(find_site(self.environment, self.folder))
        if clock is None:
            return site
        site.store.close()
        return Site(site.settings, clock)

    def objects(self, system: str) -> dict[str, dict[str, object]]:
        """What a system holds now, by key text."""
        return dict(json.loads(self.system_file(system).read_text())["objects"])

    def keep(self, system: str, objects: State, **more: object) -> None:
        """Give a system this content."""
        data = {"objects": {str(key): record_to_json(record) for key, record in objects.items()}, **more}
        self.system_file(system).write_text(json.dumps(data, ensure_ascii=False))

    def settle(
        self,
        *,
        kind: str = "second_person",
        watcher: bool = True,
        pause: float = 0,
        virus_check: str = "{elsewhere: true}",
        more: str = "",
    ) -> None:
        """Write site file and inventory."""
        rule = f"{{kind: {kind}, watcher: {str(watcher).lower()}}}"
        self.site_file.write_text(
            f"allowed_signers: {self.people.signers}\nstore: {store_at(self.store_file)}\nsecret_recipients: [jinji]\n"
            f"author: sato\nauthor_key: {self.people.key('sato')}\nanchor_file: {self.folder}/anchors.log\n"
            f"approval: {{default: {rule}}}\nvirus_check: {virus_check}\n{more}"
        )
        (self.folder / "ansible.cfg").write_text("[defaults]\ninventory = hosts.yml\n")
        self.place(lgwan_ad={"pause": pause}, ext_ad={"pause": pause})

    def place(self, **systems: Mapping[str, object]) -> None:
        """Write the inventory; of each system what it says beside kind and file."""
        said = {name: {"kind": "memory", "file": str(self.system_file(name)), **more} for name, more in systems.items()}
        hosts = "".join(f"    {name}:\n      chonai_system: {json.dumps(own)}\n" for name, own in said.items())
        (self.folder / "hosts.yml").write_text(f"all:\n  hosts:\n{hosts}")

    def seal(
        self,
        desired: State,
        reasons: Mapping[Key, str],
        *systems: str,
        brakes: tuple[Brake, ...] = (),
        observed: State = OBJECTS,
        announced_at: datetime | None = None,
    ) -> str:
        """Plan the same for each system and seal; the id. What is to be announced was planned an hour before."""
        clock = (lambda: announced_at - timedelta(hours=1)) if announced_at else None
        with self.open(clock) as site:
            plans = [
                make_plan(
                    system=system,
                    operation="personnel",
                    observation=Observation(observed),
                    desired=desired,
                    scope=SCOPE,
                    reasons=reasons,
                    brakes=brakes,
                    warnings=(message("site.missing_key", key="外字"),),
                )
                for system in systems or ("lgwan_ad", "ext_ad")
            ]
            ids = [site.put(plan, announced_at) for plan in plans]
            return site.seal(ids, Author("sato", self.people.key("sato"))).change_set.id


def make_town(folder: Path, people: People) -> Town:
    """The town as it is before the change."""
    town = Town(folder, people)
    town.settle()
    for system in ("lgwan_ad", "ext_ad"):
        town.keep(system, OBJECTS)
    return town
