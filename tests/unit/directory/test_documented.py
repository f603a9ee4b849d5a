"""Every setting stands in the document that says what settings there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import InputError
from chonai.systems.directory.settings import parse

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "systems" / "directory.md"
NAMES = """
    flavour url base ca_file tls_verify holder bind.method bind.user bind.password bind.password_file bind.host
    bind.principal bind.ccache bind.keytab bind.krb5_conf protected.names protected.dns multi_valued.user
    multi_valued.group multi_valued.ou limits.connect_seconds limits.reply_seconds limits.in_flight limits.page
""".split()


def nested(name: str) -> dict[str, object]:
    group, _, setting = name.rpartition(".")
    return {group: {setting: []}} if group else {setting: []}


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_exists_and_is_documented(name: str) -> None:
    bind = {"bind": {"method": "kerberos", name.removeprefix("bind."): []}} if name.startswith("bind.") else {}
    with pytest.raises(InputError) as caught:
        parse({"flavour": "active_directory", **nested(name), **bind})
    unknown = {d.fields["setting"] for d in caught.value.details if d.code == "systems.setting_unknown"}
    assert name not in unknown or name in ("bind.user", "bind.password", "bind.password_file")
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")
