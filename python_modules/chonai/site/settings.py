"""The site file: who may sign, who must agree, where the store is. One file for a city, beside its inventory.

It is found through the environment alone (CHONAI_SITE, or `site.yml` in the inventory that ansible.cfg names),
never through a module option or a playbook variable: what decides about approval cannot be handed in with `-e`.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from chonai.change.errors import InputError
from chonai.change.model import ApprovalKind, ApprovalRule
from chonai.delivery.settings import MailServer, VirusCheck, mail_server, virus_check
from chonai.site.site_file import load
from chonai.text.messages import Message, message

YEAR = timedelta(days=365)
_DAYS = re.compile(r"([1-9]\d{0,4})d")
DEFAULT_STORE = "var/chonai.db"
STORE_VARIABLE = "CHONAI_STORE"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What a city has settled.

    root             the folder that relative paths start from: the one of ansible.cfg
    inventory        the Ansible inventory whose hosts are the systems
    store            database URL or file; CHONAI_STORE comes first
    allowed_signers  the OpenSSH file of all who may seal, approve, operate or watch
    recipients       who can read secrets made at an apply: principals, or age and SSH public keys
    city             principals who count as the city's own staff
    rules            approval rule by operation; `default` for those not named
    author, key      who seals when a call names nobody, and with which key
    readers          who can read what is confidential, as `recipients`; empty: all who may approve it
    opening_key      with which key this machine opens it; without one with the author's
    anchor_file      where the journal's head is noted after each apply, outside the store
    city_name        the city's name as it stands on papers
    jobs             the catalogue of jobs
    retention        how long change sets stay in the store, by operation; `default` for those not named
    contact          whom staff asks about what a paper says: office and telephone
    virus_check      which scanner looks at what is handed over
    mail             where mail goes out, and to whom it may
    store_setting    what names the store: the environment's CHONAI_STORE, or `store` of the site file
    """

    root: Path
    inventory: Path
    store: str
    allowed_signers: Path
    recipients: tuple[str, ...]
    city: frozenset[str] = frozenset()
    rules: Mapping[str, ApprovalRule] = field(default_factory=dict)
    author: str | None = None
    key: Path | None = None
    readers: tuple[str, ...] = ()
    opening_key: Path | None = None
    anchor_file: Path | None = None
    city_name: str = ""
    contact: str = ""
    store_setting: str = "store"
    jobs: Path | None = None
    virus_check: VirusCheck | None = None
    mail: MailServer | None = None
    retention: Mapping[str, timedelta] = field(default_factory=dict)

    def kept_online(self, operation: str) -> timedelta:
        """How long change sets of an operation stay in the store after the last that happened to them: the operation's
        own, or the site's default, or a year.
        """
        return self.retention.get(operation) or self.retention.get("default") or YEAR

    def rule(self, operation: str) -> ApprovalRule:
        """The approval rule of an operation: its own, or the site's default, or a second person and a watcher."""
        strict = ApprovalRule(ApprovalKind.SECOND_PERSON, watcher=True)
        return self.rules.get(operation) or self.rules.get("default") or strict


def find_site(environment: Mapping[str, str] | None = None, here: Path | None = None) -> SiteSettings:
    """The settings of the site that this process belongs to.

    Raises `UsageError` where there is none, `InputError` listing everything wrong with the file.
    """
    environment = os.environ if environment is None else environment
    root, inventory = _project(environment, here or Path.cwd())
    named = environment.get("CHONAI_SITE")
    path = Path(named) if named else _folder(inventory) / "site.yml"
    settings = _Reader(path, load(path), root).settings(inventory)
    other = environment.get(STORE_VARIABLE)
    return replace(settings, store=other, store_setting=STORE_VARIABLE) if other else settings


def _project(environment: Mapping[str, str], here: Path) -> tuple[Path, Path]:
    """The folder of ansible.cfg, and the inventory that it (or ANSIBLE_INVENTORY) names."""
    config = environment.get("ANSIBLE_CONFIG")
    folders = [Path(config).parent] if config else [here, *here.parents]
    root = next((folder for folder in folders if (folder / "ansible.cfg").is_file()), here)
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(root / "ansible.cfg", encoding="utf-8")
    named = environment.get("ANSIBLE_INVENTORY") or parser.get("defaults", "inventory", fallback=None) or "inventory"
    return root.resolve(), root / named.split(",")[0]


def _folder(inventory: Path) -> Path:
    """Where an inventory is: one in a single file lies beside other things that are no part of it."""
    return inventory if inventory.is_dir() else inventory.parent


