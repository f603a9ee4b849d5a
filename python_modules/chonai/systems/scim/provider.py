"""What the server says of itself, read once: ServiceProviderConfig and Schemas (RFC 7643 sections 5 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chonai.change.errors import Fault
from chonai.systems.scim.connection import Call, Connection, Reply
from chonai.systems.scim.documents import Document, get, items, text
from chonai.systems.scim.paths import Path
from chonai.systems.scim.settings import ScimSettings
from chonai.systems.scim.types import SCHEMAS

NOT_OFFERED = frozenset({403, 404, 405, 501})
"""How servers answer that leave out a part of the protocol that may be left out."""

KEPT_BY_SERVER = frozenset({"readonly", "writeonly"})


@dataclass(frozen=True, slots=True)
class Provider:
    """What one server can do. What it does not say, it cannot.

    bulk_operations, bulk_bytes   the most that one bulk request may hold; 0 operations: there is none
    page                          the most resources that it gives at a time; 0: it does not say
    cursor                        lists are read by cursor (RFC 9865)
    schemas                       by URN, the attributes of each schema; None where it does not tell
    """

    patch: bool = False
    bulk_operations: int = 0
    bulk_bytes: int = 0
    filter: bool = False
    page: int = 0
    etag: bool = False
    cursor: bool = False
    schemas: Mapping[str, Sequence[Document]] | None = field(default=None, repr=False)

    def knows(self, type_: str, path: Path) -> bool:
        """Whether the schema has such an attribute; a server that shows no schema is believed to."""
        return self.schemas is None or _is_common(path) or self._definition(type_, path) is not None

    def is_writable(self, type_: str, schema: str, attribute: str) -> bool:
        """Whether a client may write the attribute and read it again."""
        if self.schemas is None or _is_common(Path(attribute, schema)):
            return True
        found = self._definition(type_, Path(attribute, schema))
        return found is not None and text(found, "mutability").casefold() not in KEPT_BY_SERVER

    def _definition(self, type_: str, path: Path) -> object:
        attributes = (self.schemas or {}).get((path.schema or SCHEMAS[type_]).casefold(), ())
        whole = _named(attributes, path.attribute)
        if whole is None or not path.sub:
            return whole
        return _named(items(get(whole, "subAttributes")), path.sub)


def _is_common(path: Path) -> bool:
    """The one attribute that every resource has and that clients may write, whatever a schema lists (RFC 7643 3.1)."""
    is_own = path.schema.casefold() in ("", *(one.casefold() for one in SCHEMAS.values()))
    return is_own and path.attribute.casefold() == "externalid"


def _named(definitions: Iterable[object], name: str) -> object:
    return next((one for one in definitions if text(one, "name").casefold() == name.casefold()), None)


def read(settings: ScimSettings, connection: Connection) -> Provider:
    """Ask the server. Raises Fault when what answers at this address is no SCIM server."""
    config, schemas = connection.many([Call("GET", "ServiceProviderConfig"), Call("GET", "Schemas")])
    document = _config(settings, config)
    return Provider(
        patch=_supports(document, "patch"),
        bulk_operations=_number(document, "bulk", "maxOperations") if _supports(document, "bulk") else 0,
        bulk_bytes=_number(document, "bulk", "maxPayloadSize"),
        filter=_supports(document, "filter"),
        page=_number(document, "filter", "maxResults"),
        etag=_supports(document, "etag"),
        cursor=get(document, "pagination", "cursor") is True,
        schemas=_schemas(settings, schemas),
    )


def _config(settings: ScimSettings, reply: Reply) -> Document:
    if reply.status in NOT_OFFERED:
        return {}
    if not reply.ok or reply.body is None or not {"patch", "bulk", "filter"} & {name.casefold() for name in reply.body}:
        raise _not_scim(settings, reply)
    return reply.body


def _schemas(settings: ScimSettings, reply: Reply) -> Mapping[str, Sequence[Document]] | None:
    if reply.status in NOT_OFFERED:
        return None
    if not reply.ok or reply.body is None:
        raise _not_scim(settings, reply)
    found = {text(one, "id").casefold(): items(get(one, "attributes")) for one in items(get(reply.body, "Resources"))}
    return {urn: [one for one in attributes if isinstance(one, dict)] for urn, attributes in found.items()} or None


def _not_scim(settings: ScimSettings, reply: Reply) -> Fault:
    return Fault("scim.not_scim", system=settings.name, url=settings.url, status=reply.status)


def _supports(document: Document, feature: str) -> bool:
    return get(document, feature, "supported") is True


def _number(document: Document, *names: str) -> int:
    value = get(document, *names)
    return value if isinstance(value, int) and value > 0 else 0
