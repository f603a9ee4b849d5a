#!/usr/bin/env python3
"""Checks a bundle of evidence made by chonai: 証跡一式の検証.

    python3 verify.py BUNDLE.zip [--signers FILE] [--anchor TEXT]

It needs Python 3.8 or later and OpenSSH's ssh-keygen, and nothing else: no network, no other file, nothing unpacked.
It ends with 0 where everything holds, else with 1 and the first thing that does not.

--signers  an allowed_signers file that came by another way than the bundle: it proves whose the keys are
--anchor   a line "chonai-journal N sha256:…" printed or noted earlier: the journal here has to go through it
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Files = dict[str, bytes]
    Line = dict[str, Any]
    Say = Callable[[str, str], None]

FORM, FORMS = 2, (1, 2)  # bundles of the first form have no runs of jobs
MOST_BYTES = 1 << 30
EVIDENCE, SEAL, APPROVAL, RUN = "chonai-evidence", "chonai-seal", "chonai-approval", "chonai-run"
SCHEDULER = "scheduler"
MANIFEST, SIGNATURE, SIGNERS, JOURNAL = "manifest.json", "manifest.sig", "allowed_signers", "journal.jsonl"
UNEXPECTED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error)

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]*(/[A-Za-z0-9_][A-Za-z0-9_.@+-]*){0,4}")
_PERSON = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,127}")
_SIGNER = re.compile(
    r'(?P<name>\S+) namespaces="(?P<namespaces>[^"]+)"(?:,valid-after="(?P<after>\d{14})Z")?'
    r'(?:,valid-before="(?P<before>\d{14})Z")? (?P<key>[a-z0-9@.-]+ [A-Za-z0-9+/=]+)'
)
_ANCHOR = re.compile(r"chonai-journal ([0-9]{1,18}) (sha256:[0-9a-f]{64})")
_LOCAL, _CENTRAL, _END = "<4s5H3I2H", "<4s6H3I5H2I", "<4s4H2IH"
_HEAD = struct.calcsize(_LOCAL)
_ROLES = ("operator", "watcher", "approver")
_DAY_ONE, _UNIX, _PLAIN = 33, 0x0314, 0o100644 << 16


class Broken(Exception):
    """Something does not hold; said in English and in Japanese."""

    def __init__(self, english: str, japanese: str) -> None:
        super().__init__(english)
        self.english, self.japanese = english, japanese


class Signer(NamedTuple):
    """One key of a person: for what, from when, until when."""

    name: str
    namespaces: str
    after: datetime | None
    before: datetime | None
    key: str


class Signature(NamedTuple):
    """Who is said to have signed one of some texts, when and for what."""

    name: str
    at: datetime
    namespace: str
    texts: tuple[bytes, ...]
    armored: bytes


def pack(files: Files) -> bytes:
    """The one zip file that holds exactly these files: stored, sorted, without times."""
    parts, directory, at = [], b"", 0
    for name, content in sorted(files.items()):
        raw, size = name.encode("ascii"), len(content)
        facts = (20, 0, 0, 0, _DAY_ONE, zlib.crc32(content), size, size, len(raw), 0)
        parts += [struct.pack(_LOCAL, b"PK\3\4", *facts), raw, content]
        directory += struct.pack(_CENTRAL, b"PK\1\2", _UNIX, *facts, 0, 0, 0, _PLAIN, at) + raw
        at += _HEAD + len(raw) + size
    end = struct.pack(_END, b"PK\5\6", 0, 0, len(files), len(files), len(directory), at, 0)
    return b"".join([*parts, directory, end])


def unpack(raw: bytes) -> Files:
    """The files of a bundle. For given files there is one sequence of bytes: nothing hides beside or between them."""
    files: Files = {}
    at = 0
    while raw[at : at + 4] == b"PK\3\4" and len(raw) >= at + _HEAD:
        *_, size, length, _extra = struct.unpack_from(_LOCAL, raw, at)
        start = at + _HEAD + length
        name = raw[at + _HEAD : start].decode("ascii", "replace")
        if not _NAME.fullmatch(name) or name in files:
            _fail(f"a bad name in the zip: {name!r}", f"zip 内の名前が不正: {name!r}")
        files[name], at = raw[start : start + size], start + size
    if not files or pack(files) != raw:
        _fail("the zip is damaged or not made by chonai", "zip が壊れているか chonai 製ではない")
    return files


def sha256(data: bytes) -> str:
    """As chonai writes it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def hashed(columns: Sequence[object]) -> str:
    """The digest of a list of text and numbers: what the journal's chain is made of."""
    return sha256(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode())


