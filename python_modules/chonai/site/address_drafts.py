"""What a request makes of the ledger and of DNS with it, before it becomes plans.

What the ledger calls free may be somebody's in DNS. Where a request leaves the choice, such addresses are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from ipaddress import ip_address, ip_network

from chonai.change.holds import Held
from chonai.change.model import Key, Record, State
from chonai.operations import addressing
from chonai.operations.addressing.model import ADDRESS, text
from chonai.operations.addressing.reading import ISSUE, Request
from chonai.site.address_names import Followed, follow
from chonai.site.dns import NameServer
from chonai.text.few import first_few
from chonai.text.messages import Message, message


@dataclass(frozen=True, slots=True)
class Draft:
    """The ledger as it shall be, its host names, what becomes of DNS, and what was passed over on the way."""

    outcome: addressing.Outcome
    named: addressing.Naming
    followed: Followed
    passed_over: tuple[Message, ...] = ()

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What is to be known of it."""
        return (*self.outcome.warnings, *self.passed_over, *self.followed.warnings)


@dataclass(frozen=True, slots=True)
class Drafter:
    """A request, and all that it meets.

    state    the ledger as it is
    held     what undecided change sets hold of it
    servers  those that follow, by name
    inputs   digests of files by name
    """

    system: str
    state: State
    request: Request
    rules: addressing.AddressingPolicy
    day: date
    held: Collection[Held]
    servers: Mapping[str, NameServer]
    inputs: Mapping[str, str]

    def draft(self, guard: addressing.Guard) -> Draft:
        """The request, by a second look where the first chose addresses that DNS has for others. Raises as `follow`."""
        first = self._look(guard)
        others = self._spoken_for(first)
        if not others:
            return first
        networks = (*guard.networks, *map(ip_network, others))
        second = self._look(replace(guard, networks=networks))
        if second.outcome.problems:  # there are no others
            return first
        told = first_few(f"{address} ({name})" for address, name in others.items())
        return replace(second, passed_over=(message("addressing.passed_over", count=len(others), addresses=told),))

    def _look(self, guard: addressing.Guard) -> Draft:
        outcome = addressing.plan(self.state, self.request, self.rules, self.day, guard=guard, held=self.held)
        follows = self.rules.dns is addressing.Dns.FOLLOWS
        named = addressing.naming(self.state, self.request, outcome, self.day) if follows else addressing.Naming()
        names = [name for name in named.names if name.zone not in self.rules.dns_elsewhere]
        followed = follow(self.system, names, self.servers, operation=addressing.OPERATION, inputs=self.inputs)
        return Draft(outcome, named, followed)

    def _spoken_for(self, draft: Draft) -> Mapping[str, str]:
        """Who has the addresses, by address, that are not to be chosen in the prefixes where the draft chose one of
        them; nothing where it chose none. What a request names is left to what DNS says of it.
        """
        ours = {text(record, "address") for record in _addresses(self.state) if record.get("request")}
        strange = {address: name for address, name in draft.followed.bearers.items() if address not in ours}
        chosen = {one.address for one in draft.named.names if _is_chosen(one)} & strange.keys()
        named = {item["address"] for item in self.request.items}
        desired = draft.outcome.desired
        around = {text(record, "prefix") for record in _addresses(desired) if record.get("address") in chosen}
        networks = [ip_network(text(desired[Key.parse(prefix)], "network")) for prefix in around]
        return {
            address: name
            for address, name in strange.items()
            if address not in named and any(ip_address(address) in network for network in networks)
        }


def _is_chosen(name: addressing.Name) -> bool:
    return name.is_given and name.item.action == ISSUE and not name.item["address"]


def _addresses(state: State) -> Iterator[Record]:
    return (record for key, record in state.items() if key.type == ADDRESS)
