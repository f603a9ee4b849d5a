"""docs/honesty.md."""

from __future__ import annotations

from collections.abc import Sequence

from tests.honesty.trials import Tally, Verdict, tally

HEAD = """# Honesty

What a plan says will happen, against what happened. Requests are drawn at random (orders of a personnel change, names,
addresses; some of them wrong, for which nothing may happen), each is carried out on the lab's real servers, and every
system is looked at before and after **with programs that are not chonai's**: `ldapsearch`, `psql`, `smbclient`, `dig`,
SQLite, and Python's `csv` for what the stand-ins for products export. Of every object and attribute the values that
went and those that came have to be exactly those of the plan, and nothing else may have changed. What a server gives a
new object by itself is not predicted.

`make honesty` makes this page, with other requests each day; a few that stay the same are part of `make test`. A
disagreement is a defect.

| operation | system | requests | objects that plans change | disagreements | agreement |
| --- | --- | --- | --- | --- | --- |
"""


def page(verdicts: Sequence[Verdict], seed: str) -> str:
    """The document."""
    rows = [_row(operation, system, found) for (operation, system), found in tally(verdicts).items()]
    return f"{HEAD}{''.join(rows)}\nSeed {seed}.\n"


def _row(operation: str, system: str, found: Tally) -> str:
    all_ = max(found.said, found.wrong, 1)
    agreed = 100 * (all_ - found.wrong) // all_
    return f"| {operation} | {system} | {found.cases} | {found.said} | {found.wrong} | {agreed} % |\n"
