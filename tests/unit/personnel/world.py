"""Directories as states: of the fictional city, worked out from its truth and not from chonai, and small ones by
hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from chonai.change.diff import diff
from chonai.change.effect import applied
from chonai.change.model import Change, Key, Record, State, Value
from chonai.change.plan import Outcome
from chonai.operations.personnel import (
    CityPolicy,
    DirectoryPolicy,
    File,
    Request,
    city_policy,
    directory_policy,
    plan,
    read_request,
)
from chonai.text.messages import Message, message
from tests.city import truth
from tests.city.model import City
from tests.city.titles import TITLES

__all__ = [
    "TITLES",
    "File",
    "Outcome",
    "Request",
    "city_policy",
    "message",
    "plan",
    "read_request",
]
INVENTORY = Path(__file__).resolve().parents[3] / "inventories" / "shiomino"
FILES = INVENTORY / "files"
HOSTS = {"lgwan": "lgwan_ad", "ext": "ext_ad", "corp": "corp_ldap", "webmail": "webmail"}
DAY = date(2026, 4, 1)


@cache
def policy() -> CityPolicy:
    """The city's policy, from its inventory."""
    return city_policy(policy_data())


def policy_data() -> dict[str, object]:
    """The city's policy as YAML has it."""
    text = (INVENTORY / "group_vars/personnel/policy.yml").read_text(encoding="utf-8")
    data: dict[str, dict[str, object]] = yaml.safe_load(text)
    return data["personnel_policy"]


@cache
def rules(directory: str) -> DirectoryPolicy:
    """A directory's policy, from the inventory."""
    path = INVENTORY / "host_vars" / HOSTS[directory] / "personnel.yml"
    return directory_policy(yaml.safe_load(path.read_text(encoding="utf-8"))["personnel_directory"])


def city_file(name: str) -> File:
    """One of the city's files."""
    return File(name, (FILES / name).read_bytes())


def request(files: Mapping[str, str], day: date = DAY) -> Request:
    """A request made of the city's files: `request({"orders": "orders-2026.csv"})`."""
    read = {what: city_file(name) for what, name in files.items()}
    return read_request(policy=policy(), effective_date=day, **read)


def whole_change(orders: str = "orders-2026.csv", roster: str = "") -> Request:
    """The year's change with organisation and reorganisation, and with a roster where it is named."""
    files = {"orders": orders, "organisation": "organisation-2026.csv", "reorganisation": "reorganisation-2026.csv"}
    return request(files | ({"roster": roster} if roster else {}))


class Directory:
    """A state that is written object by object; ids are the names, so that a test can name them."""

    def __init__(self, directory: str = "lgwan", base: str = "汐見野市") -> None:
        self.directory, self.rules = directory, rules(directory)
        self.state: dict[Key, Record] = {}
        self.base = self.ou(base, None)
        self.places = {
            name: self.ou(name, self.base)
            for name in {*self.rules.users.ou, *self.rules.users.retired_ou, *self.rules.groups.ou, "管理"}
        }

    def ou(self, name: str, parent: Key | None, code: str | None = None) -> Key:
        """An OU; with a code it is a section's."""
        key = Key("ou", f"{code or name}")
        record: dict[str, Value] = {"name": name}
        record |= {"parent": str(parent)} if parent else {}
        record |= {"description": code} if code else {}
        self.state[key] = record
        return key

    def group(self, identity: str, name: str, members: Iterable[Key] = (), **attributes: str) -> Key:
        """A group."""
        key = Key("group", identity)
        parent = self.places[self.rules.groups.ou[0]] if self.rules.groups.ou else self.base
        record: dict[str, Value] = {"name": name, "parent": str(parent), "member": frozenset(map(str, members))}
        self.state[key] = {**record, **attributes}
        return key

    def join(self, group: Key, user: Key) -> None:
        """One membership more."""
        record = self.state[group]
        self.state[group] = {**record, "member": frozenset({*record["member"], str(user)})}  # type: ignore[misc]

    def user(
        self, account: str, parent: Key, attributes: Mapping[str, Value] | None = None, *, enabled: bool = True
    ) -> Key:
        """An account."""
        key = Key("user", account)
        given = {name: value for name, value in (attributes or {}).items() if value}
        self.state[key] = {"name": account, "parent": str(parent), "enabled": enabled, **given}
        return key


def observed(city: City, directory: str, when: str = "before") -> State:
    """One directory of the city."""
    made = Directory(directory)
    people = truth.expected(city, when, directory)
    ous = _offices(made, city, when)
    keys = {account: _account(made, each, ous) for account, each in people.items()}
    groups = truth.members(city, when, directory)
    names = {office.group: office.group_name for office in truth.offices(city, when)}
    for group, members in groups.items():
        _group(made, group, names, [keys[account] for account in members])
    if directory == "lgwan":
        for project, members in truth.project_members(city, when).items():
            made.group(f"プロジェクト_{project}", f"プロジェクト_{project}", [keys[account] for account in members])
    return made.state


