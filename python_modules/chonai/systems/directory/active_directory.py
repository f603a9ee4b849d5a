"""Active Directory: [MS-ADTS], tried against Samba 4.17."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from chonai.change.model import Record
from chonai.systems.directory import ber, filters, protocol
from chonai.systems.directory.flavour import ENABLED, GROUP, OU, USER, Flavour, Values, first
from chonai.systems.directory.protocol import Control, Mod, Modification
from chonai.systems.directory.settings import FlavourName
from chonai.text.messages import Message, message

NORMAL_ACCOUNT, ACCOUNT_DISABLED = 512, 2
"""Bits of userAccountControl, [MS-ADTS] 2.2.16."""
FIRST_ORDINARY_RID = 1000
"""Accounts below it come with the domain, [MS-SAMR] 3.1.1.9.2."""
USER_ACCOUNT = b"805306368"
GROUP_ACCOUNTS = (b"268435456", b"268435457", b"536870912", b"536870913")
"""sAMAccountType, [MS-SAMR] 2.2.1.9: normal users; global and local groups, for security and for distribution."""
_EXTENDED = re.compile(r"<GUID=([^>]+)>(?:;(?:<SID=[^>]+>;)?(.*))?", re.DOTALL)


class ActiveDirectory(Flavour):
    """objectGUID, sAMAccountName, userAccountControl, unicodePwd."""

    name = FlavourName.ACTIVE_DIRECTORY
    identity = "objectGUID"
    enabled_from = "userAccountControl"
    kind = "sAMAccountType"
    guards = ("adminCount", "isCriticalSystemObject", "objectSid", "sAMAccountName")
    account: ClassVar[Mapping[str, str]] = {USER: "sAMAccountName", GROUP: "sAMAccountName"}
    naming: ClassVar[Mapping[str, str]] = {USER: "CN", GROUP: "CN", OU: "OU"}
    links_follow = True
    residue = ("adminCount", "operatorCount")
    member_request = "member;range=0-1499"
    linked = (Control(protocol.EXTENDED_DN, value=ber.sequence((ber.integer(1),))),)
    references = Flavour.references | {"managedBy", "assistant"}

    def type_of(self, kinds: Sequence[bytes]) -> str | None:
        """By sAMAccountType; what has none is a place."""
        if not kinds:
            return OU
        return USER if kinds[0] == USER_ACCOUNT else GROUP if kinds[0] in GROUP_ACCOUNTS else None

    def filter_of(self, types: Collection[str]) -> bytes:
        """Users by sAMAccountType, which is indexed and leaves computers out."""
        terms = {
            USER: filters.equals("sAMAccountType", USER_ACCOUNT),
            GROUP: filters.equals("objectClass", "group"),
            OU: filters.equals("objectClass", "organizationalUnit"),
        }
        return filters.any_of(terms[type_] for type_ in sorted(types))

    def id_text(self, raw: bytes) -> str:
        """A GUID, whose first three parts are little-endian on the wire."""
        return str(uuid.UUID(bytes_le=bytes(raw)))

    def id_bytes(self, id_: str) -> bytes:
        """The sixteen bytes of the GUID."""
        return uuid.UUID(id_).bytes_le

    def handle(self, dn: str, id_: str) -> str:
        """`<GUID=…>`: follows the object wherever it is moved."""
        return f"<GUID={id_}>"

    def link(self, value: str) -> str:
        """The GUID in an extended DN."""
        match = _EXTENDED.match(value)
        return match[1].lower() if match else value

    def plain(self, value: str) -> str:
        """The DN behind the GUID (and SID) of an extended DN."""
        match = _EXTENDED.match(value)
        return (match[2] or "") if match else value

    def unlink(self, raw: bytes) -> bytes:
        """By GUID: a DN could be another object's by now."""
        return f"<GUID={self.link(raw.decode())}>".encode()

    def is_enabled(self, values: Values) -> bool:
        """By the bit ACCOUNTDISABLE."""
        return not int(first(values, "useraccountcontrol") or 0) & ACCOUNT_DISABLED

    def enabling(self, values: Values, enabled: bool) -> list[Modification]:
        """Only the bit changes, and only if the rest is still what was read: delete old, add new."""
        old = int(first(values, "useraccountcontrol") or NORMAL_ACCOUNT)
        new = old & ~ACCOUNT_DISABLED if enabled else old | ACCOUNT_DISABLED
        name = "userAccountControl"
        return [] if new == old else [(Mod.DELETE, name, [b"%d" % old]), (Mod.ADD, name, [b"%d" % new])]

    def new_object(self, type_: str, record: Record) -> dict[str, list[bytes]]:
        """The class brings its superiors with it; an account is a normal one,
        enabled unless the record says otherwise.
        """
        classes = {USER: b"user", GROUP: b"group", OU: b"organizationalUnit"}
        attributes: dict[str, list[bytes]] = {"objectClass": [classes[type_]]}
        if type_ == USER and "userAccountControl" not in record:
            state = NORMAL_ACCOUNT if record.get(ENABLED, True) else NORMAL_ACCOUNT | ACCOUNT_DISABLED
            attributes["userAccountControl"] = [b"%d" % state]
        return attributes

    def new_password(self, password: str) -> dict[str, list[bytes]]:
        """unicodePwd is quoted UTF-16 ([MS-ADTS] 3.1.1.3.1.5); pwdLastSet 0 demands a change at the next login."""
        return {"unicodePwd": [f'"{password}"'.encode("utf-16-le")], "pwdLastSet": [b"0"]}

    def privileged(self, dn: str, values: Values) -> Message | None:
        """adminCount, isCriticalSystemObject, and the RIDs that a domain comes with."""
        if first(values, "admincount") not in ("", "0"):
            return message("directory.protected_admin_count", dn=dn)
        if first(values, "iscriticalsystemobject") == "TRUE":
            return message("directory.protected_critical", dn=dn)
        sid = values.get("objectsid")
        rid = int.from_bytes(sid[0][-4:], "little") if sid else FIRST_ORDINARY_RID
        return message("directory.protected_well_known", dn=dn, rid=rid) if rid < FIRST_ORDINARY_RID else None
