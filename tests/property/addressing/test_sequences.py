"""No sequence of issuing, reserving, renumbering, giving back and taking back breaks the ledger, or takes what is
somebody's: done at once, or waiting side by side for a decision that comes in any order, or never.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chonai.change.drift import drift
from chonai.change.effect import Standing, bound, reverted, standing
from chonai.change.holds import Held, Hold
from chonai.change.ledger import Ledger as CoreLedger
from chonai.change.model import Action, Change, Key, Plan, Record, State
from chonai.change.plan import make_plan, plan_of
from chonai.change.system import Observation
from chonai.operations.addressing import OPERATION, SCOPE, Guard, Request, addressing_policy, claims, plan, read_request
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
NOW = datetime(2026, 4, 1, tzinfo=UTC)


def no_secret(change: Change, name: str) -> str:
    raise AssertionError((change, name))


class Ledger(RuleBasedStateMachine):
    """People ask for things on days that go on. Of what is planned without problems every other one is carried out, and
    the rest waits: the holds of who waits keep others away.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="chonai-ledger-"))
        self.system = self.open.enter_context(
            connect({"name": "ledger", "url": str(self.folder / "ledger.db")}, lambda: self.day)
        )
        self.day, self.number, self.is_waiting = START, 0, False
        self.waiting: dict[str, Plan] = {}
        self.done: list[list[Change]] = []
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
        """Plan a request; carry it out where it can be and ask again, or let it wait."""
        self.number += 1
        request = read_request(file(*items, request=f"R8-{self.number}", owner=owner), POLICY)
        made = self.planned(request)
        if made.problems or not made.changes:
            return
        mine = claims(made)
        assert not self.in_the_way(mine)  # who knows of the others is in nobody's way
        self.is_waiting = not self.is_waiting
        if self.is_waiting:
            self.waiting[f"set-{self.number}"] = made
            self.must_be_told(request)
        else:
            self.carry_out(made)
            again = self.planned(request)
            assert not again.problems
            assert not again.changes

    def in_the_way(self, mine: Sequence[Hold]) -> bool:
        return any(hold.meets(other.hold) for hold in mine for other in self.held)

    @property
    def held(self) -> list[Held]:
        return [Held(hold, id_, NOW) for id_, made in self.waiting.items() for hold in claims(made)]

    def must_be_told(self, request: Request) -> None:
        """The same request once more, while nobody has decided on it, is refused; also by who does not know of it."""
        assert self.planned(request).problems
        assert self.in_the_way(claims(self.planned(request, held=())))

    def planned(self, request: Request, held: Sequence[Held] | None = None) -> Plan:
        observation = self.system.observe(SCOPE)
        others = self.held if held is None else held
        outcome = plan(observation.state, request, POLICY, self.day, Guard(held=others))
        return plan_of("ledger", OPERATION, observation, outcome, {})

    def carry_out(self, made: Plan) -> None:
        """What is sealed beside others can be done after any of them, and is what it was planned to be."""
        before = self.state
        ledger = CoreLedger.of(made, ())
        assert not drift(made, self.system, ledger)
        keys: dict[Key, Key] = {}
        done = []
        for change in made.changes:
            now = bound(change, keys)
            keys[change.key] = self.make(now)
            done.append(bound(now, keys))
        self.must_be_fair(before, self.state)
        self.done.append(done)

    @rule()
    @precondition(lambda self: self.waiting)
    def decide(self) -> None:
        """The one that waits for the shortest time is done: those before it wait on."""
        _, made = self.waiting.popitem()
        if made.observed and self.is_in_time(made):
            self.carry_out(made)

    def is_in_time(self, made: Plan) -> bool:
        """Whether no quarantine or reservation of it would be over when it begins; the ledger refuses that."""
        ends = [str(change.after["until"]) for change in made.changes if change.after.get("until")]
        return all(end >= self.day.isoformat() for end in ends)

    @rule()
    @precondition(lambda self: self.waiting)
    def withdraw(self) -> None:
        self.waiting.pop(next(iter(self.waiting)))

    @rule()
    @precondition(lambda self: self.done)
    def take_back(self) -> None:
        """Undo what was done last, as far as it still stands and nobody waits for it."""
        changes = self.done.pop()
        state = dict(self.state)
        desired = dict(state)
        for change in reversed(changes):
            if standing(desired.get(change.key), change) is not Standing.DONE:
                return
            record = reverted(desired.get(change.key), change)
            desired.pop(change.key, None) if record is None else desired.update({change.key: record})
        undo = make_plan(
            system="ledger",
            operation="undo",
            observation=Observation(state),
            desired=desired,
            scope=SCOPE,
            reasons={},
        )
        if undo.problems or self.in_the_way(claims(undo)):
            return
        for change in undo.changes:
            [result] = self.system.apply([change], no_secret)
            assert result.error is None or result.error.code == "ipam.still_used"  # somebody came into it since

    def must_be_fair(self, before: State, after: State) -> None:
        """What somebody had, or had until lately, is nobody else's afterwards."""
        for key, old in before.items():
            new = after.get(key)
            if "status" not in old or not (old["until"] is None or str(old["until"]) >= self.day.isoformat()):
                continue
            assert new is not None
            theirs = old["owner"] == new["owner"] and old["status"] == "reserved"
            assert new["request"] == old["request"] or theirs
        self.vlans_must_be_kept(before, after)
        self.nothing_is_left_in_what_is_gone(before, after)

    def nothing_is_left_in_what_is_gone(self, before: State, after: State) -> None:
        """Nobody comes into a prefix or VLAN that was given back, nor stays in one that is. An undo may bring them."""
        changed = {str(key) for key, record in after.items() if record != before.get(key)}
        for key, record in after.items():
            place = str(record.get("prefix") or record.get("vlan") or "")
            if "status" in record and place and self.is_live(record) and changed & {str(key), place}:
                assert after[Key.parse(place)]["status"] != "retired"

    def vlans_must_be_kept(self, before: State, after: State) -> None:
        """A VLAN that somebody's prefix is on is given to nobody else."""
        for key, new in after.items():
            old = before.get(key)
            if key.type == "vlan" and old is not None and new["request"] != old["request"]:
                there = [one for one in before.values() if one.get("vlan") == str(key) and self.is_live(one)]
                assert not there or old["owner"] == new["owner"]

    def is_live(self, record: Record) -> bool:
        is_over = record["until"] is not None and str(record["until"]) < self.day.isoformat()
        return record["status"] != "retired" and not is_over

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

    @precondition(lambda self: self.issued("prefix"))
    @rule(data=st.data(), owner=OWNERS, comes_first=st.booleans())
    def side_by_side(self, data: st.DataObject, owner: str, comes_first: bool) -> None:
        """While one waits to close a prefix, another comes into it; or the other way round."""
        network = data.draw(st.sampled_from(sorted(str(record["network"]) for record in self.issued("prefix"))))
        close: dict[str, object] = {"action": "release", "type": "prefix", "prefix": network}
        come: dict[str, object] = {"action": "issue", "type": "address", "prefix": network, "item": "x"}
        self.is_waiting = False
        for whose, item in ((owner, come), ("", close)) if comes_first else (("", close), (owner, come)):
            self.ask(whose, item)

    @precondition(lambda self: self.issued("vlan"))
    @rule(data=st.data())
    def leave_vlan(self, data: st.DataObject) -> None:
        found = sorted({int(str(record["vid"])) for record in self.issued("vlan")})
        self.ask("", {"action": "release", "type": "vlan", "vlan": str(data.draw(st.sampled_from(found)))})

    @precondition(lambda self: self.issued("vlan"))
    @rule(data=st.data(), site=st.sampled_from(SITES), owner=OWNERS)
    def more_on_a_vlan(self, data: st.DataObject, site: str, owner: str) -> None:
        vlan = str(data.draw(st.sampled_from(sorted({int(str(record["vid"])) for record in self.issued("vlan")}))))
        common: dict[str, object] = {"action": "issue", "purpose": "b", "site": site}
        self.ask(owner, {**common, "type": "prefix", "item": "p", "vlan": vlan})

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
TestLedger.settings = settings(max_examples=25, stateful_step_count=15)
