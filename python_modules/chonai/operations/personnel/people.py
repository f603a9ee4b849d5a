"""A person as they stand, and what is asked and found while orders are laid upon them.

Section codes here are those of the new organisation, 課 or 部.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.records import Forward, Order, StaffKey
from chonai.text.messages import Message


@dataclass(frozen=True, slots=True)
class Person:
    """How a person stands. What is None is not known, or not said, and stays as the directory has it.

    shown   the name that the directory shows now; `name` and `kana` are what an order changes them to
    left_on the last day of work of who has left
    serving working or on leave, the latter kept by a yearly renewal during the leave
    forward where mail shall be sent as well
    """

    key: StaffKey
    status: Status
    main: str | None = None
    also: frozenset[str] = frozenset()
    title: str | None = None
    title_code: str | None = None
    shown: str = ""
    name: str | None = None
    kana: str | None = None
    kind: str | None = None
    left_on: date | None = None
    serving: Status = Status.WORKING
    forward: Forward | None = None


class Codes(Protocol):
    """How the section codes of orders are read."""

    def old(self, order: Order, code: str) -> frozenset[str]:
        """What an old code of an order can mean in the new organisation."""

    def new(self, order: Order, code: str) -> str:
        """The office of a new code of an order."""

    def targets(self, mark: str) -> frozenset[str]:
        """The targets of a split section, given its mark."""

    def is_old(self, order: Order, main: str) -> bool:
        """Whether the old section that an order names can be the section of a code."""

    def name(self, code: str | None) -> str:
        """What a section is called."""


@dataclass(slots=True)
class Findings:
    """What speaks against orders: `problems` in any case, `doubts` only when something is left to change; `late` are
    orders for somebody who had left.
    """

    problems: list[Message] = field(default_factory=list)
    doubts: list[Message] = field(default_factory=list)
    late: list[Order] = field(default_factory=list)
