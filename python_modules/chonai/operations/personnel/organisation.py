"""The organisation table (組織表): every 部, 課 and 係 as of the effective date."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.operations.personnel.cells import Cells, Sheet
from chonai.operations.personnel.codes import division, office
from chonai.operations.personnel.policy import SectionCodes
from chonai.operations.personnel.records import Section
from chonai.text.folding import search_key

REQUIRED = ("code", "name")


def parse_organisation(sheet: Sheet) -> dict[str, Section]:
    """Sections by code, sorted; problems go to the sheet. One code twice is a problem unless both rows say the same."""
    found: dict[str, Section] = {}
    rows: dict[str, int] = {}
    for row in sheet.table.rows:
        cells = Cells(sheet, row)
        code = cells.section("code")
        cells.needed("code")
        section = Section(code, cells.needed("name"), cells["division"])
        if not code:
            continue
        if found.setdefault(code, section) != section:
            cells.wrong("code", "personnel.section_twice", other=rows[code])
        rows.setdefault(code, row.number)
    return _with_divisions(found, sheet.policy.sections)


def _with_divisions(found: Mapping[str, Section], codes: SectionCodes) -> dict[str, Section]:
    """Each section with the name of its 部, from the row of the 部 where there is one."""
    result = {}
    for code, section in sorted(found.items()):
        top = found.get(division(code, codes))
        result[code] = Section(code, section.name, top.name if top else section.division)
    return result


class Finder:
    """Finds a section by the names of its 部, 課 and 係, and tells whether names fit a code."""

    def __init__(self, sections: Mapping[str, Section], codes: SectionCodes) -> None:
        self._sections, self._codes = sections, codes
        self._named: dict[str, list[str]] = {}
        for code, section in sections.items():
            self._named.setdefault(search_key(section.name), []).append(code)

    def find(self, top: str, name: str, unit: str) -> list[str]:
        """Codes that the names fit, the most exact name given deciding."""
        wanted = next((part for part in (unit, name, top) if part), "")
        return [code for code in self._named.get(search_key(wanted), ()) if self.fits(code, top, name, unit)]

    def one(self, cells: Cells, key: str, names: tuple[str, str, str]) -> str:
        """The code of the one section that a row names; blank where it names none or several (then noted at `key`)."""
        found = self.find(*names)
        if len(found) == 1:
            return found[0]
        why = "personnel.section_name_unclear" if found else "personnel.section_name_unknown"
        cells.wrong(key, why, codes=", ".join(found))
        return ""

    def fits(self, code: str, top: str, name: str, unit: str) -> bool:
        """Whether the names, each where given, are those of the section and of what it belongs to."""
        path = [self._name(division(code, self._codes)), self._name(office(code, self._codes)), self._name(code)]
        allowed = ({path[0]}, {path[1], path[0]} if path[0] == path[1] else {path[1]}, {path[2]})
        return all(
            not given or search_key(given) in names for given, names in zip((top, name, unit), allowed, strict=True)
        )

    def contradicts(self, code: str, top: str, name: str, unit: str) -> bool:
        """Whether the names do not fit the code although one of them is a section's; unknown names say nothing."""
        known = any(part and search_key(part) in self._named for part in (top, name, unit))
        return known and not self.fits(code, top, name, unit)

    def _name(self, code: str) -> str:
        section = self._sections.get(code)
        return search_key(section.name) if section else ""
