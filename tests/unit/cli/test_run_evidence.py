"""Runs of jobs in a bundle of evidence: proved by their signatures, and whatever is changed is found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from chonai.change.canonical import canonical
from chonai.evidence import verify
from tests.unit.change.people import People
from tests.unit.cli.conftest import Run
from tests.unit.cli.runs import GOOD, a_run, unattended, with_jobs
from tests.unit.cli.test_evidence import LIES, finished, holds, made, outcome, rows_of, signed, with_rows
from tests.unit.cli.town import Town

Files = dict[str, bytes]


@pytest.fixture
def done(town: Town, run: Run) -> str:
    """The change set that the run works on."""
    with_jobs(town)
    return finished(town, run, "lgwan_ad")


@pytest.fixture
def id_(town: Town, done: str) -> str:
    return a_run(town, done)


@pytest.fixture
def raw(run: Run, id_: str) -> bytes:
    return made(run, id_)


def test_a_run_is_proved_and_its_change_set_comes_along(
    run: Run, raw: bytes, id_: str, done: str, people: People
) -> None:
    said = outcome(raw, signers=people.signers)
    told = next(line for line in said if line.startswith(f"{id_}: prepare, said to be asked for by sato"))
    assert "operator sato, watcher tanaka, approver suzuki; begun 2 times, ended: done; all 1" in told
    assert [line for line in said if line.startswith(f"{done}: sealed by sato")]
    assert not [line for line in said if "NOT" in line]
    names = verify.unpack(raw).keys()
    assert {f"papers/{id_}.docx", f"papers/{id_}.xlsx", f"runs/{id_}/request.json", f"runs/{id_}/signed-1.txt"} <= names
    assert "handed over: evidence.zip (sha256:" in run("job", "log", id_).out
    assert run("evidence", "verify", "evidence.zip").code == 0


def test_a_run_in_a_period(run: Run, id_: str, done: str) -> None:
    raw = made(run, "--from", "2026-01-01", "--to", "2099-12-31")
    manifest = json.loads(verify.unpack(raw)["manifest.json"])
    assert [one["id"] for one in manifest["change_sets"]] == [done]
    assert [one["id"] for one in manifest["runs"]] == [id_]
    assert holds(raw)


def test_a_change_set_that_is_not_here_is_said(town: Town, run: Run, done: str) -> None:
    id_ = a_run(town, "20200101-archiv")
    assert f"{id_}: it worked on 20200101-archiv, which is NOT here" in outcome(made(run, id_))


def test_any_flipped_bit_of_a_run_is_found_though_the_zip_is_whole(raw: bytes, id_: str) -> None:
    files, chosen = verify.unpack(raw), random.Random(9)
    for name in (one for one in files if one.startswith(f"runs/{id_}/")):
        for _ in range(30):
            flipped = bytearray(files[name])
            flipped[chosen.randrange(len(flipped))] ^= 1 << chosen.randrange(8)
            assert not holds(verify.pack({**files, name: bytes(flipped)})), name


def test_a_maker_who_flips_a_bit_of_what_was_signed_is_found(raw: bytes, id_: str, people: People) -> None:
    """Also where the manifest is made anew over the change."""
    files, chosen = verify.unpack(raw), random.Random(10)
    for name in (one for one in files if one.startswith(f"runs/{id_}/")):
        flipped = bytearray(files[name])
        flipped[chosen.randrange(len(flipped))] ^= 1 << chosen.randrange(7)
        assert not holds(signed({**files, name: bytes(flipped)}, people)), name


@pytest.mark.parametrize("kind", ["txt", "sig"])
def test_exchanged_signatures_are_found(raw: bytes, id_: str, people: People, kind: str) -> None:
    files = verify.unpack(raw)
    one, other = (f"runs/{id_}/signed-{number}.{kind}" for number in (1, 2))
    with pytest.raises(verify.Broken, match="another text"):
        outcome(signed({**files, one: files[other], other: files[one]}, people))


@pytest.mark.parametrize("name", LIES)
def test_a_maker_who_lies_about_rows_of_a_run_is_found(raw: bytes, people: People, name: str) -> None:
    files = verify.unpack(raw)
    lied = LIES[name](rows_of(files))
    if lied != rows_of(files):
        assert not holds(signed(with_rows(files, lied), people))


def test_another_request_a_file_more_and_a_run_less_are_found(raw: bytes, id_: str, people: People) -> None:
    files = verify.unpack(raw)
    request = json.loads(files[f"runs/{id_}/request.json"])
    other = canonical({**request, "values": {"limit": "all"}})
    with pytest.raises(verify.Broken, match="not what was asked for"):
        outcome(signed({**files, f"runs/{id_}/request.json": other}, people))
    with pytest.raises(verify.Broken, match="a file too many"):
        outcome(signed({**files, f"runs/{id_}/signed-99.sig": b"more"}, people))
    less = {name: content for name, content in files.items() if name != f"runs/{id_}/signed-1.sig"}
    assert not holds(signed(less, people))


Edit = Callable[[dict[str, object]], dict[str, object]]
BEGINNINGS: dict[str, tuple[Edit, str]] = {
    "by somebody else": (lambda data: {**data, "operator": "jinji"}, "by nobody who signed"),
    "by the scheduler": (lambda data: {**data, "operator": "scheduler"}, "by nobody who signed"),
    "unwatched": (lambda data: {**data, "watcher": None}, "without a watcher"),
    "watched by nobody who signed": (lambda data: {**data, "watcher": "jinji"}, "without a watcher"),
    "without the city": (lambda data: {**data, "rule": {"approval": "city", "watcher": True}}, "without its approval"),
}


def rewritten(files: Files, edit: Edit) -> Files:
    """The bundle with another beginning, by a maker who makes the whole chain anew: every digest fits."""
    start, *rows = rows_of(files)
    manifest, digest = json.loads(files["manifest.json"]), start["digest"]
    for row in rows:
        if row.get("event") == "run_started":
            row["data"] = json.dumps(edit(json.loads(str(row["data"]))))
        if "data" in row:
            row["rest"] = verify.hashed([row[name] for name in ("event", "system", "actor", "at", "data")])
        digest = verify.hashed([digest, row["seq"], row["change_set"], row["rest"]])
    manifest["head"] = f"chonai-journal {rows[-1]['seq']} {digest}"
    return {**with_rows(files, [start, *rows]), "manifest.json": json.dumps(manifest).encode()}


def test_a_chain_made_anew_is_found_by_an_anchor_alone(town: Town, raw: bytes, people: People) -> None:
    """So the tests below see what the verifier says of the run, and not of the chain."""
    mine = signed(rewritten(verify.unpack(raw), lambda data: {**data, "host": "elsewhere"}), people)
    assert holds(mine)
    head = json.loads(verify.unpack(raw)["manifest.json"])["head"]
    with pytest.raises(verify.Broken, match="do not go through the anchor"):
        outcome(mine, anchors=[head])


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_run_that_began_as_it_must_not_is_found(raw: bytes, people: People, name: str) -> None:
    edit, said = BEGINNINGS[name]
    with pytest.raises(verify.Broken, match=said):
        outcome(signed(rewritten(verify.unpack(raw), edit), people))


def test_a_run_that_was_cancelled_before_it_began_is_done_again(town: Town, run: Run) -> None:
    with_jobs(town)
    id_ = a_run(town, attempts=(GOOD,), is_cancelled_first=True)
    assert [line for line in outcome(made(run, id_)) if f"{id_}: prepare" in line and "begun 1 times" in line]


def test_a_run_of_the_schedule_needs_nobody_unless_its_job_does(town: Town, run: Run) -> None:
    with_jobs(town)
    id_ = unattended(town, {"approval": "none", "watcher": False})
    assert [line for line in outcome(made(run, id_)) if "signed: operator -, watcher -, approver -" in line]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"approval": "none", "watcher": True}, "by nobody who signed"),
        ({"approval": "second_person", "watcher": False}, "without its approval"),
    ],
)
def test_a_run_of_the_schedule_that_needed_somebody_is_no_evidence(
    town: Town, run: Run, rule: dict[str, object], said: str
) -> None:
    with_jobs(town)
    ran = run("evidence", "make", unattended(town, rule), "--output", "no.zip")
    assert (ran.code, said in ran.err, Path("no.zip").exists()) == (1, True, False)


def test_a_signature_of_one_run_proves_no_other(town: Town, run: Run, done: str, people: People) -> None:
    first, second = a_run(town, attempts=(GOOD,)), a_run(town, attempts=(GOOD,))
    files = verify.unpack(made(run, first, second))
    swapped = {
        name: files[name.replace(first, second) if first in name else name.replace(second, first)]
        if name.endswith((".txt", ".sig")) and name.startswith("runs/")
        else files[name]
        for name in files
    }
    assert Path("evidence.zip").exists()
    with pytest.raises(verify.Broken, match="another text"):
        outcome(signed(swapped, people))


def test_bundles_of_before_runs_still_hold(raw: bytes, id_: str, people: People) -> None:
    files = verify.unpack(raw)
    manifest = json.loads(files["manifest.json"])
    del manifest["runs"]
    old = {**files, "manifest.json": json.dumps({**manifest, "form": 1}).encode()}
    assert holds(signed(old, people))
    for form in (0, 3, "2"):
        newer = {**files, "manifest.json": json.dumps({**manifest, "form": form}).encode()}
        with pytest.raises(verify.Broken, match="form"):
            outcome(signed(newer, people))
