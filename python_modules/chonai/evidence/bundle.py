"""Makes a bundle of evidence. Its form is settled by `verify`, which travels with it (docs/decisions/0019).

manifest.json, manifest.sig    what is in it, made by whom and when, the journal's head; signed by the maker
runs/ID/…                      request.json as it was asked for, and each text that somebody signed with its signature
change-sets/ID/…               change-set.json as it was sealed (cover.json where the content is closed), seal.sig, and
                               of each approval the text that was signed and its signature
journal.jsonl                  every row from the first of these change sets to the head: their own whole, of others
                               the change set and a digest
allowed_signers                keys of all who signed, from the city's file
papers/…                       what people read
README.txt, verify.py          how it is checked, and what checks it
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from chonai.change.approval import statement
from chonai.change.canonical import canonical
from chonai.change.codec import change_set_to_json, time_to_json
from chonai.change.errors import Refused
from chonai.change.journal import Anchor, link, rest_of, text_of
from chonai.change.model import ChangeSet
from chonai.change.ports import Event, Row
from chonai.change.seal import Seal
from chonai.change.signature import sign
from chonai.change.signers import Signers
from chonai.evidence import verify

MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """A change set to be proved. `is_covered`: it is closed, and `change_set` is its cover."""

    change_set: ChangeSet
    digest: str
    seal: Seal
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """What somebody signed for a run, in the order of the journal."""

    by: str
    text: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class JobRun:
    """A run of a job to be proved. `request`: what was asked for as plain JSON, of which `digest` is."""

    id: str
    request: Mapping[str, object]
    digest: str
    by: str
    signed: Sequence[Signed]


@dataclass(frozen=True, slots=True)
class Making:
    """Who makes a bundle, with which key, when and for which city; names of the city's staff; from when until when."""

    by: str
    key: Path
    at: datetime
    city: str = ""
    city_staff: frozenset[str] = frozenset()
    period: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a bundle. `rows`: the journal in order, from the first row of these cases and runs to `head`."""

    cases: Sequence[Case]
    rows: Iterable[Row]
    head: Anchor
    signers: Signers
    papers: Mapping[str, bytes] = field(default_factory=dict)
    readme: str = ""
    runs: Sequence[JobRun] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Of change sets and runs."""
        return frozenset((*(case.change_set.id for case in self.cases), *(run.id for run in self.runs)))


def make_bundle(contents: Contents, making: Making) -> bytes:
    """The zip file. The same contents, maker and time give the same bytes.

    Raises `Refused` where it would be too large, `UsageError` for a key that does not sign.
    """
    own, files, approvals = contents.ids, {}, []
    lines: list[str] = []
    for row in contents.rows:
        lines.append(_line(row, is_own=row.entry.change_set in own, is_first=not lines))
        if row.entry.change_set in own and row.entry.event is Event.APPROVED:
            approvals.append(row)
    for case in contents.cases:
        files.update(_change_set(case, [row for row in approvals if row.entry.change_set == case.change_set.id]))
    for run in contents.runs:
        files.update(_run(run))
    names = {making.by, *(case.seal.author for case in contents.cases), *(row.entry.actor for row in approvals)}
    names.update(name for run in contents.runs for name in (run.by, *(signed.by for signed in run.signed)))
    files |= {f"papers/{name}": content for name, content in contents.papers.items()}
    files[verify.JOURNAL] = "".join(lines).encode()
    files[verify.SIGNERS] = "".join(sorted(_signers(contents.signers, names))).encode()
    files["README.txt"] = contents.readme.encode()
    files["verify.py"] = Path(verify.__file__).read_bytes()
    if sum(map(len, files.values())) > MOST_BYTES:
        raise Refused("evidence.too_large", bytes=sum(map(len, files.values())), most=MOST_BYTES)
    manifest = canonical(_manifest(contents, making, names, files))
    signature = sign(manifest, making.key, namespace=verify.EVIDENCE)
    return verify.pack({**files, verify.MANIFEST: manifest, verify.SIGNATURE: signature.encode()})


def _manifest(
    contents: Contents, making: Making, names: Collection[str], files: Mapping[str, bytes]
) -> dict[str, object]:
    return {
        "form": verify.FORM,
        "made_by": making.by,
        "made_at": time_to_json(making.at),
        "city": making.city,
        "city_staff": sorted(making.city_staff & set(names)),
        "period": making.period and list(making.period),
        "head": str(contents.head),
        "change_sets": [
            {"id": case.change_set.id, "digest": case.digest, "covered": case.is_covered} for case in contents.cases
        ],
        "runs": [{"id": run.id, "digest": run.digest} for run in contents.runs],
        "files": {name: verify.sha256(content) for name, content in files.items()},
    }


def _change_set(case: Case, approvals: Sequence[Row]) -> dict[str, bytes]:
    folder = f"change-sets/{case.change_set.id}"
    name = "cover.json" if case.is_covered else "change-set.json"
    files = {
        f"{folder}/{name}": canonical(change_set_to_json(case.change_set)),
        f"{folder}/seal.sig": case.seal.signature.encode(),
    }
    for number, row in enumerate(approvals, 1):
        data = row.entry.data
        releases = data["releases"]
        assert isinstance(releases, list)
        files[f"{folder}/approval-{number}.txt"] = statement(case.digest, releases)
        files[f"{folder}/approval-{number}.sig"] = str(data["signature"]).encode()
    return files


def _run(run: JobRun) -> dict[str, bytes]:
    files = {f"runs/{run.id}/request.json": canonical(run.request)}
    for number, signed in enumerate(run.signed, 1):
        files[f"runs/{run.id}/signed-{number}.txt"] = signed.text
        files[f"runs/{run.id}/signed-{number}.sig"] = signed.signature.encode()
    return files


def _line(row: Row, *, is_own: bool, is_first: bool) -> str:
    start = _json({"seq": row.seq - 1, "digest": row.previous}) if is_first else ""
    entry = row.entry
    columns: dict[str, object] = {"seq": row.seq, "change_set": entry.change_set}
    if row.digest == link(row.previous, row.seq, entry):
        columns["rest"] = rest_of(entry)
    elif not is_own:  # it is from before a row could be proved alone
        columns["digest"] = row.digest
    if is_own:
        columns |= {"event": entry.event.value, "system": entry.system, "actor": entry.actor}
        columns |= {"at": time_to_json(entry.at), "data": text_of(entry.data)}
    return start + _json(columns)


def _json(columns: Mapping[str, object]) -> str:
    return json.dumps(columns, ensure_ascii=False, separators=(",", ":")) + "\n"


def _signers(signers: Signers, names: Collection[str]) -> Iterator[str]:
    """Keys in lines of allowed_signers, with times in UTC: the city's file has them in its machine's time."""
    for entry in signers.entries:
        for name in sorted(set(entry.names) & set(names)):
            options = [f'namespaces="{",".join(entry.namespaces or ("*",))}"']
            for option, at in (("valid-after", entry.valid_after), ("valid-before", entry.valid_before)):
                if at is not None:
                    options.append(f'{option}="{at.astimezone(UTC):%Y%m%d%H%M%S}Z"')
            yield f"{name} {','.join(options)} {entry.key.line}\n"
