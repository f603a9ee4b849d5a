"""The laws of the contract, asked of a name server. What is told apart: an RRset has its key before it is there, there
are no secrets and no members, and a protected RRset is one by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.errors import InputError, SystemUnreachable
from chonai.change.model import Key, TypeScope
from chonai.systems.dns import connect
from chonai.systems.dns.records import ATTRIBUTES, RRSET
from tests.contract import nameserver
from tests.contract.ground import delete, done, refused, update
from tests.contract.nameserver import PRIMARY, SCOPE, SECONDARY, ZONE, NameGround, by_hand, dig, settings
from tests.contract.relay import Relay


@pytest.fixture
def ground(lab: Path) -> Iterator[NameGround]:
    with nameserver.ground(lab) as found:
        yield found


# reading -----------------------------------------------------------------------------------------------------------


def test_observe_shows_all_rrsets_with_the_attributes_of_the_scope(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1", "10.20.1.2"))[0])
    state = ground.system.observe(SCOPE).state
    assert {frozenset(record) for record in state.values()} == {ATTRIBUTES}
    assert state[ground.key("a")] == {
        "name": ground.key("a").id,
        "ttl": 300,
        "data": {"10.20.1.1", "10.20.1.2"},
    }
    assert state[Key(RRSET, f"{ZONE}. MX")]["data"] == {f"10 mail.{ZONE}."}


def test_observe_keeps_to_the_attributes_of_the_scope(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1"))[0])
    state = ground.system.observe({RRSET: TypeScope(frozenset({"ttl"}))}).state
    assert state[ground.key("a")] == {"ttl": 300}
    assert not ground.system.observe({}).state


def test_reading_known_keys_gives_what_observing_gives(ground: NameGround) -> None:
    ground.apply(ground.create("a", "10.20.1.1"), ground.create("a", '"x"', type_="TXT"))
    observed = ground.system.observe(SCOPE).state
    assert ground.system.read(observed.keys(), SCOPE) == observed


def test_what_does_not_exist_is_left_out(ground: NameGround) -> None:
    keys = [ground.key("no"), Key("user", "x"), Key(RRSET, "www.elsewhere.example. A")]
    assert not ground.system.read(keys, SCOPE)


@pytest.mark.parametrize("scope", [{"user": TypeScope(frozenset())}, {RRSET: TypeScope(frozenset({"serial"}))}])
def test_what_name_servers_do_not_have_is_an_error(ground: NameGround, scope: dict[str, TypeScope]) -> None:
    with pytest.raises(InputError) as caught:
        ground.system.observe(scope)
    assert caught.value.message.code == "dns.bad_scope"


def test_what_somebody_else_writes_is_seen_by_the_next_look(ground: NameGround, lab: Path) -> None:
    """The first look is a whole transfer, the next ones are differences: both see the same."""
    ground.system.observe(SCOPE)
    name = ground.name("theirs")
    steps = (
        [f"add {name} 60 A 10.20.1.{n}" for n in range(1, 4)],
        [f"delete {name} A 10.20.1.2", f"add {name} 60 TXT x"],
        [f"delete {name} A", f"add {name} 90 A 10.20.1.9"],
        [f"delete {name}"],
    )
    for step in steps:
        by_hand(lab, *step)
        seen = ground.system.observe(SCOPE).state
        with connect(settings(lab)) as fresh:
            assert seen == fresh.observe(SCOPE).state


def test_protected_rrsets_are_told_with_the_reason(ground: NameGround) -> None:
    protected = ground.system.observe(SCOPE).protected
    assert {Key(RRSET, f"{ZONE}. SOA"), Key(RRSET, f"{ZONE}. NS")} <= protected.keys()
    assert Key(RRSET, f"branch.{ZONE}. NS") not in protected
    assert "adm-*" in str(ground.system.objections([Key(RRSET, f"adm-1.{ZONE}. A")])[Key(RRSET, f"adm-1.{ZONE}. A")])


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
def test_every_type_is_made_and_read_back(ground: NameGround, type_: str, data: str) -> None:
    create = ground.create("x", data, type_=type_)
    for _ in range(2):
        assert done(ground.apply(create)[0]) == create.key
    assert ground.read(create.key)["data"] == {data}


def test_what_is_made_is_on_every_server(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1"))[0])
    assert [dig(ground.name("a"), "A", server=each) for each in (PRIMARY, SECONDARY)] == [["10.20.1.1"]] * 2


def test_a_wrong_content_is_refused_and_the_others_are_made(ground: NameGround) -> None:
    wrong, right = ground.apply(ground.create("a", "10.20.1.999"), ground.create("b", "10.20.1.1"))
    assert ground.key("a").id in str(refused(wrong))
    assert done(right) == ground.key("b")
    assert dig(ground.name("b"), "A") == ["10.20.1.1"]


def test_what_somebody_else_made_is_left_alone(ground: NameGround, lab: Path) -> None:
    by_hand(lab, f"add {ground.name('a')} 60 A 10.20.1.7")
    theirs, ours = ground.apply(ground.create("a", "10.20.1.1"), ground.create("b", "10.20.1.1"))
    assert "10.20.1.7" in str(refused(theirs))
    assert done(ours)
    assert dig(ground.name("a"), "A") == ["10.20.1.7"]


def test_a_name_of_no_zone_of_ours_is_refused(ground: NameGround) -> None:
    create = ground.create("a", "10.20.1.1")
    stray = replace(create, key=Key(RRSET, "www.elsewhere.example. A"))
    assert "elsewhere" in str(refused(ground.apply(stray)[0]))
    assert refused(ground.apply(delete(Key("user", "x")))[0]).code == "dns.unknown_type"


def test_nothing_stands_beside_a_cname(ground: NameGround) -> None:
    """A server would take it without a word and not do it."""
    ground.apply(ground.create("a", "10.20.1.1"), ground.create("c", f"portal.{ZONE}.", type_="CNAME"))
    beside_a, beside_c, free = ground.apply(
        ground.create("a", f"portal.{ZONE}.", type_="CNAME"),
        ground.create("c", "10.20.1.1"),
        ground.create("d", "10.20.1.1"),
    )
    assert {refused(each).code for each in (beside_a, beside_c)} == {"dns.beside_cname"}
    assert done(free)
    assert (dig(ground.name("a"), "CNAME"), dig(ground.name("c"), "CNAME")) == ([], [f"portal.{ZONE}."])


# changing ----------------------------------------------------------------------------------------------------------


def test_values_are_changed_one_by_one(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1", "10.20.1.2"))[0])
    change = update(
        ground.key("a"),
        {"data": frozenset({"10.20.1.1", "10.20.1.8"})},
        {"data": frozenset({"10.20.1.3", "10.20.1.2"})},
    )
    for _ in range(2):
        done(ground.apply(change)[0])
        assert ground.read(ground.key("a"))["data"] == {"10.20.1.2", "10.20.1.3"}


def test_the_ttl_is_changed_alone(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1", "10.20.1.2"))[0])
    done(ground.apply(update(ground.key("a"), {"ttl": 300}, {"ttl": 60}))[0])
    record = ground.read(ground.key("a"))
    assert (record["ttl"], record["data"]) == (60, {"10.20.1.1", "10.20.1.2"})


def test_a_ttl_that_somebody_else_changed_is_left_alone(ground: NameGround, lab: Path) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1"))[0])
    by_hand(lab, f"delete {ground.name('a')} A", f"add {ground.name('a')} 77 A 10.20.1.1")
    assert "77" in str(refused(ground.apply(update(ground.key("a"), {"ttl": 300}, {"ttl": 60}))[0]))
    assert ground.read(ground.key("a"))["ttl"] == 77


def test_the_last_value_is_not_taken_by_an_update(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1"))[0])
    assert refused(ground.apply(update(ground.key("a"), {"data": frozenset({"10.20.1.1"})}, {}))[0])
    assert dig(ground.name("a"), "A") == ["10.20.1.1"]


def test_an_unknown_rrset_is_refused_and_the_others_are_changed(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1"))[0])
    more = {"data": frozenset({"10.20.1.2"})}
    gone, changed = ground.apply(update(ground.key("no"), {}, more), update(ground.key("a"), {}, more))
    assert ground.key("no").id in str(refused(gone))
    assert done(changed)


def test_protected_rrsets_are_refused_by_name(ground: NameGround) -> None:
    create = ground.create("a", "10.20.1.1")
    for id_ in (f"{ZONE}. NS", f"{ZONE}. SOA", f"adm-1.{ZONE}. A", f"x.{ZONE}. NSEC3"):
        for change in (replace(create, key=Key(RRSET, id_)), delete(Key(RRSET, id_))):
            error = refused(ground.apply(change)[0])
            assert error.code == "dns.refused_protected"
            assert id_ in str(error)
    assert dig(ZONE, "NS") == [f"ns1.{ZONE}.", f"ns2.{ZONE}."]


# deleting ----------------------------------------------------------------------------------------------------------


def test_what_is_deleted_is_gone_and_comes_back_as_it_was(ground: NameGround) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1", "10.20.1.2"), ground.create("a", '"x"', type_="TXT"))[0])
    key = ground.key("a")
    record, image = ground.read(key), ground.system.preimage([key, ground.key("no")])
    assert image.keys() == {key}
    for _ in range(2):
        assert done(ground.apply(delete(key))[0]) == key
        assert not ground.system.read([key], SCOPE)
    assert dig(ground.name("a"), "TXT") == ['"x"']
    back = ground.create("a")
    for _ in range(2):
        done(ground.apply(replace(back, after=image[key]))[0])
        assert ground.read(key) == record


def test_a_delete_does_not_take_what_somebody_else_put_there(ground: NameGround, lab: Path) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1"))[0])
    planned = replace(delete(ground.key("a")), before=ground.read(ground.key("a")))
    by_hand(lab, f"add {ground.name('a')} 300 A 10.20.1.7")
    assert "10.20.1.7" in str(refused(ground.apply(planned)[0]))
    assert dig(ground.name("a"), "A") == ["10.20.1.1", "10.20.1.7"]


# a server that is not there ------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_a_server_that_is_gone_says_so_and_does_not_hang(ground: NameGround, lab: Path) -> None:
    done(ground.apply(ground.create("a", "10.20.1.1"))[0])
    with Relay(PRIMARY, 53) as relay, connect(settings(lab, server=f"{PRIMARY}#{relay.port}")) as system:
        relay.cut()
        for call in (
            lambda: system.observe(SCOPE),
            lambda: system.read([ground.key("a")], SCOPE),
            lambda: system.preimage([ground.key("a")]),
            lambda: system.apply([delete(ground.key("a"))], lambda _change, _name: ""),
        ):
            with pytest.raises(SystemUnreachable):
                call()
    assert dig(ground.name("a"), "A") == ["10.20.1.1"]
