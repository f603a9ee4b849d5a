"""Products that take files, as grounds. No such product can be had: the lab's `FakeImportProduct` stands in for one
(roles/lab_fake_product).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import yaml

from chonai.change.model import Key
from chonai.change.system import System
from chonai.systems.csv_import.answers import confirm, waiting
from chonai.systems.csv_import.settings import parse
from chonai.systems.csv_import.system import CsvImportSystem
from chonai.systems.csv_import.waiting import Clock
from tests.contract.ground import Dialect, Ground
from tests.house.tree import ROOT

_SPEC = importlib.util.spec_from_file_location("fake_product", ROOT / "roles/lab_fake_product/files/fake_product.py")
assert _SPEC is not None
assert _SPEC.loader is not None
fake_product = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fake_product)
FakeImportProduct = fake_product.FakeImportProduct

USER_COLUMNS = [
    {"title": "ログイン名", "attribute": "name", "required": True, "max_bytes": 200},
    {"title": "アカウント", "attribute": "account", "required": True},
    {"title": "姓", "attribute": "sn"},
    {"title": "氏名", "attribute": "displayName"},
    {"title": "職名", "attribute": "title"},
    {"title": "有効", "attribute": "enabled", "when_true": "有効", "when_false": "無効"},
    {"title": "区分", "attribute": "notes", "many": "joined", "separator": "|"},
    {"title": "初期パスワード", "secret": "initial_password", "blank_keeps": True},
]
GROUP_COLUMNS = [
    {"title": "グループ名", "attribute": "name", "required": True},
    {"title": "コード", "attribute": "account", "required": True},
    {"title": "メンバー", "attribute": "member", "many": "joined", "separator": "|", "reference": "user"},
]
ACTION = {"title": "処理", "action": {"add": "A", "update": "M", "delete": "D"}}
FULL = {"encoding": "utf-16le-bom", "delimiter": "tab", "quoting": "all", "line_ending": "crlf", "header": True}
DIFFERENCE = {"encoding": "utf-8", "delimiter": "comma", "quoting": "minimal", "line_ending": "lf", "header": True}


def profile(mode: str) -> dict[str, object]:
    """A product for the suite, with files that replace all or with additions, changes and deletions."""
    is_full = mode == "full"
    first = [] if is_full else [ACTION]
    common = {"mode": mode, "empty": "clear", "key": ["name"], **({} if is_full else {"max_rows": 2})}
    user = {**common, "type": "user", "unique": [["account"]], "columns": [*first, *USER_COLUMNS]}
    group = {**common, "type": "group", "columns": [*first, *GROUP_COLUMNS]}
    files = [{**one, "file_name": "{batch}_{type}_{part}.csv"} for one in (user, group)]
    return {"product": "取込製品", "format": {**(FULL if is_full else DIFFERENCE), "formula": "keep"}, "files": files}


class Operator:
    """Somebody who imports every file that waits, in order, and says what became of it."""

    def __init__(self, settings: Mapping[str, object], product: FakeImportProduct, *, tells: bool = True) -> None:
        self._settings, self._product, self._tells = settings, product, tells

    def work(self, _seconds: float = 0.0) -> None:
        """Import what waits. One who does not tell leaves it to the product's export to show it."""
        for file in waiting(self._settings):
            why = self._product.take(file.type, file.path) if file.path.name not in self._product.imported else None
            if self._tells or why is not None or not file.provable:
                confirm(self._settings, [str(file.path)], by="佐藤", at=datetime.now(UTC), rejected=why)


def product_settings(folder: Path, mode: str, observed: str) -> dict[str, object]:
    """Settings for a product in a folder; the outbox is made."""
    (folder / "outbox").mkdir(mode=0o700)
    (folder / "profile.yml").write_text(yaml.safe_dump(profile(mode), allow_unicode=True), encoding="utf-8")
    exports = {type_: str(folder / f"export_{type_}.txt") for type_ in ("user", "group")}
    source = {"observed": "export", "exports": exports} if observed == "export" else {"begin_with": "nothing"}
    return {
        "name": f"product_{mode}",
        "profile": str(folder / "profile.yml"),
        "outbox": str(folder / "outbox"),
        "protected": {"names": ["svc-*"]},
        "confirm_within": 0.2,
        **source,
    }


def product_of(settings: Mapping[str, object]) -> FakeImportProduct:
    """The product of these settings, empty, its exports written."""
    described = yaml.safe_load(Path(str(settings["profile"])).read_text(encoding="utf-8"))
    product = FakeImportProduct(described, parse(settings).exports)
    product.export()
    return product


@contextmanager
def ground(folder: Path, mode: str, observed: str) -> Iterator[Ground]:
    """A product of its own for each test."""
    settings = product_settings(folder, mode, observed)
    operator = Operator(settings, product_of(settings), tells=observed == "ledger")
    clock = Clock(sleep=operator.work)
    system = CsvImportSystem(parse(settings), clock)

    @contextmanager
    def gone() -> Iterator[System]:
        outbox = folder / "outbox"
        outbox.rename(folder / "elsewhere")
        try:
            yield system
        finally:
            (folder / "elsewhere").rename(outbox)

    dialect = Dialect("account", "account", "notes", "name", places=False)
    maker = Ground(CsvImportSystem(parse({**settings, "protected": {}}), clock), None, dialect, Key("user", ""), gone)
    protected = maker.made(maker.user("svc-backup"))[0]
    yield Ground(system, None, dialect, protected, gone, settings, work=operator.work)
