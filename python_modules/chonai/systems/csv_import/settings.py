"""What a city says about one product that takes files (its host_vars), checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chonai.change.errors import InputError
from chonai.systems.csv_import.profile import Profile
from chonai.systems.csv_import.profile_reader import load_profile
from chonai.systems.csv_import.reader import ProfileReader
from chonai.text.messages import Message

MINUTES = 30.0


class Source(StrEnum):
    """What tells how the product is now: its own export, or our ledger of what was imported."""

    EXPORT = "export"
    LEDGER = "ledger"


class Beginning(StrEnum):
    """What a ledger begins with: nothing at all, or the product's export."""

    NOTHING = "nothing"
    EXPORTS = "exports"


@dataclass(frozen=True, slots=True)
class Settings:
    """One product.

    outbox          the folder that import files are put into; it has to exist
    ledger          the file that keeps what was imported
    exports         by type, the file that the product exported
    begin_with      what the ledger begins with; without it a missing ledger is an error
    protected       patterns of keys that no plan may touch
    confirm_within  seconds that an apply waits for somebody to confirm an import
    """

    name: str
    profile: Profile
    outbox: Path
    ledger: Path
    observed: Source
    exports: Mapping[str, Path]
    begin_with: Beginning | None = None
    protected: tuple[str, ...] = ()
    confirm_within: float = MINUTES * 60


def parse(settings: Mapping[str, object]) -> Settings:
    """The settings of one product. Raises InputError listing everything that is wrong with them or their profile."""
    problems: list[Message] = []
    reader = ProfileReader.of(settings, problems)
    reader.raw("kind")
    profile = _profile(reader, problems)
    parsed = _settings(reader, profile)
    reader.no_more()
    if problems:
        raise InputError("csv_import.bad_settings", system=parsed.name or "?", details=problems)
    return parsed


def _profile(reader: ProfileReader, problems: list[Message]) -> Profile:
    try:
        return load_profile(name) if (name := reader.needed("profile")) else Profile("", {})
    except InputError as error:
        problems.extend([error.message, *error.details])
        return Profile("", {})


def _settings(reader: ProfileReader, profile: Profile) -> Settings:
    outbox = Path(reader.needed("outbox"))
    observed = reader.choice("observed", Source, Source.LEDGER)
    begin_with = reader.choice("begin_with", Beginning) if reader.names("begin_with") else None
    wanted = observed is Source.EXPORT or begin_with is Beginning.EXPORTS
    return Settings(
        name=reader.needed("name"),
        profile=profile,
        outbox=outbox,
        ledger=Path(reader.text("ledger") or f"{outbox}.ledger.json"),
        observed=observed,
        exports=_exports(reader, profile, wanted),
        begin_with=begin_with,
        protected=_protected(reader),
        confirm_within=reader.number("confirm_within", MINUTES) * 60,
    )


def _exports(reader: ProfileReader, profile: Profile, wanted: bool) -> dict[str, Path]:
    if not wanted:
        reader.raw("exports")
        return {}
    part = reader.part("exports")
    found = {type_: Path(part.needed(type_)) for type_ in profile.files}
    part.no_more()
    return found


def _protected(reader: ProfileReader) -> tuple[str, ...]:
    group = reader.group("protected")
    names = group.texts("names")
    group.no_more()
    return names
