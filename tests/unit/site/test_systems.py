"""Every kind of system that is named has what the site asks of it."""

from __future__ import annotations

from importlib import import_module

import pytest

from chonai.change.errors import InputError
from chonai.site.systems import KINDS, SYSTEMS, connect


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_can_be_connected_to(kind: str) -> None:
    assert callable(import_module(f"{SYSTEMS}.{kind}").connect)


def test_a_kind_that_nobody_knows_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match="directory, dns") as caught, connect("one", {"kind": "health"}):
        pass
    assert caught.value.message.code == "site.unknown_kind"
