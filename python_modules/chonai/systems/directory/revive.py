"""Bringing deleted objects back under their old identifiers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from chonai.systems.directory.edits import as_attributes
from chonai.systems.directory.flavour import Flavour
from chonai.systems.directory.protocol import RELAX, SHOW_DELETED, Add, Control, Mod, Modification, Modify, Request
from chonai.systems.directory.session import Session
from chonai.systems.directory.settings import FlavourName

DELETED_OBJECTS = "CN=Deleted Objects"
_NOT_ON_REVIVAL = frozenset({"objectClass", "userAccountControl"})
"""Samba refuses userAccountControl while it reanimates; it is written right afterwards."""


def graves(session: Session, ids: Sequence[str]) -> Mapping[str, str]:
    """DNs of the tombstones that Active Directory still has, by id. OpenLDAP has none."""
    if session.settings.flavour is not FlavourName.ACTIVE_DIRECTORY:
        return {}
    below = f"{DELETED_OBJECTS},{session.root}"
    return session.tombstones(ids, below)


def request(
    flavour: Flavour, dn: str, attributes: Mapping[str, Sequence[bytes]], id_: str, grave: str | None
) -> Request:
    """What brings the object back: from its tombstone, else as a new entry, on OpenLDAP with its old entryUUID."""
    if grave is not None:
        return _reanimation(grave, dn, attributes)
    if flavour.name is FlavourName.OPENLDAP:
        identity = {flavour.identity: [flavour.id_bytes(id_)]}
        return Add(dn, as_attributes({**attributes, **identity}), (Control(RELAX),))
    return Add(dn, as_attributes(attributes))


def random_password() -> str:
    """A password that nobody knows: an account that comes back needs one, and its old one is lost."""
    return secrets.token_urlsafe(32) + "aA1-"


def _reanimation(grave: str, dn: str, attributes: Mapping[str, Sequence[bytes]]) -> Modify:
    """[MS-ADTS] 3.1.1.5.3.7: take isDeleted away and say where it belongs; attributes may come with it."""
    changes: list[Modification] = [(Mod.DELETE, "isDeleted", []), (Mod.REPLACE, "distinguishedName", [dn.encode()])]
    changes += [(Mod.REPLACE, name, values) for name, values in attributes.items() if name not in _NOT_ON_REVIVAL]
    return Modify(grave, changes, (Control(SHOW_DELETED),))
