"""DNS follows the ledger: the host names that addresses get and lose become rows for the name servers that hold their
zones, planned by the DNS operation and sealed with the ledger's plan as one change set.

Which of the three (三層) a name server is for is told by its own variables: `dns_records` and the names of networks in
`dns_policy`. Within it the server with the longest fitting zone gets the name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from chonai.change.model import Plan
from chonai.operations.addressing import OPERATION, Name
from chonai.operations.dns.census import REVERSE_TREE
from chonai.operations.dns.draft import data_of, key_of
from chonai.operations.dns.names import absolute, zone_of
from chonai.operations.dns.policy import DnsPolicy, ServerPolicy
from chonai.operations.dns.request import Action, Place, Request, Row
from chonai.operations.dns.reverse import bearers
from chonai.site.dns import NameServer, Served, served
from chonai.site.systems import waits
from chonai.text.few import first_few
from chonai.text.hostnames import NotAName, joined
from chonai.text.messages import Message, message

Policies = Mapping[str, tuple[DnsPolicy, ServerPolicy]]


@dataclass(frozen=True, slots=True)
class Followed:
    """The name servers' plans, and what is to be said of the names that none of them gets.

    others   by each zone (三層) that was asked about, who else has which address in DNS
    """

    plans: tuple[Plan, ...] = ()
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    warnings: tuple[Message, ...] = ()
    problems: tuple[Message, ...] = ()


def follow(
    ledger: str,
    names: Sequence[Name],
    servers: Mapping[str, NameServer],
    inputs: Mapping[str, str],
    zones: Collection[str] = (),
) -> Followed:
    """What becomes of DNS, in the order of the servers, and who has which address in `zones`. Servers for none of the
    names and zones are not asked.

    Raises as `chonai.site.dns` does where a server's variables are wrong or it does not answer.
    """
    if not names and not (zones and servers):
        return Followed()
    if not servers:
        told = [name.hostname for name in names]
        return Followed(warnings=(message("addressing.no_name_server", count=len(told), names=first_few(told)),))
    policies = {system: server.read() for system, server in servers.items()}
    asked = {*zones, *(name.zone for name in names)}
    concerned = [system for system in servers if any(_is_for(policies[system], zone) for zone in asked)]
    with ExitStack() as stack:
        seen = [stack.enter_context(served(one, servers[one].settings, *policies[one])) for one in concerned]
        router = _Router(policies, seen)
        for name in names:
            router.take(name)
        plans = router.plans(inputs)
        others = {zone: router.others(zone) for zone in zones}
    early = _before(ledger, plans, servers)
    return Followed(plans, others, tuple(router.warnings()), (*router.problems, *early))


def _before(ledger: str, plans: Iterable[Plan], servers: Mapping[str, NameServer]) -> list[Message]:
    """Servers that would get a name before the ledger has its address."""
    early = [plan.system for plan in plans if ledger not in waits(plan.system, servers[plan.system].settings)]
    return [message("addressing.names_first", server=system, ledger=ledger) for system in early]


@dataclass
class _Router:
    """Rows by server, and what is wrong with them; `left` are names whose records nobody here takes away."""

    policies: Policies
    seen: Sequence[Served]
    rows: dict[str, list[tuple[Row, Name]]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Message] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def take(self, name: Name) -> None:
        """Give a name to the servers with the longest of their zones that it lies in."""
        places = [one for one in self.seen if _is_for((one.city, one.own), name.zone)]
        try:
            whole = {one.system: _whole(name, one) for one in places}
        except NotAName:
            self._lost(name, "hostname", "dns_request.wanted_name")
            return
        found: dict[str, list[Served]] = defaultdict(list)
        for one in places:
            found[zone_of(whole[one.system], one.zones) or ""].append(one)
        found.pop("", None)
        meant = {whole[one.system] for fitting in found.values() for one in fitting}
        if not found:
            self._nowhere(name, places)
        elif any(one in server.zones or one.endswith(REVERSE_TREE) for one in meant for server in places):
            self._lost(name, "hostname", "addressing.name_of_zone", names=", ".join(sorted(meant)))
        elif len(meant) > 1:
            self._lost(name, "dns_zone", "addressing.name_ambiguous", names=", ".join(sorted(meant)))
        else:
            for one in found[max(found, key=len)]:
                self.rows[one.system].append((_row(name, whole[one.system], one), name))

    def _nowhere(self, name: Name, places: Sequence[Served]) -> None:
        if places:
            zones = sorted(zone for one in places for zone in one.zones)
            servers = ", ".join(one.system for one in places)
            word = "dns_zone" if name.dns_zone else "hostname"
            self._lost(name, word, "addressing.name_in_no_zone", servers=servers, zones=", ".join(zones))
        else:
            known = ", ".join(f"{own.network} ({system})" for system, (_, own) in self.policies.items())
            self._lost(name, "hostname", "addressing.name_unserved", zone=name.zone or "-", known=known)

    def _lost(self, name: Name, word: str, code: str, **fields: object) -> None:
        """A name that is given has to be had; one that goes may never have been here."""
        if name.is_given:
            called = {"hostname": name.hostname, "dns_zone": name.dns_zone or "-"}
            self.problems.append(name.item.problem(word, code, **called, **fields))
        else:
            self.left.append(f"{name.hostname}.{name.dns_zone}".rstrip("."))

    def plans(self, inputs: Mapping[str, str]) -> tuple[Plan, ...]:
        """What becomes of the servers that got names or lose some."""
        return tuple(one.plan(self.request(one), OPERATION, inputs) for one in self.seen if self.rows[one.system])

    def warnings(self) -> Iterator[Message]:
        """What is left as it is."""
        if self.left:
            yield message("addressing.names_left", count=len(self.left), names=first_few(self.left))

    def others(self, zone: str) -> Mapping[str, str]:
        """Who has which address on the servers for a zone, where that is none of those who get it now."""
        ours = {(row.name, name.address) for rows in self.rows.values() for row, name in rows if name.is_given}
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.seen:
            if _is_for(self.policies[one.system], zone):
                for address, names in bearers(one.seen.state, one.zones).items():
                    found[address] |= names
        return {
            address: min(names)
            for address, names in found.items()
            if names and not any((name, address) in ours for name in names)
        }

    def request(self, server: Served) -> Request:
        """All of a server's rows, with a problem for each name that others have there."""
        rows = self.rows[server.system]
        gone = {(row.name, value) for row, name in rows if not name.is_given for value in row.values}
        given: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row, name in rows:
            if name.is_given:
                given[row.name, row.type].add(name.address)
        problems = []
        for row, name in rows:
            if name.is_given:
                own = {name.address, *name.beside}
                now = data_of(server.seen.state.get(key_of(row.name, row.type)))
                asked = given[row.name, row.type] - own
                others = {one for one in now - own - asked if (row.name, one) not in gone}
                for code, found in (("name_taken", others), ("name_twice", asked)):
                    if found:
                        fields = {"name": row.name.rstrip("."), "addresses": ", ".join(sorted(found))}
                        problems.append(row.place.says("name", f"addressing.{code}", **fields))
        return Request(tuple(row for row, _ in rows), tuple(problems))


def _is_for(policies: tuple[DnsPolicy, ServerPolicy], zone: str) -> bool:
    """Whether a server is for the zone (三層) that addresses are in."""
    city, own = policies
    return bool(zone) and city.network(zone) == own.network


def _whole(name: Name, server: Served) -> str:
    """The whole name, with a dot at the end. Raises `NotAName`."""
    text = f"{joined(name.hostname, name.dns_zone)}." if name.dns_zone else name.hostname
    return absolute(text, server.own.domain, server.zones)


def _row(name: Name, whole: str, server: Served) -> Row:
    texts = {"name": (name.hostname,), "value": (name.address,)}
    titles = {"name": name.item.titles.get("hostname", "hostname"), "value": name.item.titles.get("address", "address")}
    return Row(
        network=server.own.network,
        name=whole,
        type=name.type,
        values=(name.address,),
        action=Action.ADD if name.is_given else Action.REMOVE,
        ttl=None,
        reverse=True,
        reason=name.reason,
        place=Place(name.item.file, name.item.row, texts, titles=titles),
    )
