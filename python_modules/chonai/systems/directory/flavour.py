"""What differs between kinds of directory server: names of attributes, forms of identifiers,
how an account is disabled.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, TypeAlias

from chonai.change.model import Record
from chonai.systems.directory.protocol import Control, Modification
from chonai.systems.directory.settings import FlavourName
from chonai.text.messages import Message

USER, GROUP, OU = "user", "group", "ou"
TYPES = (USER, GROUP, OU)
PARENT, NAME, ENABLED, MEMBER, MEMBER_OF = "parent", "name", "enabled", "member", "memberOf"
INITIAL_PASSWORD = "initial_password"

Values: TypeAlias = Mapping[str, Sequence[bytes]]
"""Values of an entry by attribute name in lower case: servers write names as they like."""


class Flavour(ABC):
    """One kind of directory server.

    references   attributes whose values name other objects
    virtual      attributes of records that no server has under that name
    secret       attributes that are never read
    guards       attributes from which it is told whether an object is protected
    kind         the attribute from which the type of an object is told
    account      by type, the attribute with the name that is unique in the whole directory
    naming       by type, the attribute of the RDN
    links_follow whether the server itself keeps links right when what they name is moved or deleted
    residue      attributes that the server leaves at 0 on an object that it brings back
    """

    name: ClassVar[FlavourName]
    identity: ClassVar[str]
    enabled_from: ClassVar[str]
    kind: ClassVar[str]
    guards: ClassVar[tuple[str, ...]] = ()
    account: ClassVar[Mapping[str, str]]
    naming: ClassVar[Mapping[str, str]]
    residue: ClassVar[tuple[str, ...]] = ()
    links_follow: ClassVar[bool]
    member_request: ClassVar[str] = MEMBER
    linked: ClassVar[tuple[Control, ...]] = ()
    references: ClassVar[frozenset[str]] = frozenset(
        {PARENT, MEMBER, MEMBER_OF, "manager", "secretary", "seeAlso", "owner"}
    )
    virtual: ClassVar[frozenset[str]] = frozenset({PARENT, NAME, ENABLED})

    @abstractmethod
    def type_of(self, kinds: Sequence[bytes]) -> str | None:
        """`user`, `group`, `ou` by the values of the attribute `kind`, or None for what is none of ours."""

    @abstractmethod
    def filter_of(self, types: Collection[str]) -> bytes:
        """A filter that finds all objects of these types (it may find a little more)."""

    @abstractmethod
    def id_text(self, raw: bytes) -> str:
        """The identifier of an object as keys have it: lower case, with dashes."""

    @abstractmethod
    def id_bytes(self, id_: str) -> bytes:
        """The identifier as a filter wants it."""

    @abstractmethod
    def handle(self, dn: str, id_: str) -> str:
        """What a request names an existing object by: if possible the identifier,
        so that a move in between does no harm.
        """

    @abstractmethod
    def link(self, value: str) -> str:
        """A form of a link value (a member) that is equal for equal objects."""

    def plain(self, value: str) -> str:
        """The DN in a link value or in an entry's DN, when the server was asked to put more into it."""
        return value

    def unlink(self, raw: bytes) -> bytes:
        """The form in which a link value that was read is written, to take it away."""
        return raw

    @abstractmethod
    def is_enabled(self, values: Values) -> bool:
        """Whether the account can log in."""

    @abstractmethod
    def enabling(self, values: Values, enabled: bool) -> list[Modification]:
        """What enables or disables the account."""

    @abstractmethod
    def new_object(self, type_: str, record: Record) -> dict[str, list[bytes]]:
        """Attributes that a new object needs above those of its record: object classes, the account's state."""

    @abstractmethod
    def new_password(self, password: str) -> dict[str, list[bytes]]:
        """Attributes that give a new or existing account a password that has to be changed at the first login."""

    def locked_again(self) -> list[Modification]:
        """What disables an account that a new password has just enabled, where that happens."""
        return []

    @abstractmethod
    def privileged(self, dn: str, values: Values) -> Message | None:
        """Why the server itself counts the object as an administrator's or as its own, if it does."""


def first(values: Values, name: str) -> str:
    """The first value of an attribute (name in lower case) as text, empty when there is none."""
    found = values.get(name)
    return found[0].decode("utf-8", "replace") if found else ""
