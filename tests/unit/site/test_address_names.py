"""DNS follows the ledger: which rows of a request make which plan of which name server, and what speaks against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from chonai.change.codec import record_to_json
from chonai.change.model import Key, Plan, Record, State
from chonai.operations.dns.reverse import address_of
from chonai.site.addressing import Asked, plan_addressing
from chonai.site.dns import NameServer
from chonai.site.systems import Settings
from chonai.store.holds import View
from tests.unit.addressing import town
from tests.unit.dns.zones import DOMAIN, POLICY, REVERSE, rrset, zones

DAY = datetime.now().astimezone().date()
ISSUE: dict[str, object] = {"action": "issue", "type": "address", "prefix": "hall-office"}
OWN = town.state(("address:5", town.address("10.20.1.5", hostname="pc005")))
IN_DNS = [rrset("pc005", "A", "10.20.1.5"), rrset(f"5.1.{REVERSE}", "PTR", f"pc005.{DOMAIN}")]
BRANCH = f"branch.{DOMAIN}"


class Net:
    """A ledger and name servers in files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: dict[str, NameServer] = {}
        self.ledger: Settings = self.write("ledger", OWN)

    def write(self, name: str, state: State) -> dict[str, object]:
        objects = {str(key): record_to_json(record) for key, record in state.items()}
        (self.folder / f"{name}.json").write_text(json.dumps({"objects": objects}))
        return {"kind": "memory", "file": str(self.folder / f"{name}.json")}

    def serve(
        self,
        name: str,
        state: State,
        after: tuple[str, ...] = ("ledger",),
        domain: str = DOMAIN,
        network: str = "lgwan",
    ) -> None:
        settings = {**self.write(name, state), "after": list(after)}
        self.servers[name] = NameServer(settings, POLICY, {"network": network, "domain": domain})

    def plans(
        self,
        *items: Mapping[str, object],
        policy: Mapping[str, object] | None = None,
        request: str = "R8-1",
    ) -> tuple[Plan, ...]:
        file = town.file(*map(dict, items), request=request, owner="情報政策課")
        rules = {**town.POLICY, **(policy or {})}
        asked = Asked(file, DAY, View((), 0))
        return plan_addressing(system="ledger", settings=self.ledger, policy=rules, asked=asked, servers=self.servers)


@pytest.fixture
def net(tmp_path: Path) -> Net:
    return Net(tmp_path)


@pytest.fixture
def served(net: Net) -> Net:
    net.serve("dns", zones(*IN_DNS))
    return net


def changes(plan: Plan) -> set[str]:
    return {f"{one.action} {one.key.id} {_data(one.before)}>{_data(one.after)}" for one in plan.changes}


def _data(record: Mapping[str, Any]) -> str:
    return ",".join(sorted(record.get("data") or ()))


def given(ledger: Plan) -> dict[str, str]:
    made = [one.after for one in ledger.changes if one.after.get("hostname") and one.after.get("address")]
    return {str(record["hostname"]): str(record["address"]) for record in made}


def wrong(plans: tuple[Plan, ...]) -> list[str]:
    return [problem.render("en") for plan in plans for problem in plan.problems]


def test_an_issued_name_is_made_with_its_pointer_in_a_plan_of_the_same_operation(served: Net) -> None:
    ledger, dns = served.plans({**ISSUE, "hostname": "pc1"})
    assert (ledger.system, dns.system) == ("ledger", "dns")
    assert ledger.operation == dns.operation == "addressing"
    assert ledger.inputs == dns.inputs
    assert changes(dns) == {f"create pc1.{DOMAIN} A >10.20.1.2", f"create 2.1.{REVERSE} PTR >pc1.{DOMAIN}"}
    assert {one.reason for one in dns.changes} == {"払出: R8-1 pc1"}
    assert not wrong((ledger, dns))


