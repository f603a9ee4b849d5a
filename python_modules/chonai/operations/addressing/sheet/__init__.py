"""An address ledger in a spreadsheet: taken in from what a city has kept, and written out to print and to read back."""

from __future__ import annotations

from chonai.operations.addressing.sheet.exporting import Table, tables
from chonai.operations.addressing.sheet.importing import Terms, plan_import

__all__ = ["Table", "Terms", "plan_import", "tables"]
