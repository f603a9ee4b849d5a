"""Products that take files: the year's change of the whole city against what the products must show afterwards."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from chonai.change.model import Key, Record, State
from chonai.operations.personnel import DirectoryPolicy, directory_policy, scope
from chonai.systems.csv_import.profile_reader import load_profile
from chonai.systems.csv_import.reading import read_export
from tests.city import products
from tests.city.build import build
from tests.unit.personnel import world

PROFILES = {
    products.ASSETS: "asset_management",
    products.INTERNAL: "internal_file_exchange",
    products.EXTERNAL: "external_file_exchange",
}


@cache
def rules(product: str) -> DirectoryPolicy:
    path = world.INVENTORY / "host_vars" / product / "personnel.yml"
    return directory_policy(yaml.safe_load(Path(path).read_text(encoding="utf-8"))["personnel_directory"])


def shown(product: str, when: str) -> State:
    """What an export shows, as far as the operation owns it."""
    files, owned = load_profile(PROFILES[product]).files, scope(rules(product))
    state: dict[Key, Record] = {}
    for type_, data in products.exports(build(), product, when).items():
        reading = read_export(f"{product}-{type_}", data, files[type_])
        assert not reading.problems
        for key, record in reading.records.items():
            whole = files[type_].whole(record)
            state[key] = {name: whole.get(name) for name in owned[type_].attributes}
    return state


def settled(state: State) -> dict[str, dict[str, object]]:
    """A state with the product's own ids, without what is empty and without the kept groups of sections that ended."""
    names = {str(key): _id(key, record) for key, record in state.items()}
    found = {}
    for key, record in state.items():
        if key.type == "group" and "廃止" in str(record["name"]):
            continue
        values = {name: _named(value, names) for name, value in record.items()}
        found[names[str(key)]] = {name: value for name, value in values.items() if value not in (None, "", frozenset())}
    return found


def _id(key: Key, record: Record) -> str:
    return f"{key.type}:{record['code' if key.type == 'group' else 'name']}"


def _named(value: object, names: dict[str, str]) -> object:
    if isinstance(value, frozenset):
        return frozenset(names.get(each, each) for each in value)
    return names.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("product", products.PRODUCTS)
@pytest.mark.parametrize("roster", ["", "roster-2026.xlsx"])
def test_the_product_shows_what_the_truth_says(product: str, roster: str) -> None:
    state, asked = shown(product, "before"), world.whole_change(roster=roster)
    outcome = world.plan(state, {}, asked, world.policy(), rules(product))
    assert not outcome.problems
    assert not outcome.brakes
    after = world.after(state, outcome)
    assert settled(after) == settled(shown(product, "after"))
    again = world.plan(after, {}, asked, world.policy(), rules(product))
    assert not again.problems
    assert world.changes(after, again) == []


@pytest.mark.parametrize("product", products.PRODUCTS)
def test_every_change_says_why(product: str) -> None:
    state = shown(product, "before")
    outcome = world.plan(state, {}, world.whole_change(), world.policy(), rules(product))
    assert [change for change in world.changes(state, outcome) if not change.reason] == []
