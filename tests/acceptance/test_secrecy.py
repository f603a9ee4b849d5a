"""A year's change before its announcement (公表): what is left behind names nobody, nothing applies it; then it goes as
any other.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from io import StringIO
from pathlib import Path

import ansible_runner
import pytest

from chonai.reports.as_text import as_text
from chonai.site import Crew, Site, find_site
from chonai.site.applying import apply_all
from chonai.site.approving import approve
from chonai.site.inventory import settings_of
from chonai.site.reporting import review
from chonai.site.undoing import undo
from tests.acceptance.demo.domain import DOMAINS
from tests.acceptance.demo.dumps import differences
from tests.acceptance.demo.shell import ROOT
from tests.acceptance.stage import CREW, FILES, SMALL, Stage, refusal, reset, stage, told, untouched
from tests.lab import LAB

ANNOUNCED = (datetime.now().astimezone() + timedelta(days=2)).replace(microsecond=0)
CODECS = ("utf-8", "cp932", "utf-16-le", "utf-16-be")
KEYS = LAB / "keys"
HOSTS = [domain.host for domain in DOMAINS]
WINDOW = 6
"""Bytes of the shortest word that is looked for: four are found by chance in a megabyte of encrypted ones."""
FILE_NAMES = {"orders": "秘_税務課の異動.csv", "roster": "秘_名簿.xlsx"}


@dataclass(frozen=True)
class Secrets:
    """What may not be seen of the orders: names, readings, sections; and staff numbers, which are digits."""

    words: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, orders: Path) -> Secrets:
        text = orders.read_text(encoding="cp932")
        table = csv.DictReader(StringIO(text[text.index("発令番号,") :]))
        rows = [row for row in table if (row["職員番号"] or "").isdigit()]
        columns = ("漢字氏名", "カナ氏名", "旧姓", "新課名", "旧課名", "新部名", "旧部名")
        words = {row[column] for row in rows for column in columns if len(row[column] or "") > 1}
        spaceless = {re.sub(r"\s", "", word) for word in words}
        folded = {unicodedata.normalize("NFKC", word) for word in words}
        numbers = {row["職員番号"] for row in rows}
        return cls(frozenset(words | spaceless | folded), frozenset(numbers))

    def found(self, raw: bytes) -> list[str]:
        """Those that are in these bytes, in any encoding that a program could have used."""
        windows = {raw[n : n + WINDOW] for n in _places(raw, self.windows)}
        seen = {word for form, word in self.forms.items() if form[:WINDOW] in windows and form in raw}
        digits = set(re.findall(rb"(?<![0-9A-Za-z.+/])[0-9]{6}(?![0-9A-Za-z+/])", raw))
        return sorted(seen | {number for number in self.numbers if number.encode() in digits})

    @cached_property
    def forms(self) -> dict[bytes, str]:
        """Every word as bytes."""
        escaped = {json.dumps(word)[1:-1].encode(): word for word in self.words}
        forms = escaped | {word.encode(codec): word for word in self.words for codec in CODECS if _fits(word, codec)}
        return {form: word for form, word in forms.items() if len(form) >= WINDOW}

    @cached_property
    def windows(self) -> frozenset[bytes]:
        """How they begin: thousands of words are looked for in one pass."""
        return frozenset(form[:WINDOW] for form in self.forms)


def _places(raw: bytes, windows: frozenset[bytes]) -> Iterator[int]:
    return (n for n in range(len(raw) - WINDOW + 1) if raw[n : n + WINDOW] in windows)


def _fits(word: str, codec: str) -> bool:
    try:
        word.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def inflated(raw: bytes) -> bytes:
    """Whatever in these bytes is compressed in a usual way."""
    found = b""
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", raw):
        try:
            found += zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw[start.start() :], 10_000_000)
        except zlib.error:
            continue
    return found


def leaks(secrets: Secrets, folder: Path) -> dict[str, list[str]]:
    """What the files of a folder give away, but for the site file, which names the city's offices."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "site.yml")
    files = {path: path.read_bytes() for path in paths}
    found = {str(path): secrets.found(raw + inflated(raw)) for path, raw in files.items()}
    return {path: names for path, names in found.items() if names}


