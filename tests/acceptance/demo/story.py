"""The demonstration, step by step. Each proof is noted; what cannot be done at all ends it with an exception."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chonai.reports.papers.faces import text_faces
from tests.acceptance.demo import images
from tests.acceptance.demo.balance import COLUMNS, balance, lines
from tests.acceptance.demo.branch import BranchOffice
from tests.acceptance.demo.cast import Cast, cast
from tests.acceptance.demo.doing import Keyring, Trial
from tests.acceptance.demo.domain import LGWAN, Login, staff_password
from tests.acceptance.demo.dumps import SERVER_WRITTEN
from tests.acceptance.demo.followed import Abilities, Followed, box_names, expected, followed
from tests.acceptance.demo.shell import Shell, shell
from tests.acceptance.demo.teller import Teller, short
from tests.city import gaiji
from tests.lab import LAB

FILES = "inventories/shiomino/files"
YEAR = {
    "orders": f"{FILES}/orders-2026.csv",
    "roster": f"{FILES}/roster-2026.xlsx",
    "organisation": f"{FILES}/organisation-2026.csv",
    "reorganisation": f"{FILES}/reorganisation-2026.csv",
    "effective_date": "2026-04-01",
}
KEYS, CLERK = LAB / "keys", LAB / "bin/fake-clerk"
SYSTEMS = "samba_dc,mail,fake_product,bind,address_ledgers"


@dataclass
class Story(Teller):
    """The year's change of 汐見野市 on all seven systems; and a branch office at the end."""

    folder: Path = Path()
    images: Mapping[str, str] = field(default_factory=dict)
    keys: Keyring = field(default_factory=Keyring)
    yesterday: Mapping[str, Abilities] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shell: Shell = shell(self.folder, LAB)

    def tell(self) -> bool:
        """The whole of it; whether every proof held."""
        self.say("intro")
        self.prepare()
        id_ = self.plan()
        people = cast(self.look(id_), self.images[LGWAN.host], {person.account for person in followed()})
        self.introduce(people)
        self.before(people)
        self.approve(id_)
        self.apply(id_)
        self.after(id_, people)
        self.plan_again()
        self.print_papers(id_)
        table = self.balance(id_)
        self.undo(id_, people)
        BranchOffice(self, self.shell).tell()
        return self.conclude(table)

    def prepare(self) -> None:
        """The lab runs and all systems are as seeded; what they hold is noted."""
        self.step("lab")
        playbook = ("ansible-playbook", "-i", "inventories/shiomino", "playbooks/lab.yml")
        self.shell.run(*playbook, lines=0)
        self.shell.run(*playbook, "-e", "lab_state=reset", "--limit", SYSTEMS, lines=0)
        self.step("before")
        self.images = self.note("before")

    def note(self, when: str) -> dict[str, str]:
        """All systems as they are, kept in files too."""
        found = images.take()
        for host, image in found.items():
            file = self.folder / f"{when}-{host}.txt"
            file.write_text(image, encoding="utf-8")
            self.say("noted", host=host, count=images.count(host, image), file=short(file))
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
        self.say("followed", count=len(followed()))
        print("".join(f"    {one.order}: {one.name} ({one.account})\n" for one in followed()), end="")

    def before(self, people: Cast) -> None:
        """How it is on the day before."""
        self.step("yesterday")
        mover, password = people.mover, staff_password()
        self.prove("proof_old_before", holds=LGWAN.opens(mover.account, password, mover.old))
        self.prove("proof_new_before", holds=not LGWAN.opens(mover.account, password, mover.new))
        self.prove("proof_leaver_before", holds=LGWAN.login(people.leaver.account, password) is Login.WELCOME)
        self.yesterday = self.try_all("before")
        self.prove("proof_all_before", holds=not self.differing("before", self.yesterday))

    def try_all(self, when: str) -> dict[str, Abilities]:
        """What the people who are followed can do, found out by doing it."""
        self.say("tried", count=len(followed()))
        return Trial(followed(), self.keys, when).abilities()

    def differing(self, when: str, found: Mapping[str, Abilities]) -> list[str]:
        """Who can do something else than the city's records say; told at once."""
        wanted = {person.account: expected(when, person) for person in followed()}
        return [
            self._tell_difference(one, wanted, found) for one in followed() if wanted[one.account] != found[one.account]
        ]

    def _tell_difference(
        self, person: Followed, wanted: Mapping[str, Abilities], found: Mapping[str, Abilities]
    ) -> str:
        line = f"{person.order} {person.name}: {found[person.account]} != {wanted[person.account]}"
        print(f"    {line}", flush=True)
        return line

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
        """By two people; a third imports the files of the products that take files."""
        self.step("apply")
        self.shell.run("chonai", "apply", id_, "--operator", "sato", "--watcher", "tanaka", clerk=CLERK)
        self.prove("proof_applied", holds=self.look(id_)["state"] == "applied")

    def after(self, id_: str, people: Cast) -> None:
        """How it is on the first day."""
        self.step("today")
        self.say("passwords")
        self.keys = self.initial_passwords(id_)
        self.join(people.joiner.account)
        mover, password = people.mover, staff_password()
        self.prove("proof_new_after", holds=LGWAN.opens(mover.account, password, mover.new))
        self.prove("proof_old_after", holds=not LGWAN.opens(mover.account, password, mover.old))
        self.prove("proof_leaver", holds=LGWAN.login(people.leaver.account, password) is Login.DISABLED)
        self.prove("proof_all_after", holds=not self.differing("after", self.try_all("after")))

    def initial_passwords(self, id_: str) -> Keyring:
        """What the personnel section would hand to the joiners."""
        said = self.shell.read("chonai", "passwords", id_, "--key", str(KEYS / "jinji"), "--format", "csv")
        rows = list(csv.reader(io.StringIO(said.removeprefix("\ufeff"))))[1:]
        owners = {name: account for account, name in box_names("after").items()}
        return Keyring({(row[0], owners.get(row[1], row[1])): row[-1] for row in rows})

    def join(self, account: str) -> None:
        """A joiner's first morning."""
        initial = self.keys.of(LGWAN.host, account)
        answer = LGWAN.login(account, initial)
        self.say("told", answer=answer.value)
        own = f"Shiomino-{secrets.token_hex(6)}"
        said = LGWAN.change_password(account, initial, own)
        self.say("kinit")
        print("".join(f"    {line}\n" for line in said.splitlines() if line.strip()), end="")
        self.prove("proof_told", holds=answer is Login.MUST_CHANGE and "change it now" in said)
        self.prove("proof_joiner", holds=LGWAN.login(account, own) is Login.WELCOME)

    def plan_again(self) -> None:
        """The same request to systems that are as it wants them."""
        self.step("again")
        known = len(json.loads(self.shell.read("chonai", "list", "--format", "json"))["change_sets"])
        self.shell.run(*self._playbook())
        now = len(json.loads(self.shell.read("chonai", "list", "--format", "json"))["change_sets"])
        self.prove("proof_again", holds=now == known)

    def print_papers(self, id_: str) -> None:
        """All papers of the change; old ones of an earlier demonstration go first."""
        self.step("papers")
        folder = self.folder / "papers"
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        names = {name: str(folder / f"20260401_{title}") for name, title in PAPERS.items()}
        self.shell.run("chonai", "report", "review", id_, "--output", names["review"])
        self.shell.run("chonai", "report", "work", id_, "--output", names["work"])
        font = self.folder / "gaiji.ttf"
        gaiji.write(text_faces().faces[0].path, font)
        slips = ["--slips", names["slips"], "--receipts", names["receipts"], "--font", str(font)]
        self.shell.run("chonai", "passwords", id_, "--key", str(KEYS / "jinji"), *slips)
        roster = ["--roster", YEAR["roster"], "--organisation", YEAR["organisation"]]
        self.shell.run("chonai", "report", "unused", *roster, "--output", names["unused"])
        self.prove("proof_papers", holds={str(path) for path in folder.iterdir()} == set(names.values()))

    def balance(self, id_: str) -> list[str]:
        """The table: what became of how many objects on each system."""
        said = json.loads(self.shell.read("chonai", "journal", "show", id_, "--objects", "--format", "json"))
        found = balance(self.look(id_), said["objects"])
        self.prove("proof_none_failed", holds=not any(counts["failed"] for counts in found.values()))
        return list(lines(found, {name: self.word(f"column_{name}") for name in COLUMNS}))

    def undo(self, id_: str, people: Cast) -> None:
        """The way back, and whether it leads all the way."""
        self.step("undo")
        back = offered(self.shell.run("chonai", "undo", id_))
        self.shell.run("chonai", "approve", back, "--as", "suzuki", "--key", str(KEYS / "suzuki"), lines=7)
        self.shell.run("chonai", "apply", back, "--operator", "sato", "--watcher", "tanaka", clerk=CLERK)
        self.prove("proof_undone", holds=self.look(id_)["state"] == "undone")
        self.step("compare")
        for host, now in self.note("after").items():
            found = images.compare(host, self.images[host], now)
            self.say("differs", host=host, count=len(found))
            print("".join(f"    {line[:300]}\n" for line in found[:20]), end="")
            self.prove("proof_equal", holds=not found, host=host)
        self.say("server_written", names=", ".join(sorted(SERVER_WRITTEN)))
        mover, password = people.mover, staff_password()
        self.prove("proof_leaver_back", holds=LGWAN.login(people.leaver.account, password) is Login.WELCOME)
        self.prove("proof_old_back", holds=LGWAN.opens(mover.account, password, mover.old))
        self.keys = Keyring()
        self.prove("proof_all_back", holds=self.try_all("before") == self.yesterday)

    def conclude(self, balance: Sequence[str]) -> bool:
        """The journal, the table of all proofs, and that of all systems."""
        self.step("journal")
        self.shell.run("chonai", "journal", "verify")
        self.prove("proof_journal", holds=True)
        self.step("balance")
        print("".join(f"  {line}\n" for line in balance), end="")
        self.say("papers_lie", folder=short(self.folder / "papers"))
        held = self.table()
        self.say("look", site=short(self.folder / "site.yml"))
        return held


PAPERS = {
    "review": "新旧対照表.xlsx",
    "work": "作業報告書_v1.0.docx",
    "slips": "初期パスワード通知書.pdf",
    "receipts": "受領簿.pdf",
    "unused": "棚卸し.xlsx",
}


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