def test_a_released_address_takes_exactly_its_records_away(served: Net) -> None:
    served.serve(
        "dns", zones(rrset("pc005", "A", "10.20.1.5", "10.20.1.7"), rrset(f"5.1.{REVERSE}", "PTR", f"pc005.{DOMAIN}"))
    )
    ledger, dns = served.plans({"action": "release", "type": "address", "address": "10.20.1.5"})
    assert changes(dns) == {f"delete 5.1.{REVERSE} PTR pc005.{DOMAIN}>", f"update pc005.{DOMAIN} A 10.20.1.5>"}
    assert not wrong((ledger, dns))


def test_a_renumbering_replaces_them(served: Net) -> None:
    _, dns = served.plans({"action": "renumber", "type": "address", "address": "10.20.1.5"})
    assert changes(dns) == {
        f"update pc005.{DOMAIN} A 10.20.1.5>10.20.1.2",
        f"create 2.1.{REVERSE} PTR >pc005.{DOMAIN}",
        f"delete 5.1.{REVERSE} PTR pc005.{DOMAIN}>",
    }


def test_a_request_that_gives_no_address_asks_no_name_server(net: Net) -> None:
    net.servers["dns"] = NameServer({"kind": "memory", "file": "/nowhere", "after": ["ledger"]}, POLICY, {})
    [ledger] = net.plans({"action": "issue", "type": "vlan", "name": "v", "purpose": "事務", "site": "北支所"})
    assert not wrong((ledger,))


def test_without_name_servers_a_warning_says_so(net: Net) -> None:
    [ledger] = net.plans({**ISSUE, "hostname": "pc1"})
    assert not wrong((ledger,))
    assert [one.code for one in ledger.warnings if one.code == "addressing.no_name_server"]


def test_a_city_may_leave_dns_to_others(served: Net) -> None:
    [ledger] = served.plans({**ISSUE, "hostname": "pc1"}, policy={"dns": "none"})
    assert [one.code for one in ledger.warnings] == ["addressing.as_of"]


def test_a_city_may_leave_the_dns_of_some_zones_to_others(served: Net) -> None:
    [ledger] = served.plans({**ISSUE, "hostname": "pc1"}, policy={"dns_elsewhere": ["LGWAN系"]})
    assert [one.code for one in ledger.warnings] == ["addressing.as_of"]
    assert len(served.plans({**ISSUE, "hostname": "pc1"}, policy={"dns_elsewhere": ["インターネット系"]})) == 2


def test_a_zone_that_nobody_serves_is_a_problem_that_names_the_way_out(served: Net) -> None:
    served.servers["dns"] = NameServer(
        served.servers["dns"].settings, POLICY, {"network": "internet", "domain": DOMAIN}
    )
    [said] = wrong(served.plans({**ISSUE, "hostname": "pc1"}))
    assert "pc1" in said
    assert "LGWAN系" in said
    assert "internet (dns)" in said
    assert "request.yml" in said


def test_a_name_in_no_zone_is_a_problem_that_names_the_zones(served: Net) -> None:
    [said] = wrong(served.plans({**ISSUE, "hostname": "pc1", "dns_zone": "other.example"}))
    assert "other.example" in said
    assert DOMAIN in said


def test_a_name_that_goes_and_lies_nowhere_here_is_told(served: Net) -> None:
    there = town.state(("address:5", town.address("10.20.1.5", hostname="pc005", dns_zone="other.example")))
    served.write("ledger", there)
    [ledger] = served.plans({"action": "release", "type": "address", "address": "10.20.1.5"})
    assert not wrong((ledger,))
    [said] = [one.render("en") for one in ledger.warnings if one.code == "addressing.names_left"]
    assert "pc005.other.example" in said


@pytest.fixture
def branched(served: Net) -> Net:
    """A second name server of the same network, for a zone below that of the first."""
    state = dict([rrset(BRANCH, "SOA", "a. b. 1 2 3 4 5"), rrset(BRANCH, "NS", "ns.elsewhere.example.")])
    served.serve("branch", state, domain=BRANCH)
    return served


