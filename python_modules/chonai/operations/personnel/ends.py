"""Accounts whose time in the retired OU is over."""

from __future__ import annotations

from datetime import date

from chonai.operations.personnel import tags
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.draft import Draft
from chonai.text.messages import Message, message


def delete_expired(census: Census, effective_date: date, draft: Draft) -> list[Message]:
    """Delete them in `draft`, unless they come back today.

    What has no readable date is reported and never deleted. Returns warnings.
    """
    months, words = census.context.policy.retirement.delete_after_months, census.context.wording
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
            _delete(census, account, draft, words.say("expired", date=left.isoformat(), months=months))
    return warnings


def _delete(census: Census, account: Account, draft: Draft, why: str) -> None:
    draft.delete(account.key, why)
    census.counts.deletions += 1
    for group in account.groups:
        draft.leave(group, account.key, census.context.wording.say("cause_leave"))


def still_waiting(census: Census, effective_date: date) -> list[Message]:
    """Warnings of accounts that were prepared for a day that has come, and whose person has not."""
    day = effective_date.isoformat()
    waiting = [
        account
        for account in census.context.directory.accounts.values()
        if (tags.prepared_for(account.notes) or day) < day and not census.is_seen(account)
    ]
    return [
        message(
            "personnel.prepared_waits",
            number=account.staff,
            account=account.name,
            date=tags.prepared_for(account.notes),
        )
        for account in sorted(waiting, key=lambda account: account.staff)
    ]
