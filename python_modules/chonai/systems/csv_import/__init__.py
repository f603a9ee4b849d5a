"""Products that take an account file by hand: the import file is written, and a person says that it was imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chonai.systems.csv_import.system import CsvImportSystem


@contextmanager
def connect(settings: Mapping[str, object]) -> Iterator[CsvImportSystem]:
    """The product that the settings describe, as docs/systems/csv_import.md explains them.

    Raises InputError for wrong settings or a wrong profile, SystemUnreachable when the outbox is not there.
    """
    from chonai.systems.csv_import.outbox import Outbox
    from chonai.systems.csv_import.settings import parse
    from chonai.systems.csv_import.system import CsvImportSystem
    from chonai.systems.csv_import.waiting import Clock

    parsed = parse(settings)
    Outbox(parsed).tidy()
    yield CsvImportSystem(parsed, Clock())