def test_the_longest_zone_gets_the_name(branched: Net) -> None:
    ledger, own, other = branched.plans(
        {**ISSUE, "hostname": "pc1", "dns_zone": DOMAIN.rstrip(".")},
        {**ISSUE, "hostname": "pc2", "dns_zone": BRANCH.rstrip(".")},
    )
    assert [own.system, other.system] == ["dns", "branch"]
    assert changes(other) == {f"create pc2.{BRANCH} A >10.20.1.3"}
    assert f"create pc1.{DOMAIN} A >10.20.1.2" in changes(own)
    assert not wrong((ledger, own, other))


def test_between_servers_the_zone_has_to_be_said(branched: Net) -> None:
    [said] = wrong(branched.plans({**ISSUE, "hostname": "pc1"}))
    assert f"pc1.{DOMAIN}" in said
    assert f"pc1.{BRANCH}" in said


def test_a_name_is_not_given_its_zone_twice(served: Net) -> None:
    whole = f"pc1.{DOMAIN}".rstrip(".")
    for item in ({"hostname": whole, "dns_zone": DOMAIN.rstrip(".")}, {"hostname": whole}, {"hostname": "pc1"}):
        _, dns = served.plans({**ISSUE, **item})
        assert f"create pc1.{DOMAIN} A >10.20.1.2" in changes(dns)


def test_dns_that_would_not_wait_for_the_ledger_is_a_problem(served: Net) -> None:
    served.serve("dns", zones(), after=())
    [said] = wrong(served.plans({**ISSUE, "hostname": "pc1"}))
    assert "after: [ledger]" in said


@pytest.mark.parametrize(
    ("there", "hostname", "said"),
    [
        (rrset("pc1", "CNAME", f"portal.{DOMAIN}"), "pc1", "CNAME"),
        (rrset("pc1", "A", "10.20.9.9"), "pc1", "10.20.9.9"),
        (rrset("x", "A", "10.20.9.9"), "a_b", "No host may be called that"),
        (rrset("x", "A", "10.20.9.9"), "*", "No host may be called that"),
    ],
)
def test_what_dns_forbids_is_a_problem_of_the_row(served: Net, there: Any, hostname: str, said: str) -> None:
    served.serve("dns", zones(there))
    [found] = wrong(served.plans({**ISSUE, "hostname": hostname}))
    assert said in found
    assert hostname in found
    assert "request.yml" in found


def test_an_address_that_has_another_name_is_a_problem(served: Net) -> None:
    served.serve("dns", zones(rrset("old", "A", "10.20.1.2"), rrset(f"2.1.{REVERSE}", "PTR", f"old.{DOMAIN}")))
    [said] = wrong(served.plans({**ISSUE, "address": "10.20.1.2", "hostname": "pc1"}))
    assert f"old.{DOMAIN}" in said


@pytest.mark.parametrize(
    ("hostname", "zone"), [(DOMAIN, ""), ("x", "20.10.in-addr.arpa")], ids=["the zone itself", "a reverse name"]
)
def test_a_host_is_not_called_like_a_zone(served: Net, hostname: str, zone: str) -> None:
    [said] = wrong(served.plans({**ISSUE, "item": "a", "hostname": hostname, "dns_zone": zone}))
    assert "no host can be called" in said


def test_one_name_written_in_two_ways_is_told_as_such(served: Net) -> None:
    found = wrong(served.plans({**ISSUE, "hostname": "pc1"}, {**ISSUE, "hostname": f"pc1.{DOMAIN}"}))
    assert len(found) == 2
    assert all("this request gives pc1." in one for one in found)


def test_one_name_at_two_addresses_of_an_owner_is_a_warning(served: Net) -> None:
    plans = served.plans({**ISSUE, "item": "a", "hostname": "pc1"}, {**ISSUE, "item": "b", "hostname": "PC1"})
    assert not wrong(plans)
    [said] = [one.render("en") for one in plans[0].warnings if one.code == "addressing.name_shared"]
    assert said.startswith("pc1 is the name of several addresses of one owner: 10.20.1.2, 10.20.1.3")


