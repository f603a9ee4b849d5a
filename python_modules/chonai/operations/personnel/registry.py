"""What the same-person rule asks of a directory: who has an account, and who bears a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property

from chonai.operations.personnel.context import Context
from chonai.operations.personnel.directory import single_fields, text
from chonai.operations.personnel.names import identity
from chonai.operations.personnel.records import StaffKey
from chonai.operations.personnel.starts import staff_key
from chonai.text.folding import search_key


class Registry:
    """Answers from the accounts of one directory; names are only indexed when somebody asks for one."""

    def __init__(self, context: Context) -> None:
        self._accounts = context.directory.accounts
        self._fields = single_fields(context.rules.users.attributes)

    def has_account(self, key: StaffKey) -> bool:
        """Whether a key has an account."""
        return str(key) in self._accounts

    def retired_as(self, key: StaffKey, name: str, kana: str) -> Collection[StaffKey]:
        """Retired people of the same body, name and reading."""
        return [found for found in self._retired.get(identity(name, kana), ()) if found.body == key.body]

    def named(self, name: str) -> Collection[StaffKey]:
        """Everybody of a name."""
        return self._named.get(search_key(name), ())

    @cached_property
    def _retired(self) -> Mapping[str, list[StaffKey]]:
        found: dict[str, list[StaffKey]] = defaultdict(list)
        for account in self._accounts.values():
            if account.retired:
                name, kana = (text(account.record, self._fields.get(field, "")) for field in ("name", "kana"))
                found[identity(name, kana)].append(staff_key(account.staff))
        return found

    @cached_property
    def _named(self) -> Mapping[str, list[StaffKey]]:
        found: dict[str, list[StaffKey]] = defaultdict(list)
        for account in self._accounts.values():
            found[search_key(text(account.record, self._fields.get("name", "")))].append(staff_key(account.staff))
        return found
