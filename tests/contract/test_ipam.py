"""The laws of the contract, asked of every kind of ledger, and the rules that its own database keeps whoever writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.errors import Fault, SystemUnreachable
from chonai.change.model import Action, Change, Key, Record
from chonai.systems.ipam import connect
from chonai.systems.ipam.fields import TYPES
from tests.contract import ledgers
from tests.contract.ground import delete, done, refused, update
from tests.contract.ledgers import LedgerGround
from tests.contract.netboxes import LEDGERS, ground
from tests.databases import ENGINES, new_database

pytestmark = pytest.mark.apart
NOBODY = Key("address", "00000000-0000-4000-8000-000000000000")
V6 = "2001:db8:1::"


@pytest.fixture(params=LEDGERS)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerGround]:
    """One of each kind."""
    with ground(request.param, request, tmp_path) as found:
        yield found


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerGround]:
    """One in a database of its own."""
    with ground(request.param, request, tmp_path) as found:
        yield found


# reading -----------------------------------------------------------------------------------------------------------


def test_observe_shows_all_objects_with_the_attributes_of_the_scope(ledger: LedgerGround) -> None:
    [vlan, address] = ledger.made(ledger.vlan(120), ledger.address("10.20.1.5", hostname="pc005"))
    state = ledger.system.observe(ledger.scope).state
    assert set(state) == {vlan, address, *ledger.known.values()}
    assert all(set(record) == ledger.scope[key.type].attributes for key, record in state.items())
    assert state[address]["address"] == "10.20.1.5"
    assert state[address]["prefix"] == str(ledger.known["office"])
    assert state[ledger.known["office"]]["network"] == "10.20.1.0/24"
    assert state[ledger.known["office"]]["gateway"] == "10.20.1.1"


def test_observe_keeps_to_the_types_of_the_scope(ledger: LedgerGround) -> None:
    assert set(ledger.system.observe({"site": ledger.scope["site"]}).state) == {ledger.known["本庁舎"]}


def test_reading_known_keys_gives_what_observing_gives(ledger: LedgerGround) -> None:
    [device] = ledger.made(ledger.create("device", "d", name="l3sw-01", site=ledger.known["本庁舎"]))
    [port] = ledger.made(ledger.create("interface", "i", name="vlan1", device=device, management=True))
    ledger.made(ledger.range("10.20.1.100", "10.20.1.199"), ledger.address("10.20.1.2", interface=port))
    observed = ledger.system.observe(ledger.scope).state
    assert ledger.system.read(observed.keys(), ledger.scope) == observed
    assert {key.type for key in observed} == set(TYPES) - {"vlan"}


def test_what_does_not_exist_is_left_out(ledger: LedgerGround) -> None:
    office = ledger.known["office"]
    assert set(ledger.system.read([office, NOBODY, Key("address", "new:x")], ledger.scope)) == {office}


def test_locate_finds_what_was_made_and_nothing_else(ledger: LedgerGround) -> None:
    creates = [ledger.vlan(120), ledger.prefix("10.20.2.0/24"), ledger.address("10.20.1.5"), ledger.vlan(121)]
    keys = ledger.made(*creates[:3])
    hopeless = [ledger.address("no address"), ledger.address("10.20.2.9", prefix="prefix:new:10.20.2.0/24")]
    assert dict(ledger.system.locate([*creates, *hopeless])) == {
        create.key: key for create, key in zip(creates[:3], keys, strict=True)
    }


def test_protected_objects_are_told_and_refused(ledger: LedgerGround) -> None:
    with ledger.connected(protected={}) as free:
        creates = [
            ledger.create("device", "d", name="core-01", site=ledger.known["本庁舎"]),
            ledger.prefix("10.20.255.0/24"),
        ]
        device, network = (done(result) for result in free.apply(creates, ledgers.no_secret))
    protected = ledger.system.observe(ledger.scope).protected
    assert set(protected) == {device, network} == set(ledger.system.objections([device, network, NOBODY]))
    assert "core-*" in str(protected[device])
    assert "10.20.255.0/24" in str(protected[network])
    changes = [
        update(device, {"product": None}, {"product": "x"}),
        delete(network),
        ledger.address("10.20.255.9", prefix=network),
    ]
    assert all("protected" in str(refused(result)) for result in ledger.apply(*changes))


# writing -----------------------------------------------------------------------------------------------------------


def test_a_create_learns_its_key(ledger: LedgerGround) -> None:
    create = ledger.address("10.20.1.5", hostname="pc005", dns_zone="lgwan.shiomino.example", purpose="端末", item="1")
    [key] = ledger.made(create)
    assert not key.is_new
    assert create.after.items() <= ledger.read(key).items()


def test_what_is_refused_stops_no_other(ledger: LedgerGround) -> None:
    ledger.made(ledger.address("10.20.1.5"))
    again, other = ledger.apply(ledger.address("10.20.1.5"), ledger.address("10.20.1.6"))
    assert refused(again).code == "ipam.address_taken"
    assert ledger.read(done(other))["address"] == "10.20.1.6"


def test_a_create_that_was_cut_short_is_completed(ledger: LedgerGround) -> None:
    create = ledger.address("10.20.1.5", owner="税務課")
    [key] = ledger.made(create)
    done(ledger.apply(update(key, {"owner": "税務課"}, {"owner": None}))[0])
    assert done(ledger.apply(replace(create, key=key))[0]) == key
    assert ledger.read(key)["owner"] == "税務課"


def test_a_change_made_twice_is_made_once(ledger: LedgerGround) -> None:
    [key] = ledger.made(ledger.address("10.20.1.5"))
    change = update(
        key, {"status": "in_use", "until": None}, {"status": "retired", "until": "2026-06-30", "ended_by": "R8-2 1"}
    )
    assert [done(result) for _ in range(2) for result in ledger.apply(change)] == [key, key]
    assert ledger.read(key)["until"] == "2026-06-30"


WAITS: Record = {"request": "R8-001", "item": "old", "owner": "情報政策課", "status": "retired", "until": "2026-04-01"}
GIVEN: Record = {"request": "R8-002", "item": "new", "owner": "税務課", "status": "in_use", "until": None}


def passed(ledger: LedgerGround, before: Record, after: Record) -> str:
    """The code of what is said when an address becomes another item's; nothing when it does."""
    [key] = ledger.made(ledger.address("10.20.1.5", **before))
    [result] = ledger.apply(update(key, before, after))
    return result.error.code if result.error else ""


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ({}, {}, "ipam.still_waiting"),
        ({"status": "reserved"}, {}, "ipam.still_waiting"),
        ({}, {"status": "reserved", "until": "2026-04-01"}, "ipam.still_waiting"),
        ({}, {"request": "R8-001"}, "ipam.still_waiting"),
        ({}, {"owner": "情報政策課"}, "ipam.still_waiting"),
        ({"status": "reserved"}, {"owner": "情報政策課"}, ""),
        ({"until": "2026-03-31"}, {}, ""),
        ({"until": "2026-03-31", "status": "reserved"}, {}, ""),
        ({}, {"request": "R8-001", "item": "old"}, ""),
        ({}, {"status": "retired", "until": "2026-05-01"}, ""),
    ],
)
def test_what_is_somebodys_until_a_day_is_not_given_before(
    ledger: LedgerGround, before: Record, after: Record, code: str
) -> None:
    """Whatever day a plan was made for. Taken back, it is again what it was."""
    assert passed(ledger, {**WAITS, **before}, {**GIVEN, **after}) == code


