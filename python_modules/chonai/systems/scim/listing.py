"""Reading lists, page by page (RFC 7644 section 3.4.2.4, RFC 9865).

A list that changes while it is read can show an object twice or not at all. That its total changed, or that an
object came twice, is noticed, and the list is read again.
"""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.errors import Fault
from chonai.systems.scim.connection import Call, Connection, Reply
from chonai.systems.scim.documents import Document, get, items, text
from chonai.systems.scim.provider import Provider
from chonai.systems.scim.settings import ScimSettings

TRIES = 4


class Lists:
    """Whole lists of one server."""

    def __init__(self, settings: ScimSettings, provider: Provider, connection: Connection) -> None:
        self._settings, self._provider, self._connection = settings, provider, connection
        self.totals: dict[str, int] = {}

    def whole(self, endpoint: str, query: Mapping[str, str]) -> list[Document]:
        """All resources at an endpoint. Raises Fault when the list never holds still, or is refused."""
        for _ in range(TRIES):
            found = self._by_cursor(endpoint, query) if self._provider.cursor else self._by_index(endpoint, query)
            if found is not None:
                if "filter" not in query:
                    self.totals[endpoint] = len(found)
                return found
        raise Fault("scim.list_moves", system=self._settings.name, endpoint=endpoint, tries=TRIES)

    def _by_index(self, endpoint: str, query: Mapping[str, str]) -> list[Document] | None:
        """The list by position, the pages after the first side by side; None when it changed meanwhile."""
        first = self._page(endpoint, {**query, "startIndex": "1"})
        found, total = _resources(first), _total(first)
        step = len(found)
        if step and step < total:
            starts = range(1 + step, total + 1, step)
            for page in self._pages(endpoint, [{**query, "startIndex": str(n), "count": str(step)} for n in starts]):
                if _total(page) != total:
                    return None
                found += _resources(page)
        return found if len({text(one, "id") for one in found}) == len(found) == total else None

    def _by_cursor(self, endpoint: str, query: Mapping[str, str]) -> list[Document] | None:
        """The list from cursor to cursor; an empty one asks for the first page."""
        found: list[Document] = []
        cursor = ""
        while True:
            reply = self._connection.one(self._call(endpoint, {**query, "cursor": cursor}))
            if found and text(reply.body, "scimType") in ("expiredCursor", "invalidCursor"):
                return None
            page = self._read(endpoint, reply)
            found += _resources(page)
            cursor = text(page, "nextCursor")
            if not cursor:
                return found if len({text(one, "id") for one in found}) == len(found) else None

    def _page(self, endpoint: str, query: Mapping[str, str]) -> Document:
        return self._pages(endpoint, [query])[0]

    def _pages(self, endpoint: str, queries: list[dict[str, str]] | list[Mapping[str, str]]) -> list[Document]:
        replies = self._connection.many([self._call(endpoint, query) for query in queries])
        return [self._read(endpoint, reply) for reply in replies]

    def _call(self, endpoint: str, query: Mapping[str, str]) -> Call:
        page = min(self._settings.limits.page, self._provider.page or self._settings.limits.page)
        return Call("GET", endpoint, {"count": str(page), **query})

    def _read(self, endpoint: str, reply: Reply) -> Document:
        if not reply.ok or reply.body is None:
            raise read_refused(self._settings, endpoint, reply)
        return reply.body


def read_refused(settings: ScimSettings, path: str, reply: Reply) -> Fault:
    """The server does not let us read."""
    return Fault("scim.read_refused", system=settings.name, path=path, status=reply.status, text=reply.detail)


def _resources(page: Document) -> list[Document]:
    return [one for one in items(get(page, "Resources")) if isinstance(one, dict)]


def _total(page: Document) -> int:
    total = get(page, "totalResults")
    return total if isinstance(total, int) else -1
