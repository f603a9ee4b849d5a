"""Accounts whose time in the retired OU is over."""

from __future__ import annotations

from datetime import date

from chonai.change.model import Key
from chonai.operations.personnel import tags
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.directory import Account
from chonai.text.messages import Message, message


def delete_expired(census: Census, effective_date: date) -> list[Message]:
    """Delete them, unless they come back today.

    What has no readable date is reported and never deleted. Returns warnings.
    """
    months = census.context.policy.retirement.delete_after_months
    warnings = [
        message("personnel.retired_without_date", number="-", account=name)
        for name in sorted(census.context.directory.retired_strangers)
    ]
    for account in sorted(census.context.directory.retired(), key=lambda account: account.staff):
        if census.is_seen(account) or account.key in census.protected:
            continue
        left = tags.retired_on(account.notes)
        if left is None:
            warnings.append(message("personnel.retired_without_date", number=account.staff, account=account.name))
        elif months is not None and tags.months_later(left, months) <= effective_date:
            _delete(census, account, left, months)
    return warnings


def _delete(census: Census, account: Account, left: date, months: int) -> None:
    words = census.context.wording
    census.context.draft.delete(account.key, words.say("expired", date=left.isoformat(), months=months))
    census.counts.deletions += 1
    for group in account.groups:
        census.context.draft.leave(group, Key.parse(str(account.key)), words.say("cause_leave"))
