"""Old mail addresses of sections after a reorganisation: they go on for a while, as aliases of whoever takes over.

An address that another section takes on the same day cannot: one warning names it. So does one that nobody takes over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chonai.change.model import Key, Record
from chonai.operations.personnel.aliasends import ends_of, last_day, with_ends
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import GROUP, text, values
from chonai.operations.personnel.directory_rules import SectionAddresses
from chonai.operations.personnel.kinds import ReformKind, SplitAddress
from chonai.operations.personnel.succession import Fate
from chonai.text.messages import message


def keep_old_addresses(context: Context, units: Units) -> None:
    """Write into the draft what becomes of the addresses of sections that have another name in it, or have ended.

    To be called when all names stand. Warnings go to `units`.
    """
    rule = context.rules.groups.section.addresses if context.rules.groups.section else None
    if rule is not None:
        _Addresses(context, units, rule).write()


@dataclass(frozen=True, slots=True)
class _Former:
    """An address that a section has no longer, and the last day of it; None is an alias that somebody made for good."""

    address: str
    section: Key
    until: date | None


class _Addresses:
    """Aliases of all section groups, as they will be."""

    def __init__(self, context: Context, units: Units, rule: SectionAddresses) -> None:
        self._context, self._units, self._rule = context, units, rule
        self._draft, self._state = context.draft, context.directory.state
        gone = self._draft.deleted()
        groups = [*(key for key in self._state if key.type == GROUP), *self._draft.created(GROUP)]
        self._main = {self._draft.name(key): key for key in sorted(groups) if key not in gone}
        self._came: dict[Key, dict[str, date | None]] = {}
        self._went: dict[Key, set[str]] = {}

    def write(self) -> None:
        for key in sorted(self._context.directory.section_groups):
            record, name = self._state[key], self._draft.name(key)
            if key in self._draft.deleted() or name != text(record, "name"):
                for former in self._formers(key, record):
                    self._settle(former)
            self._yield(key, record)
        for key in sorted(self._came.keys() | self._went.keys()):
            self._update(key)

    def _formers(self, key: Key, record: Record) -> Iterator[_Former]:
        """The main address that a group had; of one that ends also all others, which end as they would have."""
        name = text(record, "name")
        yield _Former(name, key, last_day(self._fate(key).reform.date, self._rule.months))
        if key in self._units.ended:
            ends = ends_of(values(record, self._rule.ends))
            for alias in sorted(values(record, self._rule.aliases)):
                self._went.setdefault(key, set()).add(alias)
                yield _Former(alias, key, ends.get(alias))
        else:
            self._went.setdefault(key, set()).add(self._draft.name(key))

    def _settle(self, former: _Former) -> None:
        """Find who gets an address that was given up, and say what people have to know."""
        fate, heir = self._fate(former.section), self._heir(former.section)
        address, name = former.address, self._context.directory.section_groups[former.section][1]
        if (taker := self._main.get(address)) is not None:
            moved = self._context.wording.change(name, self._named(heir)) if heir else name
            self._warn("personnel.address_reused", address=address, section=moved, taker=self._named(taker))
        elif heir is None:
            day = fate.reform.date.isoformat()
            self._warn("personnel.address_ends", address=address, section=name, date=day)
        else:
            self._came.setdefault(heir, {})[address] = former.until
            if fate.kind is ReformKind.SPLIT:
                self._warn("personnel.address_of_split", address=address, section=name, heir=self._named(heir))

    def _yield(self, key: Key, record: Record) -> None:
        """Aliases of a group that are the main address of another one from now on."""
        if key in self._units.ended:
            return
        for alias in sorted(values(record, self._rule.aliases)):
            taker = self._main.get(alias)
            if taker is not None and taker != key:
                self._went.setdefault(key, set()).add(alias)
                self._warn(
                    "personnel.address_reused", address=alias, section=self._named(key), taker=self._named(taker)
                )

    def _heir(self, key: Key) -> Key | None:
        """The group that mail to the old addresses of a section goes to."""
        if key not in self._units.ended:
            return key
        fate = self._fate(key)
        target = self._first_of_split(fate) if fate.kind is ReformKind.SPLIT else fate.follow
        return self._units.groups.get(target or "")

    def _first_of_split(self, fate: Fate) -> str | None:
        if self._rule.of_split is SplitAddress.NOBODY:
            return None
        rows = [row for row in self._context.reforms if row.old == fate.reform.old and row.new]
        return office(min(rows, key=lambda row: row.place).new, self._context.policy.sections)

    def _fate(self, key: Key) -> Fate:
        return self._context.succession.fates[self._context.directory.section_groups[key][0]]

    def _update(self, key: Key) -> None:
        if key in self._draft.deleted():
            return
        record, words = self._draft.record(key), self._context.wording
        came, gone = self._came.get(key, {}), self._went.get(key, set())
        ends = {address: until for address, until in came.items() if until is not None}
        said = [words.say("old_address", address=address, date=until.isoformat()) for address, until in ends.items()]
        wanted = {
            self._rule.aliases: frozenset([*(values(record, self._rule.aliases) - gone), *came]),
            self._rule.ends: with_ends(values(record, self._rule.ends), ends, gone=gone - came.keys()),
        }
        before = self._draft.why.get(key, "")
        self._draft.update(key, wanted, words.together([before, *said]) or words.say("address_given_up"))

    def _named(self, key: Key) -> str:
        """What the section of a group will be called."""
        code = next((code for code, group in self._units.groups.items() if group == key), "")
        return self._units.name(code) or self._draft.name(key)

    def _warn(self, code: str, **fields: object) -> None:
        self._units.warnings.append(message(code, **fields))