def check(raw: bytes, say: Say, signers: Path | None = None, anchors: Sequence[str] = ()) -> None:
    """Check a bundle; `say` is told what holds, in English and Japanese. Raises `Broken` for the first thing that does
    not, what `UNEXPECTED` names for what is of another form, OSError where a file or ssh-keygen is not there.
    """
    files = unpack(raw)
    manifest = _parsed(files[MANIFEST])
    _check_files(files, manifest)
    say(f"{len(files)} files as in the manifest", f"ファイル {len(files)} 件が目録のとおり")
    keys = Keys(files[SIGNERS], signers)
    _check_armor(files[SIGNATURE])
    maker, at = _person(manifest["made_by"]), datetime.fromisoformat(manifest["made_at"])
    keys.check(Signature(maker, at, EVIDENCE, (files[MANIFEST],), files[SIGNATURE]))
    say(f"made and signed by {maker}, {at.isoformat()}", f"{maker} が {at.isoformat()} に作成・署名")
    journal = Journal(files[JOURNAL])
    journal.check_end(manifest["head"], say)
    for text in anchors:
        journal.check_anchor(text, say)
    for facts in manifest["change_sets"]:
        ChangeSet(facts, files, journal, keys).check(manifest["city_staff"], say)
    here = {str(facts["id"]) for facts in manifest["change_sets"]}
    for facts in manifest.get("runs", ()):
        JobRun(facts, files, journal, keys).check(set(manifest["city_staff"]), here, say)
    keys.tell(say)


def _check_files(files: Files, manifest: dict[str, Any]) -> None:
    if manifest["form"] not in FORMS:
        _fail(f"form {manifest['form']} is not known here", f"形式 {manifest['form']} は未対応")
    listed = manifest["files"]
    for name in sorted({*files, *listed} - {MANIFEST, SIGNATURE}):
        if name not in files or name not in listed:
            _fail(f"{name} is missing or one too many", f"{name} が不足または余分")
        if sha256(files[name]) != listed[name]:
            _fail(f"{name} was changed", f"{name} が変更されている")


def _check_armor(signature: bytes) -> None:
    """One signature, one text: nothing in it can be changed that ssh-keygen does not look at."""
    lines = signature.decode("ascii").split("\n")
    text = base64.b64encode(base64.b64decode("".join(lines[1:-2]))).decode()
    parts = [text[n : n + 70] for n in range(0, len(text), 70)]
    if lines != ["-----BEGIN SSH SIGNATURE-----", *parts, "-----END SSH SIGNATURE-----", ""]:
        _fail("the manifest's signature was changed", "目録の署名が変更されている")


