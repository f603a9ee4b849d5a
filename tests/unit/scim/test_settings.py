"""Settings: what is taken, that everything wrong is told at once, and that all of them are documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.systems.scim.settings import parse
from chonai.systems.scim.types import DEFAULT_PATHS

GOOD = {"kind": "scim", "name": "gateway", "url": "https://gateway.example/scim/v2/", "token": "secret-token"}
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "systems" / "scim.md"
NAMES = """
    url ca_file token token_file bulk attributes.user attributes.group protected.names limits.connect_seconds
    limits.reply_seconds limits.in_flight limits.page limits.attempts limits.patience_seconds
""".split()


def problems(settings: dict[str, object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse(settings)
    return sorted(f"{d.code.partition('.setting_')[2]} {d.fields['setting']}" for d in caught.value.details)


def test_what_is_not_said_has_a_default() -> None:
    settings = parse(GOOD)
    assert (settings.url, settings.bulk) == ("https://gateway.example:443/scim/v2", True)
    assert settings.paths["user"].keys() == DEFAULT_PATHS["user"].keys()
    assert "secret-token" not in repr(settings)


def test_attributes_may_stand_elsewhere() -> None:
    own = {"user": {"title": "urn:example:Staff:post", "notes": "entitlements[].value"}}
    paths = parse({**GOOD, "attributes": own}).paths["user"]
    assert (paths["title"].schema, paths["title"].attribute) == ("urn:example:Staff", "post")
    assert paths["notes"].many


def test_names_are_protected_without_case() -> None:
    settings = parse({**GOOD, "protected": {"names": ["svc-*"]}})
    assert settings.protecting("SVC-backup") == "svc-*"
    assert settings.protecting("tanaka") is None


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    empty = tmp_path / "token"
    empty.write_text("\n")
    wrong = {
        "url": "http://gateway.example",
        "token_file": str(empty),
        "ca_file": "/nowhere/ca.pem",
        "bulk": "yes",
        "attributes": {"user": {"title": "a b", "mail": 1}, "group": [], "ou": {}},
        "protected": {"names": "svc-*", "dns": []},
        "limits": {"in_flight": 0, "pages": 1},
        "tls_verify": False,
    }
    assert problems(wrong) == sorted(
        [
            "missing name",
            "not_https url",
            "empty token_file",
            "no_file ca_file",
            "not_bool bulk",
            "not_path attributes.user.title",
            "not_path attributes.user.mail",
            "not_mapping attributes.group",
            "unknown attributes.ou",
            "not_list protected.names",
            "unknown protected.dns",
            "not_number limits.in_flight",
            "unknown limits.pages",
            "unknown tls_verify",
        ]
    )


@pytest.mark.parametrize(
    "url", ["gateway", "https://", "https://u:p@x.example/", "https://x.example/?a=1", "https://x:y/"]
)
def test_addresses_that_are_none(url: str) -> None:
    assert problems({**GOOD, "url": url}) == ["not_https url"]


@pytest.mark.parametrize("token", ["a b", "鍵", "a\nb"])
def test_a_token_that_no_header_can_hold_is_not_shown(token: str) -> None:
    with pytest.raises(InputError) as caught:
        parse({**GOOD, "token": token})
    assert token not in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_exists_and_is_documented(name: str) -> None:
    group, _, setting = name.rpartition(".")
    given = {group: {setting: 0}} if group else {setting: 0}
    with pytest.raises(InputError) as caught:
        parse({**GOOD, **given, "no such setting": 0})
    unknown = {d.fields["setting"] for d in caught.value.details if d.code == "systems.setting_unknown"}
    assert unknown == {"no such setting"}
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(("type_", "name"), [(t, n) for t, paths in DEFAULT_PATHS.items() for n in paths])
def test_every_attribute_is_documented(type_: str, name: str) -> None:
    assert f"| {type_} | `{name}` | `{DEFAULT_PATHS[type_][name]}` |" in DOCUMENT.read_text(encoding="utf-8")


def test_a_token_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    odd = tmp_path / "token"
    odd.write_bytes(b"\xff\xfe")
    settings = {**{name: value for name, value in GOOD.items() if name != "token"}, "token_file": str(odd)}
    assert problems(settings) == ["not_utf8 token_file"]
    odd.unlink()
    odd.symlink_to("/proc/self/mem")  # a file, and nobody reads its first byte
    assert problems(settings) == ["unreadable token_file"]
