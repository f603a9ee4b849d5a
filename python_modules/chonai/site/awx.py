"""The city's jobs for AWX."""

from __future__ import annotations

from collections.abc import Sequence

from chonai.change.errors import UsageError
from chonai.jobs.awx.export import export as exported
from chonai.jobs.catalogue import NAME
from chonai.site.jobs import catalogue
from chonai.site.settings import SiteSettings


def export(settings: SiteSettings, removed: Sequence[str], locale: str) -> str:
    """A playbook (YAML) that brings them there. `removed`: jobs that are no longer in the catalogue and shall go there
    too. Raises `UsageError` where the catalogue says nothing of AWX, for one of `removed` that it still names, and as
    `catalogue` does.
    """
    found = catalogue(settings)
    if found.awx is None:
        raise UsageError("awx.no_settings")
    for name in removed:
        if not NAME.fullmatch(name):
            raise UsageError("awx.no_name", value=name)
        if name in found.jobs:
            raise UsageError("awx.still_there", value=name)
    return exported(found, found.awx, removed, locale)
