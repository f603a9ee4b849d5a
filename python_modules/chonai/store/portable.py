"""Files that hold rows of a store, whatever database it is: of all of it (a backup), or what went out of it (an
archive). gzip over lines of JSON, so that `zcat` shows it in ten years too:

    {"chonai": "store", "form": 1, "kind": "backup", "revision": "0003", "store": …, "at": …, "head": …}
    {"table": "plans", "columns": ["id", …]}
    ["plan-…", …]                     a row; bytes are {"base64": …}
    {"rows": 1, "sha256": …}          of the lines of its rows
    …                                 the other tables
    {"tables": 12, "sha256": …}       of all lines before

docs/store.md says what it means.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NoReturn, TypeAlias

from chonai.change.errors import InputError, UsageError

FORM = 1
BACKUP, ARCHIVE = "backup", "archive"
MARK = ("chonai", "store")
_LONGEST_LINE = 1 << 28
"""Bytes. The largest row is a change set of some ten thousand objects: a twentieth of this."""
_LEVEL = 6

Values: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself: its kind, the revision of the tables, which store, when (ISO 8601), the journal's
    head as an anchor, and of an archive which runs of the journal it holds: first and last number, the digest before
    the first and that of the last.
    """

    kind: str
    revision: str
    store: str
    at: str
    head: str
    runs: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows of a table, and the digest of their lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table. They are to be taken before the next part."""

    table: str
    columns: tuple[str, ...]
    rows: Iterable[Values]


def write(file: IO[bytes], header: Header, parts: Iterable[Part]) -> Mapping[str, Sum]:
    """Write all parts into an open file; the sums of the tables. Takes memory for a row, not for a table."""
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_LEVEL, mtime=0, filename="") as packed:
        writer = _Writer(packed)
        writer.line({MARK[0]: MARK[1], "form": FORM, **asdict(header)})
        sums = {part.table: writer.part(part) for part in parts}
        writer.line({"tables": len(sums), "sha256": writer.all.hexdigest()})
    return sums


class _Writer:
    def __init__(self, packed: gzip.GzipFile) -> None:
        self.packed, self.all = packed, sha256()

    def line(self, content: object) -> bytes:
        line = _line(content)
        self.packed.write(line)
        self.all.update(line)
        return line

    def part(self, part: Part) -> Sum:
        self.line({"table": part.table, "columns": part.columns})
        rows, own = 0, sha256()
        for row in part.rows:
            own.update(self.line(list(row)))
            rows += 1
        found = Sum(rows, own.hexdigest())
        self.line(asdict(found))
        return found


def sum_of(rows: Iterable[Values]) -> Sum:
    """What `write` would say of these rows."""
    count, own = 0, sha256()
    for row in rows:
        own.update(_line(list(row)))
        count += 1
    return Sum(count, own.hexdigest())


def _line(content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_bytes)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _bytes(value: object) -> Mapping[str, str]:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """A file to be read. Raises `UsageError` where there is none, `InputError` where it is damaged or something else;
    so does reading on.
    """
    try:
        with gzip.open(path, "rb") as packed:
            yield Reader(path, packed)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise UsageError("backup.no_file", file=path, cause=error.strerror or str(error)) from error
        raise InputError("backup.damaged", file=path, line=0, cause=str(error)) from error


@dataclass(slots=True)
class Reader:
    """Reads a file from its header on, and compares what it reads with the sums in it."""

    path: Path
    packed: gzip.GzipFile
    number: int = 0
    header: Header = field(init=False)
    sums: dict[str, Sum] = field(init=False, default_factory=dict)
    _all: Any = field(init=False, default_factory=sha256)
    _last: bytes = field(init=False, default=b"")

    def __post_init__(self) -> None:
        found = self._next()
        if not isinstance(found, dict) or found.get(MARK[0]) != MARK[1]:
            raise InputError("backup.other_file", file=self.path)
        if found.get("form") != FORM:
            raise InputError("backup.other_form", file=self.path, found=found.get("form"), known=FORM)
        names = Header.__dataclass_fields__
        told = {name: found[name] for name in names if name in found}
        if any(not isinstance(told.get(name), str) for name in names if name != "runs") or not _are_runs(told["runs"]):
            self._bad("header")
        self.header = Header(**told)

    def parts(self) -> Iterator[Part]:
        """All tables; when there are no more, all sums have been compared."""
        while True:
            before = self._all.hexdigest()
            found = self._next()
            if not isinstance(found, dict):
                self._bad("a row outside of a table")
            if "table" not in found:
                break
            yield from self._part(found)
        if found != {"tables": len(self.sums), "sha256": before}:
            self._bad("sha256")
        if self.packed.read(1):
            self._bad("something behind its end")

    def _part(self, told: Mapping[str, Any]) -> Iterator[Part]:
        table, columns = told["table"], told.get("columns")
        if not isinstance(table, str) or table in self.sums or not _are_names(columns):
            self._bad("table")
        rows = self._rows(table, tuple(columns or ()))
        yield Part(table, tuple(columns or ()), rows)
        for _ in rows:  # what nobody took
            pass

    def _rows(self, table: str, columns: tuple[str, ...]) -> Iterator[Values]:
        count, own = 0, sha256()
        while isinstance(found := self._next(), list):
            if len(found) != len(columns):
                self._bad("a row with more or fewer values than columns")
            own.update(self._last)
            count += 1
            yield [_value(value) for value in found]
        self.sums[table] = Sum(count, own.hexdigest())
        if found != asdict(self.sums[table]):
            self._bad(f"sha256 ({table})")

    def _next(self) -> Any:
        self._last = self.packed.readline(_LONGEST_LINE)
        self.number += 1
        if not self._last.endswith(b"\n"):
            self._bad("it is cut off")
        self._all.update(self._last)
        try:
            return json.loads(self._last.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            self._bad("JSON")

    def _bad(self, cause: str) -> NoReturn:
        raise InputError("backup.damaged", file=self.path, line=self.number, cause=cause)


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    try:
        return base64.b64decode(value["base64"], validate=True)
    except (KeyError, TypeError, ValueError):
        return None


def _are_names(columns: object) -> bool:
    return isinstance(columns, list) and bool(columns) and all(isinstance(name, str) for name in columns)


def _are_runs(runs: object) -> bool:
    kinds = (int, int, str, str)
    return isinstance(runs, list) and all(
        isinstance(run, list) and len(run) == len(kinds) and all(map(isinstance, run, kinds)) for run in runs
    )