class Keys:
    """By what signatures are judged: the keys in the bundle, and a file from elsewhere."""

    def __init__(self, text: bytes, elsewhere: Path | None) -> None:
        self.signers, self.elsewhere = [_signer(line) for line in text.decode("ascii").splitlines()], elsewhere

    def check(self, signed: Signature) -> None:
        """Return if the person signed with a key that was theirs at that time."""
        name, at, use = signed.name, signed.at, signed.namespace
        own = [one for one in self.signers if one.name == name and (one.after or at) <= at <= (one.before or at)]
        lines = "".join(f'{name} namespaces="{one.namespaces}" {one.key}\n' for one in own)
        if not _verifies(signed, lines.encode()):
            _fail(f"the signature of {name} ({use}) does not hold", f"{name} の署名 ({use}) が成り立たない")
        if self.elsewhere is not None:
            moment = at.astimezone().strftime("verify-time=%Y%m%d%H%M%S")
            if not _verifies(signed, self.elsewhere.read_bytes(), "-O", moment):
                file = self.elsewhere
                _fail(f"{file} has no such key of {name} ({use})", f"{file} に {name} のその鍵がない ({use})")

    def are_one(self, one: str, other: str) -> bool:
        """Whether two names may be those of one person: they are the same, or have a key in common."""
        held = [{signer.key for signer in self.signers if signer.name == name} for name in (one, other)]
        return one.lower() == other.lower() or bool(held[0] & held[1])

    def tell(self, say: Say) -> None:
        """Whose keys they are."""
        for one in self.signers:
            blob = hashlib.sha256(base64.b64decode(one.key.split()[1])).digest()
            mark = base64.b64encode(blob).decode().rstrip("=")
            say(f"key of {one.name}: SHA256:{mark}", f"{one.name} の鍵: SHA256:{mark}")
        if self.elsewhere is None:
            say("whose keys they are is NOT proved here: give --signers", "鍵の持ち主は未証明: --signers を指定")
        else:
            say(f"they are the keys in {self.elsewhere}", f"いずれも {self.elsewhere} にある鍵")


class Journal:
    """The rows that were handed over, in the chain of all rows between the first of them and the end."""

    def __init__(self, text: bytes) -> None:
        start, *lines = [_parsed(line) for line in text.decode().splitlines()]
        first, digest = int(start["seq"]), str(start["digest"])
        self.rows: list[Line] = []
        self.chain, self.unproved, self.others, self.is_provable = {first: digest}, 0, {""}, False
        for seq, line in enumerate(lines, first + 1):
            if line["seq"] != seq:
                _fail(f"journal row {seq} is missing", f"記録 {seq} 行目がない")
            digest = self._digest(digest, line)
            self.chain[seq] = digest

    def _digest(self, before: str, line: Line) -> str:
        seq, set_, content = line["seq"], line["change_set"], []
        if "data" in line:
            content = [line[name] for name in ("event", "system", "actor", "at", "data")]
            self.rows.append({**line, "data": _parsed(line["data"])})
        else:
            self.others.add(set_)
        if "rest" in line:
            self.is_provable = True
            if content and line["rest"] != hashed(content):
                _fail(f"journal row {seq} was changed", f"記録 {seq} 行目が変更されている")
            return hashed([before, seq, set_, line["rest"]])
        if self.is_provable:
            _fail(f"journal row {seq} is of an older form than those before it", f"記録 {seq} 行目だけ旧形式")
        if content:
            return hashed([before, seq, content[0], set_, *content[1:]])
        self.unproved += 1
        return str(line["digest"])

    def check_end(self, anchor: str, say: Say) -> None:
        """Return if the last row is the one that the manifest names, and no row of a change set is held back."""
        first, last = min(self.chain) + 1, max(self.chain)
        if (last, self.chain[last]) != _anchor(anchor):
            _fail("the journal does not end as the manifest says", "記録の末尾が目録と異なる")
        others = self.others - {""}
        if held_back := others & {row["change_set"] for row in self.rows}:
            _fail(f"rows of {held_back} are held back", f"{held_back} の行が伏せられている")
        say(f"journal rows {first}-{last} are one chain", f"記録 {first}-{last} 行目は一つの連鎖")
        say(f"{len(others)} others have rows among them", f"その間に行を持つ他の変更セット等: {len(others)} 件")
        if self.unproved:
            say(f"{self.unproved} rows of an older form are NOT proved", f"旧形式の {self.unproved} 行は未証明")

    def check_anchor(self, text: str, say: Say) -> None:
        """Return if the chain goes through an anchor."""
        seq, digest = _anchor(text)
        if self.chain.get(seq) != digest:
            here = f"{min(self.chain)}-{max(self.chain)}"
            _fail(
                f"rows {here} do not go through the anchor of row {seq}", f"{here} 行目は {seq} 行目のアンカーと異なる"
            )
        say(f"the journal goes through the anchor of row {seq}", f"{seq} 行目のアンカーと一致")


