"""Passwords as Dovecot checks them: bcrypt hashes behind the name of their scheme. Nothing else is ever stored."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import bcrypt

from chonai.change.model import Action, Change
from chonai.change.system import SecretMaker
from chonai.systems.mail.schema import USER

INITIAL_PASSWORD = "initial_password"
ROUNDS = 8
"""2 to the power of it: 16 ms each. Passwords that people choose want more (OWASP: 10); these are random, of about
74 bits, and no guessing reaches them.
"""


def hashed(password: str) -> str:
    """The password as it is stored."""
    return "{BLF-CRYPT}" + bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode("ascii")


def unknown() -> str:
    """The hash of a password that nobody knows."""
    return hashed(secrets.token_urlsafe(32))


def initial(changes: Sequence[Change], secret: SecretMaker) -> Mapping[int, str]:
    """Hashes of the initial passwords that the changes ask for, by position; hashed side by side."""
    wanted = {
        n: secret(change, INITIAL_PASSWORD)
        for n, change in enumerate(changes)
        if change.action is Action.CREATE and change.key.type == USER and INITIAL_PASSWORD in change.secrets
    }
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(wanted, pool.map(hashed, wanted.values()), strict=True))
