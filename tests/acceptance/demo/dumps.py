"""Two dumps of a directory compared: every attribute of every object but what the server writes itself."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# What the server writes by itself when anything is done, and that no client can set: change numbers and times,
# replication state, logon statistics, and the RID pools, out of which an id that was given is gone.
SERVER_WRITTEN = frozenset(
    name.lower()
    for name in (
        "whenChanged",
        "whenCreated",
        "uSNChanged",
        "uSNCreated",
        "dSCorePropagationData",
        "badPasswordTime",
        "badPwdCount",
        "lastLogon",
        "lastLogonTimestamp",
        "lastLogoff",
        "logonCount",
        "pwdLastSet",
        "rIDNextRID",
        "rIDPreviousAllocationPool",
        "rIDAllocationPool",
        "rIDAvailablePool",
        "rIDUsedPool",
        "lastKnownParent",
    )
)

# A domain controller registers its own names some time after its start.
OWN_NAMES = ("OU=Domain Controllers,", "servicePrincipalName")

Attributes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Object:
    """One entry of a dump; values that are no text are kept as base64."""

    dn: str
    attributes: Attributes

    def first(self, name: str) -> str:
        """The first value of an attribute, or nothing."""
        return next(iter(self.attributes.get(name, ())), "")

    @property
    def guid(self) -> str:
        """The objectGUID in its usual form."""
        return str(uuid.UUID(bytes_le=base64.b64decode(self.first("objectGUID"))))


def objects(ldif: str) -> dict[str, Object]:
    """The entries of a dump by DN."""
    found = (_object(block) for block in ldif.split("\n\n"))
    return {one.dn: one for one in found if one}


def differences(before: str, after: str) -> list[str]:
    """What differs between two dumps, a line each; the server's own attributes are left out."""
    old, new = objects(before), objects(after)
    lines = [f"- {dn}" for dn in sorted(old.keys() - new.keys())]
    lines += [f"+ {dn}" for dn in sorted(new.keys() - old.keys())]
    for dn in sorted(old.keys() & new.keys()):
        lines += _attribute_lines(old[dn], new[dn])
    return lines


def _attribute_lines(old: Object, new: Object) -> Iterator[str]:
    for name in sorted(old.attributes.keys() | new.attributes.keys()):
        one, other = (set(side.attributes.get(name, ())) for side in (old, new))
        own = name == OWN_NAMES[1] and OWN_NAMES[0] in old.dn
        if name.lower() not in SERVER_WRITTEN and not own and one != other:
            yield f"~ {old.dn}: {name}: -{sorted(one - other)} +{sorted(other - one)}"


def _object(block: str) -> Object | None:
    values: dict[str, list[str]] = {}
    for line in block.splitlines():
        name, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            values.setdefault(name, []).append(_decoded(name, value))
    if "dn" not in values:
        return None
    dn = values.pop("dn")[0]
    return Object(dn, {name: tuple(sorted(found)) for name, found in values.items()})


def _decoded(name: str, value: str) -> str:
    """Base64 of text becomes the text; of anything else it stays."""
    if not value.startswith(":"):
        return value.strip()
    raw = value[1:].strip()
    if name in ("objectGUID", "objectSid", "nTSecurityDescriptor"):
        return raw
    try:
        return base64.b64decode(raw).decode()
    except UnicodeDecodeError:
        return raw
