"""OpenSSH signatures (PROTOCOL.sshsig), made and checked by ssh-keygen: nothing here holds a private key.

A key is never asked for its passphrase: one that has a passphrase signs through ssh-agent.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from chonai.change.errors import Fault, Refused, UsageError
from chonai.change.signers import Signers, is_name, parse_signers

_SECONDS = 60  # a key on a security token waits for a touch
_FINGERPRINT = re.compile(rb"SHA256:[A-Za-z0-9+/]+")
_NOT_SIGNED = (
    ("passphrase", "identity.key_locked"),
    ("too open", "identity.key_open"),
    ("no private key", "identity.key_locked"),
    ("load public key", "identity.key_bad"),
)
_NOT_VERIFIED = (
    ("namespace does not match", "identity.other_namespace"),
    ("not permitted for use in signature namespace", "identity.namespace_not_allowed"),
    ("has expired", "identity.key_expired"),
    ("not yet valid", "identity.key_not_yet_valid"),
    ("incorrect signature", "identity.other_content"),
    ("parse signature", "identity.no_signature"),
    ("armor", "identity.no_signature"),
    ("missing header", "identity.no_signature"),
)


def sign(data: bytes, key_file: Path, *, namespace: str) -> str:
    """The armored signature of `data` with a private key, or a public key whose other half is in ssh-agent.

    Raises `UsageError` for a key file that cannot be used, and says why.
    """
    path = usable_key_file(key_file)
    done = _ssh_keygen(["-Y", "sign", "-f", str(path), "-n", namespace], data)
    if done.returncode:
        code, cause = _reason(done, _NOT_SIGNED, "identity.not_signed")
        raise UsageError(code, file=key_file, cause=cause)
    return done.stdout.decode("ascii")


def verify(data: bytes, signature: str, *, principal: str, namespace: str, allowed_signers: Path, at: datetime) -> None:
    """Return if the signature of `data` is by a key that `principal` had at `at`; raise `Refused` if not.

    Raises `UsageError` or `InputError` if the allowed_signers file cannot be used.
    """
    signers = read_signers(allowed_signers)
    _known(principal, signers)
    with TemporaryDirectory(prefix="chonai-") as folder:  # only its owner may enter it
        files = Path(folder, "signers"), Path(folder, "signature")
        for path, content in zip(files, (signers.raw, signature.encode("utf-8", "replace")), strict=True):
            path.write_bytes(content)
        # In local time, which every version of ssh-keygen understands.
        moment = at.astimezone().strftime("%Y%m%d%H%M%S")
        where = ["-f", str(files[0]), "-s", str(files[1])]
        who = ["-I", principal, "-n", namespace, "-O", f"verify-time={moment}"]
        done = _ssh_keygen(["-Y", "verify", *where, *who], data)
    if done.returncode:
        code, cause = _reason(done, _NOT_VERIFIED, "identity.other_key")
        raise Refused(code, principal=principal, namespace=namespace, file=allowed_signers, cause=cause)


def read_signers(allowed_signers: Path) -> Signers:
    """The signers in the city's file; raises `UsageError` or, naming every bad line, `InputError`."""
    try:
        raw, mode = allowed_signers.read_bytes(), allowed_signers.stat().st_mode
    except FileNotFoundError:
        raise UsageError("identity.signers_missing", file=allowed_signers) from None
    except OSError as error:
        raise UsageError("identity.signers_unreadable", file=allowed_signers, cause=error.strerror) from error
    if mode & stat.S_IWOTH:
        raise UsageError("identity.signers_open", file=allowed_signers)
    return parse_signers(raw, str(allowed_signers))


def principals(allowed_signers: Path) -> frozenset[str]:
    """Everybody who may sign."""
    return read_signers(allowed_signers).names


def principal_of_key(key_file: Path, allowed_signers: Path) -> str:
    """Whose key this is; raises `Refused` if it is nobody's or more than one name has it."""
    own = fingerprint(key_file)
    entries = read_signers(allowed_signers).entries
    names = sorted({name for entry in entries if entry.key.fingerprint == own for name in entry.names})
    if len(names) == 1:
        return names[0]
    code = "identity.key_of_many" if names else "identity.key_of_nobody"
    raise Refused(code, key=key_file, fingerprint=own, file=allowed_signers, names=", ".join(names))


def public_keys(allowed_signers: Path, principal: str, at: datetime | None = None) -> tuple[str, ...]:
    """The public keys of a principal, one line each; only those valid at a time where one is given.

    Raises `Refused` for an unknown name or one without a valid key.
    """
    signers = read_signers(allowed_signers)
    _known(principal, signers)
    found = tuple(key.line for key in signers.keys(principal, at))
    if not found:
        raise Refused("identity.key_expired", principal=principal, file=allowed_signers)
    return found


def fingerprint(key_file: Path) -> str:
    """The SHA-256 fingerprint of a key file, private or public, without its passphrase."""
    path = usable_key_file(key_file)
    done = _ssh_keygen(["-l", "-E", "sha256", "-f", str(path)], b"")
    found = _FINGERPRINT.search(done.stdout)
    if done.returncode or not found:
        raise UsageError("identity.key_bad", file=key_file, cause=_said(done))
    return found[0].decode()


def public_key(key_file: Path) -> str:
    """The public half of a private key that has no passphrase: type and content, without comment."""
    path = usable_key_file(key_file)
    done = _ssh_keygen(["-y", "-f", str(path)], b"")
    if done.returncode:
        raise UsageError("identity.key_bad", file=key_file, cause=_said(done))
    return " ".join(done.stdout.decode("ascii").split()[:2])


def usable_key_file(key_file: Path) -> Path:
    """The absolute path of a key file that its owner alone can read; raises `UsageError` for any other."""
    try:
        status = key_file.stat()
        head = _head(key_file) if stat.S_ISREG(status.st_mode) else None
    except FileNotFoundError:
        raise UsageError("identity.key_missing", file=key_file) from None
    except OSError as error:
        raise UsageError("identity.key_unreadable", file=key_file, cause=error.strerror) from error
    if head is None:
        raise UsageError("identity.key_bad", file=key_file, cause="not a file")
    # The same rule as OpenSSH's: what another user owns is that user's business.
    is_public = head.startswith((b"ssh-", b"ecdsa-", b"sk-"))
    if not is_public and status.st_uid == os.getuid() and status.st_mode & 0o077:
        raise UsageError("identity.key_open", file=key_file)
    return key_file.absolute()


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(200)


def _known(principal: str, signers: Signers) -> None:
    if not is_name(principal):
        raise Refused("identity.bad_name", principal=principal[:100])
    if principal not in signers.names:
        raise Refused("identity.unknown_principal", principal=principal, file=signers.name)


def _ssh_keygen(arguments: Sequence[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=data,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"},
            start_new_session=True,  # no terminal: it must not ask
        )
    except FileNotFoundError:
        raise Fault("identity.no_ssh_keygen") from None
    except subprocess.TimeoutExpired:
        raise Fault("identity.ssh_keygen_hangs", seconds=_SECONDS) from None


def _reason(
    done: subprocess.CompletedProcess[bytes], causes: Sequence[tuple[str, str]], otherwise: str
) -> tuple[str, str]:
    said = _said(done)
    return next((code for words, code in causes if words in said.lower()), otherwise), said


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(done.stderr.decode("utf-8", "replace").split())
