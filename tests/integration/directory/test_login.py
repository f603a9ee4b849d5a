"""What a person at a desk sees of what was done to their account."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from chonai.change.errors import SystemUnreachable
from chonai.systems.directory import connect
from tests.contract.directories import CORP, LGWAN
from tests.contract.ground import Ground, done, update

PASSWORD = "Shoki-2026-Pass!"
MUST_CHANGE, DISABLED, WRONG = "data 773", "data 533", "data 52e"


def refusal(lab: Path, account: str, password: str = PASSWORD) -> str:
    """What the domain says when the account logs in."""
    bind = {"user": f"{account}@lgwan.shiomino.example", "password": password}
    with pytest.raises(SystemUnreachable) as caught, connect(LGWAN.settings(lab, bind=bind)):
        pass
    return str(caught.value)


def whoami(lab: Path, account: str, base: str) -> str:
    """What OpenLDAP says when the account logs in."""
    who = ["-D", f"uid={account},{base}", "-w", PASSWORD, "-e", "ppolicy"]
    command = ["ldapwhoami", "-x", "-H", f"ldaps://{CORP.host}", *who]
    environment = {"LDAPTLS_CACERT": str(lab / "ca" / "ca.pem"), "PATH": "/usr/bin:/bin"}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return answer.stdout + answer.stderr


def test_the_initial_password_is_right_and_has_to_be_changed(lgwan: Ground, lab: Path) -> None:
    create = lgwan.user()
    lgwan.made(create)
    account = str(create.after["sAMAccountName"])
    assert MUST_CHANGE in refusal(lab, account)
    assert WRONG in refusal(lab, account, "Chigau-2026-Pass!")


def test_a_disabled_account_cannot_log_in(lgwan: Ground, lab: Path) -> None:
    create = lgwan.user()
    [user] = lgwan.made(create)
    done(lgwan.apply(update(user, {"enabled": True}, {"enabled": False}))[0])
    assert DISABLED in refusal(lab, str(create.after["sAMAccountName"]))


def test_a_password_that_the_domain_refuses_makes_no_account(lgwan: Ground) -> None:
    create = lgwan.user()
    [result] = lgwan.system.apply([create], lambda change, name: "abc")
    assert result.error is not None
    assert "password rule" in str(result.error)
    assert "abc" not in str(result.error)
    assert not lgwan.system.locate([create])


def test_openldap_asks_for_a_new_password_too(corp: Ground, lab: Path) -> None:
    create = corp.user()
    [user] = corp.made(create)
    base = corp.system.observe(corp.scope).state[corp.place]["name"]
    place = f"ou={base},{CORP.base}"
    account = str(create.after["uid"])
    assert "must be changed" in whoami(lab, account, place).lower() or "Password must be changed" in whoami(
        lab, account, place
    )
    done(corp.apply(update(user, {"enabled": True}, {"enabled": False}))[0])
    assert "Invalid credentials" in whoami(lab, account, place)
    done(corp.apply(update(user, {"enabled": False}, {"enabled": True}))[0])
    assert "dn:" in whoami(lab, account, place)
