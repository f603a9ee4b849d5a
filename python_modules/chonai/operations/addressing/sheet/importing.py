"""The import of an address ledger that a city has kept in a spreadsheet: the workbook, the ledger and the policy make
the ledger as it shall be. What the workbook does not speak of stays as it is; nothing is ever taken away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from chonai.change.errors import InputError
from chonai.change.model import Key, Record, State
from chonai.change.plan import Outcome
from chonai.operations.addressing.model import (
    ADDRESS,
    DEVICE,
    IN_USE,
    INTERFACE,
    PREFIX,
    RANGE,
    SCOPE,
    SITE,
    VLAN,
    VRF,
    ZONE,
    text,
)
from chonai.operations.addressing.operation import OWN, Guard
from chonai.operations.addressing.policy import AddressingPolicy
from chonai.operations.addressing.sheet.checks import Checks
from chonai.operations.addressing.sheet.draft import Draft
from chonai.operations.addressing.sheet.hosts import Hosts
from chonai.operations.addressing.sheet.naming import Namer
from chonai.operations.addressing.sheet.placing import Placer
from chonai.operations.addressing.sheet.rows import Row, Rows
from chonai.operations.addressing.sheet.walking import rows_of, table_type
from chonai.operations.addressing.sheet.words import COLUMNS
from chonai.operations.files import File
from chonai.text.grids import Rows as Grid
from chonai.text.grids import UnreadableError
from chonai.text.headers import ColumnsError, Wanted, find_header, fold_title, wanted_columns
from chonai.text.hostnames import joined
from chonai.text.messages import Message, message, once, sentences
from chonai.text.tables import NEVER_KEPT
from chonai.text.workbooks import read_workbook

_ORDER = (ZONE, SITE, VRF, VLAN, PREFIX, RANGE, DEVICE, INTERFACE, ADDRESS)
"""What others name comes first."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a workbook is taken in.

    day               for which it is planned
    vrf, zone, site   of what the workbook says nothing of
    overwrites        where the ledger says something else, the workbook's words hold; not its states and networks
    """

    day: date
    vrf: str = ""
    zone: str = ""
    site: str = ""
    overwrites: bool = False


def read_rows(file: File, policy: AddressingPolicy, terms: Terms) -> Rows:
    """All rows of a workbook or CSV. What is wrong with it is told in the result. Headings that the policy gives the
    columns of requests count too, where they mean nothing else here.

    Raises `InputError` for wrong `columns` of the policy.
    """
    own = {fold_title(title) for titles in COLUMNS.values() for title in titles}
    names = {
        key: (*usual, *(title for title in policy.columns.get(key, ()) if fold_title(title) not in own))
        for key, usual in COLUMNS.items()
    }
    try:
        wanted = wanted_columns(names, (), NEVER_KEPT)
    except ColumnsError as wrong:
        raise InputError("addressing.policy_columns", why=str(wrong)) from wrong
    try:
        workbook = read_workbook(file.name, file.data, lambda rows: _rating(rows, wanted))
    except UnreadableError as unreadable:
        return Rows(problems=[unreadable.problem.message])
    said = {"vrf": terms.vrf, "zone": terms.zone, "site": terms.site}
    return rows_of(file.name, workbook, wanted, said)


def plan_import(state: State, file: File, policy: AddressingPolicy, terms: Terms, guard: Guard) -> Outcome:
    """What becomes of the ledger."""
    read = read_rows(file, policy, terms)
    draft = Draft(file.name, state, terms.day, policy, terms.overwrites, problems=list(read.problems))
    _place(read.rows, draft)
    Checks(draft, guard).run()
    return Outcome(
        desired=draft.objects,
        scope=SCOPE,
        reasons={key: _reason(draft, key, policy.language) for key in draft.changed()},
        warnings=(*read.warnings, *draft.warnings, *_same_names(draft), *_left_names(state, draft)),
        problems=once(draft.problems),
    )


def _place(rows: Iterable[Row], draft: Draft) -> None:
    """Put all rows into the draft."""
    namer = Namer(draft)
    placer = Placer(draft, namer)
    hosts = Hosts(draft, namer, placer)
    for row in sorted(rows, key=lambda row: _ORDER.index(row.type)):
        if row.type == ADDRESS:
            hosts.place(row)
        else:
            placer.place(row)
    hosts.finish()
    namer.finish()
    draft.finish()


def _left_names(state: State, draft: Draft) -> Iterator[Message]:
    """Names of addresses in use that come or change: what DNS says of them is not this plan's affair."""
    renamed = [
        f"{record['address']} {record['hostname']}"
        for key, record in draft.changed().items()
        if key.type == ADDRESS and record["status"] == IN_USE and _named(record) != _named(state.get(key, {}))
    ]
    if renamed:
        yield message("addressing.sheet_names", count=len(renamed), first=renamed[0])


def _named(record: Record) -> str:
    return joined(text(record, "hostname"), text(record, "dns_zone")) if text(record, "hostname") else ""


def _rating(rows: Grid, wanted: Wanted) -> int:
    header = find_header(rows, wanted)
    return len(header.columns) if header and table_type(header.columns) else 0


def _reason(draft: Draft, key: Key, language: str) -> str:
    cell = draft.rows[key].first
    return sentences(OWN, language)[f"{OWN}.why_import"].format_map({"file": draft.file, "cell": cell.at})


def _same_names(draft: Draft) -> Iterator[Message]:
    """Host names that stand at several addresses of one network."""
    changed = [key for key in draft.changed() if key.type == ADDRESS]
    names = Counter((text(draft.objects[key], "prefix"), text(draft.objects[key], "hostname")) for key in changed)
    for (prefix, hostname), count in names.items():
        if hostname and count > 1:
            fields = {"hostname": hostname, "count": count, "prefix": draft.shown(prefix)}
            yield message("addressing.sheet_same_name", **fields)
