"""Our ledger of what was imported: a JSON file, replaced as a whole. Only an apply writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chonai.change.codec import record_from_json, record_to_json, time_from_json, time_to_json
from chonai.change.errors import SystemUnreachable
from chonai.change.model import Key, Record
from chonai.systems.csv_import import durable
from chonai.systems.csv_import.settings import Beginning, Settings, Source

SCHEMA = 1
BEGUN = ".begun"
"""A file in the outbox: there was a ledger once, so one that is missing is lost and not yet to come."""


@dataclass(slots=True)
class Ledger:
    """What was imported.

    sequence  the number of the last batch
    objects   all objects of the product; None while the product's export tells them
    imported  what was imported and when: counts until an export is newer
    """

    sequence: int = 0
    objects: dict[Key, Record] | None = None
    imported: dict[Key, tuple[datetime, Record | None]] = field(default_factory=dict)

    def take(self, effects: Mapping[Key, Record | None], at: datetime) -> None:
        """Note an import. Noting it twice changes nothing."""
        for key, record in effects.items():
            if self.objects is None:
                self.imported[key] = (at, record)
            elif record is None:
                self.objects.pop(key, None)
            else:
                self.objects[key] = record


def load(settings: Settings) -> Ledger | None:
    """The ledger; None when it is still to be begun. Raises SystemUnreachable when it is lost or cannot be read."""
    try:
        data = json.loads(settings.ledger.read_text(encoding="utf-8"))
        return _ledger(data, settings.observed)
    except FileNotFoundError:
        return _missing(settings)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SystemUnreachable(
            "csv_import.bad_ledger", system=settings.name, file=settings.ledger, cause=repr(error)
        ) from None


def save(settings: Settings, ledger: Ledger) -> None:
    """Replace the ledger's file."""
    objects = None if ledger.objects is None else effects_to_json(ledger.objects)
    imported = {
        str(key): {"at": time_to_json(at), "record": None if record is None else record_to_json(record)}
        for key, (at, record) in ledger.imported.items()
    }
    data = {"schema": SCHEMA, "sequence": ledger.sequence, "objects": objects, "imported": imported}
    durable.replace(settings.ledger, json.dumps(data, ensure_ascii=False, indent=1).encode())
    begun = settings.outbox / BEGUN
    if settings.observed is Source.LEDGER and not begun.exists():
        durable.write_new(begun, b"")


def effects_to_json(effects: Mapping[Key, Record | None]) -> dict[str, object]:
    """Records by the text of their keys; None is an object that is gone."""
    return {str(key): None if record is None else record_to_json(record) for key, record in effects.items()}


def effects_from_json(data: Mapping[str, Mapping[str, object] | None]) -> dict[Key, Record | None]:
    """The way back."""
    return {Key.parse(key): None if record is None else record_from_json(record) for key, record in data.items()}


def _ledger(data: Mapping[str, Mapping[str, Mapping[str, object]]], observed: Source) -> Ledger:
    ledger = Ledger(int(str(data["sequence"])))
    if observed is Source.LEDGER:
        ledger.objects = {key: record for key, record in effects_from_json(data["objects"]).items() if record}
    for key, entry in data["imported"].items():
        ledger.imported[Key.parse(key)] = _imported(entry)
    return ledger


def _imported(entry: Mapping[str, object]) -> tuple[datetime, Record | None]:
    record = entry["record"]
    return time_from_json(str(entry["at"])), record_from_json(record) if isinstance(record, Mapping) else None


def _missing(settings: Settings) -> Ledger | None:
    if settings.observed is Source.EXPORT:
        return Ledger()
    if (settings.outbox / BEGUN).exists():
        raise SystemUnreachable("csv_import.ledger_lost", system=settings.name, file=settings.ledger)
    if settings.begin_with is None:
        raise SystemUnreachable("csv_import.no_ledger", system=settings.name, file=settings.ledger)
    return Ledger(objects={}) if settings.begin_with is Beginning.NOTHING else None
