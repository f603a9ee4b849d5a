"""Accounts whose time in the retired OU is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from chonai.operations.personnel import tags
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.draft import Draft
from chonai.operations.personnel.expiries import forwarded_until
from chonai.text.messages import Message, message


def expired(census: Census) -> list[tuple[Account, date]]:
    """Accounts that are due, with the last day of work; not those that come back today or are protected, and none
    whose mail is still forwarded.
    """
    retirement, users, day = census.context.retirement, census.context.rules.users, census.context.day
    found = ((account, tags.retired_on(account.notes)) for account in _retired(census))
    return [
        (account, left)
        for account, left in found
        if left is not None
        and (due := retirement.due(left)) is not None
        and due <= day
        and (forwarded_until(account.record, users) or date.min) < day
    ]


def undated(census: Census) -> list[Message]:
    """Warnings of retired accounts that nothing tells when to delete; they are never deleted."""
    strangers = [("-", name) for name in sorted(census.context.directory.retired_strangers)]
    accounts = [(each.staff, each.name) for each in _retired(census) if tags.retired_on(each.notes) is None]
    return [
        message("personnel.retired_without_date", number=number, account=name)
        for number, name in [*strangers, *accounts]
    ]


def _retired(census: Census) -> list[Account]:
    found = (account for account in census.context.directory.retired() if not census.is_seen(account))
    return sorted((account for account in found if account.key not in census.protected), key=lambda each: each.staff)


def delete(census: Census, due: Iterable[tuple[Account, date]], draft: Draft) -> None:
    """Delete accounts in `draft`, and count them."""
    retirement, words = census.context.retirement, census.context.wording
    months, days = retirement.months, retirement.delete_after_days
    for account, left in due:
        date_ = left.isoformat()
        by_months = words.say("expired", date=date_, months=months)
        draft.delete(account.key, by_months if days is None else words.say("expired_days", date=date_, days=days))
        census.counts.deletions += 1
        for group in account.groups:
            draft.leave(group, account.key, words.say("cause_expired"))


def still_waiting(census: Census) -> list[Message]:
    """Warnings of accounts that were prepared for a day that has come, and whose person has not."""
    day = census.context.day.isoformat()
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
