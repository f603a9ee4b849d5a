"""Withdraw a change set, or what is left of one that was begun: from then on it is neither approved nor applied, and
what it waited for is free. What was done of it stays, and can be taken back.
"""

from __future__ import annotations

from chonai.change.errors import UsageError
from chonai.site.core import Site
from chonai.site.people import require_known


def withdraw(site: Site, id_: str, *, principal: str, why: str) -> bool:
    """Journal who does not want it applied any more, and why; False if it was withdrawn before.

    Anybody whom the city knows may: what is withdrawn changes nothing, and can be planned again. Raises `Refused` for
    who is not known, for what is done, and for what was cut short in the middle of a change; `UsageError` without a
    reason or for an unknown id.
    """
    if not why.strip():
        raise UsageError("site.withdrawn_without_reason", id=id_)
    require_known(site, principal)
    return site.store.withdraw(id_, principal, why.strip(), site.now())
