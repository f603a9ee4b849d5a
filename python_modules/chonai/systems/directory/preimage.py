"""All that can be written back of objects about to be deleted: the record of a create that brings them back."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter

from chonai.change.model import Key, Record, Value
from chonai.systems.directory import dn as dns
from chonai.systems.directory import filters
from chonai.systems.directory.edits import BINARY
from chonai.systems.directory.flavour import ENABLED, MEMBER, MEMBER_OF, NAME, PARENT, USER
from chonai.systems.directory.protocol import Search
from chonai.systems.directory.read import Found, find
from chonai.systems.directory.records import is_set
from chonai.systems.directory.references import References
from chonai.systems.directory.session import TERMS, Session, chunks
from chonai.systems.directory.settings import FlavourName

SECRET = frozenset(
    """
    dbcspwd krbprincipalkey lmpwdhistory ntpwdhistory pwdhistory supplementalcredentials unicodepwd userpassword
    """.split()
)
_KEPT_BY_AD = frozenset(
    """
    badpasswordtime badpwdcount cn distinguishedname iscriticalsystemobject lastknownparent lastlogoff lastlogon
    lastlogontimestamp lockouttime logoncount name ntsecuritydescriptor objectcategory objectclass operatorcount
    primarygroupid pwdlastset samaccounttype
    """.split()
)
"""What the server keeps itself although its schema lets administrators write some of it."""
_NOT_WRITABLE = filters.any_of(
    (
        filters.equals("systemOnly", "TRUE"),
        filters.has_bits("systemFlags", 4),
        filters.has_bits("linkID", 1),
    )
)
"""Attributes of a schema that only the system writes, that are computed,
and that are the back of a link ([MS-ADTS] 3.1.1.2.3).
"""


def preimage(session: Session, keys: Collection[Key]) -> dict[Key, Record]:
    """The record of each of the keys that exists, with `memberOf` naming the groups of the whole domain that it is a
    member of.
    """
    is_ad = session.settings.flavour is FlavourName.ACTIVE_DIRECTORY
    flavour = session.flavour
    wanted = ("*", flavour.identity, flavour.enabled_from)
    found = find(session, keys, lambda _: wanted, below=session.root)
    if not found:
        return {}
    memberships = {} if is_ad else _memberships(session, found)
    unwritable = _unwritable(session) if is_ad else frozenset({flavour.identity.lower(), flavour.enabled_from.lower()})
    records = _Records(session, unwritable | SECRET)
    records.references.look_up({text for item in found for text in records.names_in(item)})
    return {item.key: records.record(item, memberships) for item in found}


class _Records:
    """Makes whole records of entries."""

    def __init__(self, session: Session, left_out: Collection[str]) -> None:
        self._session, self._left_out = session, left_out
        self._is_ad = session.settings.flavour is FlavourName.ACTIVE_DIRECTORY
        self.references = References(session, below=session.root)
        self._reference_names = {name.lower(): name for name in session.flavour.references}

    def names_in(self, item: Found) -> list[str]:
        """DNs and links that the entry mentions."""
        links = [raw.decode() for name in self._reference_names for raw in item.values.get(name, ())]
        return [*links, dns.split(item.dn)[1]]

    def record(self, item: Found, memberships: Mapping[Key, frozenset[str]]) -> dict[str, Value]:
        """The record of one entry."""
        first, parent = dns.split(item.dn)
        record: dict[str, Value] = {PARENT: self.references.key_of(parent), NAME: dns.rdn_parts(first)[1]}
        if item.key.type == USER:
            record[ENABLED] = self._session.flavour.is_enabled(item.values)
        named_by = dns.rdn_parts(first)[0].lower() if self._is_ad else ""
        for name, raws in item.values.items():
            if name in self._reference_names:
                record[self._reference_names[name]] = self._references(item.key.type, name, raws)
            elif name not in self._left_out and name != named_by and ";" not in name:
                record |= self._plain(item.key.type, self._session.connection.spelling(name), raws)
        if item.key in memberships:
            record[MEMBER_OF] = memberships[item.key]
        return record

    def _references(self, type_: str, name: str, raws: Sequence[bytes]) -> Value:
        keys = {key for raw in raws if (key := self.references.key_of(raw.decode())) is not None}
        several = is_set(type_, self._reference_names[name], self._session.settings.multi_valued) or len(keys) > 1
        return frozenset(keys) if several else next(iter(keys), None)

    def _plain(self, type_: str, name: str, raws: Sequence[bytes]) -> dict[str, Value]:
        if not all(map(_is_text, raws)):
            return {name + BINARY: frozenset(base64.b64encode(raw).decode() for raw in raws)}
        texts = [self._session.flavour.plain(raw.decode()) for raw in raws]
        several = is_set(type_, name, self._session.settings.multi_valued) or len(texts) > 1
        return {name: frozenset(texts) if several else texts[0]}


def _is_text(raw: bytes) -> bool:
    try:
        return all(char.isprintable() or char in "\t\r\n\u3000" or ord(char) >= 0x80 for char in raw.decode())
    except UnicodeDecodeError:
        return False


def _unwritable(session: Session) -> frozenset[str]:
    schema = f"CN=Schema,CN=Configuration,{session.forest}"
    filter_ = filters.all_of((filters.equals("objectClass", "attributeSchema"), _NOT_WRITABLE))
    found = session.connection.search(Search(schema, filter_, ("lDAPDisplayName",)), attrgetter("values"))
    names = {raw.decode().lower() for values in found for raw in values["ldapdisplayname"]}
    return frozenset(names | _KEPT_BY_AD) - {MEMBER_OF.lower(), MEMBER}


def _memberships(session: Session, members: Sequence[Found]) -> dict[Key, frozenset[str]]:
    """Groups that have these entries as members, found from the groups: not every server keeps memberOf."""
    keys = {dns.fold(item.dn): item.key for item in members}
    groups = session.flavour.filter_of(("group",))
    wanted = (session.flavour.identity, session.flavour.kind, MEMBER)
    terms = [filters.any_of(filters.equals(MEMBER, item.dn) for item in chunk) for chunk in chunks(members, TERMS)]
    answers = session.connection.searches(
        [Search(session.root, filters.all_of((groups, filter_)), wanted) for filter_ in terms]
    )
    result: dict[Key, set[str]] = {}
    for values in (entry.values for entries in answers for entry in entries):
        group = session.key_of(values)
        for raw in values.get(MEMBER, ()):
            if group and (key := keys.get(dns.fold(raw.decode()))):
                result.setdefault(key, set()).add(str(group))
    return {key: frozenset(groups_of) for key, groups_of in result.items()}
