"""What speaks against a change, as far as the product's files alone can say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chonai.change.model import Action, Change, Key, Record, State, Value
from chonai.systems.csv_import.cells import UnwritableError, rows_of
from chonai.systems.csv_import.profile import OF, Deed, Empty, FileProfile, Kind, Mode, Profile
from chonai.systems.patterns import first_match
from chonai.text.messages import Message, message


class ObjectionError(ValueError):
    """Why a change cannot be made; the object is as it was."""

    def __init__(self, why: Message) -> None:
        self.why = why
        super().__init__(why.code)


def protection(patterns: Sequence[str], key: Key) -> Message | None:
    """Why nobody's plan may touch this object."""
    pattern = first_match(patterns, key.id)
    return None if pattern is None else message("csv_import.protected_name", object=str(key), pattern=pattern)


def unwritable(profile: Profile, changes: Sequence[Change]) -> dict[Key, Message]:
    """The changes that would put into a file what it cannot hold: by object, the first reason of each."""
    found: dict[Key, Message] = {}
    for change in changes:
        file = profile.files.get(change.key.type)
        if file is not None and change.action is not Action.DELETE and change.key not in found:
            try:
                refuse_strange(change, file)
                refuse_unwritable(change.key, _presumed(file, change.after), file)
            except ObjectionError as objection:
                found[change.key] = objection.why
    return found


def unwritable_beside(profile: Profile, changes: Sequence[Change], state: State) -> dict[Key, Message]:
    """Objects that no change touches, that a file which replaces all has to hold again, and cannot."""
    touched = {change.key for change in changes}
    full = {key.type for key in touched if key.type in profile.files and profile.files[key.type].mode is Mode.FULL}
    found: dict[Key, Message] = {}
    for key, record in state.items():
        if key.type in full and key not in touched:
            try:
                refuse_unwritable(key, record, profile.files[key.type])
            except ObjectionError as objection:
                found[key] = objection.why
    return found


def _presumed(file: FileProfile, after: Record) -> dict[str, Value]:
    """What a change writes, with harmless values for what it says nothing of."""
    record: dict[str, Value] = {}
    for name, column in file.attributes.items():
        if name in after:
            record[name] = after[name]
        elif column.kind is Kind.MARK or column.many:
            record[name] = frozenset() if column.many else None
        else:
            record[name] = True if column.words else f"{column.reference}:1" if column.reference else "1"
    return record


def refuse_strange(change: Change, file: FileProfile) -> None:
    """Attributes that no column holds."""
    known = file.attributes
    for name, value in sorted(change.after.items()):
        if name not in known and not name.endswith(OF) and value not in (None, frozenset()):
            raise ObjectionError(message("csv_import.no_column", object=str(change.key), attribute=name))


def refuse_impossible(key: Key, old: Record | None, new: Record | None, file: FileProfile) -> None:
    """What this product's files have no way to say."""
    deed = deed_of(old, new)
    if file.mode is Mode.DIFFERENCE and (deed is Deed.DELETE if file.actions is None else deed not in file.actions):
        raise ObjectionError(message("csv_import.no_deed", object=str(key), deed=deed.value))
    if old is not None and new is not None and file.empty is Empty.KEEP and file.clear_with is None:
        for name, column in file.attributes.items():
            if old.get(name) and not new.get(name) and not column.words:
                raise ObjectionError(message("csv_import.cannot_clear", object=str(key), column=column.title))


def refuse_unwritable(key: Key, record: Record, file: FileProfile, secrets: Mapping[str, str] | None = None) -> None:
    """Texts that the file cannot hold, and more rows than one file takes."""
    try:
        rows = rows_of(file, record, Deed.UPDATE, secrets)
    except UnwritableError as error:
        raise ObjectionError(message("csv_import.unwritable", object=str(key), why=error.why)) from None
    if file.max_rows is not None and len(rows) > file.max_rows:
        raise ObjectionError(message("csv_import.too_many_rows", object=str(key), rows=len(rows), most=file.max_rows))


def deed_of(old: Record | None, new: Record | None) -> Deed:
    """What a row asks for."""
    if new is None:
        return Deed.DELETE
    return Deed.ADD if old is None else Deed.UPDATE
