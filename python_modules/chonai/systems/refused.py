"""How an adapter says, deep inside, that one change cannot be made while the others go on."""

from __future__ import annotations

from chonai.text.messages import Message


class NotDone(Exception):
    """One change cannot be made; `message` says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.code)
        self.message = why