class ChangeSet:
    """One change set: what was sealed, who agreed, and its rows."""

    def __init__(self, facts: dict[str, Any], files: Files, journal: Journal, keys: Keys) -> None:
        self.id, self.digest, self.is_covered = str(facts["id"]), str(facts["digest"]), bool(facts["covered"])
        folder = f"change-sets/{self.id}/"
        self.files = {name[len(folder) :]: content for name, content in files.items() if name.startswith(folder)}
        self.rows, self.keys = [row for row in journal.rows if row["change_set"] == self.id], keys
        self.raw = self.files["cover.json" if self.is_covered else "change-set.json"]
        self.content = _parsed(self.raw)
        self.agreed: dict[str, set[str]] = {}

    def check(self, city_staff: Sequence[str], say: Say) -> None:
        """Return if it is what was sealed, agreed to as it had to be, and all of its rows are here."""
        self._check_seal()
        approvals = [row for row in self.rows if row["event"] == "approved"]
        for number, row in enumerate(approvals, 1):
            self._check_approval(row, self.files[f"approval-{number}.sig"])
        if any(row["event"] == "started" for row in self.rows):
            self._check_authority(set(city_staff))
        author, by, (made, total) = self.content["author"], ", ".join(sorted(self.agreed)) or "-", self._made()
        say(
            f"{self.id}: sealed by {author}, approved by {by}, {made} of {total} made, all {len(self.rows)} rows here",
            f"{self.id}: 封印 {author}、承認 {by}、変更 {total} 件中 {made} 件実施、全 {len(self.rows)} 行あり",
        )
        if self.is_covered:
            say(f"{self.id}: the cover only, NOT the content", f"{self.id}: 表書きのみ。内容は未証明")

    def _check_seal(self) -> None:
        sealed, content = self.rows[0], self.content
        author, signature = _person(sealed["actor"]), self.files["seal.sig"]
        named = (sealed["data"]["cover" if self.is_covered else "digest"], sealed["data"]["digest"])
        if sealed["event"] != "sealed" or named != (sha256(self.raw), self.digest) or content["id"] != self.id:
            _fail(f"{self.id} is not what was sealed", f"{self.id} は封印されたものと異なる")
        if content["author"] != author or signature.decode() != sealed["data"]["signature"]:
            _fail(f"{self.id} has the seal of another", f"{self.id} の封印が異なる")
        at = datetime.fromisoformat(content["created_at"])
        self.keys.check(Signature(author, at, SEAL, (self.digest.encode(),), signature))

    def _check_approval(self, row: Line, signature: bytes) -> None:
        name, author, releases = _person(row["actor"]), self.content["author"], sorted(row["data"]["releases"])
        if (row["data"]["digest"], row["data"]["signature"]) != (self.digest, signature.decode()):
            _fail(f"an approval of {self.id} is another one", f"{self.id} の承認が異なる")
        text = "".join([f"{self.digest}\n", *(f"release {brake}\n" for brake in releases)]).encode()
        texts = (text,) if releases else (text, self.digest.encode())  # the latter is signed by hand
        self.keys.check(Signature(name, datetime.fromisoformat(row["at"]), APPROVAL, texts, signature))
        if self.keys.are_one(name, author):
            _fail(f"{name} approved their own {self.id}", f"{name} が自分の {self.id} を承認している")
        self.agreed.setdefault(name, set()).update(releases)

    def _check_authority(self, city_staff: set[str]) -> None:
        rule, plans = self.content["rule"], self.content["plans"]
        able = set(self.agreed) & city_staff if rule["kind"] == "city" else set(self.agreed)
        brakes = {brake["name"] for plan in plans for brake in plan["brakes"]}
        if (rule["kind"] != "none" and not able) or brakes - set().union(*self.agreed.values()):
            _fail(f"{self.id} was begun without its approval", f"{self.id} は必要な承認なしに開始されている")
        for row in self.rows:
            watcher = str(row["data"].get("watcher") or row["actor"])
            if row["event"] == "note" and "apply" in row["data"] and rule["watcher"] and watcher == row["actor"]:
                _fail(f"{self.id} was begun without a watcher", f"{self.id} は確認者なしに開始されている")

    def _made(self) -> tuple[int, int]:
        done: dict[str, set[int]] = {}
        for row in self.rows:
            if row["event"] == "outcome":
                system, data = done.setdefault(row["system"], set()), row["data"]
                system.update(data.get("done", ()))
                system.difference_update(map(int, [*data.get("failed", ()), *data.get("skipped", ())]))
        return sum(map(len, done.values())), sum(self.rows[0]["data"]["changes"].values())


