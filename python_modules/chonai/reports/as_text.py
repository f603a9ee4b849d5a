"""A change set as text for a terminal, line by line: 新旧対照."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from chonai.change.ledger import Status
from chonai.change.model import Action, Brake, Change, Plan
from chonai.reports.columns import columns
from chonai.reports.named import TYPES
from chonai.reports.next_steps import next_steps
from chonai.reports.review import Review, objects_by_type, reasons
from chonai.reports.visible import visible
from chonai.reports.warned import warning_lines
from chonai.reports.wording import Difference, Wording

MARKS = {Action.CREATE: "+", Action.UPDATE: "~", Action.MOVE: ">", Action.DELETE: "-"}
MOST_REASONS = 12
MOST_WARNINGS = 3
"""Of one kind, where warnings are only recalled."""


def as_text(review: Review, locale: str) -> Iterator[str]:
    """Everything about the change set, each line with its end."""
    wording = Wording(locale)
    for line in _lines(review, wording):
        yield f"{line}\n"


def summary(review: Review, wording: Wording, *, most: int | None = MOST_WARNINGS) -> Iterator[str]:
    """The counts of each system, and what stops it: what is shown again before a person agrees.

    `most`: how many warnings of each kind; None for all.
    """
    for plan in review.change_set.plans:
        yield ""
        yield visible(plan.system)
        yield from _counts(plan, wording)
        yield from _made(review, plan, wording)
        for brake in plan.brakes:
            yield f"  {wording.say('report.brake', name=visible(brake.name), why=wording.spoken(brake.message))}"
            yield f"    {brake_way_out(review, brake, wording)}"
        yield from (f"  {wording.say('report.problem', text=wording.spoken(item))}" for item in plan.problems)
    said = list(warning_lines(review, wording, most))
    yield from ["", *said] if said else []


def next_lines(review: Review, wording: Wording) -> Iterator[str]:
    """The commands to type next, each under what it is for."""
    for step in next_steps(review):
        yield step.why.render(wording.locale)
        if step.command:
            yield f"  {step.command}"


def _lines(review: Review, wording: Wording) -> Iterator[str]:
    yield from _head(review, wording)
    yield from summary(review, wording, most=None)
    if review.is_withheld:
        yield from ["", withheld(review, wording)]
    for plan in review.change_set.plans:
        if plan.changes and not review.is_withheld:
            yield ""
            yield wording.say("report.all_changes", system=visible(plan.system), count=len(plan.changes))
            yield from _changes(review, plan, wording)
    yield ""
    yield from next_lines(review, wording)


def _head(review: Review, wording: Wording) -> Iterator[str]:
    if not review.is_announced:
        yield care(review, wording)
    yield title(review, wording)
    yield from columns([("", name, value) for name, value in head_rows(review, wording)])
    for item in review.broken:
        yield wording.say("report.broken", why=wording.spoken(item))


def title(review: Review, wording: Wording) -> str:
    """Which change set, and of what operation."""
    change_set = review.change_set
    return wording.say("report.title", id=change_set.id, operation=wording.operation(change_set.operation))


def care(review: Review, wording: Wording) -> str:
    """How papers of it are to be handled: 取扱注意, and before its announcement 取扱注意・公表前."""
    return wording.say("report.handle_with_care" if review.is_announced else "report.before_announcement")


def withheld(review: Review, wording: Wording) -> str:
    """That the rest is not shown, and who can read it."""
    readers = visible(", ".join(review.readers or ())) or wording.say("report.nothing")
    return wording.say("report.withheld" if not review.is_announced else "report.withheld_here", readers=readers)


def head_rows(review: Review, wording: Wording) -> Iterator[tuple[str, str]]:
    """Names and values that stand above everything else."""
    change_set, say = review.change_set, wording.say
    yield say("report.state"), say(f"report.state_{review.state}")
    yield say("report.digest"), review.digest
    made = {"author": visible(change_set.author), "at": wording.time(change_set.created_at)}
    yield say("report.author"), say("report.author_at", **made)
    for name, digest in dict.fromkeys(one for plan in change_set.plans for one in plan.inputs.items()):
        yield say("report.input"), visible(f"{name}  {digest}")
    watcher = say("report.rule_watcher") if change_set.rule.watcher else ""
    yield say("report.rule"), say(f"report.rule_{change_set.rule.kind.value}") + watcher
    agreed = [_agreement(review, wording, number) for number in range(len(review.agreements))]
    for text in agreed or [say("report.no_approval")]:
        yield say("report.approval"), text
    if change_set.announced_at:
        yield say("report.announced_at"), wording.time(change_set.announced_at)
    if change_set.not_before:
        yield say("report.not_before"), wording.time(change_set.not_before)
    if change_set.start_by:
        yield say("report.start_by"), wording.time(change_set.start_by)
    if change_set.undo_of:
        yield say("report.undo_of"), visible(change_set.undo_of)
    if review.undos:
        yield say("report.undone_by"), visible(", ".join(review.undos))


def _agreement(review: Review, wording: Wording, number: int) -> str:
    one = review.agreements[number]
    text = wording.say("report.approved_by", principal=visible(one.principal), at=wording.time(one.at))
    if one.releases:
        text += wording.say("report.releasing", brakes=visible(", ".join(sorted(one.releases))))
    if one.problem:
        text += wording.say("report.does_not_hold", why=wording.spoken(one.problem))
    return text


def _counts(plan: Plan, wording: Wording) -> Iterator[str]:
    found = objects_by_type(plan)
    if not found:
        yield f"  {wording.say('report.no_changes')}"
        return
    rows = [("  ", "", *(wording.say(f"report.counted_{action.value}") for action in Action), "")]
    for type_, count in found.items():
        numbers = [f"{count[action]:,}" for action in Action]
        rows.append(("  ", type_name(type_, wording), *numbers, reason_line(plan, type_, wording)))
    yield from columns(rows, right=range(2, 2 + len(Action)))


def type_name(type_: str, wording: Wording) -> str:
    """A type of object in words, where there are words for it."""
    return wording.say(f"report.type_{type_}") if type_ in TYPES else visible(type_)


def reason_line(plan: Plan, type_: str, wording: Wording) -> str:
    """How often each reason occurs, the most frequent first."""
    found = reasons(plan.changes, type_)
    most = [f"{word} {count:,}" for word, count in found.most_common(MOST_REASONS)]
    left = len(found) - len(most)
    return visible(", ".join([*most, *([wording.say("report.more_kinds", count=left)] if left else [])]))


def _made(review: Review, plan: Plan, wording: Wording) -> Iterator[str]:
    made = review.made(plan.system)
    if made.total() > made[Status.UNTOUCHED]:
        words = {status: wording.say(f"report.status_{status.value}") for status in Status}
        parts = [f"{words[status]} {made[status]:,}" for status in Status if made[status]]
        yield f"  {wording.say('report.made', parts=', '.join(parts))}"


def brake_way_out(review: Review, brake: Brake, wording: Wording) -> str:
    """Whether a brake can be released, and how."""
    if not brake.releasable:
        return wording.say("report.brake_final")
    if brake.name in review.released:
        return wording.say("report.brake_released")
    return wording.say("report.brake_releasable", id=review.change_set.id, name=visible(brake.name))


def _changes(review: Review, plan: Plan, wording: Wording) -> Iterator[str]:
    ledger = review.ledgers.get(plan.system)
    for number, change in enumerate(plan.changes):
        status = ledger.status[number] if ledger else Status.UNTOUCHED
        yield _headline(review, plan, change, status, wording)
        if change.reason:
            yield f"      {wording.say('report.because', reason=visible(change.reason))}"
        for difference in wording.differences(review, plan, change):
            yield from _difference(difference, wording, is_one_sided=change.action in (Action.CREATE, Action.DELETE))


def _headline(review: Review, plan: Plan, change: Change, status: Status, wording: Wording) -> str:
    label = visible(review.label(plan.system, change.key))
    action = wording.say(f"report.action_{change.action.value}")
    outcome = f"  [{wording.say(f'report.status_{status.value}')}]" if status is not Status.UNTOUCHED else ""
    return f"  {MARKS[change.action]} {type_name(change.key.type, wording)} {label}: {action}{outcome}"


def _difference(difference: Difference, wording: Wording, *, is_one_sided: bool) -> Iterator[str]:
    before, after = difference.before, difference.after
    if is_one_sided or not (before and after) or len(before) + len(after) > 2:
        yield from _listed(difference.attribute, before, after, is_one_sided=is_one_sided)
    else:
        yield f"        {difference.attribute}: {before[0]} → {after[0]}"


def _listed(attribute: str, before: Sequence[str], after: Sequence[str], *, is_one_sided: bool) -> Iterator[str]:
    """Values one by one, those taken away first; a sign tells them apart where both kinds can occur."""
    gone, come = ("", "") if is_one_sided else ("- ", "+ ")
    values: Iterable[str] = [*(f"{gone}{value}" for value in before), *(f"{come}{value}" for value in after)]
    for name, value in zip_longest((f"{attribute}:",), values, fillvalue=" " * (len(attribute) + 1)):
        yield f"        {name} {value}"
