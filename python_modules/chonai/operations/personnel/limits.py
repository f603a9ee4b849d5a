"""Values that are longer than the directory can hold: better said of the plan than by a server in the night of the
change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chonai.change.model import Key, Record, State
from chonai.operations.personnel.directory import text, values
from chonai.operations.personnel.directory_rules import DirectoryPolicy
from chonai.text.messages import Message, message
from chonai.text.problems import shown


def too_long(observed: State, desired: State, rules: DirectoryPolicy) -> list[Message]:
    """One problem for each value that would be written and is over its limit."""
    changed = [key for key in desired if desired[key] is not observed.get(key)]
    return [
        problem for key in sorted(changed) for problem in _of_object(key, observed.get(key, {}), desired[key], rules)
    ]


def _of_object(key: Key, before: Record, after: Record, rules: DirectoryPolicy) -> Iterator[Message]:
    who = text(after, rules.users.identity) or text(after, rules.section_units.code) or key.id
    for attribute, value in _new_values(before, after, rules.limits):
        if (length := _length(value)) > rules.limits[attribute]:
            fields = {"attribute": attribute, "length": length, "limit": rules.limits[attribute]}
            yield message("personnel.too_long", who=shown(who), value=shown(value), **fields)


def _new_values(before: Record, after: Record, limits: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for attribute in limits:
        for value in sorted(values(after, attribute) - values(before, attribute)):
            yield attribute, value


def _length(value: str) -> int:
    """Characters as Active Directory counts them, in units of UTF-16: 𠮷 and a variation selector count two."""
    return len(value.encode("utf-16-le")) // 2
