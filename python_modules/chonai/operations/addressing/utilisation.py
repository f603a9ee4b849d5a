"""How full prefixes are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chonai.change.model import Key, State
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.model import ASSIGNABLE, CONTAINER
from chonai.operations.addressing.spaces import host_span, span_of


@dataclass(frozen=True, slots=True)
class Fill:
    """A prefix, and how much of it is taken: host addresses, of a container those that lie in prefixes.

    quarantined   of those taken in an assignable prefix, the ones that nobody has any more
    """

    prefix: Key
    network: str
    size: int
    taken: int
    quarantined: int = 0

    @property
    def free(self) -> int:
        """What is left."""
        return self.size - self.taken

    @property
    def percent(self) -> float:
        """Share that is taken."""
        return round(self.taken * 100 / self.size, 1)


def fills(state: State, day: date) -> list[Fill]:
    """All prefixes that are not free, by network."""
    book = Book(state, day, ())
    return [fill_of(book, key) for key in book.prefixes() if not book.may_take(key)]


def fill_of(book: Book, key: Key) -> Fill:
    """One prefix."""
    network = book.network(key)
    if book.objects[key].get("kind") == CONTAINER:
        first, last = span_of(network)
        return Fill(key, str(network), last - first + 1, sum(_inside(book, key)))
    first, last = host_span(network)
    inside = [one for one in book.addresses(key).values() if not book.may_take(one)]
    gone = sum(not book.live(one) for one in inside)
    gateway = book.objects[key].get("gateway")
    is_listed = any(book.objects[one].get("address") == gateway for one in inside)
    more = 1 if gateway and not is_listed else 0
    return Fill(key, str(network), last - first + 1, len(inside) + more, gone)


def _inside(book: Book, container: Key) -> Iterator[int]:
    first, last = span_of(book.network(container))
    for key in book.prefixes(vrf=str(book.objects[container].get("vrf"))):
        start, end = span_of(book.network(key))
        is_given = book.objects[key].get("kind") == ASSIGNABLE and not book.may_take(key)
        if is_given and book.network(key).version == book.network(container).version and first <= start <= end <= last:
            yield end - start + 1
