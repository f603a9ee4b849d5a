"""Settings of a ledger: what is taken, that everything wrong is told at once, and that all are documented."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.systems.ipam.fields import FIELDS
from chonai.systems.ipam.settings import parse
from chonai.systems.server_url import Server

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "systems" / "ipam.md"
NAMES = """
    url password password_file ca_file tls_verify protected.names protected.networks limits.connect_seconds
    limits.reply_seconds
""".split()
GOOD = {"kind": "ipam", "name": "ledger", "url": "sqlite:////srv/ledger.db"}
SERVER = {**GOOD, "url": "postgresql://svc@db.example/ledger", "password": "hidden"}


@pytest.mark.parametrize("url", ["sqlite:////srv/ledger.db", "/srv/ledger.db"])
def test_a_file_is_named_by_url_or_path(url: str) -> None:
    settings = parse({**GOOD, "url": url})
    assert (settings.place, settings.url) == (Path("/srv/ledger.db"), "sqlite:////srv/ledger.db")
    assert not settings.warnings


def test_a_server_is_named_by_url() -> None:
    settings = parse(SERVER)
    assert isinstance(settings.place, Server)
    assert settings.url == "postgresql://svc@db.example:5432/ledger"
    [warning] = parse({**SERVER, "tls_verify": False}).warnings
    assert "NOT verified" in str(warning)


def test_everything_wrong_is_told_at_once() -> None:
    wrong = {"url": "mysql://svc:hidden@db/x", "protected": {"names": "a", "networks": ["10.0.0.1/8"]}, "tls": 1}
    with pytest.raises(InputError) as caught:
        parse(wrong)
    assert sorted(f"{one.code} {one.fields['setting']}" for one in caught.value.details) == [
        "ipam.setting_not_network protected.networks",
        "ipam.setting_not_url url",
        "systems.setting_missing name",
        "systems.setting_missing password",
        "systems.setting_not_list protected.names",
        "systems.setting_unknown tls",
    ]
    assert "hidden" not in str(caught.value)


def test_protected_names_and_networks() -> None:
    settings = parse({**GOOD, "protected": {"names": ["Core-*"], "networks": ["10.20.255.0/24", "2001:db8::/48"]}})
    assert settings.protecting("core-sw1") == "Core-*"
    assert settings.protecting("edge-sw1") is None
    for text, inside in {"10.20.255.9": True, "10.20.0.0/16": False, "2001:db8::/64": True, "::1": False}.items():
        assert (settings.protecting_network(ip_network(text)) is not None) is inside


def test_every_setting_and_every_attribute_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert not [name for name in NAMES if f"`{name}`" not in text]
    attributes = {name for fields in FIELDS.values() for name in fields}
    assert not [name for name in sorted(attributes | FIELDS.keys()) if f"`{name}`" not in text]
