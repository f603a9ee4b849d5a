"""The address ledger of a site, for who looks something up in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from itertools import islice
from typing import TYPE_CHECKING

from chonai.change.errors import UsageError
from chonai.change.holds import Held
from chonai.change.model import Key, Record, State
from chonai.operations.addressing import SCOPE, AddressingPolicy, addressing_policy
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.model import ADDRESS, DEVICE, IN_USE, ISSUED, PREFIX, VALUES, VLAN, text
from chonai.operations.addressing.places import open_numbers
from chonai.operations.addressing.spaces import Network, numbered
from chonai.operations.addressing.utilisation import Fill, fills
from chonai.reports.addresses import IssuedRow, PrefixRow
from chonai.site.core import Site
from chonai.site.inventory import SYSTEM, Inventory
from chonai.site.systems import Settings, connect
from chonai.systems.ipam.shield import shield_of
from chonai.text.folding import search_key
from chonai.text.messages import Message

if TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader

POLICY = "addressing_policy"
"""The host variable that says what is issued from where."""
KINDS = ("ipam", "netbox")
"""The kinds of systems that are ledgers."""
_WITHIN = {PREFIX: "vrf", ADDRESS: "prefix"}
_SEARCHED = ("name", "hostname", "owner", "request", "item", "purpose", "vid", "network", "address")
_PLACES = ("site", "zone", "vrf")


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as it is now, what undecided change sets hold of it, the networks in which nothing is given, its host,
    and what is to be said of it.
    """

    state: State
    held: tuple[Held, ...]
    day: date
    closed: tuple[Network, ...] = ()
    name: str = ""
    warnings: tuple[Message, ...] = ()


def read_ledger(site: Site, name: str | None = None, loader: DataLoader | None = None) -> Ledger:
    """The ledger of this name, or the only one there is; `loader` is Ansible's own, for who is called by it.

    Raises `UsageError` for another name, none, or several.
    """
    return ledger_at(site, *_host(Inventory(site.settings.inventory, loader), name))


def read_with_policy(site: Site, name: str | None = None) -> tuple[Ledger, AddressingPolicy]:
    """The same, and what is issued from it by the city's policy. Raises `InputError` too, for a policy with faults."""
    inventory = Inventory(site.settings.inventory)
    host, settings = _host(inventory, name)
    policy = addressing_policy(inventory.variables(host, [POLICY]).get(POLICY) or {})
    return ledger_at(site, host, settings), policy


def ledger_at(site: Site, host: str, settings: Settings) -> Ledger:
    """The ledger of a host, which is reached by these settings."""
    with connect(host, settings) as system:
        state, warnings = system.observe(SCOPE).state, tuple(system.warnings)
    held = site.store.holds.of(host) if site.has_store else ()
    return Ledger(state, held, site.now().date(), shield_of(settings).networks, host, warnings)


def prefixes(ledger: Ledger) -> list[PrefixRow]:
    """All prefixes that are not free, by network."""
    return [_prefix_row(ledger, fill) for fill in fills(ledger.state, ledger.day)]


def addresses_in(ledger: Ledger, prefix: str) -> list[IssuedRow]:
    """The addresses in a prefix that are not free. Raises `UsageError` where there is no such prefix, or several."""
    book, key = prefix_of(ledger, prefix)
    inside = (one for _, one in sorted(book.addresses(key).items()) if not book.may_take(one))
    return [_issued_row(ledger, one) for one in inside]


def find(ledger: Ledger, word: str) -> list[IssuedRow]:
    """What was issued and has this word: its value, name, host name, device, owner, purpose, request, item, site, zone
    or VRF.
    """
    wanted = search_key(word)
    found = [key for key in ledger.state if key.type in ISSUED and wanted in _words(ledger, key)]
    return [_issued_row(ledger, key) for key in sorted(found, key=lambda key: _rank(ledger.state, key))]


def free(ledger: Ledger, policy: AddressingPolicy, prefix: str, count: int, purpose: str = "") -> list[str]:
    """The addresses of a prefix that would be given next for a purpose, or for its own: as `issue` finds them. None of
    a prefix that an undecided change set takes away. Raises as `addresses_in`, and for a prefix that addresses are not
    given from.
    """
    book, key = prefix_of(ledger, prefix)
    if not book.is_assignable(key):
        raise UsageError("site.ledger_not_assignable", prefix=prefix)
    if book.taking_away(key) is not None:
        return []
    numbers = open_numbers(book, policy, key, {"purpose": purpose})
    return [numbered(book.network(key), number) for number in islice(numbers, count)]


