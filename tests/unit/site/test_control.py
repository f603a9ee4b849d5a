"""A control file that says nothing stops the playbook: going on unwatched would be worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.site.control import Control, Wanted


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"wanted": "go"}', '{"wanted": "run", "pid": 1}', '{"pid": "x"}'])
def test_what_says_nothing_says_stop(tmp_path: Path, content: str) -> None:
    control = Control(tmp_path)
    assert control.wanted() is Wanted.STOP
    (tmp_path / "control").write_text(content)
    assert control.wanted() is Wanted.STOP
    control.set(Wanted.PAUSE)
    assert control.wanted() is Wanted.PAUSE
