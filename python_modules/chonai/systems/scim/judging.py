"""What a change means for an object as it is now: a request, nothing more to do, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Action, Change, Key, Record, Value, members
from chonai.change.system import Result, SecretMaker
from chonai.systems.scim.connection import Call
from chonai.systems.scim.documents import Document, items
from chonai.systems.scim.edits import Assign, Edit, document
from chonai.systems.scim.links import write_call
from chonai.systems.scim.paths import Path
from chonai.systems.scim.preimage import base, plain_part
from chonai.systems.scim.records import edits, referred
from chonai.systems.scim.session import Session, address, shown
from chonai.systems.scim.types import ENDPOINTS, SCHEMAS
from chonai.text.messages import Message, message

PASSWORD = Path("password")


def judge(
    session: Session, change: Change, resource: Document | None, missing: frozenset[Key], secret: SecretMaker
) -> Call | Result:
    """The request that makes the change, or what became of it already.

    `resource` is the object as it is now, `missing` holds references that lead nowhere.
    """
    if error := _objection(session, change, resource, missing):
        return Result(change.key, error)
    if change.action is Action.DELETE:
        return _delete(session, change, resource)
    if change.action is Action.CREATE:
        return _create(session, change, resource, secret)
    return _update(session, change, resource)


def _objection(session: Session, change: Change, resource: Document | None, missing: frozenset[Key]) -> Message | None:
    type_ = change.key.type
    if type_ not in ENDPOINTS:
        return message("scim.unknown_type", type=type_, known=", ".join(ENDPOINTS))
    name = shown(change.key, resource, change.after)
    why = session.protection(type_, resource)
    if why is not None:
        return message("scim.refused_protected", name=name, why=why)
    for attribute in plain_part({**change.before, **change.after}):
        if attribute not in session.settings.paths[type_]:
            known = ", ".join(sorted(session.settings.paths[type_]))
            return message("scim.unknown_attribute", type=type_, attribute=attribute, known=known)
    for key in sorted(referred(change.after) & missing):
        return message("scim.no_reference", name=name, reference=str(key))
    return None


def _delete(session: Session, change: Change, resource: Document | None) -> Call | Result:
    if resource is None:
        return Result(change.key)
    if error := _moved(session, change, resource, plain_part(change.before), {}):
        return Result(change.key, error)
    return Call("DELETE", address(change.key), version=session.version(resource))


def _update(session: Session, change: Change, resource: Document | None) -> Call | Result:
    if resource is None:
        return Result(change.key, message("scim.gone", name=str(change.key)))
    before, after = plain_part(change.before), plain_part(change.after)
    if error := _moved(session, change, resource, before, after):
        return Result(change.key, error)
    left = _left(session, change.key, resource, before, after)
    return write_call(session, change.key, resource, left) if left else Result(change.key)


def _moved(session: Session, change: Change, resource: Document, before: Record, after: Record) -> Message | None:
    """Somebody else wrote a value that is neither what the plan saw nor what it wants."""
    now = session.record(change.key.type, resource, before.keys() | after.keys())
    for name in sorted(now):
        old, new = before.get(name), after.get(name)
        expected = (old, new) if change.action is not Action.DELETE else (old,)
        if not _is_set(now[name], old, new) and now[name] not in expected:
            fields = {"attribute": name, "now": _said(now[name]), "before": _said(old), "after": _said(new)}
            return Message("scim.moved_meanwhile", {"name": shown(change.key, resource, {}), **fields})
    return None


def _is_set(*values: Value) -> bool:
    return any(isinstance(value, frozenset) for value in values)


def _said(value: Value) -> str:
    return "-" if value is None else str(value)


def _left(session: Session, key: Key, resource: Document, before: Record, after: Record) -> list[Edit]:
    """What is not yet as it shall be."""
    now = session.record(key.type, resource, before.keys() | after.keys())
    gone: dict[str, Value] = {}
    come: dict[str, Value] = {}
    for name, value in now.items():
        old, new = before.get(name), after.get(name)
        if _is_set(value, old, new):
            leaving, joining = (members(old) - members(new)) & members(value), members(new) - members(value)
            if leaving or joining:
                gone[name], come[name] = leaving, joining
        elif value != new:
            gone[name], come[name] = value, new
    return edits(session, key.type, gone, come)


def _create(session: Session, change: Change, resource: Document | None, secret: SecretMaker) -> Call | Result:
    """A new object with all it has, its password too, in one request; or the rest of one that is there."""
    type_, after = change.key.type, plain_part(change.after)
    passwords = [Assign(PASSWORD, secret(change, name)) for name in change.secrets[:1]]
    if resource is not None:
        left = [*_left(session, change.key, resource, {}, after), *passwords]
        return write_call(session, change.key, resource, left) if left else Result(change.key)
    whole = document([*edits(session, type_, {}, after), *passwords], {**_schemas(type_), **base(change.after)})
    return Call("POST", ENDPOINTS[type_], data=_announced(whole))


def _schemas(type_: str) -> Document:
    return {"schemas": [SCHEMAS[type_]]}


def _announced(whole: Mapping[str, object]) -> Document:
    """A resource names the schema of every extension that it uses (RFC 7643 section 3)."""
    extensions = [name for name, value in whole.items() if name.startswith("urn:") and isinstance(value, dict)]
    named = items(whole.get("schemas"))
    return {**whole, "schemas": [*named, *(urn for urn in extensions if urn not in named)]}