@pytest.mark.parametrize(("until", "code"), [("2026-03-31", "ipam.quarantine_over"), ("2026-04-01", "")])
def test_what_is_given_back_has_a_quarantine_to_come(ledger: LedgerGround, until: str, code: str) -> None:
    """A plan that waited too long gives nothing back; nor is what comes after it given away."""
    gone = {**GIVEN, "status": "retired", "until": until, "ended_by": "R8-9 x"}
    assert passed(ledger, {**GIVEN}, gone) == code


def test_a_create_takes_over_nothing_of_others(ledger: LedgerGround) -> None:
    """An apply that was killed before it wrote, and somebody who made the object meanwhile."""
    create = ledger.address("10.20.1.5", item="1", hostname="ours")
    [key] = ledger.made(ledger.address("10.20.1.5", item="2", hostname="theirs"))
    error = refused(ledger.apply(replace(create, key=key))[0])
    assert error.code == "ipam.others_create"
    assert "R8-001 2" in str(error)
    assert ledger.read(key)["hostname"] == "theirs"


def test_what_somebody_else_changed_is_left_alone(ledger: LedgerGround) -> None:
    [key] = ledger.made(ledger.address("10.20.1.5"))
    done(ledger.apply(update(key, {"owner": "情報政策課"}, {"owner": "市民課"}))[0])
    error = refused(ledger.apply(update(key, {"owner": "情報政策課"}, {"owner": "税務課"}))[0])
    assert error.code == "ipam.moved_meanwhile"
    assert ledger.read(key)["owner"] == "市民課"


