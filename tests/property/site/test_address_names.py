"""Whatever is issued, renamed, renumbered and given back, DNS has the names of the ledger and no others."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from chonai.change.model import Action, Change, Plan
from chonai.operations.addressing import SCOPE
from chonai.operations.dns.draft import data_of
from chonai.operations.dns.operation import SCOPE as DNS_SCOPE
from chonai.operations.dns.reverse import pointer_of
from chonai.site.systems import Settings, connect
from tests.unit.addressing import town
from tests.unit.dns.zones import DOMAIN, zones
from tests.unit.site.test_address_names import Net

HOSTS = st.sampled_from(["pc1", "pc2", "PC1"])
ADDRESSES = st.sampled_from([f"10.20.1.{n}" for n in range(2, 6)])
ITEMS = st.sampled_from(["a", "b", "c"])
THERE = {
    key: {name: value for name, value in record.items() if value is not None} for key, record in town.state().items()
}
STEPS = st.one_of(
    st.builds(lambda item, host: {"action": "issue", "item": item, "hostname": host}, ITEMS, HOSTS),
    st.builds(lambda item: {"action": "reserve", "item": item, "hostname": "pc9"}, ITEMS),
    st.builds(lambda address: {"action": "release", "address": address}, ADDRESSES),
    st.builds(lambda address: {"action": "renumber", "address": address}, ADDRESSES),
    st.builds(lambda host: {"action": "release", "hostname": host}, HOSTS),
)


def carry_out(net: Net, plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        settings = net.ledger if plan.system == "ledger" else net.servers[plan.system].settings
        make(plan.system, settings, *plan.changes)


def make(name: str, settings: Settings, *changes: Change) -> None:
    with connect(name, settings) as system:
        for change in changes:
            [made] = system.apply([change], lambda _change, _name: "")
            assert made.error is None, str(made.error)


def names(net: Net) -> dict[str, set[str]]:
    """What DNS has of hosts, beside what was there at first."""
    with connect("dns", net.servers["dns"].settings) as system:
        found = system.observe(DNS_SCOPE).state
    return {key.id: set(data_of(record)) for key, record in found.items() if key not in zones()}


def expected(net: Net) -> dict[str, set[str]]:
    """What the ledger says that it has to have."""
    wanted: dict[str, set[str]] = {}
    with connect("ledger", net.ledger) as system:
        found = system.observe(SCOPE).state
    for key, record in found.items():
        if key.type == "address" and record.get("status") == "in_use" and record.get("hostname"):
            name, address = f"{str(record['hostname']).lower()}.{DOMAIN}", str(record["address"])
            wanted.setdefault(f"{name} A", set()).add(address)
            wanted.setdefault(f"{pointer_of('A', address)} PTR", set()).add(name)
    return wanted


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 2), STEPS), min_size=1, max_size=6))
def test_dns_has_the_names_of_the_ledger(steps: list[tuple[int, dict[str, object]]]) -> None:
    with TemporaryDirectory() as folder:
        net = Net(Path(folder))
        net.ledger = {"kind": "ipam", "url": f"{folder}/ledger.db"}
        make("ledger", net.ledger, *(Change(Action.CREATE, key, {}, record, "") for key, record in THERE.items()))
        net.serve("dns", zones())
        for number, step in steps:
            item = {"type": "address", "prefix": "hall-office", **step}
            plans = net.plans(item, request=f"R8-{number}")
            if not any(plan.problems for plan in plans):
                carry_out(net, plans)
                assert names(net) == expected(net)
                if step["action"] == "issue":
                    assert not any(plan.changes for plan in net.plans(item, request=f"R8-{number}"))
