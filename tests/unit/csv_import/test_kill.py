"""Killed before every single step on the file system: the next apply ends as an undisturbed one, and nothing was
imported twice.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from chonai.change.apply import Desk, Run, Tally
from chonai.change.model import Key, Plan, Record, State
from chonai.change.plan import make_plan
from chonai.change.ports import Event
from chonai.change.system import Observation
from chonai.store import Store
from chonai.systems.csv_import.settings import parse
from chonai.systems.csv_import.system import CsvImportSystem
from chonai.systems.csv_import.waiting import Clock
from tests.contract.ground import GROUP, USER, Dialect
from tests.contract.products import FakeImportProduct, Operator, product_of, product_settings

SCOPE = dict(Dialect("account", "account", "notes", "name", places=False).scope())
SCOPE[USER] = replace(SCOPE[USER], secrets=("initial_password",))
STRIDE = 23
STEPS = {"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.scandir", "os.listdir"}
KILLED = 9


class KeptProduct(FakeImportProduct):
    """A product whose tables outlive the process, as a real one's do."""

    def __init__(self, folder: Path, described: FakeImportProduct) -> None:
        self.__dict__.update(described.__dict__)
        self._kept = folder / "product.json"
        if self._kept.exists():
            self.tables, self.passwords, self.imported = json.loads(self._kept.read_text())

    def export(self) -> None:
        """First what it has, then what it tells: a product is not killed with us."""
        beside = self._kept.with_suffix(".new")
        beside.write_text(json.dumps([self.tables, self.passwords, self.imported]))
        beside.replace(self._kept)
        super().export()


class Box:
    """Keeps secrets as the store would; a file is enough here."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, change_set: str, system: str, secrets: Mapping[Key, Mapping[str, str]]) -> None:
        known = json.loads(self.path.read_text()) if self.path.exists() else {}
        known.update({key.id.removeprefix("new:"): dict(found) for key, found in secrets.items()})
        self.path.write_text(json.dumps(known))


def record(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "account": name, "displayName": f"職員　{name}", "title": None, "sn": "汐見",
            "enabled": True, "notes": frozenset(), **more}  # fmt: skip


def start(folder: Path, mode: str, observed: str) -> tuple[Mapping[str, object], Plan]:
    """A product with people and a group in it, and a plan that does everything to them."""
    settings = product_settings(folder, mode, observed)
    product = KeptProduct(folder, product_of(settings))
    system = connect(settings, product)
    here = {Key(USER, f"new:{n}"): record(f"p{n}") for n in range(4)}
    members = frozenset(str(Key(USER, f"p{n}")) for n in range(4))
    group = {Key(GROUP, "new:g"): {"name": "班", "account": "班", "member": members}}
    for id_, objects in (("people", here), ("group", group)):
        apply(folder, id_, plan_of(system, objects), settings, product)
    observed_state = dict(system.observe(SCOPE).state)
    desired: dict[Key, Record] = dict(observed_state)
    del desired[Key(USER, "p0")]
    desired[Key(USER, "p1")] = record("p1", displayName="改姓　花子", notes=frozenset({"a", "b"}))
    desired |= {Key(USER, f"new:j{n}"): record(f"j{n}") for n in range(3)}
    stay = {str(Key(USER, f"p{n}")) for n in (1, 2)} | {f"user:new:j{n}" for n in range(3)}
    desired[Key(GROUP, "班")] = {"name": "班", "account": "班", "member": frozenset(stay)}
    return settings, plan_of(system, desired, observed_state)


def plan_of(system: CsvImportSystem, desired: State, observed: State | None = None) -> Plan:
    found = Observation(observed or {})
    return make_plan(system=system.name, operation="test", observation=found, desired=desired, scope=SCOPE, reasons={})


def connect(settings: Mapping[str, object], product: FakeImportProduct) -> CsvImportSystem:
    return CsvImportSystem(parse(settings), Clock(sleep=Operator(settings, product).work))


def apply(folder: Path, id_: str, plan: Plan, settings: Mapping[str, object], product: FakeImportProduct) -> Tally:
    counter = iter(range(1_000_000))
    with Store.open(str(folder / f"{id_}.db")) as store:
        desk = Desk(
            journal=store.journal,
            secret_box=Box(folder / f"{id_}.secrets"),
            new_secret=lambda name: f"Secret-{os.getpid()}-{next(counter)}",
            now=lambda: datetime.now(UTC),
            operator="佐藤",
            progress=lambda done, total: None,
        )
        run = Run(id_, plan, connect(settings, product), desk)
        run.check()
        return run.to_the_end()


def killed_at(step: int, folder: Path, plan: Plan, settings: Mapping[str, object]) -> bool:
    """Apply in a child that dies before its n-th step below the folder; False when it came to the end."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
    left = iter(range(step))

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event in STEPS and str(arguments[0]).startswith(str(folder)) and next(left, None) is None:
            os._exit(KILLED)

    product = KeptProduct(folder, product_of_kept(settings))
    sys.addaudithook(count)
    try:
        tally = apply(folder, "id", plan, settings, product)
        os._exit(0 if tally.complete else 1)
    finally:
        os._exit(2)


