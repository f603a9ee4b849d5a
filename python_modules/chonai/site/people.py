"""Who somebody is, for what is journaled under their name."""

from __future__ import annotations

import getpass
from pathlib import Path

from chonai.change.approval import NAMESPACES
from chonai.change.errors import Refused, UsageError
from chonai.change.signature import principal_of_key, read_signers
from chonai.change.signers import require_valid
from chonai.site.core import Site


def require_known(site: Site, name: str) -> None:
    """Return if the city's file of signers has this name with a key that is valid now; raise `Refused` if not."""
    require_valid(read_signers(site.settings.allowed_signers), name, at=site.now(), namespaces=NAMESPACES)


def holder_of(site: Site, key: Path) -> str:
    """Whose key this is; for a key that the city's file does not list (age, a machine's), the account that uses it."""
    try:
        return principal_of_key(key, site.settings.allowed_signers)
    except (Refused, UsageError):
        return f"account:{getpass.getuser()}"
