"""Settings: what is taken, that everything wrong is told at once, and that all of them are documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.systems.netbox.models import custom_fields
from chonai.systems.netbox.settings import parse

GOOD = {"kind": "netbox", "name": "ledger", "url": "https://netbox.example/", "token": "secret-token"}
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "systems" / "netbox.md"
NAMES = """
    url ca_file token token_file make_fields protected.names protected.networks limits.connect_seconds
    limits.reply_seconds limits.page limits.bulk limits.attempts
""".split()


def test_what_is_not_said_has_a_default() -> None:
    settings = parse(GOOD)
    assert (settings.url, settings.make_fields, settings.limits.page) == ("https://netbox.example:443", False, 1_000)
    assert "secret-token" not in repr(settings)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")
    wrong = {
        "url": "http://netbox.example",
        "token_file": str(tmp_path / "token"),
        "ca_file": "/nowhere/ca.pem",
        "make_fields": "yes",
        "protected": {"names": "core-*", "networks": ["10.0.0.1/8"]},
        "limits": {"page": 0, "pages": 1},
        "tls_verify": False,
    }
    with pytest.raises(InputError) as caught:
        parse(wrong)
    told = sorted(f"{one.code.partition('.setting_')[2]} {one.fields['setting']}" for one in caught.value.details)
    assert told == [
        "empty token_file",
        "missing name",
        "no_file ca_file",
        "not_bool make_fields",
        "not_https url",
        "not_list protected.names",
        "not_network protected.networks",
        "not_number limits.page",
        "unknown limits.pages",
        "unknown tls_verify",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", custom_fields())
def test_each_custom_field_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")
