"""The city's policies of a personnel change from plain data, and what in them contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chonai.operations.personnel.directory_rules import DirectoryPolicy, Groups, Users
from chonai.operations.personnel.folder_rules import FolderPolicy
from chonai.operations.personnel.kinds import usual_order_types, usual_reform_kinds, usual_statuses
from chonai.operations.personnel.policy import Body, CityPolicy
from chonai.operations.personnel.retirement import Retirement
from chonai.operations.personnel.templates import FolderTemplate
from chonai.policies.reading import read_policy
from chonai.policies.templates import Template
from chonai.text.messages import Message, message


def city_policy(data: object, *, where: str = "personnel_policy") -> CityPolicy:
    """The city's policy from plain data, its words added to the usual ones.

    Raises `InputError` naming every fault and its path below `where`.
    """
    policy = read_policy(CityPolicy, data, where, _city_faults)
    return replace(
        policy,
        order_types={**usual_order_types(), **policy.order_types},
        roster=replace(policy.roster, statuses={**usual_statuses(), **policy.roster.statuses}),
        reorganisation=replace(policy.reorganisation, kinds={**usual_reform_kinds(), **policy.reorganisation.kinds}),
    )


def directory_policy(data: object, *, where: str = "personnel_directory") -> DirectoryPolicy:
    """One directory's policy from plain data. Raises `InputError` naming every fault and its path below `where`."""
    return read_policy(DirectoryPolicy, data, where, _directory_faults)


def folder_policy(data: object, *, where: str = "personnel_folders") -> FolderPolicy:
    """One file server's policy from plain data. Raises `InputError` naming every fault and its path below `where`."""
    return read_policy(FolderPolicy, data, where, _folder_faults)


def _city_faults(policy: CityPolicy, where: str) -> list[Message]:
    faults = []
    if policy.default_body is not None and policy.default_body not in policy.bodies:
        value = f"{policy.default_body} ({', '.join(policy.bodies)})"
        faults.append(message("policy.word", path=f"{where}.default_body", value=value))
    levels = policy.sections.office_levels
    if not 1 <= levels <= len(policy.sections.widths):
        faults.append(message("policy.not_number", path=f"{where}.sections.office_levels", value=levels))
    faults += _retirement_faults(policy.retirement, where)
    if policy.language not in ("ja", "en"):
        faults.append(message("policy.word", path=f"{where}.language", value=f"{policy.language} (ja, en)"))
    return faults + _prefix_faults(policy.bodies, where)


def _prefix_faults(bodies: Mapping[str, Body], where: str) -> list[Message]:
    """Bodies number their staff each by itself: with one prefix, two people would have one account name."""
    faults = []
    bearers: dict[str, str] = {}
    for code, body in bodies.items():
        if body.prefix in bearers:
            fields = {"value": body.prefix, "other": bearers[body.prefix]}
            faults.append(message("personnel.policy_prefix", path=f"{where}.bodies.{code}.prefix", **fields))
        bearers[body.prefix] = code
    return faults


def _directory_faults(policy: DirectoryPolicy, where: str) -> list[Message]:
    users = policy.users
    return [
        *_identity_faults(users, where),
        *_place_faults(policy, where),
        *_approver_faults(policy, where),
        *_address_faults(users, where),
        *_fixed_faults(users, where),
        *_forward_faults(users, where),
        *_keyed_faults(policy, where),
        *_retirement_faults(policy.retirement, where),
        *_group_faults(policy.groups, where),
    ]


def _identity_faults(users: Users, where: str) -> list[Message]:
    """Accounts are found again by attributes that hold nothing else, and notes are nobody else's."""
    told_by = [(users.identity, "staff_key")]
    is_name = users.account == "name" and (users.addresses is not None or users.name.single == "account")
    told_by += [] if is_name else [(users.account, "account")]
    faults = [
        message("personnel.policy_identity", path=f"{where}.users.attributes.{name}", value=field)
        for name, field in told_by
        if name not in users.attributes or users.attributes[name].single != field
    ]
    if users.notes in users.attributes:
        path = f"{where}.users.attributes.{users.notes}"
        faults.append(message("personnel.policy_notes", path=path, value=users.notes))
    return faults


def _group_faults(groups: Groups, where: str) -> list[Message]:
    """Groups are found again by their name or by an attribute that the policy writes."""
    rules = {"section": groups.section, "position": groups.position, "everyone": groups.everyone}
    return [
        message("policy.unknown", path=f"{where}.groups.{kind}.identity", value=", ".join(["name", *rule.attributes]))
        for kind, rule in rules.items()
        if rule is not None and rule.identity != "name" and rule.identity not in rule.attributes
    ]


