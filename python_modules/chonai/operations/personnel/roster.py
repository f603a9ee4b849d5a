"""The roster (名簿): everyone as of the effective date."""

from __future__ import annotations

from chonai.operations.personnel.cells import Cells, Sheet
from chonai.operations.personnel.columns import ALSO
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.organisation import Finder
from chonai.operations.personnel.records import RosterRow, StaffKey
from chonai.operations.personnel.spellings import spelling
from chonai.text.folding import full_width_kana

REQUIRED = ("number", "name")


def parse_roster(sheet: Sheet, finder: Finder) -> tuple[RosterRow, ...]:
    """The people, equal rows once; problems and warnings go to the sheet.

    `finder` resolves section names where codes are blank.
    """
    found: dict[StaffKey, RosterRow] = {}
    for row in sheet.table.rows:
        cells = Cells(sheet, row)
        person = _person(cells, finder)
        if person is None:
            continue
        first = found.setdefault(person.key, person)
        if first == person and first is not person:
            sheet.warnings.append(
                person.place.says("number", cells["number"], "personnel.row_repeated", other=first.place.row)
            )
        elif first is not person:
            cells.wrong("number", "personnel.number_twice", other=first.place.row, number=str(person.key))
    return tuple(found.values())


def _person(cells: Cells, finder: Finder) -> RosterRow | None:
    key = cells.staff_key("body", "number", cells.sheet.policy.default_body)
    name = cells.needed("name")
    title_code, title = cells.title("title_code", "title")
    left, status = cells.day_or_none("left"), _status(cells)
    section, also = _section(cells, finder), _also(cells, finder)
    kind, romaji = cells.kind("kind"), spelling(cells)
    if not section and status is not Status.LEFT and not cells.failed():
        cells.needed("section")
    if key is None or cells.failed():
        return None
    return RosterRow(
        place=cells.place,
        key=key,
        name=name,
        kana=full_width_kana(cells["kana"]),
        section=section,
        title_code=title_code,
        title=title,
        also=also,
        kind=kind,
        status=status,
        left=left,
        romaji=romaji,
    )


def _status(cells: Cells) -> Status:
    word = cells.status("status")
    return cells.sheet.policy.roster.statuses[word] if word else Status.WORKING


def _section(cells: Cells, finder: Finder) -> str:
    names = cells["division"], cells["section_name"], cells["unit"]
    if cells["section"] or not any(names):
        return cells.section("section")
    return finder.one(cells, "section_name", names)


def _also(cells: Cells, finder: Finder) -> frozenset[str] | None:
    """Concurrent posts: the code columns where the roster has them, else the text `人事課 主幹、危機管理課 主査`."""
    columns = cells.sheet.table.columns
    if any(key in columns for key in ALSO):
        return frozenset(cells.sections(ALSO))
    if "also" not in columns:
        return None
    parts = cells["also"].replace("，", "、").replace(",", "、").split("、")
    names = [part.split()[0] for part in parts if part.strip()]
    return frozenset(code for name in names if (code := finder.one(cells, "also", ("", name, ""))))
