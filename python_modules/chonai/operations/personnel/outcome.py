"""What the operation owns in a directory."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Scope, TypeScope
from chonai.operations.personnel.directory import GROUP, OU, USER
from chonai.operations.personnel.directory_rules import DirectoryPolicy, Users

INITIAL_PASSWORD = "initial_password"


def scope(rules: DirectoryPolicy) -> Scope:
    """What this operation owns in a directory; the adapter reads exactly this."""
    place = frozenset({"name"} if rules.flat else {"parent", "name"})
    owned = {USER: _users(rules.users, place), GROUP: _groups(rules, place)}
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
    templates, addresses = users.attributes.items(), users.addresses
    unique = [(name,) for name, each in templates if "account" in each.fields or each.single == "staff_key"]
    display = [name for name, each in templates if each.single == "name"]
    names = frozenset({"name", addresses.aliases} if addresses else ())
    posts = frozenset({users.posts.main, users.posts.also} if users.posts else ())
    further = [users.listed, users.forward, users.forward_until, *users.on_joining, *users.on_leaving]
    further += [addresses.ends] if addresses and addresses.months is not None else []
    return TypeScope(
        attributes=_given({*users.attributes, users.notes, "enabled", *further}) | place | names | posts,
        references=_parent(place) | posts,
        place=place,
        unique=(_alone(place), *unique),
        secrets=(INITIAL_PASSWORD,) if users.initial_password else (),
        label=(*display[:1], "name"),
        names=names,
        owner=users.identity,
    )


def _groups(rules: DirectoryPolicy, place: frozenset[str]) -> TypeScope:
    groups, section = rules.groups, rules.groups.section
    kinds = [rule for rule in (section, groups.position, groups.everyone) if rule]
    people = {"member"}
    if groups.approvers:
        people |= {groups.approvers.approvers, groups.approvers.deputies}
    code = section.identity if section and section.identity != "name" else ""
    # Where a code is the key, two sections may bear one name (総務課 of two bodies).
    alone = () if rules.keyed and code else (_alone(place),)
    addresses = section.addresses if section else None
    names = _given(["name" if rules.users.addresses or addresses else None, addresses.aliases if addresses else None])
    further = [section.listed if section else None, addresses.ends if addresses else None]
    told = [*further, *(name for rule in kinds for name in rule.attributes)]
    return TypeScope(
        attributes=_given(told) | place | people | names,
        references=_parent(place) | people,
        place=place,
        unique=(*alone, *([(code,)] if code else [])),
        names=names,
        owner=code if names else "",
    )


def _given(names: Iterable[str | None]) -> frozenset[str]:
    """Those attributes that the policy names."""
    return frozenset(name for name in names if name)
