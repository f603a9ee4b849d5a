"""One directory as observed, indexed for the questions of this operation. Reading it changes nothing.

`index` is linear in the number of objects and memberships.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chonai.change.model import Key, Record, State
from chonai.operations.personnel import tags
from chonai.operations.personnel.codes import padded
from chonai.operations.personnel.directory_rules import DirectoryPolicy, Users
from chonai.operations.personnel.policy import CityPolicy
from chonai.policies.templates import Template
from chonai.text.messages import Message, message

USER, GROUP, OU = "user", "group", "ou"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account.

    home     its section as code and name, where known
    outside  in none of the OUs for staff; where there are no OUs, one that nobody may touch
    waiting  prepared for somebody who has not joined yet
    named    groups of sections that the account itself names as its posts
    """

    key: Key
    record: Record
    staff: str
    name: str
    enabled: bool
    retired: bool
    outside: bool
    notes: frozenset[str]
    home: tuple[str, str] | None
    groups: tuple[Key, ...]
    waiting: bool = False
    named: tuple[Key, ...] = ()

    @property
    def posts(self) -> tuple[Key, ...]:
        """The groups it is in, whoever says so."""
        return (*self.groups, *self.named)

    @property
    def is_away(self) -> bool:
        """Its person is not with the city now: has left, or has not come yet."""
        return self.retired or self.waiting


class Kept(NamedTuple):
    """What a kept group says of the section that has ended. Its name and the first day without it (ISO 8601) are blank
    where the group's name does not hold them.
    """

    code: str
    name: str
    day: str


@dataclass(slots=True)
class Directory:
    """The index. Codes are those that the directory holds now, before any reorganisation that is not applied yet.

    ended_groups  in a keyed product, groups that are kept of sections that have ended
    """

    state: State
    users_ou: Key | None = None
    retired_ou: Key | None = None
    groups_ou: Key | None = None
    retired_ous: set[str] = field(default_factory=set)
    section_ous: dict[Key, tuple[str, str]] = field(default_factory=dict)
    section_groups: dict[Key, tuple[str, str]] = field(default_factory=dict)
    ended_groups: dict[Key, Kept] = field(default_factory=dict)
    section_names: dict[str, str] = field(default_factory=dict)
    position_groups: dict[str, Key] = field(default_factory=dict)
    everyone: Key | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    twice: dict[str, list[Key]] = field(default_factory=dict)
    retired_strangers: list[str] = field(default_factory=list)
    names: dict[str, Key] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)

    def home_name(self, account: Account | None) -> str:
        """What the section is called where an account is now; blank for who is not there."""
        if account is None or account.is_away or account.home is None:
            return ""
        code, name = account.home
        return name or self.section_names.get(code, code)

    def retired(self) -> Iterable[Account]:
        """Accounts of those who have left: in the retired OU, or noted so where there is none."""
        return (account for account in self.accounts.values() if account.retired)

    def serving(self) -> Iterable[Account]:
        """Accounts of staff that has not left, those on leave included."""
        return (account for account in self.accounts.values() if not account.is_away and not account.outside)


def index(
    state: State, policy: CityPolicy, rules: DirectoryPolicy, protected: Collection[Key] = frozenset()
) -> Directory:
    """The index of a state; an OU that the policy names and the directory lacks is a problem in it. `protected` objects
    are nobody's of staff where no OU tells that.
    """
    directory = Directory(state)
    children = {
        (str(record.get("parent") or ""), str(record.get("name"))): key
        for key, record in state.items()
        if key.type == OU
    }
    _find_places(directory, children, rules)
    _find_section_ous(directory, policy, rules)
    _find_groups(directory, policy, rules)
    _find_accounts(directory, rules, protected if rules.flat else ())
    _find_names(directory)
    return directory


def text(record: Record, name: str) -> str:
    """An attribute as text; blank when absent. Of a set that holds one value, the value."""
    value = record.get(name)
    if isinstance(value, frozenset):
        return next(iter(value)) if len(value) == 1 else ""
    return "" if value is None else str(value)


def values(record: Record, name: str) -> frozenset[str]:
    """An attribute as a set; empty when absent."""
    value = record.get(name)
    if isinstance(value, frozenset):
        return value
    return frozenset() if value in (None, "") else frozenset({str(value)})


def single_fields(attributes: Mapping[str, Template]) -> dict[str, str]:
    """Field name to the attribute that holds its bare value."""
    return {template.single: name for name, template in attributes.items() if template.single is not None}


def _find_places(directory: Directory, children: Mapping[tuple[str, str], Key], rules: DirectoryPolicy) -> None:
    if rules.flat:
        return
    ous = {str(key) for key in directory.state if key.type == OU}
    base = [key for key, record in directory.state.items() if key.type == OU and text(record, "parent") not in ous]
    if len(base) != 1:
        directory.problems.append(message("personnel.no_base", count=len(base)))
        return

    def find(path: tuple[str, ...], setting: str) -> Key | None:
        at = base[0]
        for step in path:
            below = children.get((str(at), step))
            if below is None:
                directory.problems.append(
                    message("personnel.no_ou", ou=" / ".join(path), missing=step, setting=setting)
                )
                return None
            at = below
        return at

    directory.users_ou = find(rules.users.ou or (), "users.ou")
    directory.retired_ou = find(rules.users.retired_ou or (), "users.retired_ou")
    directory.groups_ou = find(rules.groups.ou, "groups.ou")
    directory.retired_ous = _below(directory, directory.retired_ou)


