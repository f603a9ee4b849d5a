"""Settings of a mail server: what is taken, that everything wrong is told at once, and that all are documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.systems.mail.schema import FIELDS, SETS
from chonai.systems.mail.settings import parse

GOOD = {
    "kind": "mail",
    "name": "webmail",
    "url": "postgresql://svc@db.example/mail",
    "password": "secret",
    "domain": "mail.example.jp",
}
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "systems" / "mail.md"
NAMES = """
    url password password_file ca_file tls_verify domain protected.names limits.connect_seconds limits.reply_seconds
""".split()


def codes(settings: dict[str, object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse(settings)
    return [f"{d.code.partition('.setting_')[2]} {d.fields['setting']}" for d in caught.value.details]


def test_what_is_not_said_has_a_default() -> None:
    settings = parse(GOOD)
    assert (settings.server.host, settings.server.port, settings.server.user, settings.server.database) == (
        "db.example",
        5432,
        "svc",
        "mail",
    )
    assert settings.server.tls_verify
    assert not settings.warnings


def test_everything_wrong_is_told_at_once() -> None:
    wrong = {
        "url": "mysql://db.example/mail",
        "domain": "Mail.Example",
        "ca_file": "/nowhere/ca.pem",
        "tls_verify": "no",
        "protected": {"names": "svc-*", "dns": []},
        "limits": {"reply_seconds": "soon"},
        "ca_flie": "x",
    }
    assert sorted(codes(wrong)) == sorted(
        """missing name|not_url url|not_domain domain|no_file ca_file|not_bool tls_verify|not_list protected.names
        unknown protected.dns|not_number limits.reply_seconds|unknown ca_flie|missing password""".replace("\n", "|")
        .replace("        ", "")
        .split("|")
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/mail",
        "postgresql://svc@/mail",
        "postgresql://svc@db.example",
        "postgresql://svc@db.example:port/mail",
        "postgresql://svc@db.example/mail?sslmode=disable",
        "postgresql://svc@/mail?host=relative",
    ],
)
def test_an_address_has_to_be_whole_and_cannot_weaken_tls(url: str) -> None:
    assert "not_url url" in codes({**GOOD, "url": url})


def test_a_password_does_not_stand_in_the_address_and_is_not_repeated() -> None:
    assert codes({**GOOD, "url": "postgresql://svc:hidden@db.example/mail"}) == ["password_in_url url"]
    with pytest.raises(InputError) as caught:
        parse({**GOOD, "url": "mysql://svc:hidden@db.example/mail"})
    assert "hidden" not in str(caught.value)


def test_a_local_socket_needs_neither_password_nor_tls() -> None:
    settings = parse(
        {**GOOD, "url": "postgresql://svc@/mail?host=/run/postgresql", "password": None, "tls_verify": False}
    )
    assert (settings.server.is_local, settings.server.password, settings.warnings) == (True, None, ())


def test_a_password_can_come_from_a_file_and_shows_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden\n", encoding="utf-8")
    settings = parse({**GOOD, "password": None, "password_file": str(secret)})
    assert settings.server.password == "hidden"
    assert "hidden" not in repr(settings)


def test_a_certificate_that_is_not_verified_is_told() -> None:
    [warning] = parse({**GOOD, "tls_verify": False}).warnings
    assert "NOT verified" in str(warning)


@pytest.mark.parametrize(
    ("name", "pattern"), [("SVC-backup", "svc-*"), ("svcbackup", None), ("postmaster", "Postmaster")]
)
def test_protected_names_are_patterns_without_case(name: str, pattern: str | None) -> None:
    assert parse({**GOOD, "protected": {"names": ["svc-*", "Postmaster"]}}).protecting(name) == pattern


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_exists_and_is_documented(name: str) -> None:
    group, _, setting = name.rpartition(".")
    with pytest.raises(InputError) as caught:
        parse({group: {setting: []}} if group else {setting: []})
    assert name not in {d.fields["setting"] for d in caught.value.details if d.code == "systems.setting_unknown"}
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")


def test_every_attribute_is_documented() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    names = {name for type_ in FIELDS for name in (*FIELDS[type_], *SETS[type_])}
    assert not {name for name in names if f"`{name}`" not in document}
