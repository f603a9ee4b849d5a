"""Which host names come and go with the addresses of a request. What a name server makes of them is its own affair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address

from chonai.change.effect import after_all
from chonai.change.model import Key, Plan, Record, State
from chonai.change.plan import Outcome
from chonai.operations.addressing.identity import Identity, identity, mark_of, tags
from chonai.operations.addressing.items import RENUMBER, Item, Request
from chonai.operations.addressing.model import ADDRESS, IN_USE, PREFIX, RESERVED, RETIRED, is_free, text, zone_of
from chonai.text.hostnames import joined
from chonai.text.messages import Message, message, once

Called = tuple[str, str]
"""A host name with its DNS zone, in small letters, and the zone of the network that it is in."""


@dataclass(frozen=True, slots=True)
class Name:
    """A host name that an address gets, or loses.

    zone      which of the three (三層) the address is in, as the ledger calls it; blank where it does not say
    is_given  the address has the name from now on, or has it already by the same item
    beside    the other addresses of its kind that have the same name
    item      the item of the request that is behind it
    """

    hostname: str
    dns_zone: str
    zone: str
    address: str
    is_given: bool
    item: Item
    reason: str
    beside: frozenset[str] = frozenset()

    @property
    def type(self) -> str:
        """The type of its DNS records."""
        return "A" if ip_address(self.address).version == 4 else "AAAA"


@dataclass(frozen=True, slots=True)
class Taking:
    """An address that an item gets or reserves now, with or without a name; DNS may have it for somebody else.

    hostname, dns_zone   what it is, or will be, called
    is_open              the item left it to the plan which address it gets
    is_named             it gets its name now: then name servers are asked about that anyway
    """

    address: str
    prefix: Key
    zone: str
    item: Item
    hostname: str
    dns_zone: str
    is_open: bool
    is_named: bool

    def is_of(self, name: str) -> bool:
        """Whether a whole name of DNS is what this address is called."""
        called = joined(self.hostname, self.dns_zone)
        whole = name.rstrip(".")
        return whole == called or (not self.dns_zone and whole.partition(".")[0] == called)


@dataclass(frozen=True, slots=True)
class Naming:
    """The names, those that go first; a problem for each that is somebody else's, a warning for each that is at several
    addresses from now on; and the addresses that items take.
    """

    names: tuple[Name, ...] = ()
    problems: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    taken: tuple[Taking, ...] = ()


def naming(before: State, request: Request, outcome: Outcome, day: date) -> Naming:
    """What a plan makes of host names. An address has its name while it is in use: a reservation has none yet.

    What an item was given before is named again, so that a name server that lost it gets it back.
    """
    book = _Book(before, outcome, request, day)
    gone, given = list(book.gone()), list(book.given())
    problems = tuple(wrong for _, found in given for wrong in found)
    taken, names = tuple(book.taken()), [name for name, _ in given]
    return Naming((*gone, *names), problems, once(_shared(names, {one.address for one in taken})), taken)


def _shared(names: Iterable[Name], new: Collection[str]) -> Iterator[Message]:
    """Names that an owner's new address shares with others of the same owner: meant for one machine, or mistyped."""
    for name in names:
        if name.beside and name.address in new:
            addresses = sorted((name.address, *name.beside), key=ip_address)
            yield message("addressing.name_shared", hostname=name.hostname.lower(), addresses=", ".join(addresses))


def names_in_the_way(plan: Plan, state: State) -> list[Message]:
    """Names that a plan gives back to addresses although those of another owner have them by now: DNS would send half
    of the clients to each.
    """
    after = after_all(state, plan.changes)
    bearers: dict[Called, list[Key]] = defaultdict(list)
    for key, record in after.items():
        if key.type == ADDRESS and (called := _called(after, record)):
            bearers[called].append(key)
    back = {one.key for one in plan.changes if one.key.type == ADDRESS and one.key in after}
    return [
        message(
            "addressing.undo_name",
            address=text(after[key], "address"),
            hostname=text(after[key], "hostname"),
            other=text(after[other], "address"),
            owner=text(after[other], "owner") or "-",
        )
        for key in sorted(back)
        if (called := _called(after, after[key])) and called != _called(state, state.get(key, {}))
        for other in bearers[called]
        if other != key and not _is_of_one(after[key], after[other])
    ]


