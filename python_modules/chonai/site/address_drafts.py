"""What a request makes of the ledger and of DNS with it, before it becomes plans.

What the ledger calls free may be somebody's in DNS. Where a request leaves the choice, such addresses are passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from ipaddress import ip_address, ip_network
from itertools import takewhile

from chonai.change.model import Key, State
from chonai.change.plan import Outcome
from chonai.operations import addressing
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.items import Request
from chonai.operations.addressing.model import text
from chonai.operations.addressing.places import open_numbers
from chonai.operations.addressing.spaces import numbered
from chonai.site.address_names import Followed, follow
from chonai.site.dns import NameServer
from chonai.text.few import first_few
from chonai.text.messages import Message, message

Avoided = Mapping[Key, Mapping[int, str]]
"""By prefix, the numbers that somebody has in DNS, and who."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The ledger as it shall be, its host names, what becomes of DNS, and what is to be told of addresses that DNS has
    for others.
    """

    outcome: Outcome
    named: addressing.Naming
    followed: Followed
    told: tuple[Message, ...] = ()

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What is to be known of it beside what the operation says."""
        return (*self.told, *self.named.warnings, *self.followed.warnings)

    @property
    def problems(self) -> tuple[Message, ...]:
        """What is wrong with its names."""
        return (*self.named.problems, *self.followed.problems)


@dataclass(frozen=True, slots=True)
class Drafter:
    """A request, and all that it meets.

    state    the ledger as it is
    servers  those that follow, by name
    inputs   digests of files by name
    """

    system: str
    state: State
    request: Request
    rules: addressing.AddressingPolicy
    day: date
    servers: Mapping[str, NameServer]
    inputs: Mapping[str, str]

    def draft(self, guard: addressing.Guard) -> Draft:
        """The request, looked at until it chooses no address that DNS has for others. Raises as `follow`."""
        avoided: dict[Key, dict[int, str]] = defaultdict(dict)
        draft = self._look(guard)
        while found := _spoken_for(draft):
            for prefix, numbers in found.items():
                avoided[prefix] |= numbers
            draft = self._look(replace(guard, avoided=avoided))
        return replace(draft, told=tuple(self._told(draft, guard, avoided)))

    def _look(self, guard: addressing.Guard) -> Draft:
        outcome = addressing.plan(self.state, self.request, self.rules, self.day, guard)
        follows = self.rules.dns is addressing.Dns.FOLLOWS
        named = addressing.naming(self.state, self.request, outcome, self.day) if follows else addressing.Naming()
        names = [name for name in named.names if name.zone not in self.rules.dns_elsewhere]
        zones = {one.zone for one in named.taken} - {"", *self.rules.dns_elsewhere}
        followed = follow(self.system, names, self.servers, self.inputs, zones)
        return Draft(outcome, named, followed)

    def _told(self, draft: Draft, guard: addressing.Guard, avoided: Avoided) -> Iterator[Message]:
        """Addresses that DNS has for others: those that were passed over, and those that the request names."""
        over = [f"{address} ({name})" for address, name in self._passed_over(draft, guard, avoided)]
        if over:
            yield message("addressing.passed_over", count=len(over), addresses=first_few(over))
        for one in draft.named.taken:
            if not one.is_open and not one.is_named and (who := _other(draft, one)):
                yield one.item.problem("address", "addressing.in_dns", name=who)

    def _passed_over(self, draft: Draft, guard: addressing.Guard, avoided: Avoided) -> Iterator[tuple[str, str]]:
        """The addresses that would have been given if DNS had nobody at them, and who that is."""
        book = Book(draft.outcome.desired, self.day, guard.held, guard.networks)
        for prefix, numbers in avoided.items():
            got = [one for one in draft.named.taken if one.is_open and one.prefix == prefix]
            last = max((int(ip_address(one.address)) for one in got), default=max(numbers) + 1)
            would = open_numbers(book, self.rules, prefix, got[0].item.cells if got else {})
            for number in takewhile(last.__gt__, would):
                if number in numbers:
                    yield numbered(book.network(prefix), number), numbers[number]


def _spoken_for(draft: Draft) -> Avoided:
    """By prefix in which the draft chose an address that others have in DNS, all that others have there."""
    found: dict[Key, Mapping[int, str]] = {}
    for one in draft.named.taken:
        if one.is_open and _other(draft, one):
            network = ip_network(text(draft.outcome.desired[one.prefix], "network"))
            known = ((ip_address(address), who) for address, who in draft.followed.others[one.zone].items())
            found[one.prefix] = {int(address): who for address, who in known if address in network}
    return found


def _other(draft: Draft, one: addressing.Taking) -> str:
    """Who else has an address in DNS; blank for nobody."""
    who = draft.followed.others.get(one.zone, {}).get(one.address, "")
    return "" if one.is_of(who) else who