def _host(inventory: Inventory, name: str | None) -> tuple[str, Settings]:
    every = {host: inventory.system(host) for host in inventory.hosts}
    found = {host: own for host, own in every.items() if own and own.get("kind") in KINDS and name in (None, host)}
    if len(found) != 1:
        known = ", ".join(host for host, own in every.items() if own and own.get("kind") in KINDS) or "-"
        raise UsageError("site.no_ledger", name=name or "-", variable=SYSTEM, known=known)
    return found.popitem()


def prefix_of(ledger: Ledger, word: str) -> tuple[Book, Key]:
    """The prefix of this network or name. Raises `UsageError` where there is none, or where there are several."""
    book = Book(ledger.state, ledger.day, ledger.held, ledger.closed)
    found = book.prefixes(word) or book.named(PREFIX, word)
    found = [key for key in found if book.live(key)] or found
    if len(found) != 1:
        told = ", ".join(f"{book.network(key)} ({_called(ledger.state, key, 'vrf')})" for key in found) or "-"
        raise UsageError("site.ledger_one_prefix", prefix=word, found=told)
    return book, found[0]


def _prefix_row(ledger: Ledger, fill: Fill) -> PrefixRow:
    record, state = ledger.state[fill.prefix], ledger.state
    names = ("name", "kind", "purpose", "owner", "status", "until")
    places = {place: _called(state, fill.prefix, place) for place in ("vrf", "zone", "site", "vlan")}
    own = {name: text(record, name) for name in names}
    return PrefixRow(
        network=fill.network, size=fill.size, taken=fill.taken, quarantined=fill.quarantined, **own, **places
    )


def _issued_row(ledger: Ledger, key: Key) -> IssuedRow:
    record = ledger.state[key]
    names = ("status", "until", "owner", "purpose", "request", "item", "note")
    own = {name: text(record, name) for name in names}
    holder = next((one.change_set for one in ledger.held if one.hold.first == str(key)), "")
    return IssuedRow(
        type=key.type,
        value=text(record, VALUES[key.type]),
        name=text(record, "hostname") or text(record, "name"),
        within=_within(ledger.state, key, record),
        device=_device(ledger.state, record),
        held_by=holder,
        **own,
    )


def _within(state: State, key: Key, record: Record) -> str:
    if key.type == VLAN:
        return text(record, "vlan_group") or _called(state, key, "site")
    return _called(state, key, _WITHIN[key.type])


def _device(state: State, record: Record) -> str:
    interface = state.get(Key.parse(text(record, "interface")), {})
    device = state.get(Key.parse(text(interface, DEVICE)), {})
    return " ".join(word for word in (text(device, "name"), text(interface, "name")) if word)


def _called(state: State, key: Key, place: str) -> str:
    """What people call an object that another one names."""
    other = Key.parse(text(state[key], place))
    record = state.get(other, {})
    return text(record, VALUES.get(other.type, "name"))


def _words(ledger: Ledger, key: Key) -> set[str]:
    record = ledger.state[key]
    words = [text(record, name) for name in _SEARCHED]
    words += [_called(ledger.state, key, place) for place in _PLACES]
    return {search_key(word) for word in (*words, *_device(ledger.state, record).split(" ")[:1]) if word}


def _rank(state: State, key: Key) -> tuple[object, ...]:
    """VLANs, prefixes, addresses; each in the order of its values."""
    value = text(state[key], VALUES[key.type])
    if key.type == VLAN:
        return ISSUED.index(key.type), 0, int(value), value
    address = ip_address(value.partition("/")[0])
    return ISSUED.index(key.type), address.version, int(address), value


def management(ledger: Ledger) -> Iterator[tuple[str, dict[str, str]]]:
    """Each device that has an address in use on a management interface, by name: `address` (the lowest), `zone`,
    `site`,
    `product`, `platform`.
    """
    state = ledger.state
    found: dict[Key, list[str]] = {}
    for key, record in state.items():
        port = state.get(Key.parse(text(record, "interface")), {}) if key.type == ADDRESS else {}
        if port.get("management") and record.get("status") == IN_USE:
            found.setdefault(Key.parse(text(port, DEVICE)), []).append(text(record, "address"))
    for device, own in sorted(found.items(), key=lambda each: text(state[each[0]], "name")):
        lowest = min(own, key=lambda one: (ip_address(one).version, int(ip_address(one))))
        words = {name: text(state[device], name) for name in ("product", "platform")}
        places = {place: _called(state, device, place) for place in ("zone", "site")}
        yield text(state[device], "name"), {"address": lowest, **places, **words}
