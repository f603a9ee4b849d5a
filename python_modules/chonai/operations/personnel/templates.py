"""The fields that values of directory attributes, groups and folders may be made of."""

from __future__ import annotations

from chonai.policies.templates import Template

SECTION_FIELDS = frozenset({"section_code", "section_name", "division_name"})
OWN_FIELDS = frozenset(
    {"account", "number", "body_code", "body_name", "staff_key", "name", "family_name", "given_name", "kana", "address"}
)
"""Fields of a person that no post has a part in."""
ADDRESS_FIELDS = frozenset({"account", "number", "romaji_family", "romaji_given"})
PERSON_FIELDS = OWN_FIELDS | SECTION_FIELDS | {"employment_kind", "title", "title_code"}


class PersonTemplate(Template):
    """An attribute of a person's account."""

    __slots__ = ()
    allowed = PERSON_FIELDS


class AddressTemplate(Template):
    """The part of a new person's mail address before the `@`."""

    __slots__ = ()
    allowed = ADDRESS_FIELDS


class SectionTemplate(Template):
    """An attribute of a section's OU or group."""

    __slots__ = ()
    allowed = SECTION_FIELDS


class TitleTemplate(Template):
    """An attribute of a position group."""

    __slots__ = ()
    allowed = frozenset({"title", "title_code"})


class EndedTemplate(Template):
    """An attribute of the OU or group of a section that has ended and is kept; `date` is the first day without it."""

    __slots__ = ()
    allowed = SECTION_FIELDS | {"date"}


class FolderTemplate(Template):
    """The name of a section's folder, or of somebody who has rights in it."""

    __slots__ = ()
    allowed = frozenset({"section_code", "section_name"})


class ClosedFolderTemplate(Template):
    """The name of the folder of a section that has ended; `date` is the last day on which it is read."""

    __slots__ = ()
    allowed = FolderTemplate.allowed | {"date"}


class PlainTemplate(Template):
    """A text without fields."""

    __slots__ = ()
