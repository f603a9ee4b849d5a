"""A system on which the engine is tried: a ground, a site of its own that works on it, and what may be wished for."""

from __future__ import annotations

import random
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chonai.change.errors import ChonaiError
from chonai.change.model import Brake, Key, Record, Scope, State
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.site import Author, Crew, Site, find_site
from chonai.site.applying import apply_all, settle
from chonai.site.systems import Settings, connect
from chonai.systems.dns.settings import parse
from chonai.systems.folders.tree import FOLDER
from chonai.systems.folders.trustees import TRUSTEE
from tests.acceptance.ground import by_name
from tests.contract import directories, mailboxes, nameserver, netboxes, scim_products
from tests.contract.fileserver import FOLDERS, FolderGround
from tests.contract.fileserver import People as Holders
from tests.contract.ground import GROUP, USER, Ground, done, update
from tests.contract.grounds import BY_HAND
from tests.contract.ledgers import LedgerGround
from tests.contract.nameserver import NameGround
from tests.stores import store_at
from tests.unit.change.people import People

NAMES = nameserver.SERVER
LEDGERS = {f"ledger_{where}": where for where in netboxes.LEDGERS}
"""Ledgers, and where each is."""
KINDS = {
    **{server.name: "directory" for server in directories.SERVERS},
    mailboxes.SERVER: "mail",
    FOLDERS: "folders",
    NAMES: "dns",
    **dict.fromkeys(scim_products.KINDS, "scim"),
    **dict.fromkeys(BY_HAND, "csv_import"),
    **{name: "netbox" if where == netboxes.NETBOX else "ipam" for name, where in LEDGERS.items()},
}
"""What is tried, and of which kind it is."""

CREW = Crew("sato", "tanaka")


