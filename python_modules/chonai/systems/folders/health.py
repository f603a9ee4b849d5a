"""Is a file server well? Login, base and encryption."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.systems.folders import tree
from chonai.systems.folders.settings import parse
from chonai.systems.folders.share import Share
from chonai.systems.folders.wire import Wire
from chonai.systems.health import Health


def health(settings: Mapping[str, object]) -> Health:
    """Log in as an apply would, and look at the folders. The clock is part of a Kerberos login; SMB has no certificate.

    Raises InputError for wrong settings, SystemUnreachable when there is no connection or no login, Fault when the base
    is not there or a folder cannot be read.
    """
    parsed = parse(settings)
    with Wire.open(parsed) as connection:
        tree.load(Share(connection), parsed)
    return Health(warnings=parsed.warnings)
