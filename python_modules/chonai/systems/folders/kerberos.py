"""Kerberos tickets for the login: only the environment tells the library where they are."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from chonai.systems.folders.settings import FoldersSettings

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def configured(settings: FoldersSettings) -> Iterator[None]:
    """While inside, Kerberos reads the credential cache and the configuration that the settings name."""
    login = settings.login
    wanted = {"KRB5CCNAME": login.ccache, "KRB5_CONFIG": login.krb5_conf}
    with _ONE_AT_A_TIME:
        before = {name: os.environ.get(name) for name, value in wanted.items() if value}
        os.environ.update({name: value for name, value in wanted.items() if value})
        try:
            yield
        finally:
            for name, value in before.items():
                _restore(name, value)


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
