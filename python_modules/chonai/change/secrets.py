"""Secrets: initial passwords, which are made at the apply, and encryption (age) to those who may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import pyrage

from chonai.change.errors import Refused, SealBroken, UsageError
from chonai.change.signature import public_key, usable_key_file

T = TypeVar("T")

# Read from paper and typed by people: nothing that looks like something else
# (0 O o, 1 l I i, 2 Z z, 5 S s, 6 b G, 8 B, 9 g q).
_UPPER = "ACDEFHJKLMNPRTUVWXY"
_LOWER = "acdefhjkmnprtuvwxy"
_DIGITS = "347"
_MARKS = "!#%+?="
_LENGTH = 16
_TOKEN_LENGTH = 3


class Random(Protocol):
    """A source of unpredictable choices, such as `secrets.SystemRandom()`."""

    def choice(self, seq: Sequence[str], /) -> str:
        """One of them."""


def initial_password(rng: Random) -> str:
    """A password of 16 characters with capital, small letter, digit and mark, about 74 bits.

    Active Directory refuses a password that holds a part of the person's name of three letters or more: here
    never three letters stand together. The first is a letter, so that no spreadsheet sees a formula.
    """
    while True:
        text = "".join(rng.choice(_alphabet(position)) for position in range(_LENGTH))
        if all(set(text) & set(kind) for kind in (_UPPER, _LOWER, _DIGITS, _MARKS)):
            return text


def _alphabet(position: int) -> str:
    is_break = position % _TOKEN_LENGTH == _TOKEN_LENGTH - 1
    return _DIGITS + _MARKS if is_break else _UPPER + _LOWER


class Recipients:
    """Those who can read what is encrypted here: SSH public keys (ed25519, RSA) or age recipients.

    Raises `Refused` if there is none, or one that age cannot encrypt to.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._known = [_recipient(line) for line in lines]
        if not self._known:
            raise Refused("identity.no_recipients")

    def encrypt(self, plaintext: bytes) -> bytes:
        """The age file for all of them."""
        ciphertext: bytes = pyrage.encrypt(plaintext, self._known)
        return ciphertext

    def encrypt_as_text(self, plaintext: bytes) -> str:
        """The same in ASCII armor, as `age --armor` writes it."""
        armored: bytes = pyrage.encrypt(plaintext, self._known, armored=True)
        return armored.decode("ascii")


def encrypt(recipients: Iterable[str], plaintext: bytes) -> bytes:
    """Encrypt once to `recipients`, see `Recipients`."""
    return Recipients(recipients).encrypt(plaintext)


def decrypt(key_file: Path, ciphertexts: Iterable[bytes]) -> list[bytes]:
    """Decrypt with an SSH private key or an age identity file.

    Raises `UsageError` for a key file that cannot be used, `Refused` if it is not a recipient's, `SealBroken` for what
    was damaged.
    """
    identities = _identities(key_file)
    try:
        return [pyrage.decrypt(ciphertext, identities) for ciphertext in ciphertexts]
    except pyrage.DecryptError as error:
        if "matching" in str(error):
            raise Refused("identity.not_a_recipient", file=key_file) from None
        raise SealBroken("identity.ciphertext_damaged") from None


def recipient_of(key_file: Path) -> str:
    """The public half of a key that decrypts: an SSH public key without comment, or an age recipient.

    Raises `UsageError` for a key file that cannot decrypt: a public key, or one with a passphrase.
    """
    identity = _identities(key_file)[0]
    if isinstance(identity, pyrage.x25519.Identity):
        return str(identity.to_public())
    return public_key(key_file)


def can_receive(line: str) -> bool:
    """Whether age encrypts to this public key; it does not to ECDSA keys and those on security tokens."""
    try:
        _recipient(line)
    except Refused:
        return False
    return True


def _recipient(line: str) -> pyrage.ssh.Recipient | pyrage.x25519.Recipient:
    text = line.strip()
    kind = pyrage.x25519.Recipient if text.startswith("age1") else pyrage.ssh.Recipient
    try:
        return kind.from_str(text)
    except pyrage.RecipientError:
        raise Refused("identity.bad_recipient", recipient=text[:60]) from None


def _identities(key_file: Path) -> list[pyrage.ssh.Identity | pyrage.x25519.Identity]:
    raw = usable_key_file(key_file).read_bytes()
    try:
        if b"AGE-SECRET-KEY-1" not in raw:
            return [pyrage.ssh.Identity.from_buffer(raw)]
        lines = (line.strip() for line in raw.decode().splitlines())
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        code = "identity.identity_locked" if "decrypted first" in str(error) else "identity.identity_bad"
        raise UsageError(code, file=key_file) from None
