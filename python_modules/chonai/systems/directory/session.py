"""An open directory: the connection, and what is known about the server for as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from chonai.change.errors import Fault, UsageError
from chonai.change.model import Key, Scope
from chonai.systems.directory import dn as dns
from chonai.systems.directory import filters
from chonai.systems.directory.active_directory import ActiveDirectory
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.flavour import OU, PARENT, TYPES, Flavour, Values, first
from chonai.systems.directory.openldap import OpenLdap
from chonai.systems.directory.protocol import SHOW_DELETED, Control, Entry, Search, SearchScope
from chonai.systems.directory.settings import DirectorySettings, FlavourName

T = TypeVar("T")
TERMS = 50
"""Terms of one OR filter. More at a time is slower on Samba, fewer wastes round trips."""
ANYTHING = filters.present("objectClass")


class Session:
    """A connected directory.

    root      the naming context that holds the base: the whole domain
    forest    the first domain of its forest, below which the schema is
    base      the base as the server writes it, and its key
    types     the type of every object met so far, by id; an object's type never changes
    """

    def __init__(self, settings: DirectorySettings, connection: Connection) -> None:
        self.settings, self.connection = settings, connection
        self.flavour: Flavour = _flavour(settings)
        self.types: dict[str, str] = {}
        self._identity, self._kind = self.flavour.identity.lower(), self.flavour.kind.lower()
        self._types_of_kinds: dict[tuple[bytes, ...], str | None] = {}
        self._server = self._ask_server()
        self.root, self.forest = self._find_roots()
        self.base, self.base_key = self._find_base()

    def base_search(self, dn: str, attributes: Iterable[str], *, filter_: bytes = ANYTHING) -> Search:
        """A search for the one entry at `dn`."""
        return Search(dn, filter_, tuple(attributes), SearchScope.BASE)

    def entries_of(
        self, ids: Sequence[str], attributes: Iterable[str], *, below: str, linked: bool = False
    ) -> list[Entry]:
        """The entries with these ids, wherever below `below` they are.

        With `linked`, DNs come extended where the server can.
        """
        wanted, controls = tuple(attributes), self.flavour.linked if linked else ()
        terms = (filters.any_of(self._has_id(id_) for id_ in chunk) for chunk in chunks(ids, TERMS))
        found = self.connection.searches([Search(below, filter_, wanted, controls=controls) for filter_ in terms])
        return [entry for entries in found for entry in entries]

    def tombstones(self, ids: Sequence[str], below: str) -> dict[str, str]:
        """DNs of deleted objects, by id."""
        flavour, control = self.flavour, Control(SHOW_DELETED)
        terms = (filters.any_of(self._has_id(id_) for id_ in chunk) for chunk in chunks(ids, TERMS))
        found = self.connection.searches(
            [Search(below, filter_, (flavour.identity,), controls=(control,)) for filter_ in terms]
        )
        pairs = ((entry.values[flavour.identity.lower()][0], entry.dn) for entries in found for entry in entries)
        return {flavour.id_text(raw): dn for raw, dn in pairs}

    def key_of(self, values: Values) -> Key | None:
        """The key of an entry from its identity and kinds; None for what is none of ours."""
        type_ = self._type_of(values)
        identity = values.get(self._identity)
        if type_ is None or not identity:
            return None
        key = Key(type_, self.flavour.id_text(identity[0]))
        self.types[key.id] = key.type
        return key

    def _type_of(self, values: Values) -> str | None:
        kinds = tuple(values.get(self._kind, ()))
        if kinds not in self._types_of_kinds:
            self._types_of_kinds[kinds] = self.flavour.type_of(kinds)
        return self._types_of_kinds[kinds]

    def check(self, scope: Scope) -> None:
        """Raises UsageError when the scope speaks of types or references that no directory has."""
        for type_, owned in scope.items():
            if type_ not in TYPES:
                raise UsageError(
                    "directory.unknown_type", system=self.settings.name, type=type_, known=", ".join(TYPES)
                )
            for name in sorted(owned.references - self.flavour.references):
                known = ", ".join(sorted(self.flavour.references))
                raise UsageError("directory.unknown_reference", system=self.settings.name, attribute=name, known=known)

    def references_in(self, scope: Scope) -> bool:
        """Whether the scope has references to other things than places."""
        return any((owned.attributes & self.flavour.references) - {PARENT} for owned in scope.values())

    def _has_id(self, id_: str) -> bytes:
        return filters.equals(self.flavour.identity, self.flavour.id_bytes(id_))

    @property
    def own_sids(self) -> frozenset[bytes]:
        """On Active Directory the SIDs of the account that is logged in and of its groups ([MS-ADTS] 3.1.1.3.2.35)."""
        return frozenset(self._server.get("tokengroups", ()))

    def _ask_server(self) -> Values:
        wanted = ("namingContexts", "supportedCapabilities", "rootDomainNamingContext", "tokenGroups")
        return self.connection.searches([self.base_search("", wanted)])[0][0].values

    def _find_roots(self) -> tuple[str, str]:
        values = self._server
        is_ad = bool(values.get("supportedcapabilities"))
        if is_ad != (self.settings.flavour is FlavourName.ACTIVE_DIRECTORY):
            raise self._fault("directory.not_this_flavour", flavour=self.settings.flavour)
        contexts = [raw.decode() for raw in values.get("namingcontexts", ())]
        inside = [context for context in contexts if context and dns.is_under(self.settings.base, context)]
        if not inside:
            raise self._fault("directory.no_base", base=self.settings.base)
        root = max(inside, key=len)
        return root, first(values, "rootdomainnamingcontext") or root

    def _find_base(self) -> tuple[str, Key]:
        found = self.connection.searches([self.base_search(self.settings.base, (self.flavour.identity,))])[0]
        if not found:
            raise self._fault("directory.no_base", base=self.settings.base)
        key = Key(OU, self.flavour.id_text(found[0].values[self.flavour.identity.lower()][0]))
        self.types[key.id] = key.type
        return found[0].dn, key

    def _fault(self, code: str, **fields: str) -> Fault:
        return Fault(code, details=(), system=self.settings.name, url=self.settings.url, **fields)


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _flavour(settings: DirectorySettings) -> Flavour:
    if settings.flavour is FlavourName.ACTIVE_DIRECTORY:
        return ActiveDirectory()
    return OpenLdap(settings.holder or "")
