"""Everything that chonai can refuse or fail with.

ChonaiError                  exit code
├── UsageError                  2   the call is wrong
│   └── InputError              2   a file or a setting is wrong: carries every problem found
├── Refused                     3   nothing was written
│   ├── BrakeTripped            3
│   ├── ApprovalRefused         3   no approval, or one that does not hold
│   ├── SealBroken              3   the plan is not what its author sealed
│   ├── DriftFound              3   an object moved between plan and apply
│   └── LockHeld                3
├── PartlyFailed                4   some changes were made, some were not
└── Fault                       1   something outside does not work
    ├── SystemUnreachable       1
    └── JournalBroken           1
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

from chonai.text.discretion import discreet
from chonai.text.messages import Message

_PACKAGE = Path(__file__).parents[1]


class ChonaiError(Exception):
    """Base of all errors: a catalogue code and its fields.

    The sentence says what failed, what was not changed, and what to do next.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, /, *, details: Sequence[Message] = (), **fields: object) -> None:
        self.message = Message(code, fields)
        self.details = tuple(details)
        super().__init__(code)

    def render(self, locale: str | None = None) -> str:
        """The sentence, and below it one line for each detail."""
        return "\n".join([self.message.render(locale), *(f"  - {detail.render(locale)}" for detail in self.details)])

    def discreet(self) -> Self:
        """The same error without names and values: what may be told before an announcement."""
        told = discreet(self.message)
        return type(self)(told.code, details=[discreet(detail) for detail in self.details], **told.fields)

    def __str__(self) -> str:
        return self.render()


class UsageError(ChonaiError):
    """The call is wrong: unknown id, missing option, impossible combination."""

    exit_code = 2


class InputError(UsageError):
    """Files or settings are wrong; `details` holds every problem found, not only the first."""


class Refused(ChonaiError):
    """A safety rule said no; nothing was written."""

    exit_code = 3


class BrakeTripped(Refused):
    """A brake stands and the approval does not release it."""


class ApprovalRefused(Refused):
    """No approval, or one that does not hold for this change set."""


class SealBroken(Refused):
    """The stored change set is not what its author sealed."""


class DriftFound(Refused):
    """Objects moved between plan and apply; `details` names each."""


class LockHeld(Refused):
    """Another apply holds the system; says who and since when."""


class PartlyFailed(ChonaiError):
    """Some changes were made and some were not; the journal knows each."""

    exit_code = 4


class Fault(ChonaiError):
    """Something outside does not work."""


class SystemUnreachable(Fault):
    """A system does not answer or refuses our login."""


class JournalBroken(Fault):
    """The journal's chain does not verify."""


def place_of(error: BaseException) -> str:
    """Where in chonai an error that nobody expected came from, `site/applying.py:94`; a dash where it was elsewhere."""
    frames = ((Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__))
    inside = [f"{file.relative_to(_PACKAGE)}:{line}" for file, line in frames if file.is_relative_to(_PACKAGE)]
    return inside[-1] if inside else "-"
