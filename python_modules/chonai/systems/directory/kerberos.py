"""Kerberos tickets for the login, by the package gssapi."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from chonai.change.errors import SystemUnreachable
from chonai.systems.directory.settings import DirectorySettings, KerberosBind

_ONE_AT_A_TIME = threading.RLock()


def ticket(settings: DirectorySettings, bind: KerberosBind) -> object:
    """The credentials to log in with. Raises SystemUnreachable when there are none, or no package for them."""
    try:
        import gssapi
    except ImportError as error:
        raise SystemUnreachable("directory.no_kerberos", system=settings.name) from error
    places = {"ccache": bind.ccache, "client_keytab": bind.keytab}
    store: dict[bytes | str, bytes | str] = {kind: place for kind, place in places.items() if place}
    name = gssapi.Name(bind.principal, gssapi.NameType.kerberos_principal) if bind.principal else None
    with configured(settings):
        return gssapi.Credentials(name=name, usage="initiate", store=store or None)


@contextmanager
def configured(settings: DirectorySettings) -> Iterator[None]:
    """While inside, the Kerberos library reads the configuration that the settings name; only the environment tells it.

    Raises SystemUnreachable for whatever Kerberos refuses.
    """
    if not isinstance(settings.bind, KerberosBind):
        yield
        return
    from gssapi.raw.misc import GSSError

    with _ONE_AT_A_TIME, _environment(settings.bind.krb5_conf):
        try:
            yield
        except GSSError as error:
            raise unreachable("login_failed", settings, error) from error


def unreachable(code: str, settings: DirectorySettings, why: object) -> SystemUnreachable:
    """The error for a connection that does not come about."""
    return SystemUnreachable(f"directory.{code}", system=settings.name, url=settings.url, why=str(why))


@contextmanager
def _environment(krb5_conf: str | None) -> Iterator[None]:
    before = os.environ.get("KRB5_CONFIG")
    if krb5_conf:
        os.environ["KRB5_CONFIG"] = krb5_conf
    try:
        yield
    finally:
        if before is not None:
            os.environ["KRB5_CONFIG"] = before
        elif krb5_conf:
            del os.environ["KRB5_CONFIG"]
