"""Turn plain data (YAML) into the policy's values, finding every fault with its path before complaining.

Only what the policy's dataclasses declare is understood: text, whole numbers, yes/no, lists of texts, mappings,
enums, templates, and
further dataclasses. `bodies.1.prefix` is the path of a value.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from chonai.change.errors import InputError
from chonai.operations.personnel.kinds import usual_order_types, usual_reform_kinds, usual_statuses
from chonai.operations.personnel.policy import CityPolicy, DirectoryPolicy, FolderPolicy, Users
from chonai.operations.personnel.templates import FolderTemplate, Template
from chonai.text.messages import Message, message

T = TypeVar("T")
Fault = Callable[[str, str, object], None]


def city_policy(data: object, *, where: str = "personnel_policy") -> CityPolicy:
    """The city's policy from plain data, its words added to the usual ones.

    Raises `InputError` naming every fault and its path below `where`.
    """
    policy = _read(CityPolicy, data, where, _city_faults)
    return replace(
        policy,
        order_types={**usual_order_types(), **policy.order_types},
        roster=replace(policy.roster, statuses={**usual_statuses(), **policy.roster.statuses}),
        reorganisation=replace(policy.reorganisation, kinds={**usual_reform_kinds(), **policy.reorganisation.kinds}),
    )


def directory_policy(data: object, *, where: str = "personnel_directory") -> DirectoryPolicy:
    """One directory's policy from plain data. Raises `InputError` naming every fault and its path below `where`."""
    return _read(DirectoryPolicy, data, where, _directory_faults)


def folder_policy(data: object, *, where: str = "personnel_folders") -> FolderPolicy:
    """One file server's policy from plain data. Raises `InputError` naming every fault and its path below `where`."""
    return _read(FolderPolicy, data, where, _folder_faults)


def schema_paths(kind: type, prefix: str = "") -> list[str]:
    """Dotted path of every key that a policy may hold; `*` stands for a name that the city chooses."""
    found: list[str] = []
    for item in fields(kind):
        path = f"{prefix}{item.name}"
        found.append(path)
        inner = _inner(_hints(kind)[item.name])
        if inner is not None:
            found.extend(schema_paths(inner[1], f"{path}.{inner[0]}"))
    return found


def _inner(hint: Any) -> tuple[str, type] | None:
    if is_dataclass(hint) and isinstance(hint, type) and not issubclass(hint, Template):
        return "", hint
    for argument in typing.get_args(hint):
        found = _inner(argument)
        if found is not None:
            return ("*." if typing.get_origin(hint) is Mapping else "") + found[0], found[1]
    return None


def _read(kind: type[T], data: object, where: str, check: Callable[[T, str], list[Message]]) -> T:
    faults: list[Message] = []

    def fault(code: str, path: str, value: object) -> None:
        faults.append(message(f"personnel.policy_{code}", path=path, value=str(value)))

    value = _value(kind, data, where, fault)
    if not faults:
        faults.extend(check(value, where))
    if faults:
        raise InputError("personnel.policy_wrong", details=faults, where=where, count=len(faults))
    return typing.cast(T, value)


def _value(hint: Any, data: object, path: str, fault: Fault) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        kinds = [kind for kind in arguments if kind is not types.NoneType]
        if data is None:
            return None
        return _value(kinds[0], data, path, fault) if len(kinds) == 1 else _plain(tuple(kinds), data, path, fault)
    if origin is tuple:
        return _items(arguments[0], data, path, fault)
    if origin is Mapping:
        return _mapping(arguments[1], data, path, fault)
    if issubclass(hint, Template):
        return _template(hint, data, path, fault)
    if is_dataclass(hint):
        return _dataclass(hint, data, path, fault)
    return _scalar(hint, data, path, fault)


def _scalar(hint: Any, data: object, path: str, fault: Fault) -> Any:
    if issubclass(hint, StrEnum):
        if data not in set(hint):
            fault("word", path, f"{data} ({', '.join(hint)})")
            return None
        return hint(data)
    if not isinstance(data, hint) or (hint is int and (isinstance(data, bool) or data < 0)):
        fault({str: "not_text", int: "not_number", bool: "not_yes_no"}[hint], path, data)
    return data


def _plain(kinds: tuple[type, ...], data: object, path: str, fault: Fault) -> object:
    """A value of an attribute as a system has it: a text, a number or yes/no."""
    if not isinstance(data, kinds):
        fault("not_plain", path, data)
    return data


def _items(hint: Any, data: object, path: str, fault: Fault) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        fault("not_list", path, data)
        return ()
    return tuple(_value(hint, item, f"{path}[{i}]", fault) for i, item in enumerate(data))


def _mapping(hint: Any, data: object, path: str, fault: Fault) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        fault("not_mapping", path, data)
        return {}
    for key in data:
        if not isinstance(key, str):
            fault("key_not_text", f"{path}.{key}", key)
    return {key: _value(hint, item, f"{path}.{key}", fault) for key, item in data.items()}


