"""The laws of the contract, asked of a name server. What is told apart: an RRset has its key before it is there, there
are no secrets and no members, and a protected RRset is one by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.drift import drift
from chonai.change.errors import InputError, SystemUnreachable
from chonai.change.ledger import Ledger
from chonai.change.model import Key, Plan, TypeScope
from chonai.systems.dns import connect
from chonai.systems.dns.records import ATTRIBUTES, RRSET
from tests.contract import nameserver
from tests.contract.ground import delete, done, refused, update
from tests.contract.nameserver import PRIMARY, SCOPE, SECONDARY, ZONE, NameGround, by_hand, dig, settings
from tests.contract.relay import Relay


@pytest.fixture
def names(lab: Path) -> Iterator[NameGround]:
    with nameserver.ground(lab) as found:
        yield found


# reading -----------------------------------------------------------------------------------------------------------


def test_observe_shows_all_rrsets_with_the_attributes_of_the_scope(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1", "10.20.1.2"))[0])
    state = names.system.observe(SCOPE).state
    assert {frozenset(record) for record in state.values()} == {ATTRIBUTES}
    assert state[names.key("a")] == {
        "name": names.key("a").id,
        "ttl": 300,
        "data": {"10.20.1.1", "10.20.1.2"},
    }
    assert state[Key(RRSET, f"{ZONE}. MX")]["data"] == {f"10 mail.{ZONE}."}


def test_observe_keeps_to_the_attributes_of_the_scope(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1"))[0])
    state = names.system.observe({RRSET: TypeScope(frozenset({"ttl"}))}).state
    assert state[names.key("a")] == {"ttl": 300}
    assert not names.system.observe({}).state


def test_reading_known_keys_gives_what_observing_gives(names: NameGround) -> None:
    names.apply(names.create("a", "10.20.1.1"), names.create("a", '"x"', type_="TXT"))
    observed = names.system.observe(SCOPE).state
    assert names.system.read(observed.keys(), SCOPE) == observed


def test_what_does_not_exist_is_left_out(names: NameGround) -> None:
    keys = [names.key("no"), Key("user", "x"), Key(RRSET, "www.elsewhere.example. A")]
    assert not names.system.read(keys, SCOPE)


@pytest.mark.parametrize("scope", [{"user": TypeScope(frozenset())}, {RRSET: TypeScope(frozenset({"serial"}))}])
def test_what_name_servers_do_not_have_is_an_error(names: NameGround, scope: dict[str, TypeScope]) -> None:
    with pytest.raises(InputError) as caught:
        names.system.observe(scope)
    assert caught.value.message.code == "dns.bad_scope"


def test_what_somebody_else_writes_is_seen_by_the_next_look(names: NameGround, lab: Path) -> None:
    """The first look is a whole transfer, the next ones are differences: both see the same."""
    names.system.observe(SCOPE)
    name = names.name("theirs")
    steps = (
        [f"add {name} 60 A 10.20.1.{n}" for n in range(1, 4)],
        [f"delete {name} A 10.20.1.2", f"add {name} 60 TXT x"],
        [f"delete {name} A", f"add {name} 90 A 10.20.1.9"],
        [f"delete {name}"],
    )
    for step in steps:
        by_hand(lab, *step)
        seen = names.system.observe(SCOPE).state
        with connect(settings(lab)) as fresh:
            assert seen == fresh.observe(SCOPE).state


def test_protected_rrsets_are_told_with_the_reason(names: NameGround) -> None:
    protected = names.system.observe(SCOPE).protected
    assert {Key(RRSET, f"{ZONE}. SOA"), Key(RRSET, f"{ZONE}. NS")} <= protected.keys()
    assert Key(RRSET, f"branch.{ZONE}. NS") not in protected
    assert "adm-*" in str(names.system.objections([Key(RRSET, f"adm-1.{ZONE}. A")])[Key(RRSET, f"adm-1.{ZONE}. A")])


# creating ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("AAAA", "2001:db8:20::1"),
        ("CNAME", f"portal.{ZONE}."),
        ("MX", f"10 mail.{ZONE}."),
        ("TXT", '"a \\"b\\" \\227\\129\\130" "c;d"'),
        ("SRV", f"0 100 389 portal.{ZONE}."),
        ("CAA", '0 issue "ca.example"'),
        ("NS", f"ns1.{ZONE}."),
        ("PTR", f"portal.{ZONE}."),
        ("SSHFP", "4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789"),
    ],
)
def test_every_type_is_made_and_read_back(names: NameGround, type_: str, data: str) -> None:
    create = names.create("x", data, type_=type_)
    for _ in range(2):
        assert done(names.apply(create)[0]) == create.key
    assert names.read(create.key)["data"] == {data}


def test_what_is_made_is_on_every_server(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1"))[0])
    assert [dig(names.name("a"), "A", server=each) for each in (PRIMARY, SECONDARY)] == [["10.20.1.1"]] * 2


def test_a_wrong_content_is_refused_and_the_others_are_made(names: NameGround) -> None:
    wrong, right = names.apply(names.create("a", "10.20.1.999"), names.create("b", "10.20.1.1"))
    assert names.key("a").id in str(refused(wrong))
    assert done(right) == names.key("b")
    assert dig(names.name("b"), "A") == ["10.20.1.1"]


def test_what_somebody_else_made_is_left_alone(names: NameGround, lab: Path) -> None:
    by_hand(lab, f"add {names.name('a')} 60 A 10.20.1.7")
    theirs, ours = names.apply(names.create("a", "10.20.1.1"), names.create("b", "10.20.1.1"))
    assert "10.20.1.7" in str(refused(theirs))
    assert done(ours)
    assert dig(names.name("a"), "A") == ["10.20.1.7"]


def test_a_name_of_no_zone_of_ours_is_refused(names: NameGround) -> None:
    create = names.create("a", "10.20.1.1")
    stray = replace(create, key=Key(RRSET, "www.elsewhere.example. A"))
    assert "elsewhere" in str(refused(names.apply(stray)[0]))
    assert refused(names.apply(delete(Key("user", "x")))[0]).code == "dns.unknown_type"


def test_nothing_stands_beside_a_cname(names: NameGround) -> None:
    """A server would take it without a word and not do it."""
    names.apply(names.create("a", "10.20.1.1"), names.create("c", f"portal.{ZONE}.", type_="CNAME"))
    beside_a, beside_c, free = names.apply(
        names.create("a", f"portal.{ZONE}.", type_="CNAME"),
        names.create("c", "10.20.1.1"),
        names.create("d", "10.20.1.1"),
    )
    assert {refused(each).code for each in (beside_a, beside_c)} == {"dns.beside_cname"}
    assert done(free)
    assert (dig(names.name("a"), "CNAME"), dig(names.name("c"), "CNAME")) == ([], [f"portal.{ZONE}."])


# changing ----------------------------------------------------------------------------------------------------------


def test_what_came_to_a_name_meanwhile_stops_the_apply_before_it_writes(names: NameGround, lab: Path) -> None:
    host, alias, free = names.create("a", "10.20.1.1"), names.create("b", "10.20.1.2"), names.create("c", "10.20.1.3")
    by_hand(lab, f"add {names.name('a')} 60 CNAME {names.name('x')}")
    asked = Plan("dns", "dns", SCOPE, (host, alias, free), "")
    moved = drift(asked, names.system, Ledger.of(asked, ()))
    assert [(n, one.code) for n, one in moved.items()] == [(0, "change.drift_crowded")]
    assert "CNAME" in str(moved[0])
    takes_over = (delete(names.key("a", "CNAME")), host)
    assert not names.system.in_the_way([change.key for change in takes_over])  # type: ignore[attr-defined]  # of DNS


def test_values_are_changed_one_by_one(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1", "10.20.1.2"))[0])
    change = update(
        names.key("a"),
        {"data": frozenset({"10.20.1.1", "10.20.1.8"})},
        {"data": frozenset({"10.20.1.3", "10.20.1.2"})},
    )
    for _ in range(2):
        done(names.apply(change)[0])
        assert names.read(names.key("a"))["data"] == {"10.20.1.2", "10.20.1.3"}


def test_the_ttl_is_changed_alone(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1", "10.20.1.2"))[0])
    done(names.apply(update(names.key("a"), {"ttl": 300}, {"ttl": 60}))[0])
    record = names.read(names.key("a"))
    assert (record["ttl"], record["data"]) == (60, {"10.20.1.1", "10.20.1.2"})


def test_a_ttl_that_somebody_else_changed_is_left_alone(names: NameGround, lab: Path) -> None:
    done(names.apply(names.create("a", "10.20.1.1"))[0])
    by_hand(lab, f"delete {names.name('a')} A", f"add {names.name('a')} 77 A 10.20.1.1")
    assert "77" in str(refused(names.apply(update(names.key("a"), {"ttl": 300}, {"ttl": 60}))[0]))
    assert names.read(names.key("a"))["ttl"] == 77


def test_the_last_value_is_not_taken_by_an_update(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1"))[0])
    assert refused(names.apply(update(names.key("a"), {"data": frozenset({"10.20.1.1"})}, {}))[0])
    assert dig(names.name("a"), "A") == ["10.20.1.1"]


def test_an_unknown_rrset_is_refused_and_the_others_are_changed(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1"))[0])
    more = {"data": frozenset({"10.20.1.2"})}
    gone, changed = names.apply(update(names.key("no"), {}, more), update(names.key("a"), {}, more))
    assert names.key("no").id in str(refused(gone))
    assert done(changed)


def test_protected_rrsets_are_refused_by_name(names: NameGround) -> None:
    create = names.create("a", "10.20.1.1")
    for id_ in (f"{ZONE}. NS", f"{ZONE}. SOA", f"adm-1.{ZONE}. A", f"x.{ZONE}. NSEC3"):
        for change in (replace(create, key=Key(RRSET, id_)), delete(Key(RRSET, id_))):
            error = refused(names.apply(change)[0])
            assert error.code == "dns.refused_protected"
            assert id_ in str(error)
    assert dig(ZONE, "NS") == [f"ns1.{ZONE}.", f"ns2.{ZONE}."]


# deleting ----------------------------------------------------------------------------------------------------------


def test_what_is_deleted_is_gone_and_comes_back_as_it_was(names: NameGround) -> None:
    done(names.apply(names.create("a", "10.20.1.1", "10.20.1.2"), names.create("a", '"x"', type_="TXT"))[0])
    key = names.key("a")
    record, image = names.read(key), names.system.preimage([key, names.key("no")])
    assert image.keys() == {key}
    for _ in range(2):
        assert done(names.apply(delete(key))[0]) == key
        assert not names.system.read([key], SCOPE)
    assert dig(names.name("a"), "TXT") == ['"x"']
    back = names.create("a")
    for _ in range(2):
        done(names.apply(replace(back, after=image[key]))[0])
        assert names.read(key) == record


def test_a_delete_does_not_take_what_somebody_else_put_there(names: NameGround, lab: Path) -> None:
    done(names.apply(names.create("a", "10.20.1.1"))[0])
    planned = replace(delete(names.key("a")), before=names.read(names.key("a")))
    by_hand(lab, f"add {names.name('a')} 300 A 10.20.1.7")
    assert "10.20.1.7" in str(refused(names.apply(planned)[0]))
    assert dig(names.name("a"), "A") == ["10.20.1.1", "10.20.1.7"]


# a server that is not there ------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_a_server_that_is_gone_says_so_and_does_not_hang(names: NameGround, lab: Path) -> None:
    done(names.apply(names.create("a", "10.20.1.1"))[0])
    with Relay(PRIMARY, 53) as relay, connect(settings(lab, server=f"{PRIMARY}#{relay.port}")) as system:
        relay.cut()
        for call in (
            lambda: system.observe(SCOPE),
            lambda: system.read([names.key("a")], SCOPE),
            lambda: system.preimage([names.key("a")]),
            lambda: system.apply([delete(names.key("a"))], lambda _change, _name: ""),
        ):
            with pytest.raises(SystemUnreachable):
                call()
    assert dig(names.name("a"), "A") == ["10.20.1.1"]
