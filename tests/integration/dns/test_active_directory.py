"""The DNS of an Active Directory, Samba: signed with a ticket (RFC 3645), read from the directory, proved by dig."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from chonai.change.errors import Fault, InputError, SystemUnreachable
from chonai.change.model import Action, Change, Key, Record
from chonai.change.system import System
from chonai.systems.dns import connect
from chonai.systems.dns.health import health
from chonai.systems.dns.records import RRSET
from chonai.systems.dns.settings import parse
from chonai.text.messages import Message
from tests.contract.ground import delete, done, refused, update
from tests.contract.nameserver import SCOPE, Gate, dig

DC, HOST, ZONE = "127.0.0.11", "dc-lgwan.lgwan.shiomino.example", "lgwan.shiomino.example"
PRINCIPAL = "svc-chonai@LGWAN.SHIOMINO.EXAMPLE"
RCODE = 5
"""Where the answer's code stands in a message with its length before it."""
REFUSED = 5


@dataclass(frozen=True, slots=True)
class Names:
    """Names of a test's own in the domain's zone."""

    settings: Mapping[str, object]
    system: System
    base: str

    def name(self, host: str) -> str:
        return f"{host}.{self.base}."

    def key(self, host: str, type_: str = "A") -> Key:
        return Key(RRSET, f"{self.name(host)} {type_}")

    def create(self, host: str, *data: str, type_: str = "A") -> Change:
        after: Record = {"ttl": 300, "data": frozenset(data)}
        return Change(Action.CREATE, self.key(host, type_), {}, after, "試験")

    def read(self, key: Key) -> Record:
        return self.system.read([key], SCOPE)[key]

    def by_hand(self, *updates: str) -> None:
        """With nsupdate, which ends with 2 since it does not take Samba's signature; the update is made."""
        lines = "\n".join([f"server {DC}", f"zone {ZONE}", *(f"update {each}" for each in updates), "send"])
        subprocess.run(["nsupdate", "-g"], input=f"{lines}\n", text=True, check=False, capture_output=True)


def apply(system: System, *changes: Change) -> list[Message | None]:
    return [result.error for result in system.apply(changes, lambda _change, _name: "")]