def _retirement_faults(retirement: Retirement | None, where: str) -> list[Message]:
    """One period, in months or in days, and one that comes to an end."""
    if retirement is None:
        return []
    path = f"{where}.retirement"
    faults = [
        message("personnel.policy_long_period", path=f"{path}.{name}", value=period, limit=most)
        for name, (period, most) in retirement.too_long().items()
    ]
    if retirement.is_twice:
        fields = {"months": str(retirement.delete_after_months), "days": str(retirement.delete_after_days)}
        faults.append(message("personnel.policy_two_periods", path=path, **fields))
    return faults


def _place_faults(policy: DirectoryPolicy, where: str) -> list[Message]:
    """A directory with OUs says which are whose; a flat one has none."""
    users = policy.users
    places = {"users.ou": users.ou, "users.retired_ou": users.retired_ou}
    if not policy.flat:
        lacking = [name for name, path in places.items() if path is None]
        return [message("policy.missing", path=f"{where}.{name}", value=name) for name in lacking]
    given = {name for name, path in places.items() if path is not None}
    given |= {"users.by_section"} if users.by_section else set()
    given |= {"groups.ou"} if policy.groups.ou else set()
    return [message("personnel.policy_flat", path=f"{where}.{name}", value=name) for name in sorted(given)]


def _keyed_faults(policy: DirectoryPolicy, where: str) -> list[Message]:
    """Keys never change: no addresses made of readings or following codes, and an ended group keeps its code."""
    if not policy.keyed:
        return []
    section = policy.groups.section
    given = set() if policy.flat else {"keyed"}
    given |= {"users.addresses"} if policy.users.addresses else set()
    given |= {"groups.section.ended_attributes"} if section and section.ended_attributes else set()
    given |= {"groups.section.addresses"} if section and section.addresses else set()
    return [message("personnel.policy_keyed", path=f"{where}.{name}", value=name) for name in sorted(given)]


def _approver_faults(policy: DirectoryPolicy, where: str) -> list[Message]:
    """Approvers need section groups and titles to be told by, and nobody's title both approves and stands in."""
    rule, path = policy.groups.approvers, f"{where}.groups.approvers"
    if rule is None:
        return []
    faults = [
        message("personnel.policy_both_titles", path=f"{path}.deputy_titles", value=code)
        for code in sorted(set(rule.titles) & set(rule.deputy_titles))
    ]
    if policy.groups.section is None:
        faults.append(message("policy.missing", path=f"{where}.groups.section", value="groups.section"))
    if not any(template.single == "title" for template in policy.users.attributes.values()):
        faults.append(message("policy.missing", path=f"{where}.users.attributes", value="{title}"))
    return faults


def _address_faults(users: Users, where: str) -> list[Message]:
    """Addresses are made only where a rule says how."""
    named = {"users.name": users.name, **{f"users.attributes.{name}": each for name, each in users.attributes.items()}}
    if users.addresses is not None:
        return []
    return [
        message("policy.missing", path=f"{where}.users.addresses", value=f"users.addresses ({name})")
        for name, template in named.items()
        if "address" in template.fields
    ]


def _fixed_faults(users: Users, where: str) -> list[Message]:
    """What `on_joining` and `on_leaving` set is nothing that is written otherwise."""
    written = {"name", "parent", "enabled", users.notes, users.listed, *users.attributes}
    written |= {users.addresses.aliases, users.addresses.ends} if users.addresses else set()
    fixed = {"on_joining": users.on_joining, "on_leaving": users.on_leaving}
    return [
        message("personnel.policy_written", path=f"{where}.users.{setting}.{name}", value=name)
        for setting, values in fixed.items()
        for name in sorted(values)
        if name in written
    ]


def _forward_faults(users: Users, where: str) -> list[Message]:
    """A forwarding has an end."""
    given = {"forward": users.forward, "forward_until": users.forward_until}
    lacking = [name for name, attribute in given.items() if attribute is None]
    if len(lacking) != 1:
        return []
    return [message("policy.missing", path=f"{where}.users.{lacking[0]}", value=lacking[0])]


def _folder_faults(policy: FolderPolicy, where: str) -> list[Message]:
    """Folders are found again by their names, which therefore hold all that tells them apart."""
    known = FolderTemplate.allowed
    told_by: dict[str, tuple[Template, frozenset[str]]] = {
        "name": (policy.name, known),
        "ended_name": (policy.ended_name, known | {"date"}),
    }
    if not policy.group.fields:
        told_by["group"] = (policy.group, frozenset({"section_code"}))
    faults = [
        message("personnel.policy_folder_name", path=f"{where}.{name}", value=" ".join(map("{{{}}}".format, lacking)))
        for name, (template, needed) in told_by.items()
        if (lacking := sorted(needed - template.fields))
    ]
    if not (policy.rights.read or policy.rights.write or policy.rights.manage):
        faults.append(message("policy.missing", path=f"{where}.rights", value="read, write, manage"))
    odd = [level for level in policy.levels if level < 1]
    return faults + [message("policy.not_number", path=f"{where}.levels", value=level) for level in odd]
