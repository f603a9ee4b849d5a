"""A file server with the folders of a small city, and the groups of its domain: both as values, applied by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from chonai.change.effect import applied, bound
from chonai.change.model import Action, Change, Key, Plan, Record, State
from chonai.change.plan import Outcome, make_plan
from chonai.change.system import Observation
from chonai.operations.personnel import FolderPolicy, Request, folder_policy, plan_folders
from chonai.operations.personnel.kinds import Phase
from chonai.text.messages import Message
from tests.traps import ground
from tests.unit.personnel import world

BASE = Key("folder", "base")
RULES: dict[str, object] = {"group": "LGWAN\\sec-{section_code}", "rights": {"write": ["LGWAN\\sec-{section_code}"]}}
RIGHTS = ("read", "write", "manage", "special")


def rules(**more: object) -> FolderPolicy:
    """The policy of a file server."""
    return folder_policy({**RULES, **more})


@dataclass
class Server:
    """Folders by key, and the domain's groups: SID to name. `plan` and `apply` are what the engine does with it."""

    folders: dict[Key, Record] = field(default_factory=lambda: {BASE: {"name": "", "parent": None, "inherits": False}})
    domain: dict[str, str] = field(default_factory=dict)
    rules: FolderPolicy = field(default_factory=rules)

    def section(self, code: str, name: str, **rights: Iterable[str]) -> Key:
        """The folder of a section, with its group as the one who writes unless rights are given."""
        sid = self.group(f"sec-{code}")
        return self.folder(f"{code}_{name}", code, **(rights or {"write": [sid]}))

    def folder(self, name: str, id_: str, **rights: Iterable[str]) -> Key:
        """Any folder; rights are SIDs."""
        key = Key("folder", id_)
        held = {each: frozenset(f"trustee:{sid}" for sid in rights.get(each, ())) for each in RIGHTS}
        self.folders[key] = {"name": name, "parent": str(BASE), "inherits": False, **held}
        return key

    def group(self, account: str) -> str:
        """The SID of a group, which is made when it is not there."""
        name = f"LGWAN\\{account}"
        known = next((sid for sid, each in self.domain.items() if each == name), None)
        sid = known or f"S-1-5-21-7-{len(self.domain) + 1000}"
        self.domain[sid] = name
        return sid

    def rename(self, **accounts: str) -> None:
        """What the directory does in one night: old account names to new ones, all at once. Underlines are strokes."""
        wanted = {f"LGWAN\\{old.replace('_', '-')}": f"LGWAN\\{new}" for old, new in accounts.items()}
        self.domain = {sid: wanted.get(name, name) for sid, name in self.domain.items()}

    def reorganise(self, rows: Iterable[tuple[str, str, str]], day: str = "2026-04-01") -> None:
        """What the directory makes of a reorganisation: old code, new code, kind."""
        goes_on = {old: new for old, new, kind in rows if kind in ("改称", "移管")}
        kept = {old for old, new, _ in rows if old == new}
        over = {old for old, _, _ in rows if old} - goes_on.keys() - kept
        wanted = {f"sec_{old}": f"sec-{new}" for old, new in goes_on.items()}
        self.rename(**wanted, **{f"sec_{old}": f"end-{old}-{day}" for old in over})
        for _, new, _ in rows:
            if new:
                self.group(f"sec-{new}")

    def observe(self) -> dict[Key, Record]:
        """What an adapter shows: trustees only where they have rights."""
        held = {text for record in self.folders.values() for each in RIGHTS for text in record.get(each) or ()}
        sids = {Key.parse(text): Key.parse(text).id.partition(";") for text in held}
        named = {key: {"name": f"{self.domain[sid]}{mark}{rest}"} for key, (sid, mark, rest) in sids.items()}
        return {**self.folders, **named}

    def outcome(self, asked: Request, protected: Mapping[Key, Message] | None = None) -> Outcome:
        """What is wanted."""
        return plan_folders(self.observe(), protected or {}, asked, world.policy(), self.rules)

    def plan(self, asked: Request) -> Plan:
        """The plan, which must be free of problems."""
        found, state = self.outcome(asked), self.observe()
        plan = make_plan(
            system="sanitizer",
            operation="personnel",
            observation=Observation(state),
            desired=found.desired,
            scope=found.scope,
            reasons=found.reasons,
            problems=found.problems,
        )
        assert not plan.problems, [str(problem) for problem in plan.problems]
        assert all(change.reason for change in plan.changes)
        return plan

    def apply(self, plan: Plan) -> None:
        """Do it, change by change; a trustee that is looked up has to be there and must not be the wrong one."""
        keys: dict[Key, Key] = {}
        for change in plan.changes:
            self._apply(bound(change, keys), keys)

    def _apply(self, change: Change, keys: dict[Key, Key]) -> None:
        if change.key.type == "trustee":
            keys[change.key] = self._looked_up(change)
            return
        key = change.key
        if change.action is Action.CREATE:
            key = keys[change.key] = Key("folder", f"id-{change.key.id.removeprefix('new:')}")
        record = applied(self.folders.get(key), change)
        if record is None:
            del self.folders[key]
        else:
            self.folders[key] = {**{each: frozenset() for each in RIGHTS}, **record}

    def _looked_up(self, change: Change) -> Key:
        [sid] = [sid for sid, name in self.domain.items() if name == change.after["name"]]
        assert change.after.get("instead_of") != f"trustee:{sid}"
        return Key("trustee", sid)

    def named(self, name: str) -> Record:
        """The folder of a name, rights by names of groups."""
        [record] = [record for record in self.folders.values() if record["name"] == name]
        return {each: self._names(record[each]) if each in RIGHTS else record[each] for each in record}

    def _names(self, value: object) -> frozenset[str]:
        assert isinstance(value, frozenset)
        return frozenset(self.domain[Key.parse(text).id].removeprefix("LGWAN\\") for text in value)

    @property
    def names(self) -> set[str]:
        """What the folders are called."""
        return {str(record["name"]) for key, record in self.folders.items() if key != BASE}


def server(sections: Mapping[str, str] = ground.SECTIONS, **more: object) -> Server:
    """The small city's file server."""
    made = Server(rules=rules(**more))
    for code, name in sections.items():
        made.section(code, name)
    return made


def asked(
    sections: Mapping[str, str] | None = None,
    *rows: tuple[str, str, str],
    orders: ground.File | None = None,
    phase: Phase = Phase.CUTOVER,
    day: date = ground.DAY,
) -> Request:
    """A request: what the organisation becomes, and the rows of a reorganisation."""
    return replace(
        ground.ask(
            day,
            organisation=ground.organisation(sections) if sections is not None else None,
            reorganisation=ground.reorganisation(*rows) if rows else None,
            orders=orders or ground.orders(ground.order("異動", "001001", 新所属コード="020200")),
        ),
        phase=phase,
    )


def state_of(outcome: Outcome) -> State:
    """The folders that are wanted, without trustees."""
    return {key: record for key, record in outcome.desired.items() if key.type == "folder"}