@dataclass(frozen=True, slots=True)
class Night:
    """The year's change, planned confidentially by a playbook at its most talkative."""

    terminal: Stage
    folder: Path
    request: dict[str, str]
    secrets: Secrets
    said: str
    id: str

    def at(self, now: datetime) -> Site:
        """The site as it is at some time."""
        return Site(find_site(self.terminal.shell.environment, ROOT), lambda: now)


@pytest.fixture(scope="module")
def seeded(lab: Path) -> Iterator[None]:
    reset()
    yield
    reset()


@pytest.fixture(scope="module")
def night(seeded: None, tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("night")
    for part in ("files", "runner", "site", "tmp"):
        (folder / part).mkdir()
    request = {
        "orders": str(folder / "files" / FILE_NAMES["orders"]),
        "roster": str(folder / "files" / FILE_NAMES["roster"]),
        "organisation": str(FILES / "organisation-2026.csv"),
        "reorganisation": str(FILES / "reorganisation-2026.csv"),
        "effective_date": "2026-04-01",
        "announced_at": ANNOUNCED.isoformat(),
    }
    shutil.copy(FILES / "orders-2026.csv", request["orders"])
    shutil.copy(FILES / "roster-2026.xlsx", request["roster"])
    terminal = stage(folder / "site")
    with Site.open(find_site(terminal.shell.environment, ROOT)) as site:  # its write-ahead log stays while it is open
        assert site.has_store
        with untouched():
            run = ansible_runner.run(
                private_data_dir=str(folder / "runner"),
                project_dir=str(ROOT),
                inventory=str(ROOT / "inventories/shiomino"),
                playbook=str(ROOT / "playbooks/personnel_change.yml"),
                extravars=request,
                limit=",".join(HOSTS),
                envvars={**terminal.shell.environment, "ANSIBLE_DEBUG": "1", "TMPDIR": str(folder / "tmp")},
                verbosity=4,
                quiet=True,
                settings={"idle_timeout": 600},
            )
        said = (folder / "runner/artifacts" / run.config.ident / "stdout").read_text(encoding="utf-8")
        assert run.rc == 0, said[-4000:]
        shutil.copytree(folder / "site", folder / "open")
    (change,) = terminal.change_sets
    return Night(terminal, folder, request, Secrets.of(FILES / "orders-2026.csv"), said, change["id"])


def test_nothing_that_is_left_behind_names_anybody(night: Night) -> None:
    assert len(night.secrets.numbers) > 400
    assert (night.folder / "open/chonai.db-wal").stat().st_size > 100_000
    for part in ("runner", "site", "open", "tmp"):
        assert leaks(night.secrets, night.folder / part) == {}
    given = [*(night.folder / "site").iterdir(), *(night.folder / "runner/artifacts").rglob("*.json")]
    assert not [path for path in given if "秘_".encode() in path.read_bytes()]
    assert "秘_" not in night.said
    assert "lgwan_ad" in night.said


def test_everybody_sees_the_numbers_and_who_can_read(night: Night) -> None:
    for command in (
        ("show", night.id),
        ("show", night.id, "--format", "json"),
        ("show", night.id, "--format", "html"),
        ("list",),
        ("journal", "show", night.id, "--format", "json"),
        ("journal", "show", night.id, "--objects"),
    ):
        done = night.terminal.chonai(*command)
        assert done.returncode == 0, told(done)
        assert night.secrets.found(told(done).encode()) == []
    data = json.loads(night.terminal.shell.read("chonai", "show", night.id, "--format", "json"))
    assert sum(data["plans"][0]["counts"].values()) > 500
    assert "sato, suzuki, tanaka, jinji" in told(night.terminal.chonai("show", night.id))


def test_no_way_of_planning_or_applying_gets_around_it(night: Night) -> None:
    done = night.terminal.approve(night.id)
    assert done.returncode == 0, told(done)
    start = ("--start-at-task", "Apply to all systems side by side")
    early = {"not_before": "2026-01-01T00:00", "announced_at": "2026-01-01T00:00"}
    with untouched():
        for done in (
            night.terminal.playbook("change", change_id=night.id, **CREW),
            night.terminal.playbook("change", *start, change_id=night.id, **CREW, **early),
            night.terminal.module("personnel", "change_apply", id=night.id, **CREW),
            night.terminal.module("lgwan_ad", "change_undo", id=night.id),
        ):
            said = refusal(done)
            assert "site.not_announced" in said or "site.not_undoable" in said
            assert night.secrets.found(said.encode()) == []
        applied = night.terminal.chonai("apply", night.id, "--operator", "sato", "--watcher", "tanaka")
        assert (applied.returncode, "until its announcement" in told(applied)) == (3, True)
    assert night.terminal.state(night.id) == "approved"
    assert "site.not_announced" in night.terminal.shell.read("chonai", "journal", "show", night.id, "--format", "json")


def test_accounts_are_not_prepared_either(night: Night) -> None:
    id_ = night.terminal.plan(**SMALL, announced_at=ANNOUNCED.isoformat(), phase="prepare")
    assert night.terminal.approve(id_).returncode == 0
    with untouched():
        assert "site.not_announced" in refusal(night.terminal.playbook("change", change_id=id_, **CREW))


def test_wrong_rows_are_told_by_their_place_and_read_with_a_key(night: Night, tmp_path: Path) -> None:
    text = (FILES / "orders-small.csv").read_text(encoding="cp932")
    file = tmp_path / "秘_誤り.csv"
    file.write_text(text.replace("2026-04-01,11", "2026-13-01,11").replace("000", "ABC"), encoding="cp932")
    secrets = Secrets.of(FILES / "orders-small.csv")
    terminal = stage(tmp_path / "site")
    request = {**night.request, "orders": str(file), "organisation": str(FILES / "organisation-2025.csv")}
    for name in ("roster", "reorganisation"):
        del request[name]
    said = refusal(terminal.playbook("personnel_change", "-vvv", **request))
    assert secrets.found(said.encode()) == []
    assert not [word for word in ("2026-13-01", "秘_") if word in said]
    assert re.search(r"orders, row 2, 発令日 \\?\"\(withheld\)", said)
    absent = refusal(terminal.playbook("personnel_change", "-vvv", **{**request, "orders": f"{file}.xlsx"}))
    assert "秘_" not in absent
    assert "The file orders (orders) does not exist" in absent
    plan = re.search(r"chonai plan (plan-[0-9a-f]+) --key FILE", said)
    assert plan is not None
    assert terminal.chonai("plan", plan[1]).returncode == 3
    read = terminal.chonai("plan", plan[1], "--key", str(KEYS / "jinji"))
    assert (read.returncode, "2026-13-01" in read.stdout) == (0, True)
    assert leaks(secrets, tmp_path / "site") == {}


def test_after_the_announcement_it_is_shown_applied_and_taken_back(night: Night) -> None:
    before = {domain.server: domain.dump() for domain in DOMAINS}
    systems = settings_of(ROOT / "inventories/shiomino", HOSTS)
    crew = Crew("sato", "tanaka")
    with night.at(ANNOUNCED) as site:
        shown = "".join(as_text(review(site, night.id), "ja"))
        assert len(night.secrets.found(shown.encode())) > 500
        outcomes = apply_all(site, night.id, crew, systems, lambda *_: None)
        assert all(outcome.tally and outcome.tally.complete for outcome in outcomes)
        shown = night.terminal.shell.read("chonai", "journal", "show", night.id)
        assert "made readable after its announcement" in shown
        back = undo(site, night.id, systems, site.author()).change_set.id
        approve(site, back, principal="suzuki", releases=[], key=KEYS / "suzuki")
        outcomes = apply_all(site, back, crew, systems, lambda *_: None)
        assert all(outcome.tally and outcome.tally.complete for outcome in outcomes)
    assert leaks(night.secrets, night.folder / "site")  # whoever looks would have found it before
    assert [differences(before[domain.server], domain.dump()) for domain in DOMAINS] == [[], []]
    assert night.terminal.state(night.id) == "undone"
    assert night.terminal.chonai("journal", "verify").returncode == 0