def _below(directory: Directory, top: Key | None) -> set[str]:
    below: dict[str, list[str]] = {}
    for key, record in directory.state.items():
        if key.type == OU:
            below.setdefault(text(record, "parent"), []).append(str(key))
    found, queue = set[str](), [str(top)] if top else []
    while queue:
        at = queue.pop()
        found.add(at)
        queue.extend(below.get(at, ()))
    return found


def _find_section_ous(directory: Directory, policy: CityPolicy, rules: DirectoryPolicy) -> None:
    if not rules.users.by_section:
        return
    width = sum(policy.sections.widths)
    for ou in sorted(_below(directory, directory.users_ou)):
        key = Key.parse(ou)
        record = directory.state[key]
        code = text(record, rules.section_units.code)
        if len(code) == width and padded(code, width):
            directory.section_ous[key] = (code, text(record, "name"))


def _find_groups(directory: Directory, policy: CityPolicy, rules: DirectoryPolicy) -> None:
    groups = {key: record for key, record in directory.state.items() if key.type == GROUP}
    directory.names = {text(record, "name"): key for key, record in groups.items()}
    section, position, everyone = rules.groups.section, rules.groups.position, rules.groups.everyone
    if section is not None:
        template = section.name if section.identity == "name" else section.attributes[section.identity]
        pattern = template.pattern()
        named = {"name": section.name, **section.attributes}
        shows = next(((name, each.pattern()) for name, each in named.items() if "section_name" in each.fields), None)
        for key in sorted(groups):
            match = pattern.fullmatch(text(groups[key], section.identity))
            if match and padded(match["section_code"], sum(policy.sections.widths)):
                bare = shows[1].fullmatch(text(groups[key], shows[0])) if shows else None
                directory.section_groups[key] = (match["section_code"], bare["section_name"] if bare else "")
        if rules.keyed:
            _set_ended_apart(directory, section.ended_name)
    if position is not None:
        pattern = (position.name if position.identity == "name" else position.attributes[position.identity]).pattern()
        found = ((pattern.fullmatch(text(groups[key], position.identity)), key) for key in sorted(groups))
        directory.position_groups = {match["title_code"]: key for match, key in found if match}
    if everyone is not None:
        wanted = (everyone.name if everyone.identity == "name" else everyone.attributes[everyone.identity]).text
        directory.everyone = next(
            (key for key in sorted(groups) if text(groups[key], everyone.identity) == wanted), None
        )


def _set_ended_apart(directory: Directory, ended_name: Template) -> None:
    """Elsewhere such a group has lost its code; here only its name tells."""
    pattern = ended_name.pattern()
    for key, (code, _) in list(directory.section_groups.items()):
        if match := pattern.fullmatch(text(directory.state[key], "name")):
            said = match.groupdict()
            directory.ended_groups[key] = Kept(code, said.get("section_name", ""), said.get("date", ""))
            del directory.section_groups[key]


def _find_names(directory: Directory) -> None:
    """Names of sections: of its OU, else of its group, else as most of its people show it; a group without a name
    gets it.
    """
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    for account in directory.serving():
        if account.home is not None and all(account.home):
            shown[account.home[0]][account.home[1]] += 1
    names = {code: min(found, key=lambda name: (-found[name], name)) for code, found in shown.items()}
    for observed in (directory.section_groups, directory.section_ous):
        names |= {code: name for code, name in sorted(observed.values()) if name}
    directory.section_names = names
    directory.section_groups = {
        key: (code, name or names.get(code, "")) for key, (code, name) in directory.section_groups.items()
    }


def _memberships(state: State) -> dict[str, list[Key]]:
    groups: dict[str, list[Key]] = {}
    for key in sorted(key for key in state if key.type == GROUP):
        for member in values(state[key], "member"):
            groups.setdefault(member, []).append(key)
    return groups


def _find_accounts(directory: Directory, rules: DirectoryPolicy, apart: Collection[Key]) -> None:
    users = rules.users
    groups = _memberships(directory.state)
    homes = _Homes(directory, rules)
    staff_ous = _below(directory, directory.users_ou) | directory.retired_ous
    for key, record in directory.state.items():
        staff = text(record, users.identity) if key.type == USER else ""
        if not staff:
            if key.type == USER and text(record, "parent") in directory.retired_ous:
                directory.retired_strangers.append(text(record, "name"))
            continue
        place, notes = text(record, "parent"), values(record, users.notes)
        account = Account(
            key=key,
            record=record,
            staff=staff,
            name=text(record, users.account),
            enabled=record.get("enabled") is not False,
            retired=tags.is_retired(notes) if rules.flat else place in directory.retired_ous,
            outside=key in apart or (not rules.flat and place not in staff_ous),
            notes=notes,
            home=homes.of(record),
            groups=tuple(groups.get(str(key), ())),
            waiting=tags.prepared_for(notes) is not None,
            named=_named_posts(record, users),
        )
        other = directory.accounts.setdefault(staff, account)
        if other is not account:
            directory.twice.setdefault(staff, [other.key]).append(key)


def _named_posts(record: Record, users: Users) -> tuple[Key, ...]:
    if users.posts is None:
        return ()
    return tuple(map(Key.parse, sorted(values(record, users.posts.main) | values(record, users.posts.also))))


class _Homes:
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