def protected(state: State) -> Mapping[Key, Message]:
    """Accounts in OU=管理."""
    return {
        key: message("change.protected", object=key.id, why="管理")
        for key, record in state.items()
        if key.type == "user" and record["parent"] == "ou:管理"
    }


def _offices(made: Directory, city: City, when: str) -> dict[tuple[str, ...], Key]:
    ous: dict[tuple[str, ...], Key] = {}
    if made.rules.users.by_section:
        for office in sorted(truth.offices(city, when), key=lambda office: len(office.ou)):
            upper = ous[office.ou[:-1]] if len(office.ou) > 1 else made.places[made.rules.users.ou[0]]
            ous[office.ou] = made.ou(office.name, upper, office.code)
    return ous


def _account(made: Directory, each: truth.Expected, ous: Mapping[tuple[str, ...], Key]) -> Key:
    users = made.rules.users
    values = {
        "account": each.account, "staff_key": each.key, "name": each.name, "family_name": each.family,
        "given_name": each.given, "kana": each.kana, "section_code": each.section_code,
        "section_name": each.department, "title": each.title,
    }  # fmt: skip
    attributes: dict[str, Value] = {name: template.render(values) for name, template in users.attributes.items()}
    if each.retired_on:
        attributes[users.notes] = frozenset({f"chonai:retired-on={each.retired_on}"})
    home = users.retired_ou[0] if each.retired_on else users.ou[0]
    parent = made.places[home] if each.retired_on or not users.by_section else ous[each.ou]
    return made.user(each.account, parent, attributes, enabled=each.enabled and not each.retired_on)


def _group(made: Directory, group: str, names: Mapping[str, str], members: list[Key]) -> None:
    code = group.partition("-")[2]
    if group.startswith("sec-") and made.directory == "lgwan":
        made.group(group, names[group], members, sAMAccountName=group, description=code)
    elif group.startswith("pos-"):
        made.group(group, f"役職_{TITLES[code]}", members, sAMAccountName=group)
    elif made.directory == "corp":
        made.group(group, group, members)
    else:
        made.group(group, "全職員" if group == "all-staff" else "外部利用者", members, sAMAccountName=group)


def planned(state: State, asked: Request, directory: str = "lgwan", city: CityPolicy | None = None) -> Outcome:
    """The outcome for a directory."""
    return plan(state, protected(state), asked, city or policy(), rules(directory))


def changes(state: State, outcome: Outcome) -> list[Change]:
    """What the engine makes of an outcome."""
    return diff(state, outcome.desired, outcome.scope, outcome.reasons)


def after(state: State, outcome: Outcome) -> dict[Key, Record]:
    """The directory once the changes are applied, new objects under ids of the directory's own."""
    result = dict(state)
    for change in changes(state, outcome):
        record = applied(result.get(change.key), change)
        if record is None:
            del result[change.key]
        else:
            result[change.key] = record
    return _with_ids(result)


def _with_ids(state: Mapping[Key, Record]) -> dict[Key, Record]:
    renamed = {str(key): f"{key.type}:id-{key.id.removeprefix('new:')}" for key in state if key.is_new}

    def value(each: object) -> object:
        if isinstance(each, frozenset):
            return frozenset(renamed.get(item, item) for item in each)
        return renamed.get(each, each) if isinstance(each, str) else each

    return {
        Key.parse(renamed.get(str(key), str(key))): {name: value(each) for name, each in record.items()}  # type: ignore[misc]
        for key, record in state.items()
    }


def codes(messages: Iterable[Message]) -> list[str]:
    """The codes of messages; of a message about a place, the code of what is said there."""
    found = []
    for each in messages:
        what = each.fields.get("what")
        found.append(what.code if isinstance(what, Message) else each.code)
    return found


def by_account(state: State, directory: str) -> dict[str, Record]:
    """Accounts of people by name."""
    identity = rules(directory).users.identity
    return {str(record["name"]): record for key, record in state.items() if key.type == "user" and identity in record}


def group_members(state: State) -> dict[str, frozenset[str]]:
    """Groups by name, members by name."""
    names = {str(key): str(record["name"]) for key, record in state.items()}
    return {
        str(record["name"]): frozenset(names[member] for member in record["member"])  # type: ignore[union-attr]
        for key, record in state.items()
        if key.type == "group"
    }


def path(state: State, key: Key) -> tuple[str, ...]:
    """Names of the OUs from the base down to an object's own."""
    record, names = state[key], list[str]()
    while record.get("parent"):
        record = state[Key.parse(str(record["parent"]))]
        names.append(str(record["name"]))
    return tuple(reversed(names))[1:]
