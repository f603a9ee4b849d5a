"""What the operation hands to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chonai.change.model import Brake, Key, Scope, State, TypeScope
from chonai.operations.personnel.directory import GROUP, OU, USER
from chonai.operations.personnel.policy import DirectoryPolicy, Groups, Users
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
    place = frozenset({"name"} if rules.flat else {"parent", "name"})
    owned = {USER: _users(rules.users, place), GROUP: _groups(rules.groups, place, keyed=rules.keyed)}
    if not rules.flat:
        code = frozenset({rules.section_units.code} if rules.users.by_section else ())
        owned[OU] = TypeScope(place | code, _parent(place), place, unique=(_alone(place),))
    return owned


def _parent(place: frozenset[str]) -> frozenset[str]:
    return place & {"parent"}


def _alone(place: frozenset[str]) -> tuple[str, ...]:
    """A name is nobody else's in its place."""
    return tuple(sorted(place, reverse=True))


def _users(users: Users, place: frozenset[str]) -> TypeScope:
    templates = users.attributes.items()
    unique = [(name,) for name, each in templates if "account" in each.fields or each.single == "staff_key"]
    display = [name for name, each in templates if each.single == "name"]
    further = [users.addresses.aliases] if users.addresses else []
    further += [users.listed] if users.listed else []
    posts = [users.posts.main, users.posts.also] if users.posts else []
    return TypeScope(
        attributes=frozenset({*users.attributes, users.notes, "enabled", *further, *posts}) | place,
        references=_parent(place) | frozenset(posts),
        place=place,
        unique=(_alone(place), *unique),
        secrets=(INITIAL_PASSWORD,) if users.initial_password else (),
        label=(*display[:1], "name"),
    )


def _groups(groups: Groups, place: frozenset[str], *, keyed: bool) -> TypeScope:
    rules = [rule for rule in (groups.section, groups.position, groups.everyone) if rule]
    people = {"member"}
    if groups.approvers:
        people |= {groups.approvers.approvers, groups.approvers.deputies}
    unique = [(rule.identity,) for rule in (groups.section,) if rule and rule.identity != "name"]
    # Where a code is the key, two sections may bear one name (総務課 of two bodies).
    alone = () if keyed and unique else (_alone(place),)
    return TypeScope(
        attributes=frozenset(name for rule in rules for name in rule.attributes) | place | people,
        references=_parent(place) | people,
        place=place,
        unique=(*alone, *unique),
    )
