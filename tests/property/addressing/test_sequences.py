"""No sequence of issuing, reserving, renumbering and giving back breaks the ledger, or takes what is somebody's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chonai.change.effect import bound
from chonai.change.model import Action, Change, Key, Plan, Record, State
from chonai.change.plan import make_plan
from chonai.operations.addressing import OPERATION, SCOPE, addressing_policy, plan, read_request
from chonai.systems.ipam import connect
from tests.unit.addressing.town import file

POLICY = addressing_policy(
    {
        "quarantine_days": 5,
        "reservation_days": 3,
        "rules": [
            {"purpose": "a", "vlans": ["10-12"], "vrf": "lgwan", "containers": ["10.0.0.0/26"], "length": 29},
            {"purpose": "b", "vlans": ["12-13"], "vrf": "lgwan", "containers": ["10.0.0.32/27"], "length": 30},
        ],
    }
)
SITES = ("本庁舎", "北支所")
PURPOSES = st.sampled_from(["a", "b"])
OWNERS = st.sampled_from(["税務課", "市民課"])
START = date(2026, 4, 1)


def no_secret(change: Change, name: str) -> str:
    raise AssertionError((change, name))


class Ledger(RuleBasedStateMachine):
    """People ask for things on days that go on; whatever is planned without problems is carried out."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="chonai-ledger-"))
        self.system = self.open.enter_context(connect({"name": "ledger", "url": str(self.folder / "ledger.db")}))
        self.day, self.number = START, 0
        objects: dict[str, Record] = {
            "vrf:v": {"name": "lgwan"},
            **{f"site:{n}": {"name": name} for n, name in enumerate(SITES)},
        }
        for key, record in objects.items():
            self.make(Change(Action.CREATE, Key.parse(key), {}, record, ""))

    def teardown(self) -> None:
        self.open.close()
        shutil.rmtree(self.folder)

    def make(self, change: Change) -> Key:
        [result] = self.system.apply([change], no_secret)
        assert result.error is None, str(result.error)
        return result.key

    @property
    def state(self) -> State:
        return self.system.observe(SCOPE).state

    def ask(self, owner: str, *items: dict[str, object]) -> None:
        """Plan a request, carry it out where it can be, and ask again."""
        self.number += 1
        made, problems = self.planned(owner, *items)
        if problems:
            return
        before = self.state
        keys: dict[Key, Key] = {}
        for change in made.changes:
            keys[change.key] = self.make(bound(change, keys))
        self.must_be_fair(before, self.state)
        again, problems = self.planned(owner, *items)
        assert not problems
        assert not again.changes

    def planned(self, owner: str, *items: dict[str, object]) -> tuple[Plan, int]:
        observation = self.system.observe(SCOPE)
        request = read_request(file(*items, request=f"R8-{self.number}", owner=owner), POLICY)
        outcome = plan(observation.state, request, POLICY, self.day, protected={})
        made = make_plan(
            system="ledger",
            operation=OPERATION,
            observation=observation,
            desired=outcome.desired,
            scope=SCOPE,
            reasons=outcome.reasons,
            problems=outcome.problems,
        )
        return made, len(made.problems)

    def must_be_fair(self, before: State, after: State) -> None:
        """What somebody had, or had until lately, is nobody else's afterwards."""
        for key, old in before.items():
            new = after.get(key)
            if "status" not in old or not (old["until"] is None or str(old["until"]) >= self.day.isoformat()):
                continue
            assert new is not None
            theirs = old["owner"] == new["owner"] and old["status"] == "reserved"
            assert new["request"] == old["request"] or theirs

    @rule(purpose=PURPOSES, site=st.sampled_from(SITES), owner=OWNERS, action=st.sampled_from(["issue", "reserve"]))
    def office(self, purpose: str, site: str, owner: str, action: str) -> None:
        common = {"action": action, "purpose": purpose, "site": site}
        self.ask(
            owner,
            {**common, "type": "vlan", "item": "v"},
            {**common, "type": "prefix", "item": "p", "vlan": "v"},
            {**common, "type": "address", "prefix": "p", "hostnames": ["h0", "h1"]},
        )

    @rule(purpose=PURPOSES, owner=OWNERS, action=st.sampled_from(["issue", "reserve"]))
    def address(self, purpose: str, owner: str, action: str) -> None:
        self.ask(owner, {"action": action, "type": "address", "purpose": purpose, "item": "x"})

    @rule(number=st.integers(0, 63), owner=OWNERS)
    def named(self, number: int, owner: str) -> None:
        address = str(ip_address(int(ip_address("10.0.0.0")) + number))
        self.ask(owner, {"action": "issue", "type": "address", "address": address})

    @rule(bits=st.integers(27, 31), at=st.integers(0, 31), owner=OWNERS)
    def network(self, bits: int, at: int, owner: str) -> None:
        first = int(ip_address("10.0.0.0")) + at * 2
        network = ip_network(f"{ip_address(first)}/{bits}", strict=False)
        self.ask(owner, {"action": "issue", "type": "prefix", "purpose": "a", "prefix": str(network)})

    def issued(self, type_: str) -> list[Record]:
        return [record for key, record in self.state.items() if key.type == type_ and record["status"] != "retired"]

    @precondition(lambda self: self.issued("address"))
    @rule(data=st.data(), action=st.sampled_from(["release", "renumber"]))
    def give_back(self, data: st.DataObject, action: str) -> None:
        found = sorted(str(record["address"]) for record in self.issued("address"))
        self.ask("", {"action": action, "type": "address", "address": data.draw(st.sampled_from(found))})

    @precondition(lambda self: self.issued("prefix"))
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        found = sorted(str(record["network"]) for record in self.issued("prefix"))
        self.ask("", {"action": "release", "type": "prefix", "prefix": data.draw(st.sampled_from(found))})

    @rule(days=st.integers(1, 6))
    def time_goes_on(self, days: int) -> None:
        self.day += timedelta(days=days)

    @invariant()
    def the_ledger_is_whole(self) -> None:
        state = self.state
        networks = [ip_network(str(record["network"])) for key, record in state.items() if key.type == "prefix"]
        assert not [one for n, one in enumerate(networks) for other in networks[:n] if one.overlaps(other)]
        vlans = [(record["site"], record["vid"]) for key, record in state.items() if key.type == "vlan"]
        assert len(vlans) == len(set(vlans))
        addresses = list(self.addresses(state))
        assert len({address for address, _ in addresses}) == len(addresses)
        for address, prefix in addresses:
            network = ip_network(str(prefix["network"]))
            assert ip_address(address) in network
            assert address != prefix["gateway"]
            assert network.prefixlen > 30 or ip_address(address) not in (network[0], network[-1])

    def addresses(self, state: State) -> Iterator[tuple[str, Record]]:
        for key, record in state.items():
            if key.type == "address":
                yield str(record["address"]), state[Key.parse(str(record["prefix"]))]


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