def test_a_name_that_others_point_to_does_not_go(served: Net) -> None:
    served.serve("dns", zones(*IN_DNS, rrset("alias", "CNAME", f"pc005.{DOMAIN}")))
    [said] = wrong(served.plans({"action": "release", "type": "address", "address": "10.20.1.5"}))
    assert f"alias.{DOMAIN} CNAME still points to pc005.{DOMAIN}" in said


def test_all_that_is_wrong_is_told_at_once(served: Net) -> None:
    found = wrong(served.plans({**ISSUE, "hostname": "portal"}, {**ISSUE, "hostname": "d", "prefix": "no"}))
    assert len(found) == 2


def test_what_is_there_already_needs_nothing(served: Net) -> None:
    served.serve("dns", zones(rrset("pc1", "A", "10.20.1.2"), rrset(f"2.1.{REVERSE}", "PTR", f"pc1.{DOMAIN}")))
    _, dns = served.plans({**ISSUE, "hostname": "pc1"})
    assert not dns.changes


PORTAL = rrset("portal", "A", "10.20.1.2")


def passed_over(ledger: Plan) -> list[str]:
    return [one.render("en") for one in ledger.warnings if one.code == "addressing.passed_over"]


@pytest.mark.parametrize(
    "theirs",
    [PORTAL, rrset(f"2.1.{REVERSE}", "PTR", "pc.elsewhere.example.")],
    ids=["by its address", "by its reverse name, which is no name of ours"],
)
def test_what_dns_has_for_somebody_else_is_passed_over(net: Net, theirs: tuple[Key, Record]) -> None:
    kept = (rrset("gw", "A", "10.20.1.1"), rrset("later", "A", "10.20.1.9"), *IN_DNS)
    net.serve("dns", zones(theirs, *kept))
    ledger, dns = net.plans({**ISSUE, "hostname": "pc1"}, {**ISSUE, "hostname": "pc2"})
    assert given(ledger) == {"pc1": "10.20.1.3", "pc2": "10.20.1.4"}
    assert not wrong((ledger, dns))
    [told] = passed_over(ledger)
    assert told.startswith("1 free address(es)")
    assert "10.20.1.2 (" in told


@pytest.mark.parametrize("item", [{"item": "a"}, {"action": "reserve", "hostname": "pc1"}], ids=["no name", "reserved"])
def test_what_gets_no_name_yet_passes_it_over_too(net: Net, item: dict[str, object]) -> None:
    net.serve("dns", zones(PORTAL))
    plans = net.plans({**ISSUE, **item})
    assert not wrong(plans)
    assert [change.after["address"] for change in plans[0].changes] == ["10.20.1.3"]
    assert "10.20.1.2 (" in passed_over(plans[0])[0]


@pytest.mark.parametrize(("hostname", "warned"), [("", 1), ("pc1", 1), ("portal", 0)])
def test_an_address_that_a_request_names_is_told_to_be_somebodys(net: Net, hostname: str, warned: int) -> None:
    net.serve("dns", zones(PORTAL))
    plans = net.plans({**ISSUE, "action": "reserve", "address": "10.20.1.2", "item": "a", "hostname": hostname})
    assert not wrong(plans)
    told = [one.render("en") for one in plans[0].warnings]
    assert len([one for one in told if f"DNS has this address for portal.{DOMAIN}" in one]) == warned


def test_a_pointer_that_is_out_of_date_is_nobodys(net: Net) -> None:
    net.serve("dns", zones(rrset(f"2.1.{REVERSE}", "PTR", f"gone.{DOMAIN}")))
    ledger, _dns = net.plans({**ISSUE, "hostname": "pc1"})
    assert given(ledger) == {"pc1": "10.20.1.2"}
    assert not passed_over(ledger)


def test_a_renumbering_passes_it_over_too(net: Net) -> None:
    net.serve("dns", zones(PORTAL, *IN_DNS))
    plans = net.plans({"action": "renumber", "type": "address", "address": "10.20.1.5"})
    assert not wrong(plans)
    assert given(plans[0])["pc005"] == "10.20.1.3"


