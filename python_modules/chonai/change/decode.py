"""Plans and change sets from plain JSON.

Every object has exactly the fields of this schema version, each of its type. Anything else is refused, naming
the place.
"""

from __future__ import annotations

from datetime import datetime

from chonai.change.errors import Refused
from chonai.change.fields import (
    count_of,
    flag_of,
    items_of,
    loads,
    mapping_of,
    maybe,
    member_of,
    misfit,
    object_of,
    text_of,
)
from chonai.change.model import (
    Action,
    ApprovalKind,
    ApprovalRule,
    Brake,
    Change,
    ChangeSet,
    Key,
    Plan,
    Record,
    Scope,
    TypeScope,
    Value,
)
from chonai.text.messages import Message

SCHEMA = 1
"""Version of the form that change sets have in the store."""

_MESSAGE = frozenset({"code", "fields"})
_KEY = frozenset({"type", "id"})
_CHANGE = frozenset({"action", "key", "before", "after", "reason", "guard", "secrets", "needs"})
_BRAKE = frozenset({"name", "message", "releasable"})
_TYPE_SCOPE = frozenset({"attributes", "references", "place", "unique", "secrets", "label"})
_TYPE_SCOPE_LATER = frozenset({"names", "owner", "told"})
_PLAN = frozenset(
    {"system", "operation", "scope", "changes", "observed", "brakes", "warnings", "problems", "inputs", "labels"}
)
_RULE = frozenset({"kind", "watcher"})
_CHANGE_SET = frozenset(
    {
        "schema",
        "id",
        "operation",
        "author",
        "created_at",
        "rule",
        "plans",
        "not_before",
        "start_by",
        "undo_of",
    }
)
_SECRECY = frozenset({"announced_at", "salt"})


def change_set_from_text(text: str) -> ChangeSet:
    """The change set of a JSON text; raises `Refused` when it is not one."""
    return change_set_from_json(loads(text))


def plan_from_text(text: str) -> Plan:
    """The plan of a JSON text; raises `Refused` when it is not one."""
    return plan_from_json(loads(text))


def change_set_from_json(data: object) -> ChangeSet:
    """The change set of plain JSON; raises `Refused` naming the place that does not fit this schema."""
    _check_schema(data)
    row = object_of(data, _CHANGE_SET | _secrecy_of(data), "change_set")
    return ChangeSet(
        id=text_of(row["id"], "id"),
        operation=text_of(row["operation"], "operation"),
        author=text_of(row["author"], "author"),
        created_at=time_from_json(row["created_at"], "created_at"),
        rule=_rule(row["rule"], "rule"),
        plans=items_of(row["plans"], "plans", plan_from_json),
        not_before=maybe(row["not_before"], "not_before", time_from_json),
        start_by=maybe(row["start_by"], "start_by", time_from_json),
        undo_of=maybe(row["undo_of"], "undo_of", text_of),
        announced_at=time_from_json(row["announced_at"], "announced_at") if "announced_at" in row else None,
        salt=text_of(row.get("salt", ""), "salt"),
    )


def plan_from_json(data: object, where: str = "plan") -> Plan:
    """One plan of plain JSON; raises `Refused` like `change_set_from_json`."""
    row = object_of(data, _PLAN, where)
    return Plan(
        system=text_of(row["system"], f"{where}.system"),
        operation=text_of(row["operation"], f"{where}.operation"),
        scope=_scope(row["scope"], f"{where}.scope"),
        changes=items_of(row["changes"], f"{where}.changes", change_from_json),
        observed=text_of(row["observed"], f"{where}.observed"),
        brakes=items_of(row["brakes"], f"{where}.brakes", _brake),
        warnings=items_of(row["warnings"], f"{where}.warnings", message_from_json),
        problems=items_of(row["problems"], f"{where}.problems", message_from_json),
        inputs=mapping_of(row["inputs"], f"{where}.inputs", text_of),
        labels={Key.parse(key): label for key, label in mapping_of(row["labels"], f"{where}.labels", text_of).items()},
    )


