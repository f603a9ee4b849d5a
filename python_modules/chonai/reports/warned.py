"""The warnings of a change set as lines: the weighty ones first, rows that were only left out counted at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from chonai.reports.named import called
from chonai.reports.review import Review, Warned, warnings
from chonai.reports.visible import visible
from chonai.reports.wording import Wording
from chonai.text.messages import Message

LEFT_OUT = ("text.skipped_header", "text.skipped_section", "text.skipped_total")
"""Rows of a table that hold no data."""
MOST_ROWS = 10


def warning_lines(review: Review, wording: Wording, most: int | None = None) -> Iterator[str]:
    """Each warning once, then rows left out by file and kind. `most`: how many of each kind; None for all."""
    found = warnings(review.change_set)
    kinds: Counter[str] = Counter()
    for one in found:
        code = kind(one.said)
        kinds[code] += code not in LEFT_OUT
        if code not in LEFT_OUT and (most is None or kinds[code] <= most):
            yield _line(review, one, wording.spoken(called(one.said, review)), wording)
    left = sum(max(0, count - most) for count in kinds.values()) if most is not None else 0
    if left:
        yield wording.say("report.more_warnings", count=left, id=review.change_set.id)
    yield from _left_out(review, (one for one in found if kind(one.said) in LEFT_OUT), wording)


def kind(warning: Message) -> str:
    """The code; of a sentence about a place in a file, that of what is said about it."""
    what = warning.fields.get("what")
    if isinstance(what, Mapping):
        return str(what["code"])
    return what.code if isinstance(what, Message) else warning.code


def _left_out(review: Review, skipped: Iterable[Warned], wording: Wording) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Warned]] = {}
    for one in skipped:
        groups.setdefault((kind(one.said), str(one.said.fields.get("file", ""))), []).append(one)
    for (code, file), group in groups.items():
        if len(group) == 1:
            yield _line(review, group[0], wording.spoken(group[0].said), wording)
            continue
        rows = [str(one.said.fields.get("row", "")) for one in group]
        shown = ", ".join(rows[:MOST_ROWS]) + (", …" if len(rows) > MOST_ROWS else "")
        said = wording.say(f"report.{code.partition('.')[2]}", file=visible(file), count=len(rows), rows=shown)
        yield _line(review, group[0], said, wording)


def _line(review: Review, warning: Warned, text: str, wording: Wording) -> str:
    """With its systems where it does not concern all."""
    if len(warning.systems) == len(review.change_set.plans):
        return wording.say("report.warning", text=text)
    return wording.say("report.warning_of", systems=visible(", ".join(warning.systems)), text=text)
