"""The kinds of systems that there are. A new product is one folder in `systems/` and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from chonai.change.errors import InputError
from chonai.change.system import System
from chonai.systems import directory

Settings = Mapping[str, object]

Connector = Callable[[Settings], AbstractContextManager[System]]

KINDS: Mapping[str, Connector] = {"directory": directory.connect}


@contextmanager
def connect(name: str, settings: Settings) -> Iterator[System]:
    """The system of this name, connected while inside. `settings` is the host variable `chonai_system`.

    Raises `InputError` for an unknown kind or wrong settings, `SystemUnreachable` when it does not answer.
    """
    own = {"name": name, **settings}
    kind = str(own.pop("kind", ""))
    if kind not in KINDS:
        raise InputError("site.unknown_kind", system=name, kind=kind, known=", ".join(sorted(KINDS)))
    with KINDS[kind](own) as system:
        yield system
