"""A plan as the smallest list of LDAP requests that brings a directory there: what the peers are given to do."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from chonai.change.model import Action, Change, Key, Record, State, Value
from chonai.systems.directory.dn import rdn
from tests.bench.servers import Server

SSHA = b"{SSHA}5V8Yx0eE2x5Y3Yx5Hq3V0b8b2mQyQ2Jh"
PLACE = ("parent", "name")
Values = list[bytes]


@dataclass(frozen=True, slots=True)
class Add:
    dn: str
    attributes: list[tuple[str, Values]]


@dataclass(frozen=True, slots=True)
class Modify:
    """Each change is `add`, `delete` or `replace` with an attribute and values."""

    dn: str
    changes: list[tuple[str, str, Values]]


@dataclass(frozen=True, slots=True)
class Rename:
    dn: str
    rdn: str
    superior: str


@dataclass(frozen=True, slots=True)
class Delete:
    dn: str


Request = Add | Modify | Rename | Delete


class Script:
    """Turns changes into requests one after the other; knows where everything is by then."""

    def __init__(self, server: Server, state: State) -> None:
        self._server = server
        self._places: dict[str, tuple[str, str]] = {
            str(key): (str(record["name"]), str(record.get("parent") or "")) for key, record in state.items()
        }
        self._naming = {"user": "CN" if server.is_ad else "uid", "group": "CN", "ou": "OU"}

    def requests(self, changes: Iterable[Change], *, moves: bool = True) -> Iterator[Request]:
        """The requests of changes in this order; without `moves`, everything stays where it is."""
        for change in changes:
            yield from self._of(change, moves)

    def dn(self, reference: str) -> str:
        """The DN of an object by now."""
        name, parent = self._places[reference]
        if parent not in self._places:
            return self._server.base
        return f"{self._rdn(reference, name)},{self.dn(parent)}"

    def _rdn(self, reference: str, name: str) -> str:
        return rdn(self._naming[reference.partition(":")[0]], name)

    def _of(self, change: Change, moves: bool) -> Iterator[Request]:
        reference = str(change.key)
        if change.action is Action.CREATE:
            self._places[reference] = (str(change.after["name"]), str(change.after["parent"]))
            yield Add(self.dn(reference), self._new(change))
        elif change.action is Action.DELETE:
            yield Delete(self.dn(reference))
        else:
            if changes := list(self._changes(change)):
                yield Modify(self.dn(reference), changes)
            if moves and change.action is Action.MOVE:
                yield self._rename(reference, change.after)

    def _rename(self, reference: str, after: Record) -> Rename:
        old = self.dn(reference)
        name, parent = self._places[reference]
        self._places[reference] = (str(after.get("name", name)), str(after.get("parent", parent)))
        name, parent = self._places[reference]
        return Rename(old, self._rdn(reference, name), self.dn(parent))

    def _new(self, change: Change) -> list[tuple[str, Values]]:
        attributes = self._class(change.key)
        named = {"user": "uid", "group": "cn", "ou": "ou"}[change.key.type]
        for name, value in change.after.items():
            if name not in (*PLACE, "enabled") and (self._server.is_ad or name != named):
                attributes.append((name, self._values(name, value)))
        if not self._server.is_ad:
            attributes.append((named, [str(change.after["name"]).encode()]))
        return [(name, values) for name, values in attributes if values]

    def _class(self, key: Key) -> list[tuple[str, Values]]:
        if self._server.is_ad:
            names = {"user": "user", "group": "group", "ou": "organizationalUnit"}
            password = f'"Pw-{key.id[-6:]}!x9"'.encode("utf-16-le")
            account = [("userAccountControl", [b"512"]), ("unicodePwd", [password]), ("pwdLastSet", [b"0"])]
        else:
            names = {"user": "inetOrgPerson", "group": "groupOfNames", "ou": "organizationalUnit"}
            account = [("userPassword", [SSHA]), ("pwdReset", [b"TRUE"])]
        return [("objectClass", [names[key.type].encode()]), *(account if key.type == "user" else [])]

    def _changes(self, change: Change) -> Iterator[tuple[str, str, Values]]:
        for name in sorted(change.before.keys() | change.after.keys()):
            before, after = change.before.get(name), change.after.get(name)
            if name == "enabled":
                yield self._enabling(bool(after))
            elif isinstance(before, frozenset) or isinstance(after, frozenset):
                yield from (
                    (how, name, self._values(name, side)) for how, side in (("delete", before), ("add", after)) if side
                )
            elif name not in PLACE:
                yield "replace", name, self._values(name, after)

    def _enabling(self, enabled: bool) -> tuple[str, str, Values]:
        if self._server.is_ad:
            return "replace", "userAccountControl", [b"512" if enabled else b"514"]
        return "replace", "pwdAccountLockedTime", [] if enabled else [b"000001010000Z"]

    def _values(self, name: str, value: Value) -> Values:
        items = sorted(value) if isinstance(value, frozenset) else [] if value in (None, "") else [str(value)]
        return [(self.dn(item) if name == "member" else item).encode() for item in items]


def fewest(changes: Iterable[Change]) -> list[Change]:
    """The same changes with one for each group instead of one for those who leave and one for those who join."""
    kept: list[Change] = []
    deletes: list[Change] = []
    groups: dict[Key, Change] = {}
    for change in changes:
        if change.action is Action.UPDATE and change.before.keys() | change.after.keys() == {"member"}:
            known = groups.get(change.key)
            groups[change.key] = _both(known, change) if known else change
        else:
            (deletes if change.action is Action.DELETE else kept).append(change)
    return [*kept, *groups.values(), *deletes]


def _both(one: Change, other: Change) -> Change:
    return replace(one, before={**one.before, **other.before}, after={**one.after, **other.after})


def one_by_one(requests: Iterable[Request]) -> Iterator[Request]:
    """The same as a simple program sends it: every membership by itself."""
    for request in requests:
        if isinstance(request, Modify) and any(name == "member" for _, name, _ in request.changes):
            for how, name, values in request.changes:
                yield from (Modify(request.dn, [(how, name, [value])]) for value in values)
        else:
            yield request


def as_ldif(requests: Iterable[Request]) -> str:
    """LDIF for ldapmodify."""
    return "\n".join("\n".join(_record(request)) + "\n" for request in requests)


def _record(request: Request) -> Iterator[str]:
    yield _line("dn", request.dn.encode())
    if isinstance(request, Add):
        yield "changetype: add"
        yield from (_line(name, value) for name, values in request.attributes for value in values)
    elif isinstance(request, Modify):
        yield "changetype: modify"
        for how, name, values in request.changes:
            yield f"{how}: {name}"
            yield from (_line(name, value) for value in values)
            yield "-"
    elif isinstance(request, Rename):
        yield from ("changetype: modrdn", _line("newrdn", request.rdn.encode()), "deleteoldrdn: 1")
        yield _line("newsuperior", request.superior.encode())
    else:
        yield "changetype: delete"


def _line(name: str, value: bytes) -> str:
    return f"{name}:: {base64.b64encode(value).decode()}"


def by_person(plan_changes: Iterable[Change]) -> Mapping[str, list[Change]]:
    """Changes by the person whom they are about: of the account itself, and its memberships of existing groups."""
    found: dict[str, list[Change]] = {}
    for change in plan_changes:
        if change.key.type == "user" and change.action is not Action.DELETE:
            found.setdefault(str(change.key), []).append(change)
        if change.key.type == "group" and change.action is not Action.CREATE:
            for side, values in (("before", change.before.get("member")), ("after", change.after.get("member"))):
                for member in sorted(values) if isinstance(values, frozenset) else ():
                    one = {"member": frozenset({member})}
                    before, after = (one, {}) if side == "before" else ({}, one)
                    found.setdefault(member, []).append(Change(Action.UPDATE, change.key, before, after, ""))
    return found
