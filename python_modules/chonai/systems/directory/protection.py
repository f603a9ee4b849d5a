"""Which objects nobody's plan may touch, and why."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Key
from chonai.systems.directory import dn as dns
from chonai.systems.directory import filters
from chonai.systems.directory.flavour import MEMBER, USER, Values, first
from chonai.systems.directory.protocol import Entry, Search
from chonai.systems.directory.session import Session
from chonai.systems.directory.settings import FlavourName, SimpleBind
from chonai.text.messages import Message, message

ADMIN_RIDS = (512, 518, 519, 520)
"""Domain Admins, Schema Admins, Enterprise Admins, Group Policy Creator Owners."""
BUILTIN_ADMIN_RIDS = (544, 548, 549, 550, 551)
"""Administrators; Account, Server, Print and Backup Operators, [MS-DTYP] 2.4.2.4."""
BUILTIN_SID = bytes.fromhex("010100000000000520000000")


class Guard:
    """Tells of an object whether it is protected.

    Holds the administrators as they were when it was made: make it right before writing.
    """

    def __init__(self, session: Session) -> None:
        protected = session.settings.protected
        self._session = session
        self._places = [(dns.fold(place), place) for place in protected.dns]
        self._base = dns.fold(session.base)
        self._below = "," + self._base
        self._holder = dns.fold(session.settings.holder or "")
        self._accounts = {type_: name.lower() for type_, name in session.flavour.account.items()}
        own = session.settings.bind
        self._own_dn = dns.fold(own.user) if isinstance(own, SimpleBind) else ""
        self._own_sids = session.own_sids
        self._name_pattern = protected.pattern()
        is_ad = session.settings.flavour is FlavourName.ACTIVE_DIRECTORY
        self._admins = administrators(session) if is_ad else {}

    def reason(self, key: Key, dn: str, values: Values) -> Message | None:
        """Why the object may not be touched; None when it may."""
        folded = dns.fold(dn)
        if not folded.endswith(self._below):
            if folded == self._base:
                return message("directory.protected_base", dn=dn)
            return message("directory.protected_outside_base", dn=dn, base=self._session.base)
        if folded == self._holder:
            return message("directory.protected_holder", dn=dn)
        return self._anywhere(key, dn, folded, values)

    def reason_wherever(self, key: Key, dn: str, values: Values) -> Message | None:
        """The same for an object that need not be inside the base (a group elsewhere that a returning member belongs
        to).
        """
        return self._anywhere(key, dn, dns.fold(dn), values)

    def place(self, dn: str) -> Message | None:
        """Why nothing may be put to, or be at, this place."""
        return self._in_protected_place(dn, dns.fold(dn))

    def _anywhere(self, key: Key, dn: str, folded: str, values: Values) -> Message | None:
        account = first(values, self._accounts.get(key.type, ""))
        return (
            self._in_protected_place(dn, folded)
            or self._own(key, dn, folded, values)
            or self._named(dn, account)
            or self._session.flavour.privileged(dn, values)
            or self._administrator(dn, folded)
        )

    def _in_protected_place(self, dn: str, folded: str) -> Message | None:
        for place, shown in self._places:
            if folded == place or folded.endswith("," + place):
                return message("directory.protected_place", dn=dn, place=shown)
        return None

    def _own(self, key: Key, dn: str, folded: str, values: Values) -> Message | None:
        same_sid = key.type == USER and not self._own_sids.isdisjoint(values.get("objectsid", ()))
        is_own = same_sid or folded == self._own_dn
        return message("directory.protected_own_account", dn=dn) if is_own else None

    def _named(self, dn: str, account: str) -> Message | None:
        if account and self._name_pattern and self._name_pattern.fullmatch(account.casefold()):
            pattern = self._session.settings.protected.name_matches(account)
            return message("directory.protected_name", dn=dn, account=account, pattern=pattern)
        return None

    def _administrator(self, dn: str, folded: str) -> Message | None:
        group = self._admins.get(folded)
        return message("directory.protected_admin_member", dn=dn, group=group) if group else None


def administrators(session: Session) -> dict[str, str]:
    """Folded DN of every member, direct or through groups, of the administrators' groups of a domain,
    with the group's DN.

    Looked up because adminCount comes late (Windows sets it hourly) or never (Samba does not).
    """
    members: dict[str, str] = {}
    groups = session.connection.searches([Search(session.root, _admin_groups(session), (MEMBER,))])[0]
    while groups:
        fresh = {dn: group.dn for group in groups for dn in _members(group) if dns.fold(dn) not in members}
        members.update((dns.fold(dn), group) for dn, group in fresh.items())
        nested = [session.base_search(dn, (MEMBER,), filter_=filters.equals("objectClass", "group")) for dn in fresh]
        groups = [entry for found in session.connection.searches(nested) for entry in found]
    return members


def _members(group: Entry) -> Iterable[str]:
    return (raw.decode() for name, values in group.values.items() if name.partition(";")[0] == MEMBER for raw in values)


def _admin_groups(session: Session) -> bytes:
    root = session.connection.searches([session.base_search(session.root, ("objectSid",))])[0][0]
    domain = root.values["objectsid"][0]
    sids = [_sid(domain, rid) for rid in ADMIN_RIDS] + [_sid(BUILTIN_SID, rid) for rid in BUILTIN_ADMIN_RIDS]
    return filters.any_of(filters.equals("objectSid", sid) for sid in sids)


def _sid(authority: bytes, rid: int) -> bytes:
    """The SID of an account of an authority (a domain): one sub-authority more, [MS-DTYP] 2.4.2.2."""
    return bytes((authority[0], authority[1] + 1)) + authority[2:] + rid.to_bytes(4, "little")
