"""The kinds of systems that there are. A new product is one folder in `systems/` and one word here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from chonai.change.errors import InputError
from chonai.change.system import System
from chonai.systems.health import Health

Settings = Mapping[str, object]
AFTER = "after"
"""What any system may say beside the settings of its kind: which others come before it, see `chonai.site.sequence`."""

SYSTEMS = "chonai.systems"
KINDS = ("csv_import", "directory", "dns", "folders", "ipam", "mail", "memory", "netbox", "scim")
"""Each a folder in `systems/` with a `connect`, which takes the settings of one system and gives it while inside.
Where more can be said of it than that it answers, it has a module `health` too.
"""


@contextmanager
def connect(name: str, settings: Settings) -> Iterator[System]:
    """The system of this name, connected while inside. `settings` is the host variable `chonai_system`.

    Raises `InputError` for an unknown kind or wrong settings, `SystemUnreachable` when it does not answer.
    """
    kind, own = _own(name, settings)
    with _connected(kind, own) as system:
        yield system


def health(name: str, settings: Settings) -> Health:
    """How a system is. Raises as `connect` does when it cannot be reached."""
    kind, own = _own(name, settings)
    if find_spec(f"{SYSTEMS}.{kind}.health"):
        health_of: Callable[[Settings], Health] = _part(kind, "health").health
        return health_of(own)
    with _connected(kind, own) as system:
        return Health(warnings=tuple(system.warnings))


def _connected(kind: str, own: Settings) -> AbstractContextManager[System]:
    connector: Callable[[Settings], AbstractContextManager[System]] = _part(kind).connect
    return connector(own)


def _part(*name: str) -> ModuleType:
    """Loaded when it is asked for: LDAP, SMB, SQL and HTTP take their time."""
    return import_module(".".join((SYSTEMS, *name)))


def waits(name: str, settings: Settings) -> frozenset[str]:
    """The systems that this one waits for in an apply. Raises `InputError` when that is no list of names."""
    named = settings.get(AFTER, ())
    if not isinstance(named, list | tuple) or not all(isinstance(other, str) for other in named):
        raise InputError("site.after_no_list", system=name, value=str(named))
    return frozenset(named)


def _own(name: str, settings: Settings) -> tuple[str, Settings]:
    """The kind of a system, and the settings of that kind."""
    own = {"name": name, **settings}
    own.pop(AFTER, None)
    kind = str(own.pop("kind", ""))
    if kind not in KINDS:
        raise InputError("site.unknown_kind", system=name, kind=kind, known=", ".join(KINDS))
    return kind, own