class _Book:
    def __init__(self, before: State, outcome: Outcome, request: Request, day: date) -> None:
        self.before, self.after, self.reasons = before, outcome.desired, outcome.reasons
        self.day = day
        self.items = {item.identity: item for item in request.items}
        self.ends = {item.mark: item for item in request.items}
        self.addresses = [key for key in self.after if key.type == ADDRESS]
        self.bearers: Mapping[Called, list[Key]] = defaultdict(list)
        for key in self.addresses:
            record = self.after[key]
            if called := _called(self.after, {**record, "status": IN_USE} if _waits(record, day) else record):
                self.bearers[called].append(key)

    def gone(self) -> Iterator[Name]:
        """Names that an address had and has no more."""
        for key in self.addresses:
            old, record = self.before.get(key, {}), self.after[key]
            called = _called(self.before, old)
            if called and called != _called(self.after, record):
                yield self._name(key, old, self._behind(record), is_given=False)

    def _behind(self, record: Record) -> Item:
        """The item that took a name away: it gave the address back, or has it now, or has moved its network."""
        if record.get("status") == RETIRED:
            return self.ends[_ended_by(record)]
        prefix = self.after.get(Key.parse(text(record, "prefix")), {})
        return self.items.get(_identity(ADDRESS, record)) or self.items[_identity(PREFIX, prefix)]

    def given(self) -> Iterator[tuple[Name, list[Message]]]:
        """Names that the items' addresses have, each with what is wrong with it."""
        for key in self.addresses:
            record = self.after[key]
            item, called = self.items.get(_identity(ADDRESS, record)), _called(self.after, record)
            if item is not None and called:
                is_new = called != _called(self.before, self.before.get(key, {}))
                others = [one for one in self.bearers[called] if one != key]
                wrong = [self._others(item, record, self.after[one]) for one in others] if is_new else []
                yield self._name(key, record, item, is_given=True), [each for each in wrong if each]

    def taken(self) -> Iterator[Taking]:
        """The addresses that items get or reserve and did not have before."""
        for key in self.addresses:
            record = self.after[key]
            item = self.items.get(_identity(ADDRESS, record))
            if item is not None and record != self.before.get(key) and not self._is_had(key, item):
                yield Taking(
                    address=text(record, "address"),
                    prefix=Key.parse(text(record, "prefix")),
                    zone=_zone(self.after, record),
                    item=item,
                    hostname=text(record, "hostname").lower(),
                    dns_zone=text(record, "dns_zone").lower().rstrip("."),
                    is_open=item.action == RENUMBER or not item["address"],
                    is_named=_called(self.after, record) is not None,
                )

    def _others(self, item: Item, own: Record, other: Record) -> Message | None:
        """What is wrong with a name that another address has: nothing, where both are the same owner's."""
        if _is_of_one(own, other):
            return None
        fields = {"hostname": text(own, "hostname"), "address": text(other, "address")}
        return item.problem("hostname", "addressing.name_of_other", owner=text(other, "owner") or "-", **fields)

    def _name(self, key: Key, record: Record, item: Item, *, is_given: bool) -> Name:
        address = text(record, "address")
        called = _called(self.after if is_given else self.before, record)
        bearers = self.bearers.get(called, []) if called else []
        return Name(
            hostname=text(record, "hostname"),
            dns_zone=text(record, "dns_zone"),
            zone=_zone(self.after, record),
            address=address,
            is_given=is_given,
            item=item,
            reason=self.reasons.get(key) or item.mark,
            beside=frozenset(
                text(self.after[one], "address")
                for one in bearers
                if one != key and _is_of_one(record, self.after[one])
            ),
        )

    def _is_had(self, key: Key, item: Item) -> bool:
        """Whether the item had the address before."""
        had = self.before.get(key)
        return had is not None and _identity(ADDRESS, had) == item.identity and not is_free(had, self.day)


def _is_of_one(own: Record, other: Record) -> bool:
    """Whether two addresses are one owner's. Where nobody is named, those of one request are."""
    if own.get("owner") or other.get("owner"):
        return own.get("owner") == other.get("owner")
    return bool(own.get("request")) and own.get("request") == other.get("request")


def _identity(type_: str, record: Record) -> Identity:
    return identity(type_, text(record, "request"), text(record, "item"))


def _ended_by(record: Record) -> str:
    """The mark of the item that gave it back, the last time."""
    return mark_of(tags(text(record, "ended_by"))[-1])


def _waits(record: Record, day: date) -> bool:
    """Whether a name is kept for who has reserved the address."""
    return record.get("status") == RESERVED and not is_free(record, day)


def _called(state: State, record: Record) -> Called | None:
    """What an address is called; nothing while nobody uses it."""
    if record.get("status") != IN_USE or not record.get("hostname"):
        return None
    return joined(text(record, "hostname"), text(record, "dns_zone")), _zone(state, record)


def _zone(state: State, record: Record) -> str:
    """The zone of an address's prefix, else that of its VRF."""
    prefix = state.get(Key.parse(text(record, "prefix")), {})
    return text(state.get(Key.parse(zone_of(state, prefix)), {}), "name")
