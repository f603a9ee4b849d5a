"""The reality check of an address ledger: what it says against what was seen. Pure; it changes nothing."""

from __future__ import annotations

from chonai.operations.addressing.audit.atlas import Atlas
from chonai.operations.addressing.audit.comparison import Audit, compare
from chonai.operations.addressing.audit.model import GROUPS, Finding, Group, Kind, Sighting, Source, Via

__all__ = ["GROUPS", "Atlas", "Audit", "Finding", "Group", "Kind", "Sighting", "Source", "Via", "compare"]
