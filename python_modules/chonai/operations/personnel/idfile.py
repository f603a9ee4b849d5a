"""A list of the IDs that a city gave before: `システム,ID,任命権者コード,職員番号,氏名,付与日`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chonai.change.ids import GivenId, identifying
from chonai.operations.files import File
from chonai.operations.personnel import columns
from chonai.operations.personnel.cells import Cells, Sheet, Words
from chonai.operations.personnel.directory import USER
from chonai.operations.personnel.directory_rules import DirectoryPolicy
from chonai.operations.personnel.outcome import scope
from chonai.operations.personnel.plausible import Span
from chonai.operations.personnel.policy import CityPolicy
from chonai.text.folding import search_key
from chonai.text.messages import Message
from chonai.text.tables import read_table

_REQUIRED = ("system", "value", "number")


@dataclass(frozen=True, slots=True)
class IdList:
    """What a list says, and everything that is wrong with it; nothing of it counts while something is."""

    ids: tuple[GivenId, ...]
    problems: tuple[Message, ...]


def read_ids(file: File, policy: CityPolicy, systems: Mapping[str, DirectoryPolicy], day: date) -> IdList:
    """The IDs in a file, CSV or xlsx. `systems` are those that it can speak of; a row without a date is of `day`."""
    table = read_table(file.name, file.data, columns.IDS, required=_REQUIRED)
    sheet = Sheet(table, policy, Words(policy), Span(day), problems=[problem.message for problem in table.problems])
    rows = [] if sheet.problems else table.rows
    found = [one for row in rows if (one := _given(Cells(sheet, row), systems, day)) is not None]
    return IdList(tuple(found), tuple(sheet.problems))


def _given(cells: Cells, systems: Mapping[str, DirectoryPolicy], day: date) -> GivenId | None:
    rules = systems.get(cells["system"])
    if rules is None:
        cells.wrong("system", "personnel.ids_unknown_system", known=", ".join(sorted(systems)))
        return None
    attribute = _attribute(cells, rules)
    value = cells["value"].partition("@")[0] if rules.users.addresses else cells["value"]
    if not value:
        cells.wrong("value", "personnel.missing_cell")
    key = cells.staff_key("body", "number", cells.sheet.policy.default_body)
    old = cells.staff_key("old_body", "old_number", key.body) if cells["old_number"] and key else None
    since = cells.day_or_none("since") or day
    if key is None or cells.failed():
        return None
    formerly = str(old) if old is not None and old != key else ""
    return GivenId(cells["system"], attribute, value, str(key), search_key(cells["name"]), since, formerly=formerly)


def _attribute(cells: Cells, rules: DirectoryPolicy) -> str:
    """Where the ID stands in its system; blank means the account, or the address where that is the account."""
    known = identifying(scope(rules)[USER])
    if cells["attribute"] and cells["attribute"] not in known:
        cells.wrong("attribute", "personnel.ids_unknown_attribute", known=", ".join(sorted(known)))
    return cells["attribute"] or rules.users.account