class _Reader:
    """Reads one site file and gathers every problem."""

    def __init__(self, path: Path, data: Mapping[str, object], root: Path) -> None:
        self.path, self.data, self.root = path, dict(data), root
        self.problems: list[Message] = []

    def settings(self, inventory: Path) -> SiteSettings:
        rules = self.data.pop("approval", {})
        found = SiteSettings(
            root=self.root,
            inventory=inventory.resolve(),
            store=self._text("store") or str(self.root / DEFAULT_STORE),
            allowed_signers=self._path("allowed_signers") or self._missing("allowed_signers"),
            recipients=self._names("secret_recipients", required=True),
            city=frozenset(self._names("city_staff")),
            rules=self._rules(rules),
            author=self._text("author"),
            key=self._path("author_key"),
            readers=self._names("confidential_readers"),
            opening_key=self._path("confidential_key"),
            anchor_file=self._path("anchor_file"),
            city_name=self._text("city_name") or "",
            contact=self._text("contact") or "",
            jobs=self._path("jobs"),
            virus_check=self._group("virus_check", virus_check, ("socket",)),
            mail=self._group("mail", mail_server, ("ca", "password_file")),
            retention=self._retention(self.data.pop("retention", {})),
        )
        self.problems += [message("site.unknown_key", key=key) for key in sorted(self.data, key=str)]
        if self.problems:
            raise InputError("site.bad_settings", file=self.path, details=self.problems)
        return found

    def _missing(self, key: str) -> Path:
        self.problems.append(message("site.missing_key", key=key))
        return Path()

    def _text(self, key: str) -> str | None:
        value = self.data.pop(key, None)
        if value is None or (isinstance(value, str) and value):
            return value
        self._bad(key, value, "text")
        return None

    def _path(self, key: str) -> Path | None:
        text = self._text(key)
        return self.root / os.path.expandvars(text) if text else None

    def _group(self, key: str, read: Callable[[object], T], paths: Collection[str]) -> T | None:
        """What `read` makes of a mapping in which `paths` begin at the root, as all paths here."""
        data = self.data.pop(key, None)
        if data is None:
            return None
        if isinstance(data, dict):
            named = {name: data[name] for name in paths if isinstance(data.get(name), str) and data[name]}
            data = {**data, **{name: str(self.root / os.path.expandvars(text)) for name, text in named.items()}}
        try:
            return read(data)
        except InputError as error:
            self.problems += error.details
            return None

    def _names(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        value = self.data.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self._bad(key, value, "list of names")
            return ()
        if required and not value:
            self._missing(key)
        return tuple(value)

    def _rules(self, data: object) -> Mapping[str, ApprovalRule]:
        if not isinstance(data, dict):
            self._bad("approval", data, "mapping")
            return {}
        return {str(name): rule for name, item in data.items() if (rule := self._rule(f"approval.{name}", item))}

    def _rule(self, key: str, item: object) -> ApprovalRule | None:
        if not isinstance(item, dict):
            self._bad(key, item, "mapping of kind and watcher")
            return None
        before = len(self.problems)
        odd = sorted(map(str, item.keys() - {"kind", "watcher"}))
        self.problems += [message("site.unknown_key", key=f"{key}.{name}") for name in odd]
        kind, watcher = item.get("kind"), item.get("watcher", False)
        kinds = [kind.value for kind in ApprovalKind]
        if "kind" not in item:
            self._missing(f"{key}.kind")
        elif not isinstance(kind, str) or kind not in kinds:
            self._bad(f"{key}.kind", kind, "|".join(kinds))
        if not isinstance(watcher, bool):
            self._bad(f"{key}.watcher", watcher, "true|false")
        return ApprovalRule(ApprovalKind(str(kind)), watcher) if len(self.problems) == before else None

    def _retention(self, data: object) -> Mapping[str, timedelta]:
        if not isinstance(data, dict):
            self._bad("retention", data, "mapping")
            return {}
        found: dict[str, timedelta] = {}
        for name, value in data.items():
            days = _DAYS.fullmatch(value) if isinstance(value, str) else None
            if days:
                found[str(name)] = timedelta(days=int(days[1]))
            else:
                self._bad(f"retention.{name}", value, "number of days, such as 365d")
        return found

    def _bad(self, key: str, value: object, wanted: str) -> None:
        self.problems.append(message("site.bad_value", key=key, value=repr(value), wanted=wanted))
