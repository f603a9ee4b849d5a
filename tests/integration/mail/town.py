"""A city's mail under change: planned, sealed, approved, applied and taken back through the site, and looked at in the
database by another hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from chonai.change.model import ChangeSet, Plan
from chonai.site import Author, Crew, Site
from chonai.site.applying import apply_all, settle
from chonai.site.approving import approve
from chonai.site.handing_out import handouts
from chonai.site.personnel import Asked, Phase, plan_personnel
from chonai.site.undoing import undo
from tests.contract import mailboxes

ROOT = Path(__file__).resolve().parents[3]
INVENTORY = ROOT / "inventories/shiomino"
FILES = INVENTORY / "files"
CREW = Crew("sato", "tanaka")
RETIRED = "chonai:retired-on="

_MAILBOX = """
    SELECT id, type, name, staff_key, display_name, family_name, given_name, kana, section_code, department, title,
           enabled, listed, when_disabled, forward, forward_until, quota_mb
    FROM mailbox WHERE domain = %s AND name NOT LIKE 'svc-%%' AND name NOT LIKE 'adm-%%'
"""
_FACTS = """
    staffKey displayName sn givenName kana sectionCode department title enabled listed whenDisabled forward forwardUntil
    quotaMb
""".split()


@dataclass(frozen=True, slots=True)
class Town:
    """One mail domain of the lab and the site that changes it."""

    lab: Path
    site: Site
    domain: str

    @property
    def settings(self) -> Mapping[str, object]:
        """What `chonai_system` would say."""
        own = {name: value for name, value in mailboxes.settings(self.lab, self.domain).items() if name != "name"}
        return {"kind": "mail", **own, "protected": {"names": ["svc-*", "adm-*", "postmaster", "abuse"]}}

    def plan(self, day: date, files: Mapping[str, Path], phase: str = "whole") -> Plan:
        """The plan of one request on this domain."""
        return plan_personnel(
            system=mailboxes.SERVER,
            settings=self.settings,
            policy=_variable("group_vars/personnel/policy.yml", "personnel_policy"),
            rules={"personnel_directory": _variable("host_vars/webmail/personnel.yml", "personnel_directory")},
            asked=Asked(files, day, Phase(phase), self.site.store.ids.rows()),
        )

    def carry_out(self, plan: Plan) -> str:
        """Seal a plan, have a second person agree, apply it; the id of the change set."""
        assert not plan.problems, [problem.render() for problem in plan.problems]
        sealed = self.site.seal([self.site.put(plan)], self._author)
        return self._apply(sealed.change_set)

    def take_back(self, id_: str) -> str:
        """Undo a change set, with a second person's agreement; the id of the undo."""
        return self._apply(undo(self.site, id_, {mailboxes.SERVER: self.settings}, self._author).change_set)

    def passwords(self, id_: str) -> dict[str, str]:
        """The initial passwords of new people by address."""
        handed = handouts(self.site, id_, self.lab / "keys" / "jinji", "jinji")
        return {str(one.record["name"]): one.secrets["initial_password"] for one in handed}

    @property
    def _author(self) -> Author:
        return Author("sato", self.lab / "keys" / "sato")

    def _apply(self, change_set: ChangeSet) -> str:
        id_ = change_set.id
        approve(self.site, id_, principal="suzuki", releases=(), key=self.lab / "keys" / "suzuki")
        settle(apply_all(self.site, id_, CREW, {mailboxes.SERVER: self.settings}, lambda *_: None))
        return id_

    def facts(self) -> dict[str, dict[str, object]]:
        """All addresses of the domain as the database has them, told as `tests.city.mail.facts` tells them."""
        with mailboxes.by_hand(self.lab) as connection:
            rows = connection.execute(_MAILBOX, [self.domain]).fetchall()
            sets = {
                "aliases": connection.execute("SELECT mailbox, name FROM alias").fetchall(),
                "aliasEnds": connection.execute(
                    "SELECT mailbox, name || '=' || until FROM alias WHERE until IS NOT NULL"
                ).fetchall(),
                "member": connection.execute(
                    "SELECT section, staff_key FROM member JOIN mailbox ON mailbox.id = member.member"
                ).fetchall(),
                "retired": connection.execute(
                    "SELECT mailbox, substr(note, %s) FROM note WHERE note LIKE %s", [len(RETIRED) + 1, f"{RETIRED}%"]
                ).fetchall(),
            }
        return {str(row[2]): _told(row, sets) for row in rows}

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the domain, passwords left out."""
        tables = {
            "mailbox": _MAILBOX + " ORDER BY id",
            "alias": "SELECT name, mailbox, until FROM alias WHERE domain = %s ORDER BY name",
            "member": "SELECT member.* FROM member JOIN mailbox ON id = member WHERE domain = %s ORDER BY 1, 2",
            "note": "SELECT note.* FROM note JOIN mailbox ON id = mailbox WHERE domain = %s ORDER BY 1, 2",
        }
        with mailboxes.by_hand(self.lab) as connection:
            return {name: connection.execute(query, [self.domain]).fetchall() for name, query in tables.items()}


def _told(row: Sequence[object], sets: Mapping[str, list[tuple[object, ...]]]) -> dict[str, object]:
    found = dict(zip(_FACTS, row[3:], strict=True))
    if row[1] == "group":
        del found["whenDisabled"]
    found["forwardUntil"] = found["forwardUntil"] and str(found["forwardUntil"])
    for name, pairs in sets.items():
        values = frozenset(str(value) for id_, value in pairs if id_ == row[0])
        found[name] = next(iter(values), None) if name == "retired" else values
    return {fact: value for fact, value in found.items() if value not in (None, "", frozenset())}


def _variable(path: str, name: str) -> object:
    return yaml.safe_load((INVENTORY / path).read_text(encoding="utf-8"))[name]