def product_of_kept(settings: Mapping[str, object]) -> FakeImportProduct:
    """The product without its tables; they are read from where it keeps them."""
    described = yaml.safe_load(Path(str(settings["profile"])).read_text(encoding="utf-8"))
    return FakeImportProduct(described, parse(settings).exports)


def ended(folder: Path, settings: Mapping[str, object]) -> tuple[object, ...]:
    """Everything that must be equal after any kill."""
    product = KeptProduct(folder, product_of_kept(settings))
    connect(settings, product).apply([], lambda change, name: "")  # as any later apply: clears away what was answered
    secrets = json.loads((folder / "id.secrets").read_text())
    for name, found in secrets.items():
        assert product.accepts(name, found["initial_password"]), "what is handed out is what the product takes"
    left = [path for path in Path(str(settings["outbox"])).rglob("*") if path.name not in (".lock", ".begun")]
    assert not left, "nothing stays in the outbox"
    assert len(set(product.imported)) == len(product.imported), "no file was imported twice"
    observed = connect(settings, product).observe(SCOPE).state
    return product.tables, observed, sorted(secrets)


def journal_is_whole(folder: Path, plan: Plan) -> bool:
    with Store.open(str(folder / "id.db")) as store:
        store.journal.verify()
        rows = [row.entry for row in store.journal.rows("id")]
        done = [n for entry in rows if entry.event is Event.OUTCOME for n in entry.data.get("done", ())]
    return sorted(done) == list(range(len(plan.changes)))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("mode", "observed"), [("difference", "ledger"), ("full", "export")])
def test_killed_before_every_step(tmp_path: Path, mode: str, observed: str) -> None:
    """Every step when CHONAI_EVERY_STEP is set; else some of them, other ones each day."""
    stride = 1 if os.environ.get("CHONAI_EVERY_STEP") else STRIDE
    folder, asleep = tmp_path / "now", tmp_path / "before"
    folder.mkdir()
    settings, plan = start(folder, mode, observed)
    shutil.copytree(folder, asleep)
    assert not killed_at(1_000_000, folder, plan, settings)
    undisturbed, step, kills = ended(folder, settings), datetime.now(UTC).date().toordinal() % stride, 0
    while back(asleep, folder) and killed_at(step, folder, plan, settings):
        tally = apply(folder, "id", plan, settings, KeptProduct(folder, product_of_kept(settings)))
        assert tally.complete, (step, [str(error) for error in tally.errors.values()])
        assert journal_is_whole(folder, plan), step
        assert ended(folder, settings) == undisturbed, step
        step, kills = step + stride, kills + 1
    assert kills > 100 / stride, "the apply takes fewer steps than it should"


def back(asleep: Path, folder: Path) -> bool:
    """Everything as it was before the apply."""
    shutil.rmtree(folder)
    shutil.copytree(asleep, folder)
    return True
