"""What is over by its own date: forwardings and aliases whose last day has passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chonai.change.model import Key, Record, Value
from chonai.operations.personnel.aliasends import ends_of, with_ends
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.directory import text, values
from chonai.operations.personnel.directory_rules import Addresses, SectionAddresses, Users
from chonai.operations.personnel.draft import Draft


def forwarded_until(record: Record, users: Users) -> date | None:
    """The last day on which an account's mail is forwarded; None where it is not, or no day can be read."""
    if users.forward is None or users.forward_until is None or not text(record, users.forward):
        return None
    try:
        return date.fromisoformat(text(record, users.forward_until))
    except ValueError:
        return None


def clear(census: Census, draft: Draft) -> None:
    """Take away in `draft` what was over before the day of the change: of staff and of sections; what is protected or
    goes is left alone.
    """
    context, users = census.context, census.context.rules.users
    people = users.addresses if users.addresses and users.addresses.months is not None else None
    section = context.rules.groups.section
    rules: dict[Key, Addresses | SectionAddresses | None] = {
        **dict.fromkeys((account.key for account in context.directory.accounts.values()), people),
        **dict.fromkeys(context.directory.section_groups, section.addresses if section else None),
    }
    for key in sorted(rules.keys() - draft.deleted() - census.protected.keys()):
        record = draft.record(key)
        over = {**_forwarding(record, users, context.day), **_aliases(record, rules[key], context.day)}
        if over:
            why = context.wording.say("over", date=context.day.isoformat())
            draft.update(key, over, context.wording.together([draft.why.get(key, ""), why]))


def _forwarding(record: Record, users: Users, day: date) -> dict[str, Value]:
    until = forwarded_until(record, users)
    if until is None or until >= day:
        return {}
    return {name: None for name in (users.forward, users.forward_until) if name}


def _aliases(record: Record, rule: Addresses | SectionAddresses | None, day: date) -> Mapping[str, Value]:
    if rule is None:
        return {}
    held, ends = values(record, rule.aliases), values(record, rule.ends)
    over = {address for address, until in ends_of(ends).items() if until < day and address in held}
    return {rule.aliases: held - over, rule.ends: with_ends(ends, {}, gone=over)} if over else {}
