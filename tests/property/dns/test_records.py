"""Laws of records and plans, on generated input."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import dns.rdata
from hypothesis import given
from hypothesis import strategies as st

from chonai.change.effect import applied
from chonai.change.model import Key, Record, State
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.operations.dns.operation import OPERATION, SCOPE, Drawn
from chonai.operations.dns.values import canonical
from tests.unit.dns.zones import DOMAIN, asked, rrset, zones

ZONES = frozenset({DOMAIN})
HOSTS = ("portal", "www", "a", "b", "c")
ADDRESSES = [f"10.20.1.{n}" for n in range(10, 16)]
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=300)

row = st.one_of(
    st.builds("LGWAN系,{},{},A,{},{},{},".format, st.sampled_from(["追加", "変更", "削除"]), st.sampled_from(HOSTS),
              st.sampled_from(ADDRESSES), st.sampled_from(["", "300"]), st.sampled_from(["", "しない"])),
    st.builds("LGWAN系,{},{},CNAME,{},,,".format, st.sampled_from(["変更", "削除"]), st.sampled_from(HOSTS),
              st.sampled_from(HOSTS)),
    st.builds("LGWAN系,削除,{},,,,,".format, st.sampled_from(HOSTS)),
    st.builds("LGWAN系,{},{},TXT,{},,,".format, st.sampled_from(["追加", "削除"]), st.sampled_from(HOSTS),
              st.sampled_from(["x", "y"])),
)  # fmt: skip
held = st.dictionaries(
    st.sampled_from(HOSTS[2:]), st.sets(st.sampled_from(ADDRESSES[1:]), min_size=1, max_size=3), max_size=3
)


def is_library_form(type_: str, text: str) -> bool:
    return dns.rdata.from_text("IN", type_, text).to_text() == text


@given(st.ip_addresses(v=4), st.ip_addresses(v=6))
def test_addresses_are_written_as_the_library_writes_them(four: IPv4Address, six: IPv6Address) -> None:
    assert is_library_form("A", canonical("A", str(four), DOMAIN, ZONES))
    if six.ipv4_mapped is None and int(six) >= 1 << 32:
        assert is_library_form("AAAA", canonical("AAAA", six.exploded.upper(), DOMAIN, ZONES))


@given(TEXT)
def test_texts_are_written_as_the_library_writes_them(text: str) -> None:
    written = canonical("TXT", "x" + text.strip(), DOMAIN, ZONES)
    assert is_library_form("TXT", written)
    assert canonical("TXT", written, DOMAIN, ZONES) == written
    said = b"".join(dns.rdata.from_text("IN", "TXT", written).strings)
    assert said == ("x" + text.strip()).encode()


@given(st.integers(0, 65535), st.integers(0, 65535), st.sampled_from(["ns1", "WWW", "施設予約", "a.example."]))
def test_targets_are_written_as_the_library_writes_them(one: int, other: int, host: str) -> None:
    for type_, text in (("MX", f"{one} {host}"), ("SRV", f"{one} {other} 389 {host}"), ("CNAME", host)):
        assert is_library_form(type_, canonical(type_, text, DOMAIN, ZONES))
    assert is_library_form("CAA", canonical("CAA", f'0 issue "{host.encode().hex()}"', DOMAIN, ZONES))


def after(state: State, outcome: Drawn) -> State:
    """The zones after the plan, change by change in its order; a CNAME never stands beside anything on the way."""
    plan = make_plan(
        system="dns",
        operation=OPERATION,
        observation=Observation(outcome.observed),
        desired=outcome.desired,
        scope=SCOPE,
        reasons=outcome.reasons,
    )
    assert not plan.problems
    now: dict[Key, Record] = dict(state)
    for change in plan.changes:
        record = applied(now.get(change.key), change)
        now.pop(change.key, None)
        if record is not None:
            now[change.key] = {name: value for name, value in record.items() if name != "replaces"}
        assert_cnames_alone(now)
    return now


def assert_cnames_alone(state: State) -> None:
    owners = [key.id.partition(" ")[0] for key in state]
    for key in state:
        owner, _, type_ = key.id.partition(" ")
        assert type_ != "CNAME" or owners.count(owner) == 1


@given(st.lists(row, min_size=1, max_size=6), held)
def test_a_request_carried_out_leaves_nothing_to_do(rows: list[str], hosts: dict[str, set[str]]) -> None:
    state = zones(*(rrset(host, "A", *addresses) for host, addresses in hosts.items()))
    outcome = asked(*rows, state=state)
    if outcome.problems:
        return
    reached = after(state, outcome)
    for key, record in outcome.desired.items():
        assert reached[key]["data"] == record["data"]
    owned = outcome.observed.keys() | outcome.desired.keys()
    assert {key: record for key, record in reached.items() if key not in owned} == {
        key: record for key, record in state.items() if key not in owned
    }


@given(st.lists(row, min_size=1, max_size=6, unique_by=lambda text: text.split(",")[2]))
def test_asking_twice_asks_for_nothing_more(rows: list[str]) -> None:
    """One row a name: what comes and goes in one request may do so again."""
    state = zones()
    outcome = asked(*rows, state=state)
    if outcome.problems:
        return
    again = asked(*rows, state=after(state, outcome))
    assert not again.problems
    assert after(state, outcome) == after(after(state, outcome), again)
