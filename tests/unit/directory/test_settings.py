"""Settings: what is taken, and that everything wrong is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.systems.directory.settings import KerberosBind, SimpleBind, parse

GOOD = {
    "kind": "directory",
    "name": "lgwan_ad",
    "flavour": "active_directory",
    "url": "ldaps://dc.example",
    "base": "OU=汐見野市,DC=example",
    "bind": {"user": "svc@example", "password": "secret"},
}


def codes(settings: dict[str, object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse(settings)
    return [f"{detail.code.partition('.setting_')[2]} {detail.fields['setting']}" for detail in caught.value.details]


def test_what_is_not_said_has_a_default() -> None:
    settings = parse(GOOD)
    assert (settings.host, settings.port, settings.window) == ("dc.example", 636, 64)
    assert settings.bind == SimpleBind("svc@example", "secret")
    assert "extensionName" in settings.multi_valued["user"]
    assert not settings.warnings


def test_everything_wrong_is_told_at_once() -> None:
    wrong = {
        "flavour": "novell",
        "url": "ldap://dc.example",
        "base": "汐見野市",
        "bind": {"method": "anonymous", "user": 1},
        "ca_file": "/nowhere/ca.pem",
        "tls_verify": "no",
        "protected": {"names": "svc-*", "dn": []},
        "limits": {"in_flight": 0, "reply_seconds": "soon"},
        "multi_valued": ["x"],
        "tls_verfy": True,
    }
    assert sorted(codes(wrong)) == sorted(
        [
            "missing name",
            "not_one_of flavour",
            "not_ldaps url",
            "not_dn base",
            "not_one_of bind.method",
            "not_text bind.user",
            "missing bind.password",
            "no_file ca_file",
            "not_bool tls_verify",
            "not_list protected.names",
            "unknown protected.dn",
            "not_number limits.in_flight",
            "not_number limits.reply_seconds",
            "not_mapping multi_valued",
            "unknown tls_verfy",
        ]
    )


def test_a_wrong_port_is_a_wrong_address() -> None:
    assert codes({**GOOD, "url": "ldaps://dc.example:port"}) == ["not_ldaps url"]


def test_openldap_needs_a_holder_for_empty_groups() -> None:
    assert codes({**GOOD, "flavour": "openldap"}) == ["missing holder"]


def test_kerberos_is_for_active_directory() -> None:
    bind = {"method": "kerberos", "ccache": "FILE:/tmp/cc", "host": "dc-lgwan.example"}
    assert parse({**GOOD, "bind": bind}).bind == KerberosBind("dc-lgwan.example", ccache="FILE:/tmp/cc")
    assert "not_one_of bind.method" in codes({**GOOD, "flavour": "openldap", "holder": "cn=none,dc=x", "bind": bind})


def test_a_keytab_needs_to_know_whose_it_is(tmp_path: Path) -> None:
    keytab = tmp_path / "keytab"
    keytab.touch()
    assert codes({**GOOD, "bind": {"method": "kerberos", "keytab": str(keytab)}}) == ["missing bind.principal"]


def test_a_password_can_come_from_a_file_and_shows_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden\n", encoding="utf-8")
    settings = parse({**GOOD, "bind": {"user": "svc@example", "password_file": str(secret)}})
    assert settings.bind == SimpleBind("svc@example", "hidden")
    assert "hidden" not in repr(settings)


def test_a_certificate_that_is_not_verified_is_told() -> None:
    [warning] = parse({**GOOD, "tls_verify": False}).warnings
    assert "NOT verified" in str(warning)


def test_own_sets_are_added_to_the_known_ones() -> None:
    settings = parse({**GOOD, "multi_valued": {"user": ["otherPager"]}})
    assert {"otherPager", "extensionName"} <= settings.multi_valued["user"]


@pytest.mark.parametrize(("account", "pattern"), [("SVC-backup", "svc-*"), ("svcbackup", None), ("admin", "ADMIN")])
def test_protected_names_are_patterns_without_case(account: str, pattern: str | None) -> None:
    protected = parse({**GOOD, "protected": {"names": ["svc-*", "ADMIN"]}}).protected
    expression = protected.pattern()
    assert protected.name_matches(account) == pattern
    assert expression is not None
    assert bool(expression.fullmatch(account.casefold())) == (pattern is not None)


@pytest.mark.parametrize(
    ("content", "wrong"), [(b"secret\r\n", None), (b"\n", "empty"), (b"", "empty"), (b"\xff\xfe", "not_utf8")]
)
def test_a_password_file_is_read_or_told(tmp_path: Path, content: bytes, wrong: str | None) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    settings = {**GOOD, "bind": {"user": "svc@example", "password_file": str(file)}}
    if wrong is None:
        assert parse(settings).bind == SimpleBind("svc@example", "secret")
    else:
        assert codes(settings) == [f"{wrong} bind.password_file"]


def test_a_password_file_that_is_not_there_or_not_ours_to_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    settings = {**GOOD, "bind": {"user": "svc@example", "password_file": str(file)}}
    assert codes(settings) == ["no_file bind.password_file"]
    file.symlink_to("/proc/self/mem")  # a file, and nobody reads its first byte
    assert codes(settings) == ["unreadable bind.password_file"]
