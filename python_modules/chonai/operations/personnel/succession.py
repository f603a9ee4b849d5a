"""What becomes of a section in a reorganisation, and whether that has happened yet in this directory.

Codes are reused: after `A→B, B→C` the code B means another section than before. So what a directory holds is
read as *code and name*: an object that has a code which is given up, but already bears the name that the new
organisation gives that code, has been through the change. Where both organisations give one code one name (a
chain that takes code and name along), its neighbours decide: as long as who takes the code has not moved, or nothing
has the code that it is given up for, it has not moved either. A circle in which everybody bears the new name is
done. A blank name is one that nothing
shows; it can be either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from chonai.operations.personnel.codes import office
from chonai.operations.personnel.kinds import ReformKind
from chonai.operations.personnel.policy import SectionCodes
from chonai.operations.personnel.records import Reform, Section

KEEPS_IDENTITY = frozenset({ReformKind.RENAME, ReformKind.TRANSFER})
ENDED = "ended/"


@dataclass(frozen=True, slots=True)
class Fate:
    """What the reorganisation says about one old office: where its people go (`to`: none, one, or for a split
    several).
    """

    kind: ReformKind
    to: tuple[str, ...]
    reform: Reform

    @property
    def keeps_identity(self) -> bool:
        """The same OU and group go on under the new code and name."""
        return self.kind in KEEPS_IDENTITY

    @property
    def goes_on(self) -> bool:
        """Something is left of it: it keeps its identity, or its own code is among those that it comes to."""
        return self.keeps_identity or self.reform.old in self.to

    @property
    def follow(self) -> str | None:
        """Where people go without an order of their own."""
        return self.to[0] if len(self.to) == 1 and self.kind is not ReformKind.SPLIT else None


@dataclass(frozen=True)
class Succession:
    """All fates of one date of change by old office code, with the organisation that holds after it."""

    fates: Mapping[str, Fate]
    after: Mapping[str, Section]

    def now(self, code: str, name: str, occupied: Mapping[str, frozenset[str]]) -> str:
        """The code in the new organisation of what is observed as `code` and `name`; `ENDED` and the old code
        when it has none.

        `occupied` holds the codes observed in the same directory with their names.
        """
        fate = self.fates.get(code)
        if fate is None or self._is_done(code, name, occupied, frozenset()):
            return code
        return fate.follow or ENDED + code

    def of_order(self, code: str) -> frozenset[str]:
        """What an old code of an order can mean in the new organisation: one code, or any target of a split, or
        nothing any more.
        """
        fate = self.fates.get(code)
        if fate is None:
            return frozenset({code})
        return frozenset({*fate.to, ENDED + code}) if fate.follow is None else frozenset({fate.follow})

    def is_unclear(self, code: str, name: str, occupied: Mapping[str, frozenset[str]]) -> bool:
        """Nothing tells whether what is observed stands before or after the change: it bears the new name already,
        and nothing is at either end of its chain; or nothing shows its name.
        """
        fate = self.fates.get(code)
        if fate is None or not self._bears_new_name(code, name):
            return False
        if not self._moves_on(fate):
            return not name and code not in fate.to
        return fate.to[0] not in occupied and code in self._sources and not self._any_before(code, occupied)

    def is_circle_done(self, code: str, occupied: Mapping[str, frozenset[str]]) -> bool:
        """The code is passed on in a circle, and everything in it bears the new name: taken for applied."""
        at, seen = code, set[str]()
        while at not in seen:
            seen.add(at)
            fate = self.fates.get(at)
            names = occupied.get(at, frozenset())
            if fate is None or not self._moves_on(fate) or not names:
                return False
            if not all(self._bears_new_name(at, name) for name in names):
                return False
            at = fate.to[0]
        return at == code

    def _is_done(self, code: str, name: str, occupied: Mapping[str, frozenset[str]], seen: frozenset[str]) -> bool:
        fate = self.fates.get(code)
        if fate is None or code in seen:
            return True
        if not self._bears_new_name(code, name) or (fate.kind is ReformKind.SPLIT and code in fate.to):
            return False
        seen |= {code}
        heir = self._sources.get(code)
        if heir is not None and not all(self._is_done(heir, each, occupied, seen) for each in occupied.get(heir, ())):
            return False
        if fate.follow is None or fate.follow == code:
            return True
        next_names = occupied.get(fate.follow)
        return next_names is not None and all(self._is_done(fate.follow, each, occupied, seen) for each in next_names)

    def _any_before(self, code: str, occupied: Mapping[str, frozenset[str]]) -> bool:
        at: str | None = self._sources.get(code)
        while at is not None and at != code:
            if at in occupied:
                return True
            at = self._sources.get(at)
        return False

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        return {fate.to[0]: old for old, fate in sorted(self.fates.items()) if self._moves_on(fate)}

    def _moves_on(self, fate: Fate) -> bool:
        return fate.keeps_identity and fate.to != (fate.reform.old,)

    def _bears_new_name(self, code: str, name: str) -> bool:
        section = self.after.get(code)
        return section is not None and name in ("", section.name)


def succession(reforms: Iterable[Reform], after: Mapping[str, Section], codes: SectionCodes) -> Succession:
    """The fates of offices.

    Rows of 係 say nothing about a directory, unless the 係 goes to another 課: see `units_that_move`.
    """
    rows: dict[str, list[Reform]] = {}
    for reform in reforms:
        if reform.old and office(reform.old, codes) == reform.old:
            rows.setdefault(reform.old, []).append(reform)
    return Succession({old: _fate(found, codes) for old, found in rows.items()}, after)


def units_that_move(reforms: Iterable[Reform], fates: Mapping[str, Fate], codes: SectionCodes) -> list[Reform]:
    """Rows of a 係 that goes to another 課 than its 課 does: a directory does not know who is in a 係, so orders
    must say it.
    """
    found = []
    for reform in reforms:
        old, new = office(reform.old, codes), office(reform.new, codes)
        if reform.old and reform.new and old != reform.old and new not in (fates[old].to if old in fates else (old,)):
            found.append(reform)
    return found


def _fate(rows: list[Reform], codes: SectionCodes) -> Fate:
    first = min(rows, key=lambda row: row.new)
    return Fate(first.kind, tuple(sorted({office(row.new, codes) for row in rows if row.new})), first)
