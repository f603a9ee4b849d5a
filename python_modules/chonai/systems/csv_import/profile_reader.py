"""A profile from YAML, checked: every problem at once, with the place of the key and its value."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import yaml

from chonai.change.errors import InputError
from chonai.systems.csv_import.profile import (
    DELIMITERS,
    ENCODINGS,
    LINE_ENDINGS,
    Column,
    Deed,
    Empty,
    FileProfile,
    Format,
    Formula,
    Kind,
    Many,
    Mode,
    Profile,
    Quoting,
    Words,
)
from chonai.systems.csv_import.profile_rules import check_profile
from chonai.systems.csv_import.reader import ProfileReader
from chonai.text.messages import Message

SHIPPED = resources.files(__package__) / "profiles"


def shipped_profiles() -> list[str]:
    """The names of the profiles that come with the package."""
    return sorted(Path(one.name).stem for one in SHIPPED.iterdir() if one.name.endswith(".yml"))


def load_profile(name: str) -> Profile:
    """A shipped profile by its name, or one in a file. Raises InputError listing everything that is wrong with it."""
    if name in shipped_profiles():
        return parse_profile(name, (SHIPPED / f"{name}.yml").read_text(encoding="utf-8"))
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(shipped_profiles())
        raise InputError("csv_import.no_profile", profile=name, known=known, cause=error) from None
    return parse_profile(name, text)


def parse_profile(name: str, text: str) -> Profile:
    """The profile in this YAML; `name` is what messages call it. Raises InputError as `load_profile` does."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError("csv_import.no_yaml", profile=name, cause=" ".join(str(error).split())) from None
    if not isinstance(values, Mapping):
        raise InputError("csv_import.no_yaml", profile=name, cause=type(values).__name__)
    problems: list[Message] = []
    profile = _profile(ProfileReader.of(values, problems))
    if problems:
        raise InputError("csv_import.bad_profile", profile=name, details=problems)
    return profile


def _profile(reader: ProfileReader) -> Profile:
    product, top = reader.needed("product"), reader.raw("format")
    files = [_file(entry) for entry in reader.entries("files", {"format": top})]
    reader.no_more()
    check_profile(reader, files)
    return Profile(product, {one.type: one for one in files})


def _file(reader: ProfileReader) -> FileProfile:
    found = FileProfile(
        type=reader.needed("type"),
        format=_format(reader.part("format")),
        mode=reader.choice("mode", Mode),
        file_name=reader.needed("file_name"),
        key=reader.texts("key"),
        columns=tuple(_column(entry) for entry in reader.entries("columns")),
        unique=_unique(reader),
        max_rows=reader.limit("max_rows"),
        empty=reader.choice("empty", Empty),
        clear_with=reader.text("clear_with"),
    )
    reader.no_more()
    return found


def _format(reader: ProfileReader) -> Format:
    found = Format(
        encoding=ENCODINGS[reader.one_of("encoding", ENCODINGS)],
        delimiter=DELIMITERS[reader.one_of("delimiter", DELIMITERS, "comma")],
        quoting=reader.choice("quoting", Quoting),
        line_ending=LINE_ENDINGS[reader.one_of("line_ending", LINE_ENDINGS, "crlf")],
        header=reader.truth("header", True),
        formula=reader.choice("formula", Formula, Formula.REFUSE),
    )
    reader.no_more()
    return found


def _unique(reader: ProfileReader) -> tuple[tuple[str, ...], ...]:
    value = reader.raw("unique")
    if value is None:
        return ()
    groups = [_names(group) for group in value] if isinstance(value, list) else [()]
    if all(groups):
        return tuple(groups)
    reader.problem("not_groups", "unique", value=str(value))
    return ()


def _names(group: object) -> tuple[str, ...]:
    """The names in a list, nothing when it is no list of names."""
    names = group if isinstance(group, list) else []
    return tuple(names) if all(isinstance(name, str) for name in names) else ()


def _column(reader: ProfileReader) -> Column:
    title, kind = reader.needed("title"), _kind(reader)
    many = reader.choice("many", Many) if kind is Kind.ATTRIBUTE and reader.names("many") else None
    column = Column(
        title=title,
        kind=kind,
        name="" if kind is Kind.ACTION else reader.word(kind.value) or "",
        required=kind is Kind.ATTRIBUTE and reader.truth("required", False),
        max_bytes=reader.limit("max_bytes"),
        many=many,
        separator=reader.needed("separator") if many is Many.JOINED else "",
        reference=reader.text("reference") if kind is Kind.ATTRIBUTE else None,
        words=_words(reader, needed=kind is Kind.MARK),
        actions=_actions(reader.part(kind.value)) if kind is Kind.ACTION else {},
        blank_keeps=kind is Kind.SECRET and reader.truth("blank_keeps", False),
        in_export=reader.truth("in_export", kind not in (Kind.ACTION, Kind.SECRET)),
    )
    reader.no_more()
    return column


def _kind(reader: ProfileReader) -> Kind:
    """What a column holds is told by the one key that it has out of five."""
    found = [kind for kind in Kind if reader.names(kind.value)]
    if len(found) != 1:
        choices = ", ".join(Kind)
        reader.problem("not_one_kind", "title", value=str(reader.raw("title")), choices=choices)
    return found[0] if found else Kind.ATTRIBUTE


def _words(reader: ProfileReader, *, needed: bool) -> Words | None:
    yes, no = reader.word("when_true"), reader.word("when_false")
    if yes is None and no is None and not needed:
        return None
    for name, word in (("when_true", yes), ("when_false", no)):
        if word is None:
            reader.problem("missing", name)
    if yes is not None and yes == no:
        reader.problem("same_words", "when_false", value=no)
    return Words(yes or "", no or "")


def _actions(reader: ProfileReader) -> Mapping[Deed, str]:
    found = {deed: word for deed in Deed if (word := reader.text(deed.value))}
    reader.no_more()
    if not found or len(set(found.values())) < len(found):
        reader.problem("bad_actions", "add", value=", ".join(found.values()))
    return found
