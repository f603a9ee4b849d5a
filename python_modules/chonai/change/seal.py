"""The seal: the author's signature over the digest of a change set; it proves who made it, unchanged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from chonai.change.codec import digest
from chonai.change.errors import Refused, SealBroken
from chonai.change.model import ChangeSet
from chonai.change.signature import principal_of_key, sign, verify

NAMESPACE = "chonai-seal"


@dataclass(frozen=True, slots=True)
class Seal:
    """Who sealed, and the armored OpenSSH signature over the text of the digest."""

    author: str
    signature: str = field(repr=False)


def seal(change_set: ChangeSet, key_file: Path, *, allowed_signers: Path, at: datetime) -> Seal:
    """Seal with the author's key; raises `Refused` for another person's, an unknown or an expired one."""
    owner = principal_of_key(key_file, allowed_signers)
    if owner != change_set.author:
        raise Refused("identity.key_of_other", key=key_file, owner=owner, principal=change_set.author)
    text = digest(change_set)
    made = Seal(owner, sign(text.encode(), key_file, namespace=NAMESPACE))
    _verify(text, made, allowed_signers, at)
    return made


def check_seal(change_set: ChangeSet, stored_digest: str, seal: Seal, *, allowed_signers: Path, at: datetime) -> None:
    """Return if this is what its author sealed, with a key valid at `at`; raise `SealBroken` if not."""
    found = digest_or_none(change_set)
    if found != stored_digest:
        raise SealBroken("identity.digest_differs", id=change_set.id, stored=stored_digest, found=found)
    check_signature(change_set, stored_digest, seal, allowed_signers=allowed_signers, at=at)


def check_signature(
    change_set: ChangeSet, stored_digest: str, seal: Seal, *, allowed_signers: Path, at: datetime
) -> None:
    """Return if its author signed this digest; what it is the digest of is not looked at. All that can be proved of a
    change set whose cover alone is known. Raises as `check_seal` does.
    """
    if seal.author != change_set.author:
        raise SealBroken("identity.seal_of_other", id=change_set.id, author=change_set.author, sealed_by=seal.author)
    try:
        _verify(stored_digest, seal, allowed_signers, at)
    except Refused as refused:
        raise SealBroken("identity.seal_broken", details=[refused.message], id=change_set.id) from refused


def digest_or_none(change_set: ChangeSet) -> str | None:
    """The digest; None for a change set that holds what none can be made of, so that it equals no digest."""
    try:
        return digest(change_set)
    except ValueError:
        return None


def _verify(text: str, seal: Seal, allowed_signers: Path, at: datetime) -> None:
    verify(
        text.encode(),
        seal.signature,
        principal=seal.author,
        namespace=NAMESPACE,
        allowed_signers=allowed_signers,
        at=at,
    )
