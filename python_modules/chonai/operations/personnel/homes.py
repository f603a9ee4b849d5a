"""In which section an account is, as the directory shows it."""

from __future__ import annotations

from chonai.change.model import Key, Record
from chonai.operations.personnel.directory import Directory, single_fields, text
from chonai.operations.personnel.directory_rules import DirectoryPolicy


class Homes:
    """Where accounts are: by their OU, or by the attributes that hold the section's code and name."""

    def __init__(self, directory: Directory, rules: DirectoryPolicy) -> None:
        self._directory = directory
        fields = single_fields(rules.users.attributes)
        self._code = fields.get("section_code", "")
        self._name = fields.get("section_name", "")
        self._by_section = rules.users.by_section
        self._post = rules.users.posts.main if rules.users.posts else ""
        self._known: dict[str, tuple[str, str] | None] = {}

    def of(self, record: Record) -> tuple[str, str] | None:
        """The section of an account as code and name; None where it is in none."""
        parent = text(record, "parent")
        if self._by_section and parent not in self._directory.retired_ous:
            if parent not in self._known:
                self._known[parent] = self._climb(parent)
            return self._known[parent]
        if self._post:
            return self._of_group(Key.parse(text(record, self._post)))
        code, name = text(record, self._code), text(record, self._name)
        return (code, name) if code or name else None

    def _of_group(self, group: Key) -> tuple[str, str] | None:
        kept = self._directory.ended_groups.get(group)
        return (kept.code, kept.name) if kept else self._directory.section_groups.get(group)

    def _climb(self, parent: str) -> tuple[str, str] | None:
        while parent:
            key = Key.parse(parent)
            if key in self._directory.section_ous:
                return self._directory.section_ous[key]
            parent = text(self._directory.state.get(key, {}), "parent")
        return None