class JobRun:
    """One run of a job: what was asked for, who signed as what, and its rows."""

    def __init__(self, facts: dict[str, Any], files: Files, journal: Journal, keys: Keys) -> None:
        self.id, self.digest = str(facts["id"]), str(facts["digest"])
        folder = f"runs/{self.id}/"
        self.files = {name[len(folder) :]: content for name, content in files.items() if name.startswith(folder)}
        self.rows, self.keys = [row for row in journal.rows if row["change_set"] == self.id], keys
        self.request = _parsed(self.files["request.json"])
        self.came: list[tuple[str, str, int]] = []  # as what, who, for which attempt
        self.attempts, self.sitting, self.result, self.signed = 0, 1, "-", 0
        self.change_sets: dict[str, None] = {}

    def check(self, city_staff: set[str], here: set[str], say: Say) -> None:
        """Return if it is what was asked for, people signed for it and it began as it had to, and all of its rows are
        here.
        """
        self._check_request()
        for row in self.rows:
            self._follow(row, city_staff)
        if len(self.files) != 1 + 2 * self.signed:
            _fail(f"{self.id} has a file too many", f"{self.id} に余分なファイルがある")
        who = {role: ", ".join(sorted({name for as_, name, _ in self.came if as_ == role})) or "-" for role in _ROLES}
        job, by, worked, watched, agreed = self.request["job"], self.request["by"], *(who[role] for role in _ROLES)
        say(
            f"{self.id}: {job}, said to be asked for by {by}; signed: operator {worked}, watcher {watched}, approver "
            f"{agreed}; begun {self.attempts} times, ended: {self.result}; all {len(self.rows)} rows here",
            f"{self.id}: {job}、依頼 {by} (署名なし)、署名: 作業者 {worked}、確認者 {watched}、承認者 {agreed}、"
            f"開始 {self.attempts} 回、結果 {self.result}、全 {len(self.rows)} 行あり",
        )
        for id_ in self.change_sets:
            if id_ not in here:
                say(f"{self.id}: it worked on {id_}, which is NOT here", f"{self.id}: 対象の {id_} は含まれていない")

    def _check_request(self) -> None:
        asked, request = self.rows[0], self.request
        named = (asked["data"]["digest"], asked["data"]["job"], asked["actor"])
        is_same = named == (self.digest, request["job"], request["by"]) and request["id"] == self.id
        if asked["event"] != "run_requested" or not is_same or sha256(self.files["request.json"]) != self.digest:
            _fail(f"{self.id} is not what was asked for", f"{self.id} は依頼されたものと異なる")

    def _follow(self, row: Line, city_staff: set[str]) -> None:
        event, data = row["event"], row["data"]
        if event == "run_joined":
            self._check_signed(row, self._statement(row))
            self.came.append((data["role"], row["actor"], data["attempt"]))
        elif event == "note" and data.get("what") == "run_order":
            self._check_signed(row, f"{RUN}\n{self.id}\n{data['wanted']}\n{data['at']}\n")
        elif event == "run_started":
            self._check_begin(data, city_staff)
            self.attempts, self.result = self.attempts + 1, "-"
        elif event == "run_steps":
            self.change_sets.update(dict.fromkeys(map(str, data.get("change_sets", ()))))
        elif event == "run_ended":
            self.sitting, self.result = max(self.sitting, self.attempts) + 1, str(data["result"])

    def _statement(self, row: Line) -> str:
        data = row["data"]
        who = f"{data['role']} {row['actor']}\nattempt {data['attempt']}"
        return f"chonai run 1\n{self.id}\n{self.digest}\n{who}\n{data['at']}\n"

    def _check_signed(self, row: Line, statement: str) -> None:
        self.signed += 1
        name, text = _person(row["actor"]), statement.encode()
        copies = [self.files[f"signed-{self.signed}.{kind}"] for kind in ("txt", "sig")]
        if copies != [text, row["data"]["signature"].encode()]:
            _fail(f"{self.id}: what {name} signed is another text", f"{self.id}: {name} の署名対象が異なる")
        self.keys.check(Signature(name, datetime.fromisoformat(row["at"]), RUN, (text,), copies[1]))

    def _check_begin(self, data: dict[str, Any], city_staff: set[str]) -> None:
        operator, watcher, by, rule = data["operator"], data["watcher"], self.request["by"], data["rule"]
        present = {(role, name) for role, name, attempt in self.came if attempt == self.sitting}
        is_alone = operator == by == SCHEDULER and not rule["watcher"]
        if not is_alone and ("operator", operator) not in present:
            _fail(f"{self.id} was begun by nobody who signed", f"{self.id} は署名した作業者なしに開始されている")
        if rule["watcher"] and (("watcher", watcher) not in present or self.keys.are_one(watcher, operator)):
            _fail(f"{self.id} was begun without a watcher", f"{self.id} は確認者なしに開始されている")
        able = {name for role, name, _ in self.came if role == "approver"}
        if rule["approval"] == "city":
            able &= city_staff
        others = [name for name in able if not any(self.keys.are_one(name, one) for one in (operator, by))]
        if rule["approval"] != "none" and not others:
            _fail(f"{self.id} was begun without its approval", f"{self.id} は必要な承認なしに開始されている")


