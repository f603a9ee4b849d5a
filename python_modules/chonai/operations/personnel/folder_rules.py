"""What holds for the folders of one file server in a personnel change: data in its host_vars, with defaults. See
docs/policy.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from chonai.operations.personnel.templates import ClosedFolderTemplate, FolderTemplate


@dataclass(frozen=True, slots=True)
class FolderRights:
    """Who gets which rights in a new folder, by the names that the file server gives them."""

    read: tuple[FolderTemplate, ...] = ()
    write: tuple[FolderTemplate, ...] = ()
    manage: tuple[FolderTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderPolicy:
    """What holds for the folders of sections on one file server.

    group            the group of a section's people, by the name that the file server gives it
    levels           which sections have a folder: 1 for a 部, 2 for a 課; empty: all that have an OU
    readable_months  how long the folder of a section that has ended is read by those who took its people in
    delete_empty     delete such a folder when that time is over and nothing is in it
    """

    group: FolderTemplate
    rights: FolderRights
    name: FolderTemplate = FolderTemplate.parse("{section_code}_{section_name}")
    levels: tuple[int, ...] = ()
    inherits: bool = False
    ended_name: ClosedFolderTemplate = ClosedFolderTemplate.parse("{section_code}_{section_name}（{date}まで閲覧）")
    readable_months: int = 12
    delete_empty: bool = False
