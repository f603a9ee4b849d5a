"""Who somebody is, for what is journaled under their name."""

from __future__ import annotations

import getpass
from pathlib import Path

from chonai.change.errors import Refused, UsageError
from chonai.change.signature import principal_of_key, principals
from chonai.site.core import Site


def require_known(site: Site, name: str) -> None:
    """Return if the city's file of signers has this name; raise `Refused` if not."""
    if name not in principals(site.settings.allowed_signers):
        raise Refused("identity.unknown_principal", principal=name, file=site.settings.allowed_signers)


def holder_of(site: Site, key: Path) -> str:
    """Whose key this is; for a key that the city's file does not list (age, a machine's), the account that uses it."""
    try:
        return principal_of_key(key, site.settings.allowed_signers)
    except (Refused, UsageError):
        return f"account:{getpass.getuser()}"
