"""Which values of an inventory are secret: what is vaulted, what is called a password or token, what such files hold.

Only to take them out of what a playbook says (`chonai.runner.redaction`); they are kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from chonai.change.errors import InputError
from chonai.site.inventory import Inventory

_NAMED = re.compile(r"(?:^|_)(?:password|passphrase|passwd|pass|secret|token|community|api_key)s?$", re.IGNORECASE)
_IN_FILE = re.compile(r"(?:^|_)(?:password|passphrase|secret|token|key)_file$", re.IGNORECASE)
_LONG_WORD = re.compile(r"[^\s\"';]{20,}")
_LARGEST = 65_536
_VAULTED = b"$ANSIBLE_VAULT;"


def secret_values(inventory: Inventory, *folders: Path, store_url: str = "") -> frozenset[str]:
    """All that is to be hidden: of the hosts' variables, of vaulted files in these folders, of the store's URL."""
    found = {value for host in inventory.hosts for value in _of_variables(inventory, host)}
    for folder in folders:
        found.update(_of_vaults(inventory, folder))
    found.add(unquote(urlsplit(store_url).password or ""))
    return frozenset(value for value in found if value)


def _of_variables(inventory: Inventory, host: str) -> Iterator[str]:
    for name, value in inventory.raw_variables(host).items():
        leaves = list(_leaves(name, value))
        if any(_is_secret(key) for key, _ in leaves):
            yield from _secrets(name, _templated(inventory, host, name))
        yield from _vaulted(leaf for _, leaf in leaves)


def _templated(inventory: Inventory, host: str, name: str) -> Any:
    try:
        return inventory.variables(host, [name]).get(name)
    except InputError:
        return None  # the playbook will say so, if it needs it


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What a value holds in the end, each with the name that stands next to it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(str(key), item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(name, item)
    elif value is not None and not isinstance(value, bool):  # hidden these would be in every other line
        yield name, value


def _vaulted(leaves: Iterable[Any]) -> Iterator[str]:
    """What is encrypted by itself (`!vault`)."""
    from ansible.errors import AnsibleError
    from ansible.parsing.vault import EncryptedString

    for leaf in leaves:
        if isinstance(leaf, EncryptedString):
            with suppress(AnsibleError):
                yield str(leaf)


def _is_secret(name: str) -> bool:
    return bool(_NAMED.search(name) or _IN_FILE.search(name))


def _secrets(name: str, value: Any) -> Iterator[str]:
    for key, leaf in _leaves(name, value):
        if _NAMED.search(key):
            yield str(leaf)
        elif _IN_FILE.search(key):
            yield from _of_file(Path(str(leaf)))


def _of_file(path: Path) -> Iterator[str]:
    """All of a file that holds one word; of a longer one, such as a key of a name server, its long words."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LARGEST)
    except OSError:
        return  # the playbook will say so
    yield text.strip()
    yield from _LONG_WORD.findall(text)


def _of_vaults(inventory: Inventory, folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in ("", ".yml", ".yaml", ".json") and path.is_file() and _is_vaulted(path):
            yield from (str(leaf) for _, leaf in _leaves(path.name, inventory.decrypted(path)))


def _is_vaulted(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_VAULTED)) == _VAULTED
    except OSError:
        return False
