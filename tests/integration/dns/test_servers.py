"""What only real name servers show: prerequisites at the very moment of writing, a secondary that does not follow, keys
that are not taken, messages that are too long for one.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.errors import Fault, InputError, SystemUnreachable
from chonai.change.model import Key
from chonai.systems.dns import connect, write
from chonai.systems.dns.follow import laggards
from chonai.systems.dns.health import health
from chonai.systems.dns.protection import Guard
from chonai.systems.dns.records import RRSET
from chonai.systems.dns.server import Server
from chonai.systems.dns.settings import parse
from chonai.systems.dns.zone import RRset, Zone
from tests.contract import nameserver
from tests.contract.ground import delete, done, refused, update
from tests.contract.nameserver import PRIMARY, REVERSE, SCOPE, SECONDARY, SERVER, ZONE, Gate, by_hand, dig, settings

MANY = 3000


@contextmanager
def stopped(lab: Path) -> Iterator[None]:
    """The secondary says nothing while inside; its port stays, as with a machine that hangs."""
    pid = int((lab / SERVER / "run/secondary.pid").read_text(encoding="ascii"))
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_the_server_refuses_what_moved_at_the_moment_of_writing(lab: Path) -> None:
    """Between our last look and our message somebody else writes: theirs stays and is named, ours is made."""
    with nameserver.ground(lab) as ground:
        mine, theirs = ground.create("mine", "10.20.1.1"), ground.create("theirs", "10.20.1.2")
        gate = Gate(lambda: by_hand(lab, f"add {ground.name('theirs')} 60 A 10.20.1.66"))
        try:
            with connect(settings(lab, server=f"{PRIMARY}#{gate.port}")) as system:
                made, lost = system.apply([mine, theirs], lambda _change, _name: "")
        finally:
            gate.close()
        assert done(made) == mine.key
        assert theirs.key.id in str(refused(lost))
        assert "10.20.1.66" in str(refused(lost))
        assert (dig(ground.name("mine"), "A"), dig(ground.name("theirs"), "A")) == (["10.20.1.1"], ["10.20.1.66"])


def test_a_cname_is_not_made_where_something_came_at_that_moment(lab: Path) -> None:
    with nameserver.ground(lab) as ground:
        create = ground.create("x", f"portal.{ZONE}.", type_="CNAME")
        gate = Gate(lambda: by_hand(lab, f"add {ground.name('x')} 60 A 10.20.1.66"))
        try:
            with connect(settings(lab, server=f"{PRIMARY}#{gate.port}")) as system:
                [result] = system.apply([create], lambda _change, _name: "")
        finally:
            gate.close()
        assert refused(result).code == "dns.beside_cname"
        assert dig(ground.name("x"), "CNAME") == []


def test_a_secondary_that_does_not_follow_is_named_and_the_next_apply_completes(lab: Path) -> None:
    with nameserver.ground(lab, limits={"follow_seconds": 1, "connect_seconds": 1}) as ground:
        create = ground.create("a", "10.20.1.1")
        with stopped(lab):
            error = refused(ground.apply(create)[0])
        assert error.code == "dns.made_not_followed"
        assert SECONDARY in str(error)
        assert dig(ground.name("a"), "A") == ["10.20.1.1"]
        with connect(settings(lab)) as system:
            done(system.apply([create], lambda _change, _name: "")[0])
        assert dig(ground.name("a"), "A", server=SECONDARY) == ["10.20.1.1"]


def test_what_is_too_long_for_one_message_is_sent_in_several(lab: Path) -> None:
    with nameserver.ground(lab) as ground:
        creates = [ground.create(f"h{n}", f"10.20.{n // 250}.{n % 250}") for n in range(MANY)]
        for result in ground.apply(*creates):
            done(result)
        seen = ground.system.read([create.key for create in creates], SCOPE)
        assert len(seen) == MANY
        changes = [
            update(key, {"data": record["data"]}, {"data": frozenset({"10.20.99.1"})}) for key, record in seen.items()
        ]
        assert not [result for result in ground.apply(*changes) if result.error]
        with connect(settings(lab)) as fresh:
            assert {str(record["data"]) for record in fresh.read(seen, SCOPE).values()} == {
                str(frozenset({"10.20.99.1"}))
            }
        assert not [result for result in ground.apply(*map(delete, seen)) if result.error]
        assert not ground.system.read(seen, SCOPE)


def test_an_answer_of_somebody_who_does_not_know_the_key_is_not_taken(lab: Path, tmp_path: Path) -> None:
    for name, text in (("svc-chonai", "bm90LXRoZS1zZWNyZXQtb2YtdGhlLXNlcnZlcg=="), ("nobody", "AAAA")):
        key = tmp_path / name
        key.write_text(f'key "{name}" {{ algorithm hmac-sha256; secret "{text}"; }};\n', encoding="ascii")
        with pytest.raises(SystemUnreachable, match=name), connect(settings(lab, key_file=str(key))):
            pytest.fail("it was let in")


def test_a_zone_that_the_server_does_not_have_is_told(lab: Path) -> None:
    with pytest.raises(Fault, match=r"elsewhere\.example"), connect(settings(lab, zones=[ZONE, "elsewhere.example"])):
        pytest.fail("it was let in")


def test_what_the_server_does_not_allow_is_told_for_each_change(lab: Path) -> None:
    """A secondary answers questions and takes no updates."""
    with nameserver.ground(lab) as ground, connect(settings(lab)) as system:
        create = ground.create("a", "10.20.1.1")
        reader, writer = (Server(parse(settings(lab, server=each))) for each in (PRIMARY, SECONDARY))
        [result] = write.apply(Guard(parse(settings(lab))), writer, f"{ZONE}.", Zone(reader, f"{ZONE}."), [create])
        assert refused(result).code == "dns.refused"
        assert not system.read([create.key], SCOPE)


def test_what_the_server_refuses_is_found_and_the_others_are_made(lab: Path) -> None:
    """BIND refuses hosts with an underscore (check-names), and to leave a name server of a zone without an address."""
    with nameserver.ground(lab) as ground:
        good = [ground.create(f"h{n}", f"10.20.9.{n}") for n in range(5)]
        bad = [ground.create("a_b", "10.20.9.8"), ground.create("c_d", "10.20.9.9")]
        results = ground.apply(good[0], bad[0], *good[1:], bad[1])
        refusals = [result for result in results if result.error is not None]
        assert [result.key for result in refusals] == [change.key for change in bad]
        assert {refused(result).code for result in refusals} == {"dns.refused"}
        assert [dig(ground.name(f"h{n}"), "A") for n in range(5)] == [[f"10.20.9.{n}"] for n in range(5)]
        assert dig(ground.name("a_b"), "A") == []


def test_what_is_otherwise_than_it_was_read_stands_alone_in_the_end(lab: Path) -> None:
    """The last attempt does not give up those beside it."""
    with nameserver.ground(lab) as ground:
        hosts = [ground.create(f"h{n}", f"10.20.9.{n}") for n in range(4)]
        edits = [
            write.Edit(n, change.key.id, None, RRset(300, frozenset({f"10.20.9.{n}"})))
            for n, change in enumerate(hosts)
        ]
        edits[2] = replace(edits[2], now=RRset(300, frozenset({"10.20.9.9"})))
        post = write.Post(Server(parse(ground.settings)), f"{ZONE}.")
        assert post.send(edits, is_last=False) == edits
        assert post.send(edits, is_last=True) == []
        assert [post.said[n] is None for n in range(4)] == [True, True, False, True]
        assert post.said[2] is not None
        assert post.said[2].code == "dns.restless"


def test_what_no_message_holds_is_told_and_the_others_are_made(lab: Path) -> None:
    with nameserver.ground(lab) as ground:
        texts = [f'"{n:05}{"x" * 245}"' for n in range(300)]
        first, big, last = ground.apply(
            ground.create("a", "10.20.1.1"), ground.create("big", *texts, type_="TXT"), ground.create("b", "10.20.1.2")
        )
        assert (done(first), done(last)) == (ground.key("a"), ground.key("b"))
        assert refused(big).code == "dns.too_big"
        assert dig(ground.name("a"), "A") == ["10.20.1.1"]


def test_a_type_that_no_request_knows_is_seen_where_a_cname_is_to_stand(lab: Path) -> None:
    with nameserver.ground(lab) as ground:
        by_hand(
            lab, f"add {ground.name('x')} 60 SSHFP 4 2 {'ab' * 32}", f"add {ground.name('y')} 60 TYPE65400 \\# 1 00"
        )
        crowded, strange, free = ground.apply(
            *(ground.create(host, f"portal.{ZONE}.", type_="CNAME") for host in ("x", "y", "z"))
        )
        assert f"{ground.name('x')} SSHFP" in str(refused(crowded))
        assert f"{ground.name('y')} TYPE65400" in str(refused(strange))
        assert done(free)


def test_a_secondary_that_is_ahead_of_its_primary_does_not_follow(lab: Path) -> None:
    """A primary that was restored from a backup stands where the secondary was long ago (RFC 1982)."""
    own, server = parse(settings(lab)), Server(parse(settings(lab)))
    zone = f"{ZONE}."
    now = server.serial(zone)
    restored = now - 5 & 0xFFFFFFFF
    assert not laggards(own, {zone: now}, server.serial)
    assert not laggards(own, {zone: restored}, server.serial), "the primary has come as far meanwhile"
    ahead = laggards(own, {zone: restored}, lambda _zone: restored)
    assert ahead[zone].code == "dns.ahead"
    assert SECONDARY in str(ahead[zone])


def test_protected_names_may_be_japanese(lab: Path) -> None:
    patterns = ["*.端末.Shiomino.LG.example", "予約．shiomino.lg.example."]
    with connect(settings(lab, protected={"names": patterns})) as system:
        ids = [f"pc-1.xn--7pvw35b.{ZONE}. A", f"xn--0kq264i.{ZONE}. CNAME", f"files.{ZONE}. A"]
        keys = [Key(RRSET, id_) for id_ in ids]
        assert list(system.objections(keys)) == keys[:2]


def test_settings_are_wrong_all_at_once(lab: Path, tmp_path: Path) -> None:
    key = tmp_path / "weak"
    key.write_text('key "x" { algorithm hmac-md5; secret "AAAA"; };', encoding="ascii")
    wrong = {
        "name": SERVER,
        "server": "ns1.example",
        "zones": ["a..b"],
        "key_file": str(key),
        "secondaries": ["127.0.0.1#0"],
        "limits": {"reply_seconds": 0},
        "protected": {"names": ["端末*.shiomino.lg.example"]},
        "protect": {},
    }
    with pytest.raises(InputError) as caught:
        parse(wrong)
    assert {detail.code for detail in caught.value.details} == {
        "dns.setting_not_endpoint",
        "dns.setting_not_zone",
        "systems.setting_missing",
        "dns.setting_weak_key",
        "dns.setting_not_pattern",
        "systems.setting_not_number",
        "systems.setting_unknown",
    }
    with pytest.raises(InputError, match="does not exist"):
        parse({"name": SERVER, "server": PRIMARY, "zones": [ZONE], "key_file": str(tmp_path / "none")})
    with pytest.raises(InputError, match="cannot be read"):
        parse({"name": SERVER, "server": PRIMARY, "zones": [ZONE], "key_file": str(tmp_path)})
    (tmp_path / "text").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        parse({"name": SERVER, "server": PRIMARY, "zones": [ZONE], "key_file": str(tmp_path / "text")})
    for text in ("no key", 'key "x" { algorithm hmac-sha256; };', 'key "x" { algorithm hmac-sha256; secret "a"; };'):
        (tmp_path / "text").write_text(text, encoding="ascii")
        with pytest.raises(InputError, match="tsig-keygen"):
            parse({"name": SERVER, "server": PRIMARY, "zones": [ZONE], "key_file": str(tmp_path / "text")})


def test_health_tells_who_is_behind(lab: Path) -> None:
    assert not health(settings(lab)).warnings
    behind = settings(lab, secondaries=[f"{SECONDARY}#9"], limits={"connect_seconds": 1})
    assert [warning.code for warning in health(behind).warnings] == ["dns.not_followed"] * len([ZONE, REVERSE])


def test_wildcards_and_delegations_are_read_as_they_are_written(lab: Path) -> None:
    """A question would get an answer that stands nowhere in the zone."""
    with connect(settings(lab)) as system:
        state = {key.id: record for key, record in system.observe(SCOPE).state.items() if key.type == RRSET}
    assert state[f"*.preview.{ZONE}. A"]["data"] == {"10.20.1.40"}
    assert f"any.preview.{ZONE}. A" not in state
    assert dig(f"any.preview.{ZONE}", "A") == ["10.20.1.40"]
    assert state[f"ns.branch.{ZONE}. A"]["data"] == {"10.20.5.53"}
