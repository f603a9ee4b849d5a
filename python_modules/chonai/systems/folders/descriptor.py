"""Security descriptors: as they travel (self-relative, [MS-DTYP] 2.4.6), as values, and as SDDL text. Pure."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

ALLOW, DENY = 0, 1
OBJECT_INHERIT, CONTAINER_INHERIT, NO_PROPAGATE, INHERIT_ONLY, INHERITED = 0x01, 0x02, 0x04, 0x08, 0x10
SELF_RELATIVE, DACL_PRESENT = 0x8000, 0x0004
DACL_AUTO_INHERIT_REQUIRED, DACL_AUTO_INHERITED, DACL_PROTECTED = 0x0100, 0x0400, 0x1000
_WITH_SID = frozenset({0, 1, 2, 3, 9, 10, 13, 14})
"""Kinds of entries that are a mask, a SID and perhaps more behind it."""
_FLAG_NAMES = (
    (OBJECT_INHERIT, "OI"),
    (CONTAINER_INHERIT, "CI"),
    (NO_PROPAGATE, "NP"),
    (INHERIT_ONLY, "IO"),
    (INHERITED, "ID"),
)
_SDDL = re.compile(
    r"(?:O:(?P<owner>S-[\d-]+))?(?:G:(?P<group>S-[\d-]+))?D:(?P<control>P?(?:AI)?)(?P<aces>(?:\([^)]*\))*)"
)
_ACE = re.compile(r"\((?P<kind>[AD]);(?P<flags>[A-Z]*);0x(?P<mask>[0-9a-f]+);;;(?P<sid>S-[\d-]+)\)")


@dataclass(frozen=True, slots=True)
class Ace:
    """One entry. `rest` is what this module does not read: all of it for kinds without a plain SID (then `sid` is
    empty).
    """

    kind: int
    flags: int
    mask: int
    sid: str
    rest: bytes = b""

    @property
    def inherited(self) -> bool:
        """It came from the folder above."""
        return bool(self.flags & INHERITED)

    @property
    def is_plain(self) -> bool:
        """It allows or denies, and is nothing more."""
        return self.kind in (ALLOW, DENY) and not self.rest


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Owner and group (empty when not asked for), and the entries; None is a missing list, which lets everybody do
    everything.
    """

    owner: str
    group: str
    control: int
    aces: tuple[Ace, ...] | None

    @property
    def protected(self) -> bool:
        """Nothing is inherited from above."""
        return bool(self.control & DACL_PROTECTED)


def unpacked(data: bytes) -> Descriptor:
    """The descriptor in `data`. Raises ValueError when it is none."""
    try:
        _, _, control, owner, group, _, dacl = struct.unpack_from("<BBHIIII", data)
        aces = _aces(data, dacl) if control & DACL_PRESENT and dacl else None
        return Descriptor(_sid_at(data, owner), _sid_at(data, group), control, aces)
    except (struct.error, IndexError) as error:
        raise ValueError(f"no security descriptor: {error}") from error


def packed(descriptor: Descriptor) -> bytes:
    """The descriptor as it travels."""
    control = descriptor.control | SELF_RELATIVE | DACL_PRESENT
    parts = [sid_bytes(sid) if sid else b"" for sid in (descriptor.owner, descriptor.group)]
    aces = [_ace_bytes(ace) for ace in descriptor.aces or ()]
    dacl = struct.pack("<BBHHH", 2, 0, 8 + sum(map(len, aces)), len(aces), 0) + b"".join(aces)
    offsets, position = [], 20
    for part in (*parts, dacl):
        offsets.append(position if part else 0)
        position += len(part)
    return struct.pack("<BBHIIII", 1, 0, control, *offsets[:2], 0, offsets[2]) + b"".join((*parts, dacl))


