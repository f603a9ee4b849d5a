"""Who plays in the demonstration: people picked from the change set, as `chonai show --format json` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.demo.domain import LGWAN
from tests.acceptance.demo.dumps import Object, objects


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    account: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mover(Person):
    """Somebody who goes from one section's folder to another's."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the LGWAN domain whom the proofs follow."""

    joiner: Person
    mover: Mover
    leaver: Person


def cast(change_set: dict[str, Any], before: str) -> Cast:
    """Pick them from the change set and the dump of the LGWAN domain from before it."""
    changes = next(plan["changes"] for plan in change_set["plans"] if plan["system"] == LGWAN.host)
    known = {one.guid: one for one in objects(before).values() if "objectGUID" in one.attributes}
    return Cast(next(_joiners(changes)), next(_movers(changes, known)), next(_leavers(changes, known)))


def _joiners(changes: list[dict[str, Any]]) -> Iterator[Person]:
    for change in changes:
        if change["key"]["type"] == "user" and change["action"] == "create" and change["reason"].startswith("採用"):
            after = change["after"]
            yield Person(after["sAMAccountName"], after["displayName"], change["reason"])


def _leavers(changes: list[dict[str, Any]], known: dict[str, Object]) -> Iterator[Person]:
    for change in changes:
        if change["key"]["type"] == "user" and change["after"].get("enabled") is False and "退職" in change["reason"]:
            user = known[change["key"]["id"]]
            yield Person(user.first("sAMAccountName"), user.first("displayName"), change["reason"])


def _movers(changes: list[dict[str, Any]], known: dict[str, Object]) -> Iterator[Mover]:
    """Those who leave one section's group and join another's, both of which stay what they are and have a folder."""
    names = {guid: one.first("sAMAccountName") for guid, one in known.items()}
    reorganised = {change["key"]["id"] for change in changes if {*change["before"], *change["after"]} - {"member"}}
    codes = {guid: name[4:] for guid, name in names.items() if name.startswith("sec-") and guid not in reorganised}
    left, joined = _links(changes, codes, "before"), _links(changes, codes, "after")
    for change in changes:
        guid = change["key"]["id"]
        if change["action"] == "move" and change["reason"].startswith("異動"):
            old, new = left.get(guid, []), joined.get(guid, [])
            if len(old) == len(new) == 1 and all(
                (Path(LGWAN.folder) / "data/sections" / c).is_dir() for c in old + new
            ):
                user = known[guid]
                yield Mover(user.first("sAMAccountName"), user.first("displayName"), change["reason"], old[0], new[0])


def _links(changes: list[dict[str, Any]], codes: dict[str, str], side: str) -> dict[str, list[str]]:
    """Codes of the sections whose groups a user leaves (`before`) or joins (`after`), by the user's GUID."""
    found: dict[str, list[str]] = {}
    for change in changes:
        if change["key"]["id"] in codes:
            for member in change[side].get("member", []):
                found.setdefault(member.partition(":")[2], []).append(codes[change["key"]["id"]])
    return found
