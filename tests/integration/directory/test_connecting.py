"""Nothing is sent to a server that is not the right one, and nothing waits for ever."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from chonai.change.errors import ChonaiError, Fault, SystemUnreachable
from chonai.systems.directory import connect
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.protocol import Mod, Modify, ResultCode
from chonai.systems.directory.settings import parse
from tests.contract.directories import CORP, LGWAN, PORT
from tests.contract.ground import USER, Ground, update
from tests.contract.relay import Relay


def failure(settings: dict[str, object]) -> ChonaiError:
    with pytest.raises(Fault) as caught, connect(settings):
        pass
    return caught.value


def test_a_certificate_of_another_authority_is_refused(lab: Path) -> None:
    error = failure(LGWAN.settings(lab, ca_file="/etc/ssl/certs/ca-certificates.crt"))
    assert isinstance(error, SystemUnreachable)
    assert "certificate verify failed" in str(error)


def test_a_certificate_of_another_host_is_refused(lab: Path) -> None:
    with Relay("127.0.0.41", 0, target=(LGWAN.host, PORT)) as relay:
        error = failure(LGWAN.settings(lab, url=f"ldaps://127.0.0.41:{relay.port}"))
    assert "certificate" in str(error)


def test_not_verifying_has_to_be_said_and_is_told(lab: Path) -> None:
    settings = LGWAN.settings(lab, ca_file="/etc/ssl/certs/ca-certificates.crt", tls_verify=False)
    with connect(settings) as system:
        assert [warning.code for warning in system.warnings] == ["directory.tls_not_verified"]


@pytest.mark.parametrize("server", [LGWAN, CORP], ids=["active_directory", "openldap"])
def test_a_wrong_password_is_told_and_not_shown(lab: Path, server: object) -> None:
    chosen = LGWAN if server is LGWAN else CORP
    error = failure(chosen.settings(lab, bind={"user": chosen.user, "password": "naisho-naisho"}))
    assert "refuses our login" in str(error)
    assert "naisho" not in str(error)


def test_nobody_there_is_told(lab: Path) -> None:
    assert "no connection" in str(failure(LGWAN.settings(lab, url="ldaps://127.0.0.42")))


@pytest.mark.parametrize(
    ("server", "more", "code"),
    [
        (LGWAN, {"base": "OU=無い,DC=lgwan,DC=shiomino,DC=example"}, "directory.no_base"),
        (LGWAN, {"base": "OU=無い,DC=else,DC=example"}, "directory.no_base"),
        (LGWAN, {"flavour": "openldap", "holder": "cn=none,dc=x"}, "directory.not_this_flavour"),
        (CORP, {"flavour": "active_directory", "holder": None}, "directory.not_this_flavour"),
    ],
)
def test_the_wrong_place_or_kind_is_told(lab: Path, server: object, more: dict[str, object], code: str) -> None:
    chosen = LGWAN if server is LGWAN else CORP
    assert failure(chosen.settings(lab, **more)).message.code == code


@pytest.mark.timeout(60)
def test_a_server_that_falls_silent_is_given_up(ground: Ground, lab: Path) -> None:
    server = LGWAN if ground.settings["name"] == LGWAN.name else CORP
    users = ground.made(*(ground.user() for _ in range(3)))
    with Relay(server.host, PORT) as relay:
        settings = {**ground.settings, "url": f"ldaps://{relay.host}:{relay.port}", "limits": {"reply_seconds": 1}}
        with connect(settings) as system:
            relay.silence()
            with pytest.raises(SystemUnreachable, match="no reply"):
                system.apply([update(user, {"title": "主事"}, {"title": "課長"}) for user in users], ground.secret)
            with pytest.raises(SystemUnreachable):
                system.read(users, ground.scope)
    assert all(ground.read(user)["title"] in ("主事", "課長") for user in users)


def test_latency_is_paid_once(corp: Ground) -> None:
    """1,000 changes take few turns on the line: each turn costs what the network's latency is."""
    users = corp.made(*(corp.user() for _ in range(1000)))
    changes = [update(user, {"title": "主事"}, {"title": "課長"}) for user in users]
    with (
        Relay(CORP.host, PORT, one_way=0.005) as relay,
        connect({**corp.settings, "url": f"ldaps://{relay.host}:{relay.port}"}) as system,
    ):
        before = relay.turns
        assert all(result.error is None for result in system.apply(changes, corp.secret))
        assert 0 < relay.turns - before < 200


@pytest.fixture
def service_name(lgwan: Ground) -> None:
    """The name by which Kerberos knows the directory service; a domain controller of Microsoft registers it itself."""
    dc = "CN=DC-LGWAN,OU=Domain Controllers,DC=lgwan,DC=shiomino,DC=example"
    name = [b"ldap/dc-lgwan.lgwan.shiomino.example"]
    with Connection.open(parse(lgwan.settings)) as connection:
        reply = connection.send([Modify(dc, [(Mod.ADD, "servicePrincipalName", name)])])[0]
    assert reply.ok or reply.code == ResultCode.VALUE_EXISTS, reply.text


@pytest.mark.usefixtures("service_name")
@pytest.mark.parametrize("way", ["ccache", "keytab"])
def test_kerberos_is_a_login_too(
    lgwan: Ground, lab: Path, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    principal = "svc-chonai@LGWAN.SHIOMINO.EXAMPLE"
    krb5_conf = str(lab / "lgwan" / "etc" / "krb5.conf")
    monkeypatch.setenv("KRB5_CONFIG", krb5_conf)
    cache = f"FILE:{tmp_path}/ccache"
    bind: dict[str, object] = {"method": "kerberos", "host": "dc-lgwan.lgwan.shiomino.example", "krb5_conf": krb5_conf}
    password = (lab / "secrets" / LGWAN.secret).read_text(encoding="utf-8")
    if way == "ccache":
        subprocess.run(["kinit", "-c", cache, principal], input=password, text=True, check=True, capture_output=True)
        bind |= {"ccache": cache}
    else:
        bind |= {"keytab": str(_keytab(tmp_path, principal, password)), "principal": principal, "ccache": cache}
    with connect({**lgwan.settings, "bind": bind}) as system:
        [user] = [result.key for result in system.apply([lgwan.user()], lgwan.secret)]
        assert user in system.read([user], {USER: lgwan.scope[USER]})


def _keytab(folder: Path, principal: str, password: str) -> Path:
    path = folder / "keytab"
    salt = "LGWAN.SHIOMINO.EXAMPLEsvc-chonai"
    script = f'addent -password -p {principal} -k 1 -e aes256-cts-hmac-sha1-96 -s "{salt}"\n{password}\nwkt {path}\nq\n'
    subprocess.run(["ktutil"], input=script, text=True, check=True, capture_output=True, env={**os.environ})
    return path


def test_a_ticket_that_is_not_there_is_told(lab: Path, tmp_path: Path) -> None:
    bind = {
        "method": "kerberos",
        "host": "dc-lgwan.lgwan.shiomino.example",
        "ccache": f"FILE:{tmp_path}/none",
        "krb5_conf": str(lab / "lgwan" / "etc" / "krb5.conf"),
    }
    assert "did not come to an end" in str(failure(LGWAN.settings(lab, bind=bind)))
