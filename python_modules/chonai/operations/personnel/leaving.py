"""What an account notes when its person leaves, and what a return brings back from that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from chonai.change.model import Value
from chonai.operations.personnel import tags
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.directory_rules import Users


def noted(users: Users, account: Account, day: date, groups: Iterable[str]) -> frozenset[str]:
    """The notes of an account whose person's last day of work was `day`, and who was in these groups."""
    notes = _notes_before(account, day)
    return tags.leaving(notes, day, groups) | _kept(users, account, notes)


def restored(users: Users, account: Account) -> dict[str, Value]:
    """What the person's leaving changed, as it was before; a forwarding that was asked for ends."""
    was = tags.was_values(account.notes)
    ended = [name for name in (users.forward, users.forward_until) if name and account.retired]
    return {**dict.fromkeys(ended), **{name: was[name] for name in users.on_leaving if name in was}}


def _notes_before(account: Account, day: date) -> frozenset[str]:
    """The notes without those of an earlier leaving, from which somebody came back by hand: its day would have the
    account deleted too early. Those of this leaving, begun by an apply that failed, say what the account was.
    """
    is_this = account.retired or tags.retired_on(account.notes) == day
    return account.notes if is_this else tags.returning(account.notes)


def _kept(users: Users, account: Account, notes: frozenset[str]) -> frozenset[str]:
    """Notes of what a return brings back; those of an earlier leaving are kept."""
    known = tags.was_values(notes)
    now = {name: account.record.get(name) for name in users.on_leaving if name not in known}
    return tags.keeping(
        {
            name: value
            for name, value in now.items()
            if not isinstance(value, frozenset) and value != users.on_leaving[name]
        }
    )