def change_from_json(data: object, where: str = "change") -> Change:
    """One change of plain JSON; raises `Refused` like `change_set_from_json`."""
    row = object_of(data, _CHANGE, where)
    return Change(
        action=member_of(Action, row["action"], f"{where}.action"),
        key=_key(row["key"], f"{where}.key"),
        before=record_from_json(row["before"], f"{where}.before"),
        after=record_from_json(row["after"], f"{where}.after"),
        reason=text_of(row["reason"], f"{where}.reason"),
        guard=text_of(row["guard"], f"{where}.guard"),
        secrets=items_of(row["secrets"], f"{where}.secrets", text_of),
        needs=items_of(row["needs"], f"{where}.needs", count_of),
    )


def record_from_json(data: object, where: str = "record") -> Record:
    """A record of plain JSON: lists become sets; raises `Refused` like `change_set_from_json`."""
    return mapping_of(data, where, _value)


def message_from_json(data: object, where: str = "message") -> Message:
    """A message of plain JSON; raises `Refused` like `change_set_from_json`."""
    row = object_of(data, _MESSAGE, where)
    return Message(text_of(row["code"], f"{where}.code"), mapping_of(row["fields"], f"{where}.fields", _field))


def time_from_json(data: object, where: str = "time") -> datetime:
    """An aware time of ISO 8601; raises `Refused` when it is none or has no offset."""
    try:
        at = datetime.fromisoformat(text_of(data, where))
    except ValueError:
        raise misfit(where, "time") from None
    if at.tzinfo is None:
        raise misfit(where, "time")
    return at


def _secrecy_of(data: object) -> frozenset[str]:
    """The fields of a confidential change set: both or neither."""
    return _SECRECY if isinstance(data, dict) and data.keys() & _SECRECY else frozenset()


def _check_schema(data: object) -> None:
    found = data.get("schema") if isinstance(data, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and found != SCHEMA:
        raise Refused("identity.other_schema", found=found, known=SCHEMA)
    if found != SCHEMA or isinstance(found, bool):
        raise misfit("schema", "integer")


def _field(data: object, where: str) -> object:
    if isinstance(data, dict):
        return message_from_json(data, where)
    if data is not None and not isinstance(data, str | int | float):
        raise misfit(where, "text, number or message")
    return data


def _value(data: object, where: str) -> Value:
    if isinstance(data, list):
        return frozenset(items_of(data, where, text_of))
    if data is None or isinstance(data, str | int):
        return data
    raise misfit(where, "text, integer, boolean, null or list of text")


def _key(data: object, where: str) -> Key:
    row = object_of(data, _KEY, where)
    return Key(text_of(row["type"], f"{where}.type"), text_of(row["id"], f"{where}.id"))


def _rule(data: object, where: str) -> ApprovalRule:
    row = object_of(data, _RULE, where)
    return ApprovalRule(
        member_of(ApprovalKind, row["kind"], f"{where}.kind"), flag_of(row["watcher"], f"{where}.watcher")
    )


def _brake(data: object, where: str) -> Brake:
    row = object_of(data, _BRAKE, where)
    return Brake(
        name=text_of(row["name"], f"{where}.name"),
        message=message_from_json(row["message"], f"{where}.message"),
        releasable=flag_of(row["releasable"], f"{where}.releasable"),
    )


def _scope(data: object, where: str) -> Scope:
    return mapping_of(data, where, _type_scope)


def _type_scope(data: object, where: str) -> TypeScope:
    row = object_of(data, _TYPE_SCOPE, where, optional=_TYPE_SCOPE_LATER)
    for name in sorted(_TYPE_SCOPE_LATER & row.keys()):
        if not row[name]:  # one scope has one form, and so one digest
            raise misfit(f"{where}.{name}", "not empty")
    return TypeScope(
        attributes=_names(row["attributes"], f"{where}.attributes"),
        references=_names(row["references"], f"{where}.references"),
        place=_names(row["place"], f"{where}.place"),
        unique=items_of(row["unique"], f"{where}.unique", _group),
        secrets=_group(row["secrets"], f"{where}.secrets"),
        label=_group(row["label"], f"{where}.label"),
        names=_names(row.get("names", []), f"{where}.names"),
        owner=text_of(row.get("owner", ""), f"{where}.owner"),
        told=_names(row.get("told", []), f"{where}.told"),
    )


def _names(data: object, where: str) -> frozenset[str]:
    return frozenset(_group(data, where))


def _group(data: object, where: str) -> tuple[str, ...]:
    return items_of(data, where, text_of)
