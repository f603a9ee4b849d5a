"""The city's `allowed_signers` file (see ssh-keygen(1)), read strictly: who signs with which keys.

A line that ssh-keygen would take and that could make one name anybody is refused: patterns, certificate
authorities. So is one that nobody can read. The file is refused as a whole, with every bad line.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from chonai.change.errors import InputError, Refused
from chonai.text.messages import Message, message

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,127}")
# Blanks are those of ssh-keygen, space and tab: what splits a line here splits it there.
_LINE = re.compile(
    r"""(?P<names>[^ \t]+)[ \t]+
        (?:(?!(?:sk-)?(?:ssh|ecdsa)-)(?P<options>(?:[^ \t"]|"[^"]*")+)[ \t]+)?
        (?P<type>[^ \t]+)[ \t]+(?P<key>[^ \t]+)(?:[ \t].*)?""",
    re.VERBOSE,
)
_OPTION = re.compile(r"(?P<name>[A-Za-z-]+)(?:=\"(?P<value>[^\"]*)\")?(?:,|$)")
_KEY_TYPE = re.compile(r"(?:sk-)?(?:ssh|ecdsa)-[a-z0-9-]+(?:@openssh\.com)?")
_TIME_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key: its type and its content in base64."""

    type: str
    blob: str

    @property
    def line(self) -> str:
        """As in a `.pub` file, without comment."""
        return f"{self.type} {self.blob}"

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` prints it."""
        hashed = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return f"SHA256:{base64.b64encode(hashed).decode().rstrip('=')}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: these people sign with this key, within these times, for these purposes (None: for any)."""

    names: tuple[str, ...]
    key: PublicKey
    valid_after: datetime | None = None
    valid_before: datetime | None = None
    namespaces: tuple[str, ...] | None = None

    def is_for(self, namespaces: Collection[str]) -> bool:
        """True if the key may sign for one of these; the patterns are those of ssh_config(5)."""
        allowed = self.namespaces
        return allowed is None or any(_matches(namespace, allowed) for namespace in namespaces)

    def holds_at(self, at: datetime) -> bool:
        """True while the key is valid."""
        is_early = self.valid_after is not None and at < self.valid_after
        is_late = self.valid_before is not None and at > self.valid_before
        return not (is_early or is_late)


@dataclass(frozen=True, slots=True)
class Signers:
    """The file by name and content, as read once; `raw` is what ssh-keygen gets to see."""

    name: str
    raw: bytes
    entries: tuple[Entry, ...]

    @property
    def names(self) -> frozenset[str]:
        """All principals."""
        return frozenset(name for entry in self.entries for name in entry.names)

    def keys(self, name: str, at: datetime | None = None) -> tuple[PublicKey, ...]:
        """The keys of a principal; only those valid at a time where one is given."""
        own = (entry for entry in self.entries if name in entry.names)
        return tuple(entry.key for entry in own if at is None or entry.holds_at(at))


def _matches(text: str, patterns: Collection[str]) -> bool:
    """True if a pattern fits and none that begins with `!` does."""
    excluded = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    return any(fnmatchcase(text, one) for one in patterns) and not any(fnmatchcase(text, one) for one in excluded)


def is_name(text: str) -> bool:
    """True for what can be a principal: letters, digits and `_ . @ + -`; no pattern, option or blank."""
    return _NAME.fullmatch(text) is not None


def shared_keys(signers: Signers, one: str, other: str) -> frozenset[PublicKey]:
    """Keys, also expired ones, that stand behind both names: then they may be one person."""
    return frozenset(signers.keys(one)) & frozenset(signers.keys(other))


def require_valid(signers: Signers, name: str, *, at: datetime, namespaces: Collection[str]) -> None:
    """Return if a person has a key that is valid at a time, for one of these purposes at least.

    Raises `Refused` for an unknown name, and says until or from when the keys of a known one are valid.
    """
    own = [entry for entry in signers.entries if name in entry.names]
    if not own:
        raise Refused("identity.unknown_principal", principal=name, file=signers.name)
    usable = [entry for entry in own if entry.is_for(namespaces)]
    if not usable:
        raise Refused("identity.person_without_purpose", principal=name, file=signers.name)
    if any(entry.holds_at(at) for entry in usable):
        return
    to_come = [entry.valid_after for entry in usable if entry.valid_after is not None and at < entry.valid_after]
    if to_come:
        raise Refused("identity.person_not_yet_valid", principal=name, since=min(to_come), file=signers.name)
    until = max(entry.valid_before for entry in usable if entry.valid_before is not None)
    raise Refused("identity.person_expired", principal=name, until=until, file=signers.name)


def parse_signers(raw: bytes, name: str) -> Signers:
    """The signers in the content of the file called `name`; raises `InputError` naming every bad line."""
    entries, problems = [], []
    for number, line in _lines(raw):
        found = _entry(line, number)
        if isinstance(found, Message):
            problems.append(found)
        else:
            entries.append(found)
    if problems:
        raise InputError("identity.signers_bad", details=problems, file=name)
    return Signers(name, raw, tuple(entries))


def _lines(raw: bytes) -> Iterator[tuple[int, str]]:
    text = raw.decode("utf-8", errors="backslashreplace")
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip(" \t\r")
        if content and not content.startswith("#"):
            yield number, content


def _entry(line: str, number: int) -> Entry | Message:
    """The entry of a line, or what is wrong with it."""
    found = _LINE.fullmatch(line)
    if not found:
        return message("identity.signers_malformed", line=number)
    names = tuple(found["names"].split(","))
    bad = [name for name in names if not is_name(name)]
    if bad:
        return message("identity.signers_bad_name", line=number, name=bad[0])
    options = _options(found["options"] or "")
    if options is not None and "cert-authority" in options:
        return message("identity.signers_authority", line=number)
    try:
        after, before = (_time((options or {}).get(name)) for name in ("valid-after", "valid-before"))
        key = _key(found["type"], found["key"])
    except ValueError:
        return message("identity.signers_malformed", line=number)
    if options is None or not options.keys() <= {"namespaces", "valid-after", "valid-before"}:
        return message("identity.signers_malformed", line=number)
    return Entry(
        names, key, after, before, tuple(options["namespaces"].split(",")) if "namespaces" in options else None
    )


def _options(text: str) -> dict[str, str] | None:
    """Options by name in lower case, or None when the text is no list of options."""
    found, position = {}, 0
    while position < len(text):
        option = _OPTION.match(text, position)
        if not option:
            return None
        found[option["name"].lower()] = option["value"] or ""
        position = option.end()
    return found


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    digits = text.removesuffix("Z")
    at = datetime.strptime(digits, _TIME_FORMATS.get(len(digits), "?"))  # noqa: DTZ007 - given its zone below
    return at.replace(tzinfo=UTC) if text.endswith("Z") else at.astimezone()


def _key(type_: str, blob: str) -> PublicKey:
    raw = base64.b64decode(blob, validate=True)
    length = int.from_bytes(raw[:4])
    if not _KEY_TYPE.fullmatch(type_) or "-cert-" in type_ or raw[4 : 4 + length] != type_.encode():
        raise ValueError(type_)
    return PublicKey(type_, base64.b64encode(raw).decode())