def _template(hint: type[Template], data: object, path: str, fault: Fault) -> Template | None:
    if not isinstance(data, str):
        fault("not_text", path, data)
        return None
    try:
        return hint.parse(data)
    except ValueError as wrong:
        fault("field", path, f"{wrong} ({', '.join(sorted(hint.allowed)) or '-'})")
        return None


def _dataclass(hint: Any, data: object, path: str, fault: Fault) -> Any:
    if not isinstance(data, Mapping):
        fault("not_mapping", path, data)
        return None
    known = {item.name: item for item in fields(hint)}
    for key in data:
        if key not in known:
            fault("unknown", f"{path}.{key}", ", ".join(known))
    for name, item in known.items():
        if name not in data and _required(item):
            fault("missing", f"{path}.{name}", name)
    hints = _hints(hint)
    given = {name: _value(hints[name], data[name], f"{path}.{name}", fault) for name in known if name in data}
    missing = {name: None for name, item in known.items() if name not in data and _required(item)}
    return hint(**missing, **given)


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _city_faults(policy: CityPolicy, where: str) -> list[Message]:
    faults = []
    if policy.default_body is not None and policy.default_body not in policy.bodies:
        faults.append(
            message(
                "personnel.policy_word",
                path=f"{where}.default_body",
                value=f"{policy.default_body} ({', '.join(policy.bodies)})",
            )
        )
    if not 1 <= policy.sections.office_levels <= len(policy.sections.widths):
        faults.append(
            message(
                "personnel.policy_not_number",
                path=f"{where}.sections.office_levels",
                value=policy.sections.office_levels,
            )
        )
    if policy.language not in ("ja", "en"):
        faults.append(message("personnel.policy_word", path=f"{where}.language", value=f"{policy.language} (ja, en)"))
    prefixes: dict[str, str] = {}
    for code, body in policy.bodies.items():
        if body.prefix in prefixes:
            faults.append(
                message(
                    "personnel.policy_prefix",
                    path=f"{where}.bodies.{code}.prefix",
                    value=body.prefix,
                    other=prefixes[body.prefix],
                )
            )
        prefixes[body.prefix] = code
    return faults


def _directory_faults(policy: DirectoryPolicy, where: str) -> list[Message]:
    users = policy.users
    faults = []
    told_by = [(users.identity, "staff_key")]
    is_name = users.account == "name" and (users.addresses is not None or users.name.single == "account")
    told_by += [] if is_name else [(users.account, "account")]
    for name, field_name in told_by:
        template = users.attributes.get(name)
        if template is None or template.single != field_name:
            faults.append(
                message("personnel.policy_identity", path=f"{where}.users.attributes.{name}", value=field_name)
            )
    if users.notes in users.attributes:
        faults.append(
            message("personnel.policy_notes", path=f"{where}.users.attributes.{users.notes}", value=users.notes)
        )
    faults += [*_place_faults(policy, where), *_approver_faults(policy, where), *_address_faults(users, where)]
    faults += [*_fixed_faults(users, where), *_forward_faults(users, where)]
    faults += _keyed_faults(policy, where)
    for kind in ("section", "position", "everyone"):
        group = getattr(policy.groups, kind)
        if group is not None and group.identity != "name" and group.identity not in group.attributes:
            faults.append(
                message(
                    "personnel.policy_unknown",
                    path=f"{where}.groups.{kind}.identity",
                    value=", ".join(["name", *group.attributes]),
                )
            )
    return faults


def _place_faults(policy: DirectoryPolicy, where: str) -> list[Message]:
    """A directory with OUs says which are whose; a flat one has none."""
    users = policy.users
    places = {"users.ou": users.ou, "users.retired_ou": users.retired_ou}
    if not policy.flat:
        lacking = [name for name, path in places.items() if path is None]
        return [message("personnel.policy_missing", path=f"{where}.{name}", value=name) for name in lacking]
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
        faults.append(message("personnel.policy_missing", path=f"{where}.groups.section", value="groups.section"))
    if not any(template.single == "title" for template in policy.users.attributes.values()):
        faults.append(message("personnel.policy_missing", path=f"{where}.users.attributes", value="{title}"))
    return faults


def _address_faults(users: Users, where: str) -> list[Message]:
    """Addresses are made only where a rule says how."""
    named = {"users.name": users.name, **{f"users.attributes.{name}": each for name, each in users.attributes.items()}}
    if users.addresses is not None:
        return []
    return [
        message("personnel.policy_missing", path=f"{where}.users.addresses", value=f"users.addresses ({name})")
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
    return [message("personnel.policy_missing", path=f"{where}.users.{lacking[0]}", value=lacking[0])]


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
        faults.append(message("personnel.policy_missing", path=f"{where}.rights", value="read, write, manage"))
    odd = [level for level in policy.levels if level < 1]
    return faults + [message("personnel.policy_not_number", path=f"{where}.levels", value=level) for level in odd]
