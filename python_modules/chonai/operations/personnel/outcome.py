"""What the operation hands to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chonai.change.model import Brake, Key, Scope, State, TypeScope
from chonai.operations.personnel.directory import GROUP, OU, USER
from chonai.operations.personnel.policy import DirectoryPolicy
from chonai.text.messages import Message

INITIAL_PASSWORD = "initial_password"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The desired state of one directory, why each object differs from what was observed, and what speaks against it.

    A plan with `problems` must not be sealed; `brakes` are those that the plan passes.
    """

    desired: State
    scope: Scope
    reasons: Mapping[Key, str]
    warnings: tuple[Message, ...] = ()
    problems: tuple[Message, ...] = ()
    brakes: tuple[Brake, ...] = ()


def scope(rules: DirectoryPolicy) -> Scope:
    """What this operation owns in a directory; the adapter reads exactly this."""
    users, groups = rules.users, rules.groups
    group_attributes = {
        name for rule in (groups.section, groups.position, groups.everyone) if rule for name in rule.attributes
    }
    unique_users = [
        (name,)
        for name, template in users.attributes.items()
        if "account" in template.fields or template.single == "staff_key"
    ]
    unique_groups = [(rule.identity,) for rule in (groups.section,) if rule and rule.identity != "name"]
    place = frozenset({"name"} if rules.flat else {"parent", "name"})
    alone = tuple(sorted(place, reverse=True))
    display = [name for name, template in users.attributes.items() if template.single == "name"]
    owned = {
        USER: TypeScope(
            attributes=frozenset({*users.attributes, users.notes, "enabled"}) | place,
            references=frozenset({"parent"}) & place,
            place=place,
            unique=(alone, *unique_users),
            secrets=(INITIAL_PASSWORD,),
            label=(*display[:1], "name"),
        ),
        GROUP: TypeScope(
            attributes=frozenset({*group_attributes, "member"}) | place,
            references=frozenset({"parent"}) & place | {"member"},
            place=place,
            unique=(alone, *unique_groups),
        ),
    }
    if not rules.flat:
        owned[OU] = TypeScope(
            attributes=place | ({rules.section_units.code} if rules.users.by_section else set()),
            references=frozenset({"parent"}),
            place=place,
            unique=(alone,),
        )
    return owned
