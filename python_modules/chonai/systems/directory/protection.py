"""Which objects nobody's plan may touch, and why."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Key
from chonai.systems.directory import dn as dns
from chonai.systems.directory import protocol
from chonai.systems.directory.flavour import MEMBER, Values, first
from chonai.systems.directory.protocol import Entry, Search
from chonai.systems.directory.session import Session, lowered
from chonai.systems.directory.settings import FlavourName
from chonai.text.messages import Message, message

ADMIN_RIDS = (512, 518, 519, 520)
"""Domain Admins, Schema Admins, Enterprise Admins, Group Policy Creator Owners."""
BUILTIN_ADMIN_RIDS = (544, 548, 549, 550, 551)
"""Administrators; Account, Server, Print and Backup Operators, [MS-DTYP] 2.4.2.4."""
BUILTIN_SID = bytes.fromhex("010100000000000520000000")


class Guard:
    """Tells of an object whether it is protected. Holds the administrators as they were when it was made: make it right before writing."""

    def __init__(self, session: Session) -> None:
        self._session, self._protected = session, session.settings.protected
        self._places = [(dns.fold(place), place) for place in self._protected.dns]
        self._base = dns.fold(session.base)
        self._holder = dns.fold(session.settings.holder or "")
        self._own_dn, self._own_name = _own(session.connection.account)
        is_ad = session.settings.flavour is FlavourName.ACTIVE_DIRECTORY
        self._admins = administrators(session) if is_ad else {}

    def reason(self, key: Key, dn: str, values: Values) -> Message | None:
        """Why the object may not be touched; None when it may."""
        folded = dns.fold(dn)
        if folded != self._base and not folded.endswith("," + self._base):
            return message("directory.protected_outside_base", dn=dn, base=self._session.base)
        return self._special(folded, dn) or self.reason_wherever(key, dn, values)

    def reason_wherever(self, key: Key, dn: str, values: Values) -> Message | None:
        """The same for an object that need not be inside the base (a group elsewhere that a returning member belongs to)."""
        account = first(values, self._session.flavour.account.get(key.type, "").lower())
        return (
            self.place(dn)
            or self._named(dn, account)
            or self._session.flavour.privileged(dn, values)
            or self._administrator(dn)
        )

    def place(self, dn: str) -> Message | None:
        """Why nothing may be put to, or be at, this place."""
        folded = dns.fold(dn)
        for place, shown in self._places:
            if folded == place or folded.endswith("," + place):
                return message("directory.protected_place", dn=dn, place=shown)
        return None

    def _special(self, folded: str, dn: str) -> Message | None:
        if folded == self._base:
            return message("directory.protected_base", dn=dn)
        if folded == self._holder:
            return message("directory.protected_holder", dn=dn)
        return None

    def _named(self, dn: str, account: str) -> Message | None:
        if dns.fold(dn) == self._own_dn or (account and account.casefold() == self._own_name):
            return message("directory.protected_own_account", dn=dn)
        pattern = self._protected.name_matches(account) if account else None
        return message("directory.protected_name", dn=dn, account=account, pattern=pattern) if pattern else None

    def _administrator(self, dn: str) -> Message | None:
        group = self._admins.get(dns.fold(dn)) if self._admins else None
        return message("directory.protected_admin_member", dn=dn, group=group) if group else None


def administrators(session: Session) -> dict[str, str]:
    """Folded DN of every member, direct or through groups, of the administrators' groups of a domain, with the group's DN.

    Looked up because adminCount comes late (Windows sets it hourly) or never (Samba does not).
    """
    members: dict[str, str] = {}
    groups = session.connection.searches([Search(session.root, _admin_groups(session), (MEMBER,))])[0]
    while groups:
        fresh = {dn: group.dn for group in groups for dn in _members(group) if dns.fold(dn) not in members}
        members.update((dns.fold(dn), group) for dn, group in fresh.items())
        nested = [session.base_search(dn, (MEMBER,), filter_=protocol.equals("objectClass", "group")) for dn in fresh]
        groups = [entry for found in session.connection.searches(nested) for entry in found]
    return members


def _members(group: Entry) -> Iterable[str]:
    return (
        raw.decode() for name, values in lowered(group).items() if name.partition(";")[0] == MEMBER for raw in values
    )


def _admin_groups(session: Session) -> bytes:
    root = session.connection.searches([session.base_search(session.root, ("objectSid",))])[0][0]
    domain = lowered(root)["objectsid"][0]
    sids = [_sid(domain, rid) for rid in ADMIN_RIDS] + [_sid(BUILTIN_SID, rid) for rid in BUILTIN_ADMIN_RIDS]
    return protocol.any_of(protocol.equals("objectSid", sid) for sid in sids)


def _sid(authority: bytes, rid: int) -> bytes:
    """The SID of an account of an authority (a domain): one sub-authority more, [MS-DTYP] 2.4.2.2."""
    return bytes((authority[0], authority[1] + 1)) + authority[2:] + rid.to_bytes(4, "little")


def _own(account: str) -> tuple[str, str]:
    """Folded DN and account name in lower case from what `who am I` says: `dn:…` or `u:DOMAIN\\name`."""
    kind, _, name = account.partition(":")
    if kind == "dn":
        return dns.fold(name), ""
    return "", name.rpartition("\\")[2].casefold()
