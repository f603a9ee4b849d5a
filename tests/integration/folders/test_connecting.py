"""Logging in at the file server, and what is refused there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from chonai.change.errors import Fault, SystemUnreachable
from chonai.site.systems import connect as connect_site
from chonai.site.systems import health
from chonai.systems.folders import connect
from tests.contract.fileserver import SCOPE, FolderGround, settings


def test_the_site_knows_the_kind(ground: FolderGround) -> None:
    own = {**ground.settings, "kind": "folders"}
    with connect_site("files", own) as system:
        assert ground.place in system.observe(SCOPE).state
    assert health("files", own).warnings == ()
    [warning] = health("files", {**own, "encrypt": False}).warnings
    assert "NOT encrypted" in str(warning)
    with pytest.raises(Fault, match="gibt-es-nicht"):
        health("files", {**own, "base": "gibt-es-nicht"})


@pytest.mark.parametrize("encrypt", [True, False])
def test_it_works_with_and_without_encryption_and_says_which(ground: FolderGround, encrypt: bool) -> None:
    with connect({**ground.settings, "encrypt": encrypt}) as system:
        assert ground.place in system.observe(SCOPE).state
        assert ["NOT encrypted" in str(warning) for warning in system.warnings] == ([] if encrypt else [True])


def test_a_wrong_password_is_refused_and_not_shown(lab: Path) -> None:
    own = settings(lab, login={"user": r"LGWAN\svc-chonai", "password": "falsch-4711"})
    with pytest.raises(SystemUnreachable) as caught, connect(own):
        pass
    assert caught.value.message.code == "folders.login_refused"
    assert "falsch-4711" not in str(caught.value)


def test_nobody_becomes_a_guest(lab: Path) -> None:
    own = settings(lab, login={"user": r"LGWAN\nobody-of-that-name", "password": "x"})
    with pytest.raises(SystemUnreachable), connect(own):
        pass


def test_a_server_that_does_not_answer_is_told(lab: Path) -> None:
    with pytest.raises(SystemUnreachable) as caught, connect(settings(lab, port=1)):
        pass
    assert caught.value.message.code == "folders.cannot_connect"


def test_an_unknown_share_is_told(lab: Path) -> None:
    with pytest.raises(SystemUnreachable) as caught, connect(settings(lab, share="no-such-share")):
        pass
    assert caught.value.message.code == "folders.no_share"


def test_an_unknown_base_is_told(lab: Path) -> None:
    with connect(settings(lab, base="no such folder")) as system, pytest.raises(Fault) as caught:
        system.observe(SCOPE)
    assert caught.value.message.code == "folders.no_base"


def test_kerberos_logs_in_without_a_password(lab: Path, ground: FolderGround, tmp_path: Path) -> None:
    krb5_conf, ccache = lab / "lgwan" / "etc" / "krb5.conf", f"FILE:{tmp_path}/ccache"
    environment = {**os.environ, "KRB5_CONFIG": str(krb5_conf), "KRB5CCNAME": ccache}
    secret = (lab / "secrets" / "lgwan-svc-chonai").read_bytes()
    subprocess.run(["kinit", "svc-chonai"], input=secret, env=environment, check=True, capture_output=True)
    host = "dc-lgwan.lgwan.shiomino.example"
    login = {"method": "kerberos", "host": host, "ccache": ccache, "krb5_conf": str(krb5_conf)}
    with connect({**ground.settings, "login": login}) as system:
        assert ground.place in system.observe(SCOPE).state
    assert os.environ.get("KRB5CCNAME") != ccache


def test_a_kerberos_login_without_a_ticket_is_refused(lab: Path, tmp_path: Path) -> None:
    krb5_conf = lab / "lgwan" / "etc" / "krb5.conf"
    login = {"method": "kerberos", "ccache": f"FILE:{tmp_path}/none", "krb5_conf": str(krb5_conf)}
    with pytest.raises(SystemUnreachable), connect(settings(lab, login=login)):
        pass
