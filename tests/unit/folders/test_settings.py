"""Settings of a file server: all that is wrong is told at once, and each stands in the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.systems.folders.settings import KEPT, parse

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "systems" / "folders.md"
SETTINGS: dict[str, object] = {
    "name": "lgwan_files",
    "kind": "folders",
    "server": "fs.lgwan.example",
    "share": "sections",
    "owned": ["LGWAN\\sec-*"],
    "login": {"user": "LGWAN\\svc-chonai", "password": "x"},
}
NAMES = """
    server port share base depth owned kept encrypt login.method login.user login.password login.password_file
    login.principal login.host login.ccache login.krb5_conf protected.names protected.paths
    limits.connect_seconds limits.reply_seconds
""".split()


def problems(**settings: object) -> set[str]:
    with pytest.raises(InputError) as caught:
        parse({**SETTINGS, **settings})
    assert all(str(detail) for detail in caught.value.details)
    return {f"{detail.code.partition('.setting_')[2]} {detail.fields['setting']}" for detail in caught.value.details}


def test_little_is_needed() -> None:
    parsed = parse(SETTINGS)
    assert (parsed.depth, parsed.base, parsed.encrypt, parsed.kept, parsed.warnings) == (1, "", True, KEPT, ())
    assert parsed.url == r"\\fs.lgwan.example\sections"


def test_the_password_is_read_from_its_file_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("geheim\n")
    parsed = parse({**SETTINGS, "login": {"user": "u", "password_file": str(file)}})
    assert parsed.login.password == "geheim"
    assert "geheim" not in repr(parsed)


def test_paths_may_be_written_with_either_stroke() -> None:
    parsed = parse({**SETTINGS, "base": "/庁内/課/", "protected": {"paths": ["管理/鍵"]}})
    assert (parsed.base, parsed.protected.paths) == (r"庁内\課", (r"管理\鍵",))


def test_no_encryption_is_a_warning() -> None:
    assert "NOT encrypted" in str(parse({**SETTINGS, "encrypt": False}).warnings[0])


def test_everything_wrong_is_told_at_once() -> None:
    wrong = problems(
        server=1, share="a/b", owned=[], depth="much", encrypt="no", base="CON", extra=1, login={"method": "guest"}
    )
    assert wrong == {
        "not_text server",
        "not_share share",
        "missing owned",
        "not_number depth",
        "not_bool encrypt",
        "not_path base",
        "unknown extra",
        "not_one_of login.method",
        "missing login.user",
        "missing login.password",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_exists_and_is_documented(name: str) -> None:
    group, _, setting = name.rpartition(".")
    values: dict[str, object] = {setting: []}
    if name.startswith("login."):
        values["method"] = "ntlm" if setting in ("user", "password", "password_file") else "kerberos"
    if setting == "method":
        values = {"method": []}
    assert f"unknown {name}" not in problems(**({group: values} if group else values), never=1)
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")