def test_what_is_gone_is_refused_and_a_delete_of_it_done(ledger: LedgerGround) -> None:
    assert refused(ledger.apply(update(NOBODY, {"owner": "a"}, {"owner": "b"}))[0]).code == "ipam.gone"
    assert done(ledger.apply(delete(NOBODY))[0]) == NOBODY


def test_what_was_deleted_comes_back_as_it_was(ledger: LedgerGround) -> None:
    [key] = ledger.made(ledger.address("10.20.1.5", hostname="pc005"))
    record, image = ledger.read(key), ledger.system.preimage([key, NOBODY])
    done(ledger.apply(delete(key))[0])
    assert not ledger.system.read([key], ledger.scope)
    back = replace(ledger.address("10.20.1.5"), key=key, after=image[key])
    again = [done(ledger.apply(back)[0]) for _ in range(2)]
    assert again[0] == again[1]
    assert (again[0] == key) is ledger.same_keys
    assert ledger.read(again[0]) == record


@pytest.mark.parametrize(
    ("attribute", "value", "says"),
    [
        ("address", "10.20.1.256", "10.20.1.5 or"),
        ("address", "010.020.001.005", "10.20.1.5 or"),
        ("address", None, "10.20.1.5 or"),
        ("status", "free", "reserved, in_use, retired"),
        ("until", "R8.4.1", "YYYY-MM-DD"),
        ("prefix", "vlan:1", "key of a prefix"),
        ("owner", "a\nb", "one line"),
        ("owner", "", "one line"),
        ("hostname", 5, "one line"),
    ],
)
def test_values_that_are_none_are_refused_by_name(
    ledger: LedgerGround, attribute: str, value: str | int | None, says: str
) -> None:
    error = refused(ledger.apply(ledger.address("10.20.1.5", **{attribute: value}))[0])
    assert error.code == "ipam.bad_value"
    assert f"{attribute} cannot be {value}" in str(error)
    assert says in str(error)


def test_what_a_ledger_does_not_have_is_refused(ledger: LedgerGround) -> None:
    odd, strange = ledger.apply(ledger.create("rack", "r", name="1"), ledger.create("site", "x", name="x", colour="1"))
    assert (refused(odd).code, refused(strange).code) == ("ipam.unknown_type", "ipam.unknown_attribute")


# the database's own rules --------------------------------------------------------------------------------------------


def test_prefixes_overlap_only_in_containers_of_another_size(ledger: LedgerGround) -> None:
    changes = [ledger.prefix(network) for network in ("10.20.1.128/25", "10.20.1.0/24", "10.20.0.0/17")]
    changes.append(ledger.prefix("10.20.1.0/25", kind="container"))
    changes.append(ledger.prefix("10.20.0.0/16", kind="container"))
    assert {refused(result).code for result in ledger.apply(*changes)} == {"ipam.prefix_overlaps"}
    other = ledger.made(ledger.create("vrf", "o", name="internet"))[0]
    ledger.made(
        ledger.prefix("10.20.1.0/24", vrf=other),
        ledger.prefix("10.20.2.0/23"),
        ledger.prefix("10.20.0.0/17", kind="container"),
        ledger.prefix(f"{V6}/64"),
        ledger.prefix("0.0.0.0/1", kind="container"),
    )


def test_a_database_holds_the_whole_of_what_there_is(database: LedgerGround) -> None:
    database.made(database.prefix("0.0.0.0/0", kind="container"))


def test_vlan_ids_are_taken_in_a_site_or_a_group(ledger: LedgerGround) -> None:
    other = ledger.made(ledger.create("site", "o", name="北支所"))[0]
    ledger.made(ledger.vlan(120), ledger.vlan(120, site=other), ledger.vlan(120, vlan_group="vtp-1"))
    again = [ledger.vlan(120), ledger.vlan(120, site=other, vlan_group="vtp-1"), ledger.vlan(4095), ledger.vlan(0)]
    assert [refused(result).code for result in ledger.apply(*again)] == [
        "ipam.vlan_taken",
        "ipam.vlan_taken",
        "ipam.vlan_number",
        "ipam.vlan_number",
    ]


