"""Taking back a change set that nobody has begun: what it holds is free for others."""

from __future__ import annotations

from chonai.change.errors import Refused
from chonai.site.core import Site
from chonai.site.people import require_known


def withdraw(site: Site, id_: str, operator: str) -> None:
    """Take it back; it is never applied then, and the journal says who did so. Once is enough.

    Raises `UsageError` for an unknown id, `Refused` for a change set that was begun, and for an operator whom the
    city's
    file of signers does not have.
    """
    require_known(site, operator)
    if site.is_begun(id_):
        raise Refused("site.withdrawn_too_late", id=id_)
    site.store.change_sets.withdraw(id_, operator, site.now())
