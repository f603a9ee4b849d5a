"""The folder of import files: batches that wait for an answer, and the answers.

A batch is a folder of its own, there as a whole or not at all: `20260401-001/` with the import files, a manifest
that says what each does (without secrets), and beside each import file its answer once there is one. An import file
is removed as soon as it is answered.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from chonai.change.codec import time_from_json, time_to_json
from chonai.change.errors import SystemUnreachable
from chonai.change.model import Key, Record
from chonai.systems.csv_import import durable
from chonai.systems.csv_import.file_names import ANSWER
from chonai.systems.csv_import.ledger import effects_from_json, effects_to_json
from chonai.systems.csv_import.settings import Settings

SCHEMA = 1
MANIFEST = ".batch.json"
NEW, GONE, LOCK = ".new-", ".gone-", ".lock"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an import file: imported, or rejected and why; said by whom."""

    confirmed: bool
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ImportFile:
    """One import file: its rows, and what the objects in it are once it was imported (None: gone).

    provable  an export can show that it was imported. A new password alone is seen in none
    print     by which it is known whether it is as it was written; blank in a batch of before
    """

    path: Path
    type: str
    rows: int
    provable: bool
    effects: Mapping[Key, Record | None]
    answer: Answer | None = None
    print: str = ""

    @property
    def is_as_written(self) -> bool:
        """Whether it is there, as nobody but an apply wrote it."""
        salt = self.print.partition(":")[0]
        try:
            return not self.print or _print(salt, self.path.read_bytes()) == self.print
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Made:
    """A change that a batch makes: the object's key, and the names of the files that it needs."""

    key: Key
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Import files that belong together, and the changes that they make, by the digest of each."""

    id: str
    written_at: datetime
    files: tuple[ImportFile, ...]
    changes: Mapping[str, Made]

    @property
    def unanswered(self) -> tuple[ImportFile, ...]:
        """The files that wait, in the order in which they have to be imported."""
        return tuple(file for file in self.files if file.answer is None)


@dataclass(frozen=True, slots=True)
class Draft:
    """An import file to write; the bytes may hold secrets."""

    name: str
    type: str
    rows: int
    provable: bool
    effects: Mapping[Key, Record | None]
    data: bytes = field(repr=False)


class Outbox:
    """The outbox of one product. Raises SystemUnreachable when the folder is not there or cannot be used."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._folder = settings, settings.outbox

    @contextmanager
    def held(self) -> Iterator[None]:
        """While inside, no other apply works here. What one that was killed left half done is swept away."""
        with self._reached():
            handle = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, durable.FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._sweep()
            yield
        except BlockingIOError:
            raise SystemUnreachable("csv_import.outbox_held", system=self._settings.name, folder=self._folder) from None
        finally:
            os.close(handle)

    def tidy(self) -> None:
        """Remove import files that were answered: whoever answered may have been killed before it came to that."""
        with self._reached():
            answers = [answer for one in self._folder.iterdir() for answer in one.glob(f"*{ANSWER}")]
            for answer in answers:
                answer.with_name(answer.name.removesuffix(ANSWER)).unlink(missing_ok=True)

    def batches(self) -> list[Batch]:
        """The batches that were not taken into the ledger yet, oldest first."""
        with self._reached():
            folders = sorted(one for one in self._folder.iterdir() if one.is_dir() and not one.name.startswith("."))
            return [batch for one in folders if (batch := self._batch(one)) is not None]

    def write(self, id_: str, drafts: list[Draft], changes: Mapping[str, Made], at: datetime) -> Batch:
        """A new batch, visible at one moment with all its files."""
        new = self._folder / f"{NEW}{id_}"
        prints = {draft.name: _print(secrets.token_hex(16), draft.data) for draft in drafts}
        manifest = json.dumps(_manifest(drafts, prints, changes, at), ensure_ascii=False).encode()
        with self._reached():
            new.mkdir(durable.FOLDER)
            for draft in drafts:
                durable.write_new(new / draft.name, draft.data)
            durable.write_new(new / MANIFEST, manifest)
            durable.sync(new)
            new.rename(self._folder / id_)
            durable.sync(self._folder)
        files = [
            ImportFile(
                self._folder / id_ / one.name, one.type, one.rows, one.provable, one.effects, print=prints[one.name]
            )
            for one in drafts
        ]
        return Batch(id_, at, tuple(files), changes)

    def answer(self, file: ImportFile, answer: Answer) -> bool:
        """Note what became of a file and remove it; False when it was answered before."""
        data = {"confirmed": answer.confirmed, "why": answer.why, "by": answer.by, "at": time_to_json(answer.at)}
        with self._reached():
            try:
                durable.claim(_answer_of(file.path), json.dumps(data, ensure_ascii=False).encode())
            except FileExistsError:
                return False
            finally:
                file.path.unlink(missing_ok=True)
        return True

    def drop(self, batch: Batch) -> None:
        """Remove a batch that was taken into the ledger."""
        with self._reached():
            durable.remove(self._folder / batch.id, self._folder / f"{GONE}{batch.id}")

    def _sweep(self) -> None:
        """Halves of what a kill cut in two."""
        with self._reached():
            for one in self._folder.iterdir():
                if one.name.startswith((NEW, GONE)):
                    shutil.rmtree(one)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SystemUnreachable(
                "csv_import.no_outbox", system=self._settings.name, folder=self._folder, cause=repr(error)
            ) from None

    def _batch(self, folder: Path) -> Batch | None:
        """None for a folder that is no batch, or no longer."""
        try:
            data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        files = [
            ImportFile(
                folder / one["name"],
                one["type"],
                one["rows"],
                one["provable"],
                effects_from_json(one["effects"]),
                _read_answer(folder / one["name"]),
                str(one.get("print", "")),
            )
            for one in data["files"]
        ]
        changes = {name: Made(Key.parse(one["key"]), tuple(one["files"])) for name, one in data["changes"].items()}
        return Batch(folder.name, time_from_json(data["written_at"]), tuple(files), changes)


def _print(salt: str, data: bytes) -> str:
    """Salted: a file that holds passwords is not to be found out by guessing."""
    return f"{salt}:{hashlib.sha256(salt.encode() + data).hexdigest()}"


def _manifest(
    drafts: list[Draft], prints: Mapping[str, str], changes: Mapping[str, Made], at: datetime
) -> dict[str, object]:
    files = [
        {
            "name": one.name,
            "type": one.type,
            "rows": one.rows,
            "provable": one.provable,
            "effects": effects_to_json(one.effects),
            "print": prints[one.name],
        }
        for one in drafts
    ]
    made = {name: {"key": str(one.key), "files": list(one.files)} for name, one in changes.items()}
    return {"schema": SCHEMA, "written_at": time_to_json(at), "files": files, "changes": made}


def _answer_of(path: Path) -> Path:
    return path.with_name(path.name + ANSWER)


def _read_answer(path: Path) -> Answer | None:
    try:
        data = json.loads(_answer_of(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Answer(bool(data["confirmed"]), str(data["why"]), str(data["by"]), time_from_json(data["at"]))
