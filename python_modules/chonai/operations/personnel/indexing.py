"""What is what in an observed directory: the index is linear in the number of objects and memberships."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from chonai.change.model import Key, Record, State
from chonai.operations.personnel import tags
from chonai.operations.personnel.codes import padded
from chonai.operations.personnel.directory import GROUP, OU, USER, Account, Directory, Kept, text, values
from chonai.operations.personnel.directory_rules import DirectoryPolicy, SectionGroups, Users
from chonai.operations.personnel.homes import Homes
from chonai.operations.personnel.policy import CityPolicy
from chonai.policies.templates import Template
from chonai.text.messages import message


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
    groups = {key: directory.state[key] for key in sorted(key for key in directory.state if key.type == GROUP)}
    directory.names = {text(record, "name"): key for key, record in groups.items()}
    section, position, everyone = rules.groups.section, rules.groups.position, rules.groups.everyone
    if section is not None:
        directory.section_groups = _section_groups(groups, section, sum(policy.sections.widths))
        if rules.keyed:
            _set_ended_apart(directory, section.ended_name)
    if position is not None:
        pattern = position.told_by.pattern()
        found = ((pattern.fullmatch(text(record, position.identity)), key) for key, record in groups.items())
        directory.position_groups = {match["title_code"]: key for match, key in found if match}
    if everyone is not None:
        wanted = everyone.told_by.text
        same = (key for key, record in groups.items() if text(record, everyone.identity) == wanted)
        directory.everyone = next(same, None)


def _section_groups(groups: Mapping[Key, Record], rule: SectionGroups, width: int) -> dict[Key, tuple[str, str]]:
    """Groups of sections, whose codes have `width` digits: code, and name where an attribute shows it."""
    named = {"name": rule.name, **rule.attributes}
    shows = next(((name, each.pattern()) for name, each in named.items() if "section_name" in each.fields), None)
    pattern = rule.told_by.pattern()
    found = {}
    for key, record in groups.items():
        match = pattern.fullmatch(text(record, rule.identity))
        if match and padded(match["section_code"], width):
            bare = shows[1].fullmatch(text(record, shows[0])) if shows else None
            found[key] = (match["section_code"], bare["section_name"] if bare else "")
    return found


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
    reader = _AccountReader(directory, rules, apart)
    for key, record in directory.state.items():
        if key.type != USER:
            continue
        staff = text(record, rules.users.identity)
        if staff:
            account = reader.read(key, record, staff)
            other = directory.accounts.setdefault(staff, account)
            if other is not account:
                directory.twice.setdefault(staff, [other.key]).append(key)
        elif text(record, "parent") in directory.retired_ous:
            directory.retired_strangers.append(text(record, "name"))


class _AccountReader:
    """Reads accounts; what is `apart` is nobody's of staff."""

    def __init__(self, directory: Directory, rules: DirectoryPolicy, apart: Collection[Key]) -> None:
        self._users, self._flat, self._apart = rules.users, rules.flat, apart
        self._groups, self._homes = _memberships(directory.state), Homes(directory, rules)
        self._retired_ous = directory.retired_ous
        self._staff_ous = _below(directory, directory.users_ou) | directory.retired_ous

    def read(self, key: Key, record: Record, staff: str) -> Account:
        place, notes = text(record, "parent"), values(record, self._users.notes)
        return Account(
            key=key,
            record=record,
            staff=staff,
            name=text(record, self._users.account),
            enabled=record.get("enabled") is not False,
            retired=tags.is_retired(notes) if self._flat else place in self._retired_ous,
            outside=key in self._apart or (not self._flat and place not in self._staff_ous),
            notes=notes,
            home=self._homes.of(record),
            groups=tuple(self._groups.get(str(key), ())),
            waiting=tags.prepared_for(notes) is not None,
            named=_named_posts(record, self._users),
        )


def _named_posts(record: Record, users: Users) -> tuple[Key, ...]:
    if users.posts is None:
        return ()
    return tuple(map(Key.parse, sorted(values(record, users.posts.main) | values(record, users.posts.also))))
