"""People whom no order names, but whose section is renamed, moved or merged: they follow it."""

from __future__ import annotations

from chonai.operations.personnel.census import Census
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.succession import ENDED
from chonai.operations.personnel.tasks import Task


def write_followers(census: Census) -> None:
    """Write everybody who was not written yet, in every section that a reorganisation speaks of."""
    for account in census.context.directory.serving():
        if census.is_seen(account):
            continue
        if account.key in census.protected or not _is_concerned(census, account):
            census.keep(account)
            continue
        person = census.start(account)
        if not census.accounts.serves(person):  # of a kind that has no account here: it is no order that sends it away
            census.keep(account)
            continue
        census.write(
            Task(account, person, person, _why(census, account), census.context.wording.say("cause_reform"), person.key)
        )


def _is_concerned(census: Census, account: Account) -> bool:
    fates = census.context.succession.fates
    if not fates:
        return False
    return (account.home is not None and account.home[0] in fates) or any(
        census.units.loses_people(group) for group in account.posts
    )


def _why(census: Census, account: Account) -> str:
    """The rows of the table that the person's sections are in."""
    words, units, fates = census.context.wording, census.units, census.context.succession.fates
    homes = [account.home] if account.home is not None else []
    sections = census.context.directory.section_groups
    homes += [sections[group] for group in account.posts if group in sections and units.loses_people(group)]
    said = []
    for code, name in homes:
        fate = fates.get(code)
        if fate is not None and fate.follow is not None:
            said.append(
                words.reform(
                    fate.reform.word, words.change(name, units.name(fate.follow.removeprefix(ENDED))), fate.reform.date
                )
            )
    return words.together(said)
