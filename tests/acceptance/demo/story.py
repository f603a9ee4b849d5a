"""The demonstration, step by step. Each proof is noted; what cannot be done at all ends it with an exception."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.acceptance.demo.cast import Cast, cast
from tests.acceptance.demo.domain import DOMAINS, LAB, LGWAN, Login, staff_password
from tests.acceptance.demo.dumps import SERVER_WRITTEN, differences, objects
from tests.acceptance.demo.shell import ROOT, Shell, shell

FILES = "inventories/shiomino/files"
YEAR = {
    "orders": f"{FILES}/orders-2026.csv",
    "roster": f"{FILES}/roster-2026.xlsx",
    "organisation": f"{FILES}/organisation-2026.csv",
    "reorganisation": f"{FILES}/reorganisation-2026.csv",
    "effective_date": "2026-04-01",
}
KEYS = LAB / "keys"


@cache
def words(language: str) -> dict[str, str]:
    """The sentences in one language."""
    path = Path(__file__).with_name(f"words.{language}.yml")
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@dataclass
class Story:
    """Tells the demonstration and notes what was proved."""

    language: str
    folder: Path
    chapter: int = 0
    proofs: list[tuple[str, bool]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.shell: Shell = shell(self.folder, LAB)
        self.dumps: dict[str, str] = {}

    def tell(self) -> bool:
        """The whole of it; whether every proof held."""
        self.say("intro")
        self.prepare()
        id_ = self.plan()
        people = cast(json.loads(self.shell.read("chonai", "show", id_, "--format", "json")), self.dumps[LGWAN.server])
        self.introduce(people)
        self.before(people)
        self.approve(id_)
        self.apply(id_)
        self.after(id_, people)
        self.plan_again()
        self.undo(id_, people)
        return self.conclude()

    def say(self, code: str, **fields: object) -> None:
        """One sentence."""
        print(words(self.language)[code].format(**fields), flush=True)

    def step(self, code: str) -> None:
        """A heading."""
        self.chapter += 1
        print(f"\n\n━━ {self.chapter}. ", end="")
        self.say(code)

    def prove(self, code: str, *, holds: bool) -> None:
        """Note whether something is so."""
        self.proofs.append((code, holds))
        print(f"  [{self._verdict(holds=holds)}] {words(self.language)[code]}", flush=True)

    def _verdict(self, *, holds: bool) -> str:
        return words(self.language)["held" if holds else "failed"]

    def prepare(self) -> None:
        """The lab runs and both domains are as seeded; what they hold is noted."""
        self.step("lab")
        playbook = ("ansible-playbook", "-i", "inventories/shiomino", "playbooks/lab.yml")
        self.shell.run(*playbook, lines=0)
        self.shell.run(*playbook, "-e", "lab_state=reset", "--limit", "samba_dc", lines=0)
        self.step("before")
        self.dumps = self.dump("before")

    def dump(self, when: str) -> dict[str, str]:
        """Both domains as LDIF, kept in files too."""
        found = {}
        for domain in DOMAINS:
            found[domain.server] = domain.dump()
            file = self.folder / f"{when}-{domain.server}.ldif"
            file.write_text(found[domain.server], encoding="utf-8")
            self.say("dumped", host=domain.host, count=len(objects(found[domain.server])), file=_short(file))
        return found

    def plan(self) -> str:
        """The id of the change set that the playbook offers for approval."""
        self.step("plan")
        said = self.shell.run(*self._playbook())
        self.step("show")
        id_ = offered(said)
        print(f"\n$ chonai show {id_}")
        for line in excerpt(self.shell.read("chonai", "show", id_).splitlines()):
            print(f"  {line}")
        return id_

    def _playbook(self) -> Sequence[str]:
        # Everything in one night: deletions that are due come back with the undo, too.
        variables = [part for name, value in {**YEAR, "phase": "whole"}.items() for part in ("-e", f"{name}={value}")]
        return ["ansible-playbook", "-i", "inventories/shiomino", "playbooks/personnel_change.yml", *variables]

    def introduce(self, people: Cast) -> None:
        """Who is followed."""
        self.step("cast")
        mover = people.mover
        self.say("joiner", name=people.joiner.name, account=people.joiner.account, reason=people.joiner.reason)
        self.say("mover", name=mover.name, account=mover.account, reason=mover.reason, old=mover.old, new=mover.new)
        self.say("leaver", name=people.leaver.name, account=people.leaver.account, reason=people.leaver.reason)

    def before(self, people: Cast) -> None:
        """How it is on the day before."""
        self.step("yesterday")
        mover, password = people.mover, staff_password()
        self.prove("proof_old_before", holds=LGWAN.opens(mover.account, password, mover.old))
        self.prove("proof_new_before", holds=not LGWAN.opens(mover.account, password, mover.new))
        self.prove("proof_leaver_before", holds=LGWAN.login(people.leaver.account, password) is Login.WELCOME)

    def approve(self, id_: str) -> None:
        """By its author in vain, then by another."""
        self.step("own_approval")
        self.shell.run("chonai", "approve", id_, "--as", "sato", "--key", str(KEYS / "sato"), expect=3, lines=7)
        self.prove("proof_self", holds=self.look(id_)["state"] == "sealed")
        self.step("approve")
        self.shell.run("chonai", "approve", id_, "--as", "suzuki", "--key", str(KEYS / "suzuki"), lines=7)

    def look(self, id_: str) -> dict[str, Any]:
        """The change set as programs see it."""
        data: dict[str, Any] = json.loads(self.shell.read("chonai", "show", id_, "--format", "json"))
        return data

    def apply(self, id_: str) -> None:
        """By two people."""
        self.step("apply")
        self.shell.run("chonai", "apply", id_, "--operator", "sato", "--watcher", "tanaka")
        self.prove("proof_applied", holds=self.look(id_)["state"] == "applied")

    def after(self, id_: str, people: Cast) -> None:
        """How it is on the first day."""
        self.step("today")
        self.say("passwords")
        self.join(people.joiner.account, self.initial_password(id_, people.joiner.account))
        mover, password = people.mover, staff_password()
        self.prove("proof_new_after", holds=LGWAN.opens(mover.account, password, mover.new))
        self.prove("proof_old_after", holds=not LGWAN.opens(mover.account, password, mover.old))
        self.prove("proof_leaver", holds=LGWAN.login(people.leaver.account, password) is Login.DISABLED)

    def initial_password(self, id_: str, account: str) -> str:
        """What the personnel section would hand to the joiner."""
        said = self.shell.read("chonai", "passwords", id_, "--key", str(KEYS / "jinji"), "--format", "csv")
        rows = list(csv.reader(io.StringIO(said.removeprefix("\ufeff"))))
        return next(row[-1] for row in rows if row[:2] == [LGWAN.host, account])

    def join(self, account: str, initial: str) -> None:
        """A joiner's first morning."""
        answer = LGWAN.login(account, initial)
        self.say("told", answer=answer.value)
        own = f"Shiomino-{secrets.token_hex(6)}"
        said = LGWAN.change_password(account, initial, own)
        self.say("kinit")
        print("".join(f"    {line}\n" for line in said.splitlines() if line.strip()), end="")
        self.prove("proof_told", holds=answer is Login.MUST_CHANGE and "change it now" in said)
        self.prove("proof_joiner", holds=LGWAN.login(account, own) is Login.WELCOME)

    def plan_again(self) -> None:
        """The same request to domains that are as it wants them."""
        self.step("again")
        known = len(json.loads(self.shell.read("chonai", "list", "--format", "json"))["change_sets"])
        self.shell.run(*self._playbook())
        now = len(json.loads(self.shell.read("chonai", "list", "--format", "json"))["change_sets"])
        self.prove("proof_again", holds=now == known)

    def undo(self, id_: str, people: Cast) -> None:
        """The way back, and whether it leads all the way."""
        self.step("undo")
        back = offered(self.shell.run("chonai", "undo", id_))
        self.shell.run("chonai", "approve", back, "--as", "suzuki", "--key", str(KEYS / "suzuki"), lines=7)
        self.shell.run("chonai", "apply", back, "--operator", "sato", "--watcher", "tanaka")
        self.prove("proof_undone", holds=self.look(id_)["state"] == "undone")
        self.step("compare")
        now = self.dump("after")
        for domain in DOMAINS:
            found = differences(self.dumps[domain.server], now[domain.server])
            self.say("differs", host=domain.host, count=len(found))
            print("".join(f"    {line[:300]}\n" for line in found[:20]), end="")
            self.prove(f"proof_{domain.server}", holds=not found)
        self.say("server_written", names=", ".join(sorted(SERVER_WRITTEN)))
        mover, password = people.mover, staff_password()
        self.prove("proof_leaver_back", holds=LGWAN.login(people.leaver.account, password) is Login.WELCOME)
        self.prove("proof_old_back", holds=LGWAN.opens(mover.account, password, mover.old))

    def conclude(self) -> bool:
        """The journal, and the table of all proofs."""
        self.step("journal")
        self.shell.run("chonai", "journal", "verify")
        self.prove("proof_journal", holds=True)
        return self.table()

    def table(self) -> bool:
        """All proofs, and whether each held."""
        self.step("table")
        for code, holds in self.proofs:
            print(f"  {self._verdict(holds=holds)}  {words(self.language)[code]}")
        held = sum(holds for _, holds in self.proofs)
        print()
        self.say("end", held=held, count=len(self.proofs), seconds=round(time.monotonic() - self.started))
        self.say("look", site=_short(self.folder / "site.yml"))
        return held == len(self.proofs)


def offered(said: str) -> str:
    """The id of the change set that a command offers for approval."""
    return re.findall(r"chonai approve ([\w-]+) --as", said)[-1]


def excerpt(lines: list[str]) -> Iterator[str]:
    """Of a difference in full: its head, the counts of each system, and the first people who move."""
    head, first = lines.index(""), next(n for n, line in enumerate(lines) if re.match(r"  [+~>-] ", line))
    moves = next(n for n, line in enumerate(lines) if re.match(r"  > .*\(\w?\d{6}\)", line))
    yield from lines[: head + 1]
    yield from (line for line in lines[head:first] if re.match(r"\S|    ", line))
    yield "  …"
    yield from lines[moves : moves + 18]
    yield f"  … ({len(lines)})"


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