def test_a_prefix_of_the_same_request_is_given_as_ever(net: Net) -> None:
    net.serve("dns", zones(rrset("portal", "A", "10.20.0.10"), rrset("old", "A", "10.20.0.11")))
    vlan = {"action": "issue", "type": "vlan", "name": "v", "purpose": "事務", "site": "北支所"}
    prefix = {"action": "issue", "type": "prefix", "name": "p", "purpose": "事務", "site": "北支所", "length": 24}
    host = {"action": "issue", "type": "address", "prefix": "p", "hostname": "pc1"}
    ledger, dns = net.plans(vlan, prefix, host)
    assert not wrong((ledger, dns))
    assert given(ledger)["pc1"] == "10.20.0.12"
    assert "10.20.0.10 (" in passed_over(ledger)[0]


def test_the_same_number_in_another_network_is_another_address(net: Net) -> None:
    net.serve("dns", zones())
    net.serve("office", zones(PORTAL), network="internet")
    ledger, _dns = net.plans({**ISSUE, "hostname": "pc1"})
    assert given(ledger) == {"pc1": "10.20.1.2"}


def test_what_is_free_again_and_has_its_old_name_still_is_passed_over(net: Net) -> None:
    old = town.address("10.20.1.2", hostname="old", **town.ended("2020-01-01"))
    net.ledger = net.write("ledger", town.state(("address:2", old)))
    net.serve("dns", zones(rrset("old", "A", "10.20.1.2"), rrset(f"2.1.{REVERSE}", "PTR", f"old.{DOMAIN}")))
    ledger, dns = net.plans({**ISSUE, "hostname": "pc1"})
    assert not wrong((ledger, dns))
    assert given(ledger) == {"pc1": "10.20.1.3"}


def test_what_a_request_names_is_left_to_what_dns_says_of_it(net: Net) -> None:
    net.serve("dns", zones(PORTAL, rrset(f"2.1.{REVERSE}", "PTR", f"portal.{DOMAIN}")))
    named = {**ISSUE, "address": "10.20.1.2", "hostname": "pc1"}
    ledger, dns = net.plans(named, {**ISSUE, "hostname": "pc2"})
    assert given(ledger) == {"pc1": "10.20.1.2", "pc2": "10.20.1.3"}
    [said] = wrong((ledger, dns))
    assert f"portal.{DOMAIN}" in said


def test_the_same_request_again_keeps_what_it_was_given(net: Net) -> None:
    kept = town.address("10.20.1.2", hostname="pc1", request="R8-1", item="pc1", owner="情報政策課")
    net.ledger = net.write("ledger", town.state(("address:2", kept)))
    net.serve("dns", zones(PORTAL))
    ledger, _dns = net.plans({**ISSUE, "hostname": "pc1"})
    assert not ledger.changes
    assert not passed_over(ledger)


def test_where_dns_has_all_of_a_prefix_none_is_left(net: Net) -> None:
    net.serve("dns", zones(rrset("portal", "A", *(f"10.20.1.{n}" for n in range(256)))))
    ledger, *_ = net.plans({**ISSUE, "hostname": "pc1"})
    [said] = wrong((ledger,))
    assert "10.20.1.0/24" in said
    assert passed_over(ledger)[0].startswith("252 free address(es)")


@pytest.mark.parametrize(
    ("pointer", "address"),
    [
        ("2.1.20.10.in-addr.arpa.", "10.20.1.2"),
        ("1.20.10.in-addr.arpa.", None),
        ("300.1.20.10.in-addr.arpa.", None),
        (f"{'0.' * 31}1.ip6.arpa.", "1000::"),
        ("1.0.ip6.arpa.", None),
        (f"{'g.' * 32}ip6.arpa.", None),
        (DOMAIN, None),
    ],
)
def test_the_address_of_a_reverse_name(pointer: str, address: str | None) -> None:
    assert address_of(pointer) == address
