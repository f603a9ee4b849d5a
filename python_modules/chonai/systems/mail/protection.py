"""Which accounts nobody's plan may touch, and why."""

from __future__ import annotations

from chonai.change.model import Record
from chonai.systems.mail.schema import ALIASES, NAME
from chonai.systems.mail.settings import MailSettings
from chonai.text.messages import Message, message


def protection(settings: MailSettings, record: Record) -> Message | None:
    """Why the account with this record may not be touched, or made; None when it may."""
    aliases = record.get(ALIASES)
    further = sorted(aliases) if isinstance(aliases, frozenset) else []
    for name in (str(record.get(NAME) or ""), *further):
        if pattern := settings.protecting(name):
            return message("mail.protected_name", address=f"{name}@{settings.domain}", pattern=pattern)
    return None
