"""Which values of an inventory are hidden, and which would hide all the rest."""

from __future__ import annotations

from pathlib import Path

from chonai.site.inventory import Inventory
from chonai.site.secret_values import secret_values

HOSTS = """\
all:
  hosts:
    one:
      ansible_become_pass: become-1234
      portal: {needs_password: true, password: null, token: 12345678}
      by_pass_lane: seen
"""


def test_ansibles_own_names_are_known_and_what_is_no_secret_is_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "hosts.yml").write_text(HOSTS)
    assert secret_values(Inventory(tmp_path), tmp_path) == {"become-1234", "12345678"}