@pytest.fixture(scope="module")
def ticket(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A credential cache with a ticket of the service account."""
    cache = f"FILE:{tmp_path_factory.mktemp('kerberos')}/ccache"
    password = (lab / "secrets/lgwan-svc-chonai").read_text(encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRB5_CONFIG", str(lab / "lgwan/etc/krb5.conf"))
        patch.setenv("KRB5CCNAME", cache)
        subprocess.run(["kinit", PRINCIPAL], input=password, text=True, check=True, capture_output=True)
        yield cache


def settings(lab: Path, ticket: str, **more: object) -> dict[str, object]:
    bind = {"user": f"svc-chonai@{ZONE}", "password_file": str(lab / "secrets/lgwan-svc-chonai")}
    return {
        "name": "dns_ad",
        "server": DC,
        "key": {"kind": "gss", "host": HOST, "ccache": ticket, "krb5_conf": str(lab / "lgwan/etc/krb5.conf")},
        "directory": {"url": f"ldaps://{DC}", "ca_file": str(lab / "ca/ca.pem"), "bind": bind},
        "zones": [ZONE],
        "protected": {"names": ["_*", "dc-*"]},
        **more,
    }


@pytest.fixture
def names(lab: Path, ticket: str) -> Iterator[Names]:
    own = settings(lab, ticket)
    base = f"t-{secrets.token_hex(4)}.{ZONE}"
    with connect(own) as system:
        yield Names(own, system, base)
        left = [key for key in system.observe(SCOPE).state if f".{base}. " in key.id]
        assert apply(system, *map(delete, left)) == [None] * len(left)


def test_what_the_domain_has_is_read_as_dig_reads_it(names: Names) -> None:
    observed = names.system.observe(SCOPE)
    for id_ in (f"{ZONE}. SOA", f"{ZONE}. NS", f"{HOST}. A", f"_ldap._tcp.{ZONE}. SRV", f"_msdcs.{ZONE}. NS"):
        owner, type_ = id_.split(" ")
        shown = dig(owner, type_, server=DC)
        if shown:
            assert observed.state[Key(RRSET, id_)]["data"] == frozenset(shown)
        assert Key(RRSET, id_) in observed.state
    assert Key(RRSET, f"{HOST}. A") in observed.protected
    assert not health(names.settings).warnings


def test_a_zone_of_the_forest_and_its_parent_are_told_apart(lab: Path, ticket: str) -> None:
    forest = f"_msdcs.{ZONE}"
    with connect(settings(lab, ticket, zones=[ZONE, forest])) as system:
        state = system.observe(SCOPE).state
    assert {Key(RRSET, f"{zone}. SOA") for zone in (ZONE, forest)} <= state.keys()
    owner = f"_ldap._tcp.dc.{forest}"
    assert state[Key(RRSET, f"{owner}. SRV")]["data"] == frozenset(dig(owner, "SRV", server=DC))


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("A", "10.20.1.1"),
        ("AAAA", "2001:db8:20::1"),
        ("CNAME", f"portal.{ZONE}."),
        ("MX", f"10 mail.{ZONE}."),
        ("TXT", '"a \\"b\\" \\227\\129\\130" "c;d"'),
        ("SRV", f"0 100 389 portal.{ZONE}."),
        ("PTR", f"portal.{ZONE}."),
    ],
)
def test_every_type_is_made_read_back_and_deleted(names: Names, type_: str, data: str) -> None:
    create = names.create("x", data, type_=type_)
    for _ in range(2):
        assert apply(names.system, create) == [None]
        assert names.read(create.key)["data"] == {data}
    assert dig(names.name("x"), type_, server=DC) == [data]
    planned = replace(delete(create.key), before=names.read(create.key))
    for _ in range(2):
        assert apply(names.system, planned) == [None]
    assert dig(names.name("x"), type_, server=DC) == []
    assert apply(names.system, create) == [None], "what was deleted may come again"


def test_values_and_ttl_are_changed_one_by_one(names: Names) -> None:
    assert apply(names.system, names.create("a", "10.20.1.1", "10.20.1.2")) == [None]
    change = update(
        names.key("a"),
        {"data": frozenset({"10.20.1.1"}), "ttl": 300},
        {"data": frozenset({"10.20.1.3"}), "ttl": 60},
    )
    for _ in range(2):
        assert apply(names.system, change) == [None]
    record = names.read(names.key("a"))
    assert (record["ttl"], record["data"]) == (60, {"10.20.1.2", "10.20.1.3"})


def test_what_samba_does_not_have_is_refused_and_the_others_are_made(names: Names) -> None:
    caa = names.create("b", '0 issue "x"', type_="CAA")
    first, last = names.create("a", "10.20.1.1"), names.create("c", "10.20.1.3")
    results = names.system.apply([first, caa, last], lambda _change, _name: "")
    assert (done(results[0]), done(results[2])) == (first.key, last.key)
    assert "NOTIMP" in str(refused(results[1]))


def test_what_somebody_else_makes_at_that_moment_stays_and_is_named(names: Names) -> None:
    gate = Gate(lambda: names.by_hand(f"add {names.name('theirs')} 60 A 10.20.1.66"), server=DC)
    mine, theirs = names.create("mine", "10.20.1.1"), names.create("theirs", "10.20.1.2")
    try:
        with connect({**names.settings, "server": f"{DC}#{gate.port}"}) as system:
            results = system.apply([mine, theirs], lambda _change, _name: "")
    finally:
        gate.close()
    assert done(results[0]) == mine.key
    assert "10.20.1.66" in str(refused(results[1]))
    assert dig(names.name("theirs"), "A", server=DC) == ["10.20.1.66"]


def forged(answer: bytes, rcode: int) -> bytes:
    return answer[:RCODE] + bytes([answer[RCODE] & 0xF0 | rcode]) + answer[RCODE + 1 :]


def test_a_refusal_that_nobody_signed_is_not_believed(names: Names) -> None:
    """Samba signs none; what became of the update is looked up."""
    gate = Gate(lambda: None, server=DC, forges=lambda answer: forged(answer, REFUSED))
    create = names.create("a", "10.20.1.1")
    try:
        with connect({**names.settings, "server": f"{DC}#{gate.port}"}) as system:
            assert apply(system, create) == [None]
    finally:
        gate.close()
    assert dig(names.name("a"), "A", server=DC) == ["10.20.1.1"]


def test_a_success_that_nobody_signed_is_not_believed(names: Names) -> None:
    gate = Gate(lambda: None, server=DC, forges=lambda answer: forged(answer, 0))
    try:
        with connect({**names.settings, "server": f"{DC}#{gate.port}"}) as system, pytest.raises(SystemUnreachable):
            apply(system, names.create("b", '0 issue "x"', type_="CAA"))
    finally:
        gate.close()


def test_a_ticket_that_is_not_there_is_told(lab: Path, ticket: str, tmp_path: Path) -> None:
    own = settings(lab, ticket)
    key = {**dict(own["key"]), "ccache": f"FILE:{tmp_path}/none"}  # type: ignore[call-overload]  # it is a mapping
    with pytest.raises(SystemUnreachable, match="dns_ad"), connect({**own, "key": key}):
        pytest.fail("it was let in")


def test_a_zone_that_the_domain_does_not_have_is_told(lab: Path, ticket: str) -> None:
    with pytest.raises(Fault, match="elsewhere"), connect(settings(lab, ticket, zones=["elsewhere.example"])):
        pytest.fail("it was let in")


def test_settings_are_wrong_all_at_once(lab: Path, ticket: str) -> None:
    wrong = settings(lab, ticket, key={"kind": "spnego", "keytab": "/nowhere"}, secondaries=["127.0.0.12"])
    del wrong["directory"]
    with pytest.raises(InputError) as caught:
        parse(wrong)
    assert {detail.code for detail in caught.value.details} == {
        "systems.setting_not_one_of",
        "systems.setting_missing",
        "systems.setting_no_file",
        "dns.setting_not_with_gss",
    }
    with pytest.raises(InputError, match="ldaps"):
        parse(settings(lab, ticket, directory={"url": "ldap://127.0.0.11"}))