@pytest.mark.parametrize(
    ("address", "role", "code"),
    [
        ("10.20.1.0", "host", "ipam.address_of_network"),
        ("10.20.1.255", "host", "ipam.address_of_network"),
        ("10.20.1.1", "host", "ipam.address_of_gateway"),
        ("10.20.1.5", "gateway", "ipam.address_of_gateway"),
        ("10.20.2.5", "host", "ipam.address_outside"),
        (f"{V6}5", "host", "ipam.address_outside"),
        ("10.20.1.210", "host", "ipam.address_blocked"),
    ],
)
def test_addresses_that_are_not_issued(ledger: LedgerGround, address: str, role: str, code: str) -> None:
    ledger.made(ledger.range("10.20.1.200", "10.20.1.220", issuable=False))
    assert refused(ledger.apply(ledger.address(address, role=role))[0]).code == code


def test_point_to_point_networks_have_no_addresses_of_their_own(ledger: LedgerGround) -> None:
    pair, six, wide = ledger.made(
        ledger.prefix("10.20.3.0/31"), ledger.prefix(f"{V6}/127"), ledger.prefix("2001:db8:2::/64")
    )
    ledger.made(
        *(ledger.address(f"10.20.3.{n}", prefix=pair) for n in range(2)),
        *(ledger.address(f"{V6}{n or ''}", prefix=six) for n in range(2)),
        ledger.address("2001:db8:2:0:ffff:ffff:ffff:ffff", prefix=wide),
    )
    assert refused(ledger.apply(ledger.address("2001:db8:2::", prefix=wide))[0]).code == "ipam.address_of_network"


def test_a_container_has_no_addresses(ledger: LedgerGround) -> None:
    create = ledger.address("10.20.9.5", prefix=ledger.known["container"])
    assert refused(ledger.apply(create)[0]).code == "ipam.address_outside"


def test_ranges_lie_in_their_prefix_and_apart(ledger: LedgerGround) -> None:
    ledger.made(ledger.range("10.20.1.100", "10.20.1.199"), ledger.address("10.20.1.50"))
    found = ledger.apply(
        ledger.range("10.20.1.190", "10.20.1.210"),
        ledger.range("10.20.1.250", "10.20.2.5"),
        ledger.range("10.20.1.20", "10.20.1.10"),
        ledger.range("10.20.1.40", "10.20.1.60", issuable=False),
    )
    assert [refused(result).code for result in found] == [
        "ipam.range_overlaps",
        "ipam.range_outside",
        "ipam.range_outside",
        "ipam.range_covers",
    ]


def test_a_prefix_with_addresses_stays_what_it_is(ledger: LedgerGround) -> None:
    office = ledger.known["office"]
    ledger.made(ledger.address("10.20.1.5"))
    for before, after, code in (
        ({"network": "10.20.1.0/24"}, {"network": "10.20.1.0/25"}, "ipam.prefix_not_empty"),
        ({"kind": "assignable", "gateway": "10.20.1.1"}, {"kind": "container"}, "ipam.prefix_not_empty"),
        ({"gateway": "10.20.1.1"}, {"gateway": "10.20.1.5"}, "ipam.gateway_taken"),
        ({"gateway": "10.20.1.1"}, {"gateway": "10.20.2.1"}, "ipam.gateway_outside"),
    ):
        assert refused(ledger.apply(update(office, before, after))[0]).code == code
    done(ledger.apply(update(office, {"gateway": "10.20.1.1"}, {"gateway": "10.20.1.254"}))[0])


def test_what_is_named_stays_and_what_is_not_there_is_not_named(ledger: LedgerGround) -> None:
    ledger.made(ledger.address("10.20.1.5"))
    assert refused(ledger.apply(delete(ledger.known["office"]))[0]).code == "ipam.still_used"
    assert refused(ledger.apply(ledger.address("10.20.1.6", interface="interface:x"))[0]).code == "ipam.no_reference"


def test_a_last_day_belongs_to_what_has_an_end(ledger: LedgerGround) -> None:
    found = ledger.apply(ledger.address("10.20.1.5", until="2026-06-30"), ledger.vlan(120, status="reserved"))
    assert {refused(result).code for result in found} == {"ipam.until"}


