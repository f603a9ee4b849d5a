"""The address ledger in a spreadsheet: taken in as a plan, and written out as a workbook."""

from __future__ import annotations

from dataclasses import dataclass

from chonai.change.model import Plan
from chonai.change.plan import plan_of
from chonai.operations import addressing
from chonai.operations.addressing import sheet
from chonai.operations.addressing.sheet import Terms
from chonai.operations.files import File
from chonai.reports.papers.ledger_book import LedgerSheet, ledger_book
from chonai.site.addressing import guard_of
from chonai.site.core import Site
from chonai.site.ledgers import Ledger
from chonai.site.misfits import fitted
from chonai.site.reporting import letterhead
from chonai.site.systems import Settings, connect
from chonai.store.holds import View
from chonai.text.messages import message

WORKBOOK = "workbook"
"""What a file with an address ledger is called where something is wrong with it."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A workbook or CSV, how it is taken in, and what undecided change sets hold of the ledger."""

    file: File
    terms: Terms
    view: View


def plan_ledger_import(*, system: str, settings: Settings, policy: object, handed_in: HandedIn) -> Plan:
    """The plan that takes a workbook into the ledger. `policy` is the variable `addressing_policy`. Only reads.

    Raises `InputError` with everything wrong in settings or policy; what is wrong in the workbook are problems of the
    plan.
    """
    rules = addressing.addressing_policy(policy)
    with connect(system, settings) as connected:
        observation, warnings = connected.observe(addressing.SCOPE), connected.warnings
        guard = guard_of(settings, observation, handed_in.view)
        outcome = sheet.plan_import(observation.state, handed_in.file, rules, handed_in.terms, guard)
        outcome = fitted(connected, observation.state, outcome)
    told = outcome.told(first=[*warnings, message(addressing.AS_OF, date=handed_in.terms.day.isoformat())])
    inputs = {handed_in.file.name: handed_in.file.digest}
    return plan_of(system, addressing.OPERATION, observation, told, inputs)


def export_ledger(site: Site, ledger: Ledger, locale: str) -> bytes:
    """The workbook (xlsx) of a ledger; an import of it plans nothing. Raises `Refused` when a sheet would overflow."""
    sheets = [LedgerSheet(one.title, one.headings, one.rows, one.choices) for one in sheet.tables(ledger.state)]
    return ledger_book(ledger.name, sheets, letterhead(site), locale)