def to_sddl(descriptor: Descriptor) -> str:
    """The descriptor as text. Raises ValueError for what this form cannot hold."""
    if descriptor.aces is None or not all(ace.is_plain for ace in descriptor.aces):
        raise ValueError("entries that have no simple text")
    owner = f"O:{descriptor.owner}" if descriptor.owner else ""
    group = f"G:{descriptor.group}" if descriptor.group else ""
    control = ("P" if descriptor.protected else "") + ("AI" if descriptor.control & DACL_AUTO_INHERITED else "")
    return f"{owner}{group}D:{control}{''.join(map(_ace_text, descriptor.aces))}"


def from_sddl(text: str) -> Descriptor:
    """The descriptor that `to_sddl` made this text of. Raises ValueError for anything else."""
    match = _SDDL.fullmatch(text)
    if not match:
        raise ValueError(f"not a descriptor: {text}")
    flags = match["control"]
    control = DACL_PRESENT | SELF_RELATIVE
    control |= (DACL_PROTECTED if "P" in flags else 0) | (DACL_AUTO_INHERITED if "AI" in flags else 0)
    found = [_ACE.fullmatch(item) for item in re.findall(r"\([^)]*\)", match["aces"])]
    aces = tuple(_ace_of(item) for item in found if item)
    if len(aces) != len(found):
        raise ValueError(f"not a descriptor: {text}")
    return Descriptor(match["owner"] or "", match["group"] or "", control, aces)


def flags_text(flags: int) -> str:
    """Names of inheritance flags, as SDDL writes them."""
    return "".join(name for bit, name in _FLAG_NAMES if flags & bit)


def flags_of(text: str) -> int:
    """The flags that `flags_text` wrote. Raises ValueError for other text."""
    names = [text[n : n + 2] for n in range(0, len(text), 2)]
    bits = {name: bit for bit, name in _FLAG_NAMES}
    if not set(names) <= bits.keys():
        raise ValueError(f"not inheritance flags: {text}")
    return sum(bits[name] for name in set(names))


def sid_text(data: bytes, offset: int = 0) -> str:
    """The SID that begins at `offset`."""
    count = data[offset + 1]
    authority = int.from_bytes(data[offset + 2 : offset + 8], "big")
    return "-".join(map(str, ("S-1", authority, *struct.unpack_from(f"<{count}I", data, offset + 8))))


def sid_bytes(sid: str) -> bytes:
    """The SID as it travels."""
    authority, *subs = map(int, sid.split("-")[2:])
    return struct.pack("<BB", 1, len(subs)) + authority.to_bytes(6, "big") + struct.pack(f"<{len(subs)}I", *subs)


def _sid_at(data: bytes, offset: int) -> str:
    return sid_text(data, offset) if offset else ""


def _aces(data: bytes, start: int) -> tuple[Ace, ...]:
    count = struct.unpack_from("<BBHHH", data, start)[3]
    aces, position = [], start + 8
    for _ in range(count):
        kind, flags, size = struct.unpack_from("<BBH", data, position)
        aces.append(_ace(kind, flags, data[position + 4 : position + size]))
        position += size
    return tuple(aces)


def _ace(kind: int, flags: int, body: bytes) -> Ace:
    if kind not in _WITH_SID:
        return Ace(kind, flags, 0, "", body)
    return Ace(kind, flags, struct.unpack_from("<I", body)[0], sid_text(body, 4), body[12 + 4 * body[5] :])


def _ace_bytes(ace: Ace) -> bytes:
    body = (struct.pack("<I", ace.mask) + sid_bytes(ace.sid) if ace.sid else b"") + ace.rest
    return struct.pack("<BBH", ace.kind, ace.flags, 4 + len(body)) + body


def _ace_text(ace: Ace) -> str:
    return f"({'D' if ace.kind == DENY else 'A'};{flags_text(ace.flags)};{ace.mask:#x};;;{ace.sid})"


def _ace_of(match: re.Match[str]) -> Ace:
    kind = DENY if match["kind"] == "D" else ALLOW
    return Ace(kind, flags_of(match["flags"]), int(match["mask"], 16), match["sid"])
