"""A bundle of evidence proves itself elsewhere, and whatever is changed in it is found."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chonai.change import journal
from chonai.change.journal import GENESIS, Anchor, former_link
from chonai.change.ports import Row
from chonai.change.signature import read_signers, sign
from chonai.evidence import verify
from chonai.evidence.bundle import Case, Contents, Making, make_bundle
from tests.stores import behind_its_back
from tests.unit.change.people import People
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_secrecy import leaks
from tests.unit.cli.town import MASS_LEAVE, Town, wanted

CREW = ("--operator", "sato", "--watcher", "tanaka")
FLIPS = 3000
Files = dict[str, bytes]


def finished(town: Town, run: Run, *systems: str) -> str:
    """A change set that was approved, with a brake released, and applied."""
    id_ = town.seal(*wanted(), *systems, brakes=(MASS_LEAVE,))
    key = town.people.key("suzuki")
    assert run("approve", id_, "--as", "suzuki", "--key", key, "--release", "mass_leave").code == 0
    assert run("apply", id_, *CREW).code == 0
    return id_


def made(run: Run, *what: str, name: str = "evidence.zip") -> bytes:
    ran = run("evidence", "make", *what, "--output", name)
    assert (ran.code, ran.err) == (0, "")
    return Path(name).read_bytes()


@pytest.fixture
def other(town: Town, run: Run) -> str:
    """Something else that happened before, in between and after."""
    return town.seal(*wanted(), "ext_ad")


@pytest.fixture
def done(town: Town, run: Run, other: str) -> str:
    id_ = finished(town, run, "lgwan_ad")
    assert run("withdraw", other, "--as", "sato", "--why", "not needed", "--yes").code == 0
    return id_


@pytest.fixture
def raw(run: Run, done: str) -> bytes:
    return made(run, done)


def outcome(raw: bytes, **more: object) -> list[str]:
    """What is said of a bundle that holds."""
    said: list[str] = []
    verify.check(raw, lambda english, _: said.append(english), **more)  # type: ignore[arg-type]
    return said


def holds(raw: bytes) -> bool:
    try:
        outcome(raw)
    except (verify.Broken, *verify.UNEXPECTED):
        return False
    return True


def signed(files: Files, people: People, name: str = "sato") -> bytes:
    """The bundle as somebody with a key would make it of other files: the manifest fits and is signed."""
    manifest = json.loads(files["manifest.json"])
    listed = files.keys() - {"manifest.json", "manifest.sig"}
    manifest["files"] = {one: "sha256:" + hashlib.sha256(files[one]).hexdigest() for one in listed}
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()
    signature = sign(text, people.key(name), namespace="chonai-evidence").encode()
    return verify.pack({**files, "manifest.json": text, "manifest.sig": signature})


def rows_of(files: Files) -> list[dict[str, object]]:
    return [json.loads(line) for line in files["journal.jsonl"].decode().splitlines()]


def with_rows(files: Files, rows: list[dict[str, object]]) -> Files:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return {**files, "journal.jsonl": lines.encode()}


def test_a_bundle_verifies_with_a_bare_python(raw: bytes, tmp_path: Path, people: People, done: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "bundle.zip").write_bytes(raw)
    with zipfile.ZipFile(elsewhere / "bundle.zip") as archive:
        archive.extract("verify.py", elsewhere)
        assert archive.testzip() is None
    shutil.copy(people.signers, elsewhere / "signers")
    command = [sys.executable, "-I", "-S", "verify.py", "bundle.zip"]
    nothing = {"PATH": os.environ["PATH"], "TZ": "America/New_York"}
    ran = subprocess.run(command, cwd=elsewhere, env=nothing, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "NOT proved here" in ran.stdout
    assert f"{done}: sealed by sato, approved by suzuki, 5 of 5 made" in ran.stdout
    assert "検証成功 / VERIFIED" in ran.stdout
    more = [*command, "--signers", "signers"]
    ran = subprocess.run(more, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert "NOT" not in ran.stdout
    (elsewhere / "bundle.zip").write_bytes(raw[:-1])
    ran = subprocess.run(more, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "検証失敗" in ran.stdout
    assert "NOT VERIFIED" in ran.stdout


def test_the_command_says_the_same(run: Run, raw: bytes, people: People) -> None:
    ran = run("evidence", "verify", "evidence.zip", "--signers", people.signers)
    assert (ran.code, ran.err) == (0, "")
    assert "all of it holds" in ran.out
    Path("cut.zip").write_bytes(raw[:-7])
    ran = run("evidence", "verify", "cut.zip")
    assert (ran.code, ran.out) == (1, "")
    assert "damaged" in ran.err
    assert run("evidence", "verify", "missing.zip").code == 2


def test_any_flipped_bit_is_found(raw: bytes) -> None:
    chosen = random.Random(7)
    for _ in range(FLIPS):
        flipped = bytearray(raw)
        flipped[chosen.randrange(len(raw))] ^= 1 << chosen.randrange(8)
        assert not holds(bytes(flipped))


def test_any_flipped_bit_in_a_file_is_found_though_the_zip_is_whole(raw: bytes) -> None:
    files, chosen = verify.unpack(raw), random.Random(8)
    for name, content in files.items():
        for _ in range(30):
            flipped = bytearray(content)
            flipped[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
            assert not holds(verify.pack({**files, name: bytes(flipped)})), name


def test_every_bit_of_the_signature_of_the_manifest_counts(raw: bytes) -> None:
    files = verify.unpack(raw)
    text = files["manifest.sig"]
    for position in [*range(28, 40), *range(len(text) - 40, len(text))]:
        for bit in range(8):
            flipped = bytearray(text)
            flipped[position] ^= 1 << bit
            assert not holds(verify.pack({**files, "manifest.sig": bytes(flipped)})), (position, bit)


def test_the_same_evidence_is_the_same_bytes(town: Town, run: Run, done: str) -> None:
    first, second = made(run, done, name="a.zip"), made(run, done, name="b.zip")
    one, other = verify.unpack(first), verify.unpack(second)
    assert one.keys() == other.keys()
    same = {name for name in one if one[name] == other[name]}
    assert {"allowed_signers", "verify.py", "README.txt", f"change-sets/{done}/change-set.json"} <= same
    assert verify.pack(dict(reversed(list(one.items())))) == first


ZIPS: dict[str, Callable[[bytes], bytes]] = {
    "bytes before": lambda raw: b"#!/bin/sh\n" + raw,
    "bytes after": lambda raw: raw + b"more",
    "a zip after": lambda raw: raw + verify.pack({"x": b"y"}),
    "cut off": lambda raw: raw[: len(raw) // 2],
    "nothing": lambda _: b"",
    "only a head": lambda _: b"PK\3\4",
    "a huge size": lambda raw: raw[:18] + b"\xff" * 8 + raw[26:],
    "a way out": lambda raw: verify.pack({**verify.unpack(raw), "../escaped": b""}),
    "an absolute path": lambda raw: verify.pack({**verify.unpack(raw), "/etc/passwd": b""}),
    "a drive": lambda raw: verify.pack({**verify.unpack(raw), "C:evil": b""}),
    "a hidden way out": lambda raw: verify.pack({**verify.unpack(raw), "a/../../b": b""}),
}


@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_that_is_not_one_of_ours(raw: bytes, name: str) -> None:
    with pytest.raises(verify.Broken):
        outcome(ZIPS[name](raw))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("compression", "names"), [(zipfile.ZIP_STORED, "aa"), (zipfile.ZIP_DEFLATED, "b")])
def test_a_name_twice_and_a_bomb(tmp_path: Path, compression: int, names: str) -> None:
    path = tmp_path / "odd.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name in names:
            archive.writestr(name, bytes(10_000_000))
    assert not holds(path.read_bytes())


EDITS: dict[str, Callable[[Files], Files]] = {
    "an extra file": lambda files: {**files, "papers/more.txt": b"more"},
    "a file less": lambda files: {name: files[name] for name in files if not name.startswith("papers/")},
    "two files swapped": lambda files: {**files, "README.txt": files["verify.py"], "verify.py": files["README.txt"]},
    "another verifier": lambda files: {**files, "verify.py": b"print('VERIFIED')\n"},
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_without_a_key_is_found(raw: bytes, name: str) -> None:
    with pytest.raises(verify.Broken):
        outcome(verify.pack(EDITS[name](verify.unpack(raw))))


def test_a_manifest_by_another_key_is_found(raw: bytes, people: People) -> None:
    with pytest.raises(verify.Broken, match="signature of sato"):
        outcome(signed(verify.unpack(raw), people, "mallory"))


def test_other_peoples_keys_are_found_by_the_citys_own_file(raw: bytes, people: People, tmp_path: Path) -> None:
    """Whoever has no key of the city can make all of it anew, under names that are not theirs."""
    files = verify.unpack(raw)
    forged = files["allowed_signers"].decode().replace(people.public("sato"), people.public("mallory"))
    mine = signed({**files, "allowed_signers": forged.encode()}, people, "mallory")
    with pytest.raises(verify.Broken):  # the seal is still sato's
        outcome(mine)
    assert outcome(raw, signers=people.signers)
    (tmp_path / "others").write_text(forged)
    with pytest.raises(verify.Broken, match="no such key of sato"):
        outcome(raw, signers=tmp_path / "others")


def drop(position: int) -> Callable[[list[dict[str, object]]], list[dict[str, object]]]:
    return lambda rows: [*rows[:position], *rows[position + 1 :]]


def hidden(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("seq", "change_set", "rest")}


def hide_one(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [hidden(row) if row.get("event") == "outcome" else row for row in rows]


def hide_under_another_name(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**hidden(row), "change_set": "other"} if row.get("event") == "outcome" else row for row in rows]


def only_say(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """As rows of an older form, which are not proved; the digests are the true ones."""
    said = [rows[0]]
    digest = rows[0]["digest"]
    for row in rows[1:]:
        digest = verify.hashed([digest, row["seq"], row["change_set"], row["rest"]])
        is_hidden = row.get("event") == "outcome"
        said.append({"seq": row["seq"], "change_set": "other", "digest": digest} if is_hidden else row)
    return said


def another_time(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**row, "at": "2020-01-01T00:00:00+09:00"} if row.get("event") == "finished" else row for row in rows]


LIES: dict[str, Callable[[list[dict[str, object]]], list[dict[str, object]]]] = {
    "a row dropped": drop(3),
    "the last row dropped": drop(-1),
    "rows in another order": lambda rows: [*rows[:3], rows[4], rows[3], *rows[5:]],
    "a row twice": lambda rows: [*rows[:4], rows[3], *rows[4:]],
    "a row edited": another_time,
    "a row held back": hide_one,
    "a row held back under another name": hide_under_another_name,
    "a row only said": only_say,
    "no rows": lambda rows: rows[:1],
}


@pytest.mark.parametrize("name", LIES)
def test_a_maker_who_lies_about_the_journal_is_found(raw: bytes, people: People, name: str) -> None:
    files = verify.unpack(raw)
    with pytest.raises((verify.Broken, *verify.UNEXPECTED)):
        outcome(signed(with_rows(files, LIES[name](rows_of(files))), people))


def test_a_maker_who_lies_about_what_was_sealed_is_found(raw: bytes, people: People, done: str) -> None:
    files, name = verify.unpack(raw), f"change-sets/{done}/change-set.json"
    for old, new in ((b"suzuki", b"tanaka"), (b"2026", b"2027"), (done.encode(), b"20260401-aaaaaa")):
        content = files[name].replace(old, new)
        if content != files[name]:
            with pytest.raises((verify.Broken, *verify.UNEXPECTED)):
                outcome(signed({**files, name: content}, people))
    for one, another in (("seal.sig", "approval-1.sig"), ("approval-1.sig", "seal.sig")):
        swapped = {**files, f"change-sets/{done}/{one}": files[f"change-sets/{done}/{another}"]}
        with pytest.raises(verify.Broken):
            outcome(signed(swapped, people))


def test_rows_of_others_are_not_handed_over(run: Run, raw: bytes, other: str, done: str) -> None:
    rows = rows_of(verify.unpack(raw))
    theirs = [row for row in rows if row.get("change_set") == other]
    assert theirs
    assert all(row.keys() == {"seq", "change_set", "rest"} for row in theirs)
    assert b"not needed" not in raw
    assert "handed over: evidence.zip (sha256:" in run("journal", "show", done).out


def test_no_password_is_in_it(town: Town, run: Run, raw: bytes, done: str) -> None:
    shown = run("passwords", done, "--key", town.people.key("jinji"), "--format", "csv")
    passwords = [cell for line in shown.out.splitlines()[1:] for cell in line.split(",") if len(cell) > 9]
    assert passwords
    assert not [one for one in passwords if one.strip('"') != "lgwan_ad" and one.strip('"').encode() in raw]


def test_the_journal_goes_through_an_anchor_from_elsewhere(town: Town, run: Run, raw: bytes, done: str) -> None:
    with town.open() as site:
        rows = list(site.store.journal.rows())
    inside = next(row for row in rows if row.entry.change_set == done)
    assert outcome(raw, anchors=[f"printed: {Anchor(inside.seq, inside.digest)}"])
    for text in (Anchor(inside.seq, rows[0].digest), Anchor(10_000, inside.digest), "nothing"):
        with pytest.raises(verify.Broken):
            outcome(raw, anchors=[str(text)])


def test_a_period(town: Town, run: Run, done: str, other: str) -> None:
    raw = made(run, "--from", "2026-01-01", "--to", "2099-12-31")
    ids = [one["id"] for one in json.loads(verify.unpack(raw)["manifest.json"])["change_sets"]]
    assert ids == [other, done]
    assert holds(raw)
    for days in (("2020-01-01", "2020-01-31"), ("2026-02-01", "2026-01-01")):
        assert run("evidence", "make", "--from", days[0], "--to", days[1], "--output", "no.zip").code == 2
    assert run("evidence", "make", "--output", "no.zip").code == 2
    assert run("evidence", "make", done, "--from", "2026-01-01", "--to", "2026-12-31", "--output", "no.zip").code == 2
    assert run("evidence", "make", "20260401-nobody", "--output", "no.zip").code == 2
    assert not Path("no.zip").exists()


def test_what_cannot_be_sent(run: Run, raw: bytes) -> None:
    assert run("evidence", "send", "evidence.zip").code == 2
    ran = run("evidence", "send", "evidence.zip", "--mail", "a@example.jp")
    assert (ran.code, ran.out) == (2, "")
    assert "site file has no mail" in ran.err


def test_without_a_virus_check_nothing_is_handed_over(town: Town, run: Run, done: str) -> None:
    site = town.site_file.read_text()
    town.site_file.write_text(site.replace("virus_check: {elsewhere: true}\n", ""))
    ran = run("evidence", "make", done, "--output", "no.zip")
    assert (ran.code, Path("no.zip").exists()) == (3, False)
    assert "has no virus_check" in ran.err


def test_who_may_not_sign_evidence_makes_none(town: Town, run: Run, people: People, done: str) -> None:
    ran = run("evidence", "make", done, "--output", "no.zip", "--as", "sato", "--sign-with", people.key("mallory"))
    assert ran.code == 1
    assert "signature of sato (chonai-evidence) does not hold" in ran.err
    assert not Path("no.zip").exists()


def test_a_change_set_that_was_tampered_with_makes_no_evidence(town: Town, run: Run, done: str) -> None:
    with behind_its_back(town.store_file) as execute:
        execute("UPDATE change_sets SET body = replace(body, '市民課', '納税課')")
    assert run("evidence", "make", done, "--output", "no.zip").code == 3


def test_what_is_confidential_is_its_cover(town: Town, run: Run) -> None:
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    id_ = town.seal(*wanted(), announced_at=tomorrow)
    raw = made(run, id_)
    assert f"{id_}: the cover only, NOT the content" in outcome(raw)
    assert not leaks(raw)
    opened = made(run, id_, "--key", town.people.key("sato"), name="opened.zip")
    assert leaks(opened)
    assert f"change-sets/{id_}/change-set.json" in verify.unpack(opened)
    assert run("evidence", "make", id_, "--key", town.people.key("mallory"), "--output", "no.zip").code == 3


def test_rows_from_before_the_chain_had_its_present_form(town: Town, run: Run, done: str) -> None:
    """A journal goes on where an older chonai left it: of its rows those handed over are proved, others only said."""
    with town.open() as site:
        rows, before = list(site.store.journal.rows()), GENESIS
        old: list[Row] = []
        for row in rows:
            digest = former_link(before, row.seq, row.entry)
            old.append(Row(row.seq, row.entry, before, digest))
            before = digest
        head = Anchor(old[-1].seq, before)
        sealed = site.sealed(done)
        contents = Contents(
            cases=[Case(sealed.change_set, sealed.digest, sealed.seal)],
            rows=old,
            head=head,
            signers=read_signers(site.settings.allowed_signers),
        )
        raw = make_bundle(contents, Making("sato", town.people.key("sato"), site.now()))
    assert journal.verify(old) == head
    assert [line for line in outcome(raw) if "older form are NOT proved" in line]


def test_the_verifier_needs_nothing_and_runs_on_old_pythons() -> None:
    text = Path(verify.__file__).read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)
