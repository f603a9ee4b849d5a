"""What one connection knows and how it looks things up: by id, by value of an attribute, as a whole list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from urllib.parse import quote

from chonai.change.errors import InputError
from chonai.change.model import Key, Record, Scope, TypeScope, Value
from chonai.systems.scim.connection import Call, Connection
from chonai.systems.scim.documents import Document, get, items, text
from chonai.systems.scim.listing import Lists, read_refused
from chonai.systems.scim.paths import Path, elements, plain, quoted, value
from chonai.systems.scim.provider import Provider
from chonai.systems.scim.settings import ScimSettings
from chonai.systems.scim.types import ENDPOINTS, GROUP, MEMBER, NAMING, REFERENCES, USER
from chonai.text.messages import Message, message

GONE = 404
LIST_FROM = 4
"""A list of all is asked for when more than a quarter of it is wanted."""


class Session:
    """One connected server."""

    def __init__(self, settings: ScimSettings, provider: Provider, connection: Connection) -> None:
        self.settings, self.provider, self.connection = settings, provider, connection
        self._lists = Lists(settings, provider, connection)

    # -- attributes and records

    def path(self, type_: str, name: str) -> Path | None:
        """Where the attribute stands; None for one that is not mapped."""
        return self.settings.paths[type_].get(name)

    def check(self, scope: Scope) -> None:
        """Raise InputError naming every type and attribute of the scope that this server does not have."""
        problems = [problem for type_, owned in scope.items() for problem in self._lacking(type_, owned)]
        if problems:
            raise InputError("scim.bad_scope", system=self.settings.name, details=problems)

    def _lacking(self, type_: str, owned: TypeScope) -> list[Message]:
        if type_ not in ENDPOINTS:
            return [message("scim.unknown_type", type=type_, known=", ".join(ENDPOINTS))]
        found = []
        for name in sorted(owned.attributes):
            path = self.path(type_, name)
            if path is None:
                known = ", ".join(sorted(self.settings.paths[type_]))
                found.append(message("scim.unknown_attribute", type=type_, attribute=name, known=known))
            elif not self.provider.knows(type_, path):
                found.append(message("scim.not_in_schema", type=type_, attribute=name, path=path.target))
        return found

    def record(self, type_: str, resource: object, names: Iterable[str]) -> dict[str, Value]:
        """The attributes of a resource under their plain names."""
        return {name: self._value(type_, resource, name) for name in names}

    def _value(self, type_: str, resource: object, name: str) -> Value:
        path = self.settings.paths[type_][name]
        if (type_, name) == (GROUP, MEMBER):
            return frozenset(str(key) for element in elements(resource, path) if (key := self._member(element, path)))
        found = value(resource, path)
        return f"{REFERENCES[name]}:{found}" if name in REFERENCES and found is not None else found

    def asked(self, type_: str, names: Iterable[str]) -> dict[str, str]:
        """The query that asks for these attributes only, for what an object is called, and for its version."""
        tops = {path.top for name in names if (path := self.path(type_, name)) is not None}
        return {"attributes": ",".join(sorted({*tops, NAMING[type_], *(("meta",) if self.provider.etag else ())}))}

    def protection(self, type_: str, resource: object) -> Message | None:
        """Why no plan may touch the object; None when it may."""
        name = text(resource, NAMING[type_])
        pattern = self.settings.protecting(name)
        return None if pattern is None else message("scim.protected_name", name=name, pattern=pattern)

    def version(self, resource: object) -> str:
        """What the server compares before it writes; empty when it does not."""
        return text(resource, "meta", "version") if self.provider.etag else ""

    # -- looking up

    def listed(self, type_: str, names: Iterable[str] | None = None) -> dict[Key, Document]:
        """All objects of a type, with these attributes or with all of them."""
        query = {} if names is None else self.asked(type_, names)
        found = self._lists.whole(ENDPOINTS[type_], query)
        return {Key(type_, text(one, "id")): one for one in found if text(one, "id")}

    def fetched(self, keys: Collection[Key], names: Mapping[str, Collection[str]] | None = None) -> dict[Key, Document]:
        """Those of the keys that exist, with the attributes named by type or with all.

        One list where many are wanted, else requests side by side: SCIM has none that asks for several by id.
        """
        found: dict[Key, Document] = {}
        for type_ in ENDPOINTS:
            wanted = sorted({key for key in keys if key.type == type_ and key.id and not key.is_new})
            attributes = None if names is None else names.get(type_, ())
            if self._is_most(type_, len(wanted)):
                whole = self.listed(type_, attributes)
                found.update((key, whole[key]) for key in wanted if key in whole)
            else:
                found.update(self._each(type_, wanted, attributes))
        return found

    def _each(self, type_: str, keys: Sequence[Key], names: Collection[str] | None) -> dict[Key, Document]:
        query = {} if names is None else self.asked(type_, names)
        calls = [Call("GET", address(key), query) for key in keys]
        found: dict[Key, Document] = {}
        for key, call, reply in zip(keys, calls, self.connection.many(calls), strict=True):
            if reply.ok and reply.body is not None:
                found[key] = reply.body
            elif reply.status != GONE:
                raise read_refused(self.settings, call.path, reply)
        return found

    def _is_most(self, type_: str, count: int) -> bool:
        if count <= self.settings.limits.page // 2:
            return False
        endpoint = ENDPOINTS[type_]
        if endpoint not in self._lists.totals:
            reply = self.connection.one(Call("GET", endpoint, {"count": "0"}))
            total = get(reply.body, "totalResults")
            self._lists.totals[endpoint] = total if isinstance(total, int) else 0
        return count * LIST_FROM > self._lists.totals[endpoint]

    def holding(self, type_: str, path: Path, values: Collection[str], names: Collection[str]) -> list[Document]:
        """Objects with one of these values in an attribute, by filter where the server has filters."""
        wanted = sorted(set(values))
        if not wanted:
            return []
        if not self.provider.filter or self._is_most(type_, len(wanted)):
            return self._among(self.listed(type_, names).values(), path, wanted)
        filtered = f"{path.top}.{path.sub}" if path.sub else path.top
        query = self.asked(type_, names)
        calls = [Call("GET", ENDPOINTS[type_], {**query, "filter": f"{filtered} eq {quoted(one)}"}) for one in wanted]
        found: list[Document] = []
        for call, reply in zip(calls, self.connection.many(calls), strict=True):
            if not reply.ok:
                raise read_refused(self.settings, call.path, reply)
            page = [one for one in items(get(reply.body, "Resources")) if isinstance(one, dict)]
            is_cut = get(reply.body, "totalResults") not in (None, len(page))
            found += self._lists.whole(call.path, call.query) if is_cut else page
        return self._among(found, path, wanted)

    def _among(self, resources: Iterable[Document], path: Path, values: Sequence[str]) -> list[Document]:
        """A server that knows no such filter may answer with everything: what it gives is looked at again."""
        wanted = {one.casefold() for one in values}
        found = {
            text(one, "id"): one
            for one in resources
            if wanted & {str(plain(element, path)).casefold() for element in elements(one, path)}
        }
        return list(found.values())

    # -- members

    def _member(self, element: object, path: Path) -> Key | None:
        """The key of a member; what is neither user nor group (a device) is not shown.

        Its type may be left out (RFC 7643 section 4.2); then its address tells, or the list of all groups.
        """
        id_, kind, where = plain(element, path), text(element, "type").casefold(), text(element, "$ref")
        if not isinstance(id_, str):
            return None
        for type_, endpoint in ENDPOINTS.items():
            if kind == type_ or (not kind and f"{endpoint}/" in where):
                return Key(type_, id_)
        if kind or where:
            return None
        return Key(GROUP if Key(GROUP, id_) in self._groups else USER, id_)

    @cached_property
    def _groups(self) -> Collection[Key]:
        return self.listed(GROUP, ()).keys()


def address(key: Key) -> str:
    """Where the object is, below the base."""
    return f"{ENDPOINTS[key.type]}/{quote(key.id, safe='')}"


def owned_names(scope: Scope) -> dict[str, Collection[str]]:
    """The attributes of the scope, by type."""
    return {type_: owned.attributes for type_, owned in scope.items()}


def shown(key: Key, resource: object, record: Record) -> str:
    """How messages call an object: by its name, and by its key."""
    name = text(resource, NAMING[key.type]) or str(record.get("name") or record.get(NAMING[key.type]) or "")
    return f"{name} ({key})" if name else str(key)
