"""What `chonai doctor` asks of a system beside its answering at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chonai.text.messages import Message


@dataclass(frozen=True, slots=True)
class Health:
    """A system that answered and let us in.

    certificate_until   when the server's certificate ends; None where there is none or nobody checks it
    clock_ahead         how far the server's clock is ahead of ours; None where it does not tell
    warnings            settings that weaken a safeguard
    """

    certificate_until: datetime | None = None
    clock_ahead: timedelta | None = None
    warnings: tuple[Message, ...] = ()