@dataclass(frozen=True)
class Trial(ABC):
    """`folder` is the site's; `newcomers` is how many secrets a wish asks for."""

    name: str
    folder: Path
    people: People

    newcomers = 0

    @property
    @abstractmethod
    def ground(self) -> Ground | FolderGround | LedgerGround | NameGround:
        """Where it plays."""

    @property
    def scope(self) -> Scope:
        """What the plans look at."""
        return self.ground.scope

    @abstractmethod
    def wish(self, rng: random.Random, turn: int) -> State:
        """A state that is another each turn."""

    @abstractmethod
    def touch(self) -> Key:
        """Somebody else changes an object that every wish changes; its key."""

    @property
    def settings(self) -> Settings:
        """What `chonai_system` would say."""
        return {"kind": KINDS[self.name], **self.ground.settings}

    def site(self) -> Site:
        """The site, as each process opens it."""
        file = self.folder / "site.yml"
        file.write_text(
            f"allowed_signers: {self.people.signers}\nsecret_recipients: [jinji]\n"
            f"store: {store_at(self.folder / 'store.db')}\n"
            f"anchor_file: {self.folder}/anchors.log\napproval: {{default: {{kind: none}}}}\n"
        )
        return Site.open(find_site({"CHONAI_SITE": str(file)}, self.folder))

    def observe(self) -> Observation:
        """All that is there now."""
        with connect(self.name, self.settings) as system:
            return system.observe(self.scope)

    def assert_is(self, desired: State) -> None:
        """What is there is what was wished for, in all that the plans look at."""
        found = self.observe().state
        standing = {key: record for key, record in found.items() if key.type == TRUSTEE}
        wanted = {key: self._owned(key, record) for key, record in desired.items()}
        assert by_name(found) == by_name({**standing, **wanted})

    def _owned(self, key: Key, record: Record) -> Record:
        return {name: value for name, value in record.items() if name in self.scope[key.type].attributes}

    def seal(self, desired: State, *brakes: Brake) -> str:
        """Plan and seal; the id."""
        observed = self.observe()
        plan = make_plan(
            system=self.name,
            operation="trial",
            observation=observed,
            desired=desired,
            scope=self.scope,
            reasons=dict.fromkeys([*observed.state, *desired], "契約試験"),
            brakes=brakes,
        )
        with self.site() as site:
            return site.seal([site.put(plan)], Author("sato", self.people.key("sato"))).change_set.id

    def apply(self, id_: str) -> None:
        """All of it; raises what refuses it, or what went wrong in it."""
        with self.site() as site, self._people_at_work():
            settle(apply_all(site, id_, CREW, {self.name: self.settings}, lambda system, done, total: None))

    @contextmanager
    def _people_at_work(self) -> Iterator[None]:
        """Whoever has a part in an apply does it, while inside."""
        over = threading.Event()
        thread = threading.Thread(target=self._work, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _work(self, over: threading.Event) -> None:
        while not over.wait(0.05):
            if isinstance(self.ground, Ground):
                with suppress(ChonaiError):  # a newer export may have answered what waited a moment ago
                    self.ground.work()

    def logins(self) -> list[str]:
        """What the system's settings let us in with."""
        told: dict[str, Any] = dict(self.settings)
        places = [told, *(part for part in told.values() if isinstance(part, dict))]
        files = [Path(str(place["password_file"])) for place in places if "password_file" in place]
        return [file.read_text(encoding="utf-8").strip() for file in files] + [
            str(told[n]) for n in ("token",) if n in told
        ]


@dataclass(frozen=True)
class PeopleTrial(Trial):
    """People and groups."""

    where: Ground

    newcomers = 8

    @property
    def ground(self) -> Ground:
        return self.where

    @property
    def scope(self) -> Scope:
        scope = dict(self.ground.scope)
        return {**scope, USER: replace(scope[USER], secrets=("initial_password",))}

    def wish(self, rng: random.Random, turn: int) -> State:
        """Some people leave for good, some come, all others get another title; the groups get other members."""
        observed, standing = self.observe().state, self.ground.standing
        stay = [key for key in observed if key.type == USER and key not in standing and rng.random() < 0.7]
        come = [self.ground.user(f"t{turn}{rng.randrange(16**6):06x}{n}") for n in range(self.newcomers)]
        desired: dict[Key, Record] = {key: observed[key] for key in standing}
        desired |= {key: {**observed[key], "title": f"主事{turn}"} for key in stay}
        desired |= {one.key: one.after for one in come}
        members = [str(key) for key in desired if key.type == USER and key not in standing]
        groups = {key: record for key, record in observed.items() if key.type == GROUP}
        new = self.ground.group([Key.parse(member) for member in rng.sample(members, 3)])
        changed = {key: {**record, "member": frozenset(rng.sample(members, 4))} for key, record in groups.items()}
        return {**desired, **changed, new.key: new.after}

    def touch(self) -> Key:
        observed = self.observe().state
        member = next(record["member"] for key, record in observed.items() if key.type == GROUP)
        assert isinstance(member, frozenset)
        key = Key.parse(min(member))
        title = observed[key].get("title")
        return done(self.ground.apply(update(key, {"title": title}, {"title": "課長"}))[0])


@dataclass(frozen=True)
class FolderTrial(Trial):
    """Folders with rights."""

    where: FolderGround
    holders: Holders

    @property
    def ground(self) -> FolderGround:
        return self.where

    def wish(self, rng: random.Random, turn: int) -> State:
        """Some folders go, some come, all others get another name and other rights."""
        observed = self.observe().state
        standing = {self.ground.place, self.ground.protected}
        others = {key: record for key, record in observed.items() if key.type != FOLDER or key in standing}
        old = {key: record for key, record in observed.items() if key not in others}
        stay = {
            key: {**record, "name": f"課{turn}-{n}", **self._rights(rng)}
            for n, (key, record) in enumerate(sorted(old.items(), key=lambda item: str(item[1]["name"])))
            if n == 0 or rng.random() < 0.7
        }
        come = [self.ground.folder(f"新{turn}-{n}", **self._rights(rng)) for n in range(8)]
        return {**others, **stay, **{one.key: one.after for one in come}}

    def _rights(self, rng: random.Random) -> dict[str, frozenset[str]]:
        reader, writer = rng.sample(self.holders.groups, 2)
        return {"read": frozenset({reader}), "write": frozenset({writer})}

    def touch(self) -> Key:
        observed = self.observe().state
        folders = {str(record["name"]): key for key, record in observed.items() if key.type == FOLDER}
        key = folders[min(name for name in folders if name.startswith(("課", "新")))]
        return done(self.ground.apply(update(key, {"name": observed[key]["name"]}, {"name": "手で改名"}))[0])


@dataclass(frozen=True)
class LedgerTrial(Trial):
    """Devices and VLANs of a ledger."""

    where: LedgerGround

    @property
    def ground(self) -> LedgerGround:
        return self.where

    def wish(self, rng: random.Random, turn: int) -> State:
        """Some devices go, some come, all others are of another make; VLANs come, and get another owner."""
        observed = self.observe().state
        others = {key: record for key, record in observed.items() if key.type not in ("device", "vlan")}
        old = sorted((str(record["name"]), key) for key, record in observed.items() if key.type == "device")
        stay = {
            key: {**observed[key], "product": f"型{turn}"}
            for n, (_, key) in enumerate(old)
            if n == 0 or rng.random() < 0.7
        }
        vlans = {key: {**record, "owner": f"課{turn}"} for key, record in observed.items() if key.type == "vlan"}
        site = self.ground.known["本庁舎"]
        come = [self.ground.create("device", f"sw{turn}-{n}", name=f"sw{turn}-{n}", site=site) for n in range(8)]
        come += [self.ground.vlan(100 + turn * 2 + n, name=f"vlan{turn}-{n}") for n in range(2)]
        return {**others, **stay, **vlans, **{one.key: one.after for one in come}}

    def touch(self) -> Key:
        observed = self.observe().state
        devices = {str(record["name"]): key for key, record in observed.items() if key.type == "device"}
        key = devices[min(devices)]
        return done(self.ground.apply(update(key, {"product": observed[key]["product"]}, {"product": "手書き"}))[0])


@dataclass(frozen=True)
class NameTrial(Trial):
    """Names with addresses. Everything else in the zones is somebody else's."""

    where: NameGround

    @property
    def ground(self) -> NameGround:
        return self.where

    def observe(self) -> Observation:
        found = super().observe()
        return Observation({key: record for key, record in found.state.items() if self.where.is_ours(key)})

    def wish(self, rng: random.Random, turn: int) -> State:
        """Some names go, some come, all others get another address."""
        old = sorted(self.observe().state.items())
        address = (f"10.20.{10 + turn}.{n}" for n in range(250))
        stay: dict[Key, Record] = {
            key: {**record, "data": frozenset({next(address)})}
            for n, (key, record) in enumerate(old)
            if n == 0 or rng.random() < 0.7
        }
        come = [self.where.create(f"h{turn}-{n}", next(address), next(address)) for n in range(40)]
        return {**stay, **{one.key: {**one.after, "name": one.key.id} for one in come}}

    def touch(self) -> Key:
        key, record = min(self.observe().state.items())
        change = update(key, {"data": record["data"]}, {"data": frozenset({"10.20.9.9"})})
        return done(self.where.apply(change)[0])

    def logins(self) -> list[str]:
        return [parse(self.where.settings).key.secret]
