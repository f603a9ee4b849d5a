"""Who plays in the demonstration: people picked from the change set, as `chonai show --format json` tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
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


def cast(change_set: dict[str, Any], before: str, others: Collection[str]) -> Cast:
    """Pick them from the change set and the dump of the LGWAN domain from before it. `others`: accounts of people who
    have their first morning elsewhere.
    """
    changes = next(plan["changes"] for plan in change_set["plans"] if plan["system"] == LGWAN.host)
    known = {one.guid: one for one in objects(before).values() if "objectGUID" in one.attributes}
    joiner = next(person for person in _joiners(changes) if person.account not in others)
    return Cast(joiner, next(_movers(changes, known)), next(_leavers(changes, known)))


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
    """Those who leave one section's group and join another's, both of which stay what they are."""
    reorganised = {change["key"]["id"] for change in changes if {*change["before"], *change["after"]} - {"member"}}
    folders = {guid: name for guid, one in known.items() if guid not in reorganised and (name := section_folder(one))}
    left, joined = _links(changes, folders, "before"), _links(changes, folders, "after")
    for change in changes:
        guid = change["key"]["id"]
        if change["action"] == "move" and change["reason"].startswith("異動"):
            old, new = left.get(guid, []), joined.get(guid, [])
            if len(old) == len(new) == 1:
                user = known[guid]
                yield Mover(user.first("sAMAccountName"), user.first("displayName"), change["reason"], old[0], new[0])


def section_folder(group: Object) -> str:
    """The folder of the section whose group this is; blank for any other object."""
    account, name = group.first("sAMAccountName"), group.first("cn")
    return f"{account[4:]}_{name.removeprefix('所属_')}" if account.startswith("sec-") else ""


def _links(changes: list[dict[str, Any]], folders: dict[str, str], side: str) -> dict[str, list[str]]:
    """Folders of the sections whose groups a user leaves (`before`) or joins (`after`), by the user's GUID."""
    found: dict[str, list[str]] = {}
    for change in changes:
        if change["key"]["id"] in folders:
            for member in change[side].get("member", []):
                found.setdefault(member.partition(":")[2], []).append(folders[change["key"]["id"]])
    return found
