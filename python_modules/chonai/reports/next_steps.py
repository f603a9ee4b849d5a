"""What to type next, from how far a change set has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chonai.change.model import ApprovalKind
from chonai.reports.review import Review
from chonai.text.messages import Message, message


@dataclass(frozen=True, slots=True)
class Step:
    """A command to type, and what it is for. Without a command it is only a word."""

    why: Message
    command: str = ""


def next_steps(review: Review) -> list[Step]:
    """The next commands, in the order in which they are typed; NAME and FILE stand for what only the reader knows."""
    if review.broken:
        return [Step(message("report.step_broken"))]
    return list(_steps(review))


def _steps(review: Review) -> Iterator[Step]:
    id_, state = review.change_set.id, review.state
    if state in ("sealed", "approved"):
        yield from _towards_apply(review)
    elif state == "applying":
        yield Step(message("report.step_watch"), f"chonai journal show {id_}")
    elif state in ("interrupted", "partly_failed"):
        yield Step(message("report.step_again"), apply_command(review))
        yield Step(message("report.step_truth"), f"chonai journal show {id_} --objects")
        yield Step(message("report.step_give_up"), f"chonai withdraw {id_} --as NAME --why TEXT")
        yield Step(message("report.step_undo"), f"chonai undo {id_}")
    elif state in ("applied", "given_up", "partly_undone"):
        if review.unshown:
            yield Step(message("report.step_passwords"), f"chonai passwords {id_} --key FILE")
        elif review.kept:
            yield Step(message("report.step_discard"), f"chonai passwords {id_} --discard --as NAME")
        yield Step(message("report.step_undo"), f"chonai undo {id_}")


def _towards_apply(review: Review) -> Iterator[Step]:
    id_ = review.change_set.id
    if review.is_withheld and not review.is_announced:
        yield Step(message("report.step_read"), f"chonai show {id_} --key FILE")
    elif review.is_withheld:
        yield Step(message("report.step_disclose"), f"chonai disclose {id_} --key FILE")
    if any(not brake.releasable for _, brake in review.standing):
        yield Step(message("report.step_plan_again"))
        return
    is_wanted = review.change_set.rule.kind is not ApprovalKind.NONE
    if review.standing or (is_wanted and not review.is_approved):
        releases = dict.fromkeys(f" --release {brake.name}" for _, brake in review.standing)
        yield Step(message("report.step_approve"), f"chonai approve {id_} --as NAME --key FILE{''.join(releases)}")
    why = message("report.step_apply")
    if not review.is_announced:
        why = message("report.step_apply_announced", announced_at=review.change_set.announced_at)
    yield Step(why, apply_command(review))


def apply_command(review: Review) -> str:
    """The command that applies, or goes on applying."""
    watcher = " --watcher NAME" if review.change_set.rule.watcher else ""
    return f"chonai apply {review.change_set.id} --operator NAME{watcher}"
