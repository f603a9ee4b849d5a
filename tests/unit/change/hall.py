"""A small hall: two sections, a person and a group, as a system in memory holds them."""

from __future__ import annotations

from chonai.change.model import Key, Record, State, TypeScope
from chonai.systems.memory import MemorySystem

PLACE = frozenset({"parent", "name"})
IN_PLACE = frozenset({"parent"})
SCOPE = {
    "ou": TypeScope(PLACE, IN_PLACE, PLACE, (("parent", "name"),)),
    "user": TypeScope(
        PLACE | {"title", "staffKey", "memberOf"},
        IN_PLACE,
        PLACE,
        (("parent", "name"), ("staffKey",)),
        secrets=("initial_password",),
        told=frozenset({"staffKey"}),
    ),
    "group": TypeScope(frozenset({"name", "member"}), frozenset({"member"})),
}
TAX, CIVIC = Key("ou", "tax"), Key("ou", "civic")
HANA, GROUP = Key("user", "hana"), Key("group", "tax")
TARO, WATER = Key("user", "new:taro"), Key("ou", "new:water")


def person(name: str, place: Key = TAX, **more: str) -> Record:
    return {"parent": str(place), "name": name, "title": "主事", "staffKey": f"1-{name}", **more}


def group(*members: Key) -> Record:
    return {"name": "税務課", "member": frozenset(map(str, members))}


OBSERVED: State = {
    TAX: {"parent": None, "name": "税務課"},
    CIVIC: {"parent": None, "name": "市民課"},
    HANA: person("hana"),
    GROUP: group(HANA),
}


def hall() -> MemorySystem:
    return MemorySystem("memory", OBSERVED)
