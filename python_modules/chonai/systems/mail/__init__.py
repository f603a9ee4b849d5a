"""Mail servers whose accounts live in PostgreSQL: people, section addresses and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chonai.systems.mail.settings import parse

if TYPE_CHECKING:
    from chonai.systems.mail.system import MailSystem


@contextmanager
def connect(settings: Mapping[str, object]) -> Iterator[MailSystem]:
    """The mail domain that the settings describe, connected while inside.

    The settings are those of `settings.MailSettings`, as docs/systems/mail.md explains them. Raises InputError for
    wrong settings, SystemUnreachable when there is no connection or no login, and Fault when the database is not
    what the settings say.
    """
    parsed = parse(settings)
    from chonai.systems.mail.connection import Database
    from chonai.systems.mail.system import MailSystem

    with Database.open(parsed) as database:
        yield MailSystem(parsed, database)
