"""OpenLDAP 2.5 with inetOrgPerson and groupOfNames; the overlays ppolicy and memberof are expected."""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from chonai.change.model import Record
from chonai.systems.directory import dn as dns
from chonai.systems.directory import filters
from chonai.systems.directory.flavour import ENABLED, GROUP, OU, USER, Flavour, Values
from chonai.systems.directory.protocol import Mod, Modification
from chonai.systems.directory.settings import FlavourName
from chonai.text.messages import Message

LOCKED = "pwdAccountLockedTime"
LOCKED_FOR_GOOD = b"000001010000Z"
"""Locked until an administrator unlocks it, draft-behera-ldap-password-policy 5.3.3."""
_CLASSES = {USER: "inetOrgPerson", GROUP: "groupOfNames", OU: "organizationalUnit"}
_PLACES = {b"organizationalunit", b"organization", b"dcobject", b"domain"}


class OpenLdap(Flavour):
    """entryUUID, uid, pwdAccountLockedTime, userPassword."""

    name = FlavourName.OPENLDAP
    identity = "entryUUID"
    enabled_from = LOCKED
    kind = "objectClass"
    links_follow = False
    account: ClassVar[Mapping[str, str]] = {USER: "uid", GROUP: "cn"}
    naming: ClassVar[Mapping[str, str]] = {USER: "uid", GROUP: "cn", OU: "ou"}

    def __init__(self, holder: str) -> None:
        """`holder`: the DN that is in every group, because the last member of a groupOfNames cannot leave."""
        self._holder = holder.encode()

    def type_of(self, kinds: Sequence[bytes]) -> str | None:
        """By object class."""
        classes = {value.lower() for value in kinds}
        if b"inetorgperson" in classes:
            return USER
        if b"groupofnames" in classes:
            return GROUP
        return OU if classes & _PLACES else None

    def filter_of(self, types: Collection[str]) -> bytes:
        """By object class."""
        return filters.any_of(filters.equals("objectClass", _CLASSES[type_]) for type_ in sorted(types))

    def id_text(self, raw: bytes) -> str:
        """entryUUID is text already."""
        return bytes(raw).decode().lower()

    def id_bytes(self, id_: str) -> bytes:
        """The text of the UUID."""
        return str(uuid.UUID(id_)).encode()

    def handle(self, dn: str, id_: str) -> str:
        """The DN: OpenLDAP knows no other name in a request."""
        return dn

    def link(self, value: str) -> str:
        """The DN, without what does not count in it."""
        return dns.fold(value)

    def is_enabled(self, values: Values) -> bool:
        """Unless locked for good; a lock after too many wrong passwords ends by itself."""
        return LOCKED_FOR_GOOD not in values.get(LOCKED.lower(), ())

    def enabling(self, values: Values, enabled: bool) -> list[Modification]:
        """Puts the lock on or takes it off."""
        if enabled == self.is_enabled(values):
            return []
        return [(Mod.DELETE, LOCKED, [])] if enabled else [(Mod.REPLACE, LOCKED, [LOCKED_FOR_GOOD])]

    def new_object(self, type_: str, record: Record) -> dict[str, list[bytes]]:
        """The object class, the lock of a disabled account, the holder of a group."""
        attributes: dict[str, list[bytes]] = {}
        if "objectClass" not in record:
            attributes["objectClass"] = [_CLASSES[type_].encode()]
        if type_ == USER and not record.get(ENABLED, True):
            attributes[LOCKED] = [LOCKED_FOR_GOOD]
        if type_ == GROUP:
            attributes["member"] = [self._holder]
        return attributes

    def new_password(self, password: str) -> dict[str, list[bytes]]:
        """Hashed here, so that no server ever stores it in the clear; pwdReset demands a change at the next login."""
        salt = secrets.token_bytes(16)
        digest = hashlib.sha1(password.encode() + salt, usedforsecurity=True).digest()  # noqa: S324 - {SSHA} is what every slapd can check
        return {"userPassword": [b"{SSHA}" + base64.b64encode(digest + salt)], "pwdReset": [b"TRUE"]}

    def locked_again(self) -> list[Modification]:
        """The password policy takes every lock off when an administrator sets a password."""
        return [(Mod.REPLACE, LOCKED, [LOCKED_FOR_GOOD])]

    def privileged(self, dn: str, values: Values) -> Message | None:
        """OpenLDAP marks nobody."""
        return None
