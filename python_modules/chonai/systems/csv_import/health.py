"""What `chonai doctor` says of a product that takes files."""

from __future__ import annotations

import stat
from collections.abc import Mapping

from chonai.systems.csv_import.books import Books
from chonai.systems.csv_import.outbox import Outbox
from chonai.systems.csv_import.settings import Settings, parse
from chonai.systems.health import Health
from chonai.text.messages import Message, message


def health(settings: Mapping[str, object]) -> Health:
    """Whether exports or ledger can be read, which files wait, and who can look into the outbox.

    Raises InputError for wrong settings or exports, SystemUnreachable when outbox, export or ledger is not there.
    """
    parsed = parse(settings)
    outbox = Outbox(parsed)
    Books(parsed, outbox).state()
    files = [str(file.path) for batch in outbox.batches() for file in batch.unanswered]
    waits = [message("csv_import.doctor_waits", system=parsed.name, files=", ".join(files))] if files else []
    return Health(warnings=(*waits, *_open(parsed)))


def _open(settings: Settings) -> list[Message]:
    mode = stat.S_IMODE(settings.outbox.stat().st_mode)
    if not mode & 0o007:
        return []
    return [message("csv_import.outbox_open", system=settings.name, folder=settings.outbox, mode=f"{mode:o}")]
