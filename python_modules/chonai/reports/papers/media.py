"""Media and files that were brought in for the work, and who checked them for malware (持込媒体・ウイルスチェック).

The specification of the operations contract asks for the check before any file is handed to the city (遵守事項).
"""

from __future__ import annotations

from dataclasses import dataclass

from chonai.change.errors import UsageError
from chonai.reports.papers.document import Paper
from chonai.reports.wording import Wording

PARTS = ("what", "checked_by", "checked_at", "result")
BLANK_ROWS = 2


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium or file; what is blank is filled in by hand.

    what        what it is, with its number in the city's or the company's register
    checked_by  who checked it, `checked_at` when, as written
    result      with what, and what was found
    """

    what: str = ""
    checked_by: str = ""
    checked_at: str = ""
    result: str = ""

    @classmethod
    def parse(cls, text: str) -> Medium:
        """From `WHAT, BY, WHEN, RESULT`, the last ones left out where they are not known; a result may hold commas.

        Raises `UsageError` where nothing says what it is.
        """
        parts = [part.strip() for part in text.split(",", len(PARTS) - 1)]
        if not parts[0]:
            raise UsageError("cli.medium_unnamed", value=text)
        return cls(*parts)


def media(paper: Paper, brought: tuple[Medium, ...] | None, wording: Wording) -> None:
    """The section of a paper: what was `brought`, nothing (an empty tuple), or rows to fill in (None)."""
    say = wording.say
    paper.heading(say("report.media"))
    if brought == ():
        paper.line(say("report.media_none"))
        return
    rows = [[getattr(one, part) for part in PARTS] for one in brought or (Medium(),) * BLANK_ROWS]
    paper.table([say(f"report.media_{part}") for part in PARTS], rows, [56, 30, 34, 54])
