"""Changes on their way to the server: what is left to send of each, and the passes in which it is sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from chonai.change.model import Change, Key
from chonai.systems.directory.protocol import Request
from chonai.systems.directory.refusals import STALE, refusal
from chonai.systems.directory.session import Session
from chonai.text.messages import Message


class Rank(IntEnum):
    """What is done before what over all changes of one call.

    Servers work on requests in flight in any order: a barrier stands between ranks.
    """

    WRITE = 0
    DELETE = 1
    MOVE = 2
    MOVE_PLACE = 3


@dataclass(slots=True)
class Work:
    """One change: the object's key as known by now, its requests still to be sent, or why it cannot be made.

    new_dn        where a new object was put whose id is not known yet
    has_password  its password was set by this call
    sent          how many of its requests were done
    was_stale     the server refused it because the object was not as it had just been read
    left, at      the DN that it has left by a move or delete, and the one that it has after a move
    """

    change: Change
    key: Key
    name: str
    error: Message | None = None
    new_dn: str | None = None
    has_password: bool = False
    sent: int = 0
    was_stale: bool = False
    left: str | None = None
    at: str | None = None
    steps: deque[tuple[Rank, Callable[[], Request]]] = field(default_factory=deque)

    def then(self, rank: Rank, request: Callable[[], Request]) -> None:
        """One more request after the others; it is built when its turn comes."""
        self.steps.append((rank, request))

    def fail(self, error: Message) -> None:
        """It cannot be made; nothing more is sent of it."""
        self.error = error
        self.steps.clear()


def rounds(session: Session, works: Sequence[Work]) -> None:
    """Send all requests: in each pass the next one of every work that is at the lowest rank.

    A refusal ends its own work only.
    """
    while waiting := [work for work in works if work.steps]:
        lowest = min(work.steps[0][0] for work in waiting)
        ready = [work for work in waiting if work.steps[0][0] == lowest]
        _pass(session, ready[:1] if lowest is Rank.MOVE_PLACE else ready)


def _pass(session: Session, works: Sequence[Work]) -> None:
    replies = session.connection.send([work.steps.popleft()[1]() for work in works])
    for work, reply in zip(works, replies, strict=True):
        if reply.ok:
            work.sent += 1
        else:
            work.fail(refusal(work.name, reply))
            work.was_stale = reply.code in STALE
