"""The kinds of systems that there are. A new product is one folder in `systems/` and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module

from chonai.change.errors import InputError
from chonai.change.system import System
from chonai.systems import csv_import, directory, dns, folders, ipam, mail, memory_file, netbox, scim
from chonai.systems.health import Health

Settings = Mapping[str, object]
AFTER = "after"
"""What any system may say beside the settings of its kind: which others come before it, see `chonai.site.sequence`."""

Connector = Callable[[Settings], AbstractContextManager[System]]

KINDS: Mapping[str, Connector] = {
    "csv_import": csv_import.connect,
    "directory": directory.connect,
    "dns": dns.connect,
    "folders": folders.connect,
    "ipam": ipam.connect,
    "mail": mail.connect,
    "memory": memory_file.connect,
    "netbox": netbox.connect,
    "scim": scim.connect,
}


WITH_HEALTH = ("csv_import", "directory", "dns", "folders", "mail", "scim")
"""Kinds of which more can be said than that they answer: `health` in the module of that name in their folder."""


@contextmanager
def connect(name: str, settings: Settings) -> Iterator[System]:
    """The system of this name, connected while inside. `settings` is the host variable `chonai_system`.

    Raises `InputError` for an unknown kind or wrong settings, `SystemUnreachable` when it does not answer.
    """
    kind, own = _own(name, settings)
    with KINDS[kind](own) as system:
        yield system


def health(name: str, settings: Settings) -> Health:
    """How a system is. Raises as `connect` does when it cannot be reached."""
    kind, own = _own(name, settings)
    if kind in WITH_HEALTH:
        return _health_of(kind)(own)
    with KINDS[kind](own) as system:
        return Health(warnings=tuple(system.warnings))


def _health_of(kind: str) -> Callable[[Settings], Health]:
    """Loaded when it is asked for: LDAP, SMB, SQL and HTTP take their time."""
    found: Callable[[Settings], Health] = import_module(f"chonai.systems.{kind}.health").health
    return found


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
        raise InputError("site.unknown_kind", system=name, kind=kind, known=", ".join(sorted(KINDS)))
    return kind, own
