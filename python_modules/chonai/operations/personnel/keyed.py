"""Groups of sections in a product whose key is the section's code: no group ever changes it.

A section that gets another code is another group, and a code that another section takes over keeps its group. The
group of a section that has ended may be kept, under a name that says so; its code can be given again. Somebody may
still be in it: the product took half of the files of an import.
"""

from __future__ import annotations

from chonai.change.model import Key
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import Account, Kept, values
from chonai.operations.personnel.placing import Placing, code_now, evidence
from chonai.operations.personnel.succession import ENDED, Fate
from chonai.text.few import MANY, first_few
from chonai.text.messages import Message, message


def place_keyed(context: Context, units: Units) -> None:
    """A group stays that of whatever section has its code; one whose code the new organisation has not ends. A kept
    group is taken up by the section that has its code now; one that this same change has ended ends on.
    """
    directory, fates = context.directory, context.succession.fates
    found, occupied = Placing(), evidence(directory.section_groups)
    for key, (code, name) in sorted(directory.section_groups.items(), key=lambda item: (item[1], item[0])):
        code_now(found, context.succession, key, (code, name), occupied)
        if context.organised and code in fates and code not in units.sections:
            units.ended[key] = (code, name)
        else:
            units.groups[code] = key
    units.take(found)
    for key, kept in sorted(directory.ended_groups.items()) if context.organised else ():
        if kept.code in units.sections:
            _take_up(context, units, key, kept)
        elif (fate := fates.get(kept.code)) and kept.day in ("", fate.reform.date.isoformat()):
            _end_on(units, key, kept, fate)


def _take_up(context: Context, units: Units, key: Key, kept: Kept) -> None:
    """The product can have no second group of this code. What the old one may do, the new section may do."""
    if units.groups.setdefault(kept.code, key) != key:
        return
    told = any(office(row.new, context.policy.sections) == kept.code for row in context.reforms if row.new)
    fields = {"code": kept.code, "old": kept.name or kept.code, "name": units.name(kept.code)}
    units.warnings.append(message("personnel.ended_taken_up" if told else "personnel.ended_taken_up_untold", **fields))


def _end_on(units: Units, key: Key, kept: Kept, fate: Fate) -> None:
    """Its people go where the reorganisation says, as if the group had not ended yet."""
    units.now[key] = fate.follow or ENDED + kept.code
    units.ended[key] = (kept.code, kept.name)


def left_in_kept(census: Census) -> tuple[list[Message], list[Message]]:
    """Who is still in a kept group of which the reorganisation says nothing (any more): warnings; problems where
    another section takes the group up.
    """
    context, units = census.context, census.units
    warnings, problems = list[Message](), list[Message]()
    for key, kept in sorted(context.directory.ended_groups.items()):
        taken_up = units.groups.get(kept.code) == key
        people = [] if key in units.ended else [each.staff for each in _inside(census, key, but_named=taken_up)]
        if people:
            said = message(
                "personnel.ended_people_taken_up" if taken_up else "personnel.ended_people",
                code=kept.code, group=str(context.directory.state[key].get("name")), name=units.name(kept.code),
                count=len(people), people=first_few(people, MANY),
            )  # fmt: skip
            (problems if taken_up else warnings).append(said)
    return warnings, problems


def _inside(census: Census, group: Key, *, but_named: bool) -> list[Account]:
    """Accounts that are in a group and stay there; not those of whom the request speaks, with `but_named`."""
    posts, draft = census.context.rules.users.posts, census.context.draft
    names = (posts.main, posts.also) if posts else ()
    members = draft.members(group)
    return [
        account
        for account in sorted(census.context.directory.serving(), key=lambda each: each.staff)
        if group in account.posts and not (but_named and census.is_seen(account))
        if str(account.key) in members or any(str(group) in values(draft.record(account.key), name) for name in names)
    ]
