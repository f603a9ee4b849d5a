"""What changes do to the objects of a product: pure, before anything is written.

Each change is judged for itself on top of those before it; one that cannot be made stops nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chonai.change.effect import applied
from chonai.change.model import Action, Change, Key, Record, State, by_value, members
from chonai.change.system import SecretMaker
from chonai.systems.csv_import.objections import (
    ObjectionError,
    protection,
    refuse_impossible,
    refuse_strange,
    refuse_unwritable,
)
from chonai.systems.csv_import.profile import OF, FileProfile, Profile
from chonai.systems.csv_import.references import referred, refers
from chonai.text.messages import Message, message


@dataclass(slots=True)
class Outcome:
    """One change: the object's key, the objects that it touches, or why it was not made."""

    key: Key
    touched: tuple[Key, ...] = ()
    error: Message | None = None


@dataclass(slots=True)
class Work:
    """Changes put together.

    objects   all objects as they will be
    touched   the objects to write, with their records from before (None for a new one)
    secrets   what was made for whom
    """

    objects: dict[Key, Record]
    outcomes: list[Outcome] = field(default_factory=list)
    touched: dict[Key, Record | None] = field(default_factory=dict)
    secrets: dict[Key, dict[str, str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """What changes are judged by.

    protected  patterns of keys that nobody's plan may touch
    secret     gives the secrets of new objects
    ours       provisional keys of objects that an interrupted apply made
    """

    profile: Profile
    protected: Sequence[str]
    secret: SecretMaker
    ours: Mapping[Key, Key] = field(default_factory=dict)


def worked(rules: Rules, state: State, changes: Sequence[Change]) -> Work:
    """The changes on top of the state."""
    desk = _Desk(rules, state)
    for change in changes:
        desk.take(change)
    return desk.work


class _Desk:
    """Takes changes one after the other; knows who has which name, and who names whom."""

    def __init__(self, rules: Rules, state: State) -> None:
        self.rules, self.profile = rules, rules.profile
        self.work = Work(dict(state))
        self.claims: dict[tuple[object, ...], Key] = {
            claim: key for key, record in state.items() for claim in self._claims(key, record)
        }
        self.namers: dict[str, set[tuple[Key, str]]] = defaultdict(set)
        for key, record in state.items():
            self._note_references(key, record)

    def take(self, change: Change) -> None:
        """Judge a change, and make it if nothing speaks against it."""
        outcome = Outcome(change.key)
        self.work.outcomes.append(outcome)
        try:
            after = self._effect(change, outcome)
            self._check(after)
            secrets = self._secrets(outcome.key, change, after)
        except ObjectionError as objection:
            outcome.error = objection.why
            return
        outcome.touched = tuple(after)
        self._merge(after)
        if secrets:
            self.work.secrets[outcome.key] = secrets

    # -- what a change does

    def _effect(self, change: Change, outcome: Outcome) -> dict[Key, Record | None]:
        file = self.profile.files.get(change.key.type)
        if file is None:
            known = ", ".join(self.profile.files)
            raise ObjectionError(message("csv_import.no_file", object=str(change.key), known=known))
        key = outcome.key = self._key(change, file)
        if why := protection(self.rules.protected, key):
            raise ObjectionError(message("csv_import.refused_protected", object=str(key), why=why))
        if change.action is Action.DELETE:
            return self._without(key, file)
        refuse_strange(change, file)
        return self._with(key, change, file)

    def _key(self, change: Change, file: FileProfile) -> Key:
        if not change.key.is_new:
            return change.key
        if change.key in self.rules.ours:
            return self.rules.ours[change.key]
        key = file.key_of(change.after)
        if key is None:
            titles = " / ".join(file.attributes[name].title for name in file.key)
            raise ObjectionError(message("csv_import.no_key_value", object=str(change.key), columns=titles))
        if key in self.work.objects:
            raise ObjectionError(message("csv_import.taken", object=str(change.key), holder=str(key)))
        return key

    def _with(self, key: Key, change: Change, file: FileProfile) -> dict[Key, Record | None]:
        old = self.work.objects.get(key)
        if change.action is not Action.CREATE:
            if old is None:
                raise ObjectionError(message("csv_import.no_object", object=str(key)))
            self._refuse_moved(key, old, change)
        if change.action is Action.CREATE:
            self._refuse_secretless(change, file)
        new = file.whole(_overlaid(old, change))
        if file.key_of(new) != key:
            raise ObjectionError(message("csv_import.key_changes", object=str(key), key=str(file.key_of(new))))
        self._refuse_dangling(key, change, file)
        touched: dict[Key, Record | None] = {} if new == old else {key: new}
        return touched | self._rejoined(key, change.after)

    def _without(self, key: Key, file: FileProfile) -> dict[Key, Record | None]:
        """The object goes, and whoever names it names it no more."""
        if key not in self.work.objects:
            return {}
        touched: dict[Key, Record | None] = {}
        for namer, name in sorted(self.namers[str(key)]):
            value = self.work.objects.get(namer, {}).get(name)
            if namer != key and str(key) in referred(value):
                record = dict(touched.get(namer) or self.work.objects[namer])
                record[name] = value - {str(key)} if isinstance(value, frozenset) else None
                touched[namer] = record
        return {**touched, key: None}

    def _rejoined(self, key: Key, after: Record) -> dict[Key, Record | None]:
        """An object that comes back is named again by those who named it."""
        touched: dict[Key, Record | None] = {}
        for name, values in after.items():
            if not name.endswith(OF) or not isinstance(values, frozenset):
                continue
            for namer in map(Key.parse, sorted(values)):
                old = touched.get(namer) or self.work.objects.get(namer)
                file = self.profile.files.get(namer.type)
                column = file.attributes.get(name.removesuffix(OF)) if file else None
                if old is None or column is None:
                    raise ObjectionError(message("csv_import.no_reference", object=str(key), reference=str(namer)))
                value = old.get(column.name)
                new = members(value) | {str(key)} if column.many else value or str(key)
                if new != value:
                    touched[namer] = {**old, column.name: new}
        return touched

    # -- what speaks against it

    def _refuse_moved(self, key: Key, old: Record, change: Change) -> None:
        for name, before in change.before.items():
            after, now = change.after.get(name), old.get(name)
            if by_value(before, after) or now in (before, after):
                continue
            raise ObjectionError(message("csv_import.moved", object=str(key), attribute=name, now=str(now)))

    def _refuse_secretless(self, change: Change, file: FileProfile) -> None:
        for name in change.secrets:
            if name not in file.secrets:
                raise ObjectionError(message("csv_import.no_secret_column", object=str(change.key), secret=name))

    def _refuse_dangling(self, key: Key, change: Change, file: FileProfile) -> None:
        for name, column in file.attributes.items():
            for target in sorted(referred(change.after.get(name)) if refers(file, column) else ()):
                if Key.parse(target) not in self.work.objects and target != str(key):
                    raise ObjectionError(message("csv_import.no_reference", object=str(key), reference=target))

    def _check(self, after: Mapping[Key, Record | None]) -> None:
        for key, record in after.items():
            file = self.profile.files[key.type]
            old = self.work.objects.get(key)
            refuse_impossible(key, old, record, file)
            if record is not None:
                refuse_unwritable(key, record, file)
                self._refuse_claimed(key, record)

    def _refuse_claimed(self, key: Key, record: Record) -> None:
        for claim in self._claims(key, record):
            holder = self.claims.get(claim, key)
            if holder != key:
                raise ObjectionError(message("csv_import.taken", object=str(key), holder=str(holder)))

    def _secrets(self, key: Key, change: Change, after: dict[Key, Record | None]) -> dict[str, str]:
        """Secrets for a new object; one that an interrupted apply made gets new ones, so it is written again."""
        made = {name: self.rules.secret(change, name) for name in change.secrets}
        record = after.setdefault(key, self.work.objects.get(key)) if made else None
        if record is not None:
            refuse_unwritable(key, record, self.profile.files[key.type], made)
        return made

    # -- keeping count

    def _merge(self, after: Mapping[Key, Record | None]) -> None:
        for key, record in after.items():
            old = self.work.objects.pop(key, None)
            self.work.touched.setdefault(key, old)
            for claim in self._claims(key, old or {}):
                self.claims.pop(claim, None)
            if record is not None:
                self.work.objects[key] = record
                self.claims.update(dict.fromkeys(self._claims(key, record), key))
                self._note_references(key, record)

    def _claims(self, key: Key, record: Record) -> Iterator[tuple[object, ...]]:
        file = self.profile.files[key.type]
        for group in (file.key, *file.unique):
            values = tuple(str(record.get(name) or "").casefold() for name in group)
            if all(values):
                yield (key.type, group, values)

    def _note_references(self, key: Key, record: Record) -> None:
        for name, column in self.profile.files[key.type].attributes.items():
            for target in referred(record.get(name)) if refers(self.profile.files[key.type], column) else ():
                self.namers[target].add((key, name))


def _overlaid(old: Record | None, change: Change) -> Record:
    if change.action is Action.CREATE and old is not None:
        sets = {name: members(old.get(name)) | value for name, value in change.after.items()
                if isinstance(value, frozenset)}  # fmt: skip
        return {**old, **change.after, **sets}
    return applied(old, change) or {}
