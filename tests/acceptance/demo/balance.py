"""The closing table: what became of how many objects on each system, from what `chonai` tells programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = ("created", "moved", "changed", "disabled", "deleted", "failed")
_PLACE = frozenset({"parent", "sectionCode", "section", "department", "departmentNumber"})
_RANK = {name: n for n, name in enumerate(("changed", "moved", "disabled", "created", "deleted"))}


def balance(change_set: Mapping[str, Any], made: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """Objects by system and by what counts most of what was done to them. `change_set` is what `chonai show` gives,
    `made` the objects of `chonai journal show --objects`.
    """
    failed = {(one["system"], one["key"]) for one in made if one["status"] != "done"}
    found: dict[str, Counter[str]] = {}
    for plan in change_set["plans"]:
        deeds: dict[str, str] = {}
        for change in plan["changes"]:
            key = f"{change['key']['type']}:{change['key']['id']}"
            deed = _deed(change)
            deeds[key] = max(deeds.get(key, deed), deed, key=_RANK.__getitem__)
        counts = Counter("failed" if (plan["system"], key) in failed else deed for key, deed in deeds.items())
        found[plan["system"]] = counts
    return found


def lines(found: Mapping[str, Counter[str]], titles: Mapping[str, str]) -> Iterable[str]:
    """The table, right-aligned, with a title for each column."""
    width = max(map(len, found))
    yield " " * width + "".join(f"{titles[name]:>10}" for name in COLUMNS)
    for system, counts in found.items():
        yield f"{system:<{width}}" + "".join(f"{counts[name]:>10,}" for name in COLUMNS)


def _deed(change: Mapping[str, Any]) -> str:
    action = change["action"]
    if action in ("create", "delete"):
        return f"{action}d"
    if change["after"].get("enabled") is False:
        return "disabled"
    is_person, touched = change["key"]["type"] == "user", change["before"].keys() | change["after"].keys()
    return "moved" if (is_person and touched & _PLACE) or action == "move" else "changed"
