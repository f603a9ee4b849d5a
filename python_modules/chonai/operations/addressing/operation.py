"""The operation: a request, the ledger and the policy make the ledger as it shall be. Deterministic: the same again is
the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from chonai.change.holds import Held
from chonai.change.model import Brake, Key, Record, State
from chonai.change.plan import Outcome
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.giving import Forbids, Giver
from chonai.operations.addressing.identity import identity
from chonai.operations.addressing.items import ISSUE, RELEASE, RENUMBER, RESERVE, Item, Request, Wrong
from chonai.operations.addressing.model import ADDRESS, ISSUED, PREFIX, SCOPE, VLAN, is_free, text
from chonai.operations.addressing.places import Places
from chonai.operations.addressing.policy import AddressingPolicy
from chonai.operations.addressing.returning import Returner
from chonai.operations.addressing.spaces import Network
from chonai.operations.addressing.utilisation import fill_of
from chonai.text.few import first_few
from chonai.text.folding import search_key
from chonai.text.messages import Message, message, sentences


@dataclass(frozen=True, slots=True)
class Guard:
    """What nobody's plan may touch, make or take.

    objects    those that are there, each with the reason
    networks   those in which nothing is given
    avoided    by prefix, the numbers that are given to nobody who leaves the choice
    forbids    why an object with a record may not be made; None when it may
    held       what other change sets that wait for a decision want
    """

    objects: Mapping[Key, Message] = field(default_factory=dict)
    networks: Sequence[Network] = ()
    avoided: Mapping[Key, Collection[int]] = field(default_factory=dict)
    forbids: Forbids = lambda record: None
    held: Collection[Held] = ()


def plan(state: State, request: Request, policy: AddressingPolicy, day: date, guard: Guard = Guard()) -> Outcome:
    """What becomes of the ledger on a day."""
    book = Book(state, day, guard.held, guard.networks, guard.avoided)
    return _Planner(state, request, policy, Giver(book, Places(book, policy, guard.objects), guard.forbids)).outcome()


class _Planner:
    def __init__(self, state: State, request: Request, policy: AddressingPolicy, giver: Giver) -> None:
        self.state, self.request, self.policy = state, request, policy
        self.giver, self.book = giver, giver.book
        self.returner = Returner(giver)
        self.problems: list[Message] = list(request.problems)
        self.failed: set[tuple[str, str]] = set()

    def outcome(self) -> Outcome:
        # A prefix may name a VLAN of the same request, and an address a prefix, in whatever order they stand.
        for item in sorted(self.request.items, key=lambda item: ISSUED.index(item.type) if item.type in ISSUED else 0):
            if not self.request.problems:
                self._take(item)
        self.problems += self._left_behind()
        changed = {key: record for key, record in self.book.objects.items() if record != self.state.get(key)}
        return Outcome(
            desired=self.book.objects,
            scope=SCOPE,
            reasons={key: self._reason(key, record) for key, record in changed.items()},
            brakes=tuple(self._brakes()),
            warnings=(*self.request.warnings, *self._no_more_named(), *self._reused(changed), *self._full(changed)),
            problems=tuple(self.problems),
        )

    def _take(self, item: Item) -> None:
        take = {
            ISSUE: self.giver.give,
            RESERVE: self.giver.give,
            RENUMBER: self.returner.renumber,
            RELEASE: self.returner.release,
        }
        named = {(PREFIX, search_key(item["prefix"])), (VLAN, search_key(item["vlan"]))}
        if named & self.failed:
            self.failed.add((item.type, search_key(item.name)))
            return  # it is told why what it names cannot be had
        try:
            take[item.action](item)
        except Wrong as wrong:
            self.problems.append(wrong.message)
            self.failed.add((item.type, search_key(item.name)))

    def _left_behind(self) -> list[Message]:
        """VLANs that are given back while a prefix is still on them."""
        gone = {str(key): item for key, item in self.returner.released.items() if key.type == VLAN}
        return [
            gone[vlan].problem("vlan", "addressing.vlan_in_use", prefix=text(record, "network"))
            for key, record in self.book.objects.items()
            if key.type == PREFIX and (vlan := text(record, "vlan")) in gone and self.book.live(key)
        ]

    def _reason(self, key: Key, record: Record) -> str:
        item = self.returner.released.get(key)
        if item is not None:
            code, name = item.action, item.name
        else:
            code, name = str(record.get("status")), text(record, "item")
        request = item.request if item is not None else text(record, "request")
        why = sentences(OWN, self.policy.language)[f"{OWN}.why_{code}"]
        return why.format_map({"request": request, "item": name})

    def _brakes(self) -> list[Brake]:
        limits, released = self.policy.brakes, self.returner.released
        addresses = sum(key.type == ADDRESS for key in released)
        found = []
        if addresses > limits.released_addresses:
            fields = {"count": addresses, "limit": limits.released_addresses}
            found.append(Brake("released_addresses", message("addressing.brake_released_addresses", **fields)))
        if len(self.returner.in_use) > limits.released_prefixes_in_use:
            told = {str(self.book.network(key)): count for key, count in self.returner.in_use.items()}
            prefixes = ", ".join(f"{network} ({count})" for network, count in told.items())
            limit = limits.released_prefixes_in_use
            said = message("addressing.brake_released_prefixes", prefixes=prefixes, limit=limit)
            found.append(Brake("released_prefixes_in_use", said))
        return found

    def _no_more_named(self) -> list[Message]:
        """What a request was given under a name that is not in it any more."""
        giving = [item for item in self.request.items if item.action in (ISSUE, RESERVE)]
        numbers = {search_key(item.request): item.request for item in giving}
        named = {item.identity for item in self.request.items}
        left: dict[str, list[str]] = {}
        for key, record in self.state.items():
            if key.type in ISSUED and record.get("request") and self.book.live(key):
                own = identity(key.type, text(record, "request"), text(record, "item"))
                if own[1] in numbers and own not in named:
                    left.setdefault(numbers[own[1]], []).append(self.giver.places.called(key))
        return [
            message("addressing.no_more_named", request=number, count=len(found), first=first_few(found))
            for number, found in left.items()
        ]

    def _reused(self, changed: Mapping[Key, Record]) -> list[Message]:
        """What had an owner before."""
        return [
            message(
                "addressing.reused",
                object=text(record, "address") or text(record, "network") or text(record, "vid"),
                owner=text(self.state[key], "owner") or "-",
                until=text(self.state[key], "until"),
            )
            for key, record in changed.items()
            if key in self.state and self.state[key].get("request") != record.get("request")
            if is_free(self.state[key], self.book.day)
        ]

    def _full(self, changed: Mapping[Key, Record]) -> list[Message]:
        """Prefixes that fill up with what is given now."""
        prefixes = {text(record, "prefix"): None for key, record in changed.items() if key.type == ADDRESS}
        found = (fill_of(self.book, Key.parse(prefix)) for prefix in prefixes)
        return [
            message("addressing.full", prefix=one.network, percent=one.percent, free=one.free)
            for one in found
            if one.percent >= self.policy.warn_percent
        ]


OWN = "addressing"
"""The room of the catalogue."""