def _verifies(signed: Signature, signers: bytes, *more: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="chonai-") as folder:
        keys, armored = Path(folder, "signers"), Path(folder, "signature")
        keys.write_bytes(signers)
        armored.write_bytes(signed.armored)
        who = ["-f", str(keys), "-s", str(armored), "-I", signed.name, "-n", signed.namespace, *more]
        command = ["ssh-keygen", "-Y", "verify", *who]
        runs = (subprocess.run(command, input=text, capture_output=True, check=False) for text in signed.texts)
        return any(run.returncode == 0 for run in runs)


def _signer(line: str) -> Signer:
    part = _SIGNER.fullmatch(line)
    if part is None:
        raise ValueError(line)
    times = [part[name] and datetime.strptime(f"{part[name]}+0000", "%Y%m%d%H%M%S%z") for name in ("after", "before")]
    return Signer(_person(part["name"]), part["namespaces"], times[0] or None, times[1] or None, part["key"])


def _parsed(text: Any) -> dict[str, Any]:
    found = json.loads(text, object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise TypeError(found)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _person(name: Any) -> str:
    if not _PERSON.fullmatch(name):
        raise ValueError(name)
    return str(name)


def _anchor(text: str) -> tuple[int, str]:
    found = _ANCHOR.search(text)
    if found is None:
        _fail(f"not an anchor: {text!r}", f"記録のアンカーではない: {text!r}")
    return int(found[1]), found[2]


def _fail(english: str, japanese: str) -> NoReturn:
    raise Broken(english, japanese)


def _print(english: str, japanese: str) -> None:
    print(f"{japanese} / {english}")


def main() -> int:
    """The exit code: 0 where everything holds, else 1."""
    parser = argparse.ArgumentParser(description="Checks a bundle of evidence of chonai / 証跡一式を検証します")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--signers", type=Path, help="allowed_signers from elsewhere / 別に入手した署名者一覧")
    parser.add_argument("--anchor", action="append", default=[], help="chonai-journal N sha256:… / 記録のアンカー")
    given = parser.parse_args()
    try:
        if given.bundle.stat().st_size > MOST_BYTES:
            _fail("the file is too large", "ファイルが大きすぎる")
        check(given.bundle.read_bytes(), _print, given.signers, given.anchor)
    except Broken as broken:
        _print(f"NOT VERIFIED: {broken.english}", f"検証失敗: {broken.japanese}")
    except (OSError, subprocess.SubprocessError, *UNEXPECTED) as error:
        _print(f"NOT VERIFIED: {error!r}", f"検証失敗: {error!r}")
    else:
        _print("VERIFIED", "検証成功")
        return 0
    return 1


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