AT = "4" + "".join(f"{part:08b}" for part in (10, 20, 1, 5))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO addresses (id, prefix, address, role, status) VALUES ('x', '{office}', '{at}', 'host', 'in_use')",
        "INSERT INTO addresses (id, prefix, address, role, status) VALUES ('x', 'nowhere', '{at}', 'host', 'in_use')",
        "INSERT INTO addresses (id, prefix, address, role, status) VALUES ('x', '{office}', '5', 'host', 'in_use')",
        "UPDATE addresses SET address = '4' || substr(address, 3) || '0'",
        "UPDATE prefixes SET bits = 25 WHERE id = '{office}'",
        "UPDATE prefixes SET first = substr(first, 1, 32) || '1' WHERE id = '{office}'",
        "UPDATE prefixes SET vrf = 'nowhere' WHERE id = '{office}'",
        "DELETE FROM prefixes WHERE id = '{office}'",
        "DELETE FROM vrfs",
    ],
)
def test_no_other_program_breaks_the_ledger(database: LedgerGround, statement: str) -> None:
    database.made(database.address("10.20.1.5"))
    before = database.system.observe(database.scope).state
    assert database.by_hand(statement.format(office=database.known["office"].id, at=AT))
    assert database.system.observe(database.scope).state == before


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_sqlite_replaces_nothing(tmp_path: Path, verb: str) -> None:
    with ledgers.ground(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        [key] = ledger.made(ledger.address("10.20.1.5"))
        for id_ in (key.id, "other"):
            said = ledger.by_hand(
                f"{verb} INTO addresses (id, prefix, address, role, status)"
                f" VALUES ('{id_}', '{ledger.known['office'].id}', '{AT}', 'host', 'in_use')"
            )
            assert "taken" in said


def test_postgresql_is_written_in_read_committed_only(postgresql: str) -> None:
    with ledgers.ground(new_database(postgresql)) as ledger:
        assert "READ COMMITTED" in ledger.by_hand(
            "BEGIN; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
            f"UPDATE prefixes SET name = 'x' WHERE id = '{ledger.known['office'].id}'"
        )


# a ledger that is not there ------------------------------------------------------------------------------------------


def test_nothing_is_written_to_a_damaged_file(tmp_path: Path) -> None:
    with ledgers.ground(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        ledger.made(ledger.vlan(120))
    file = tmp_path / "ledger.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(size,)] = database.execute("PRAGMA page_size").fetchall()
        [(page,)] = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'interfaces'").fetchall()
    damaged = bytearray(file.read_bytes())
    damaged[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(damaged)
    made = Change(Action.CREATE, Key("site", "new:s"), {}, {"name": "支所"}, "")
    with connect(ledgers.settings(f"sqlite:///{file}")) as system, pytest.raises(Fault, match="is damaged"):
        system.apply([made], _no_secret)
    assert file.read_bytes() == damaged


def _no_secret(change: Change, name: str) -> str:
    raise AssertionError(f"{change.key}: {name}")


@pytest.mark.parametrize("engine", ENGINES)
def test_reading_makes_none_and_the_first_write_does(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    if engine == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"))
    with connect(ledgers.settings(url)) as first:
        assert first.observe(ledgers.scope()).state == {}
        assert first.read([NOBODY], ledgers.scope()) == {}
        assert [warning.code for warning in first.warnings] == ["ipam.no_ledger_yet"]
    assert not list(tmp_path.iterdir())
    with connect(ledgers.settings(url)) as second:
        assert [warning.code for warning in second.warnings] == ["ipam.no_ledger_yet"]
        made = Change(Action.CREATE, Key("site", "new:s"), {}, {"name": "本庁舎"}, "")
        [result] = second.apply([made], _no_secret)
        done(result)
        assert not second.warnings
    with connect(ledgers.settings(url)) as third:
        assert [record["name"] for record in third.observe(ledgers.scope()).state.values()] == ["本庁舎"]


def test_a_file_that_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemUnreachable), connect(ledgers.settings(f"sqlite:///{tmp_path}/file/ledger.db")):
        pass


@pytest.mark.timeout(60)
def test_a_server_that_is_not_there() -> None:
    nowhere = {"name": "ledger", "url": "postgresql://chonai@127.0.0.1:1/x", "password": "hunter2"}
    with pytest.raises(SystemUnreachable) as caught, connect({**nowhere, "tls_verify": False}):
        pass
    assert "hunter2" not in str(caught.value)
