"""Who names whom: references are the texts of other objects' keys."""

from __future__ import annotations

from collections import defaultdict

from chonai.change.model import State, Value, members
from chonai.systems.csv_import.profile import OF, Column, FileProfile, Kind, Profile


def namers(profile: Profile, state: State, wanted: frozenset[str]) -> dict[str, dict[str, frozenset[str]]]:
    """For each wanted object (text of its key) who names it, by the attribute's name with `Of`."""
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for key, record in state.items():
        file = profile.files[key.type]
        for name, column in file.attributes.items():
            for target in referred(record.get(name)) & wanted if refers(file, column) else ():
                known = found[target].get(name + OF, frozenset())
                found[target][name + OF] = known | {str(key)}
    return found


def refers(file: FileProfile, column: Column) -> bool:
    """Whether the column's values are keys; a mark has those of the rows that it marks."""
    rows = file.by_rows
    return bool(column.reference or (column.kind is Kind.MARK and rows and rows.reference))


def referred(value: Value) -> frozenset[str]:
    """The keys in a value, one or many."""
    return frozenset({value}) if isinstance(value, str) else members(value)
