"""Whether a file holds what a store held: whole, of one piece, and by itself in order.

Beside the sums of the file itself: the journal's hash chain up to the head that the file names, the digest of each
change set against the text that it is the digest of and against what was journaled when it was sealed, and that
nothing refers to what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

from chonai.change.canonical import sha256
from chonai.change.errors import ChonaiError, InputError, JournalBroken
from chonai.change.fields import loads
from chonai.change.journal import START, Anchor, Segment, segments_of, verify
from chonai.change.ports import Event, Row
from chonai.store.archived import Archive
from chonai.store.backup import ORDER
from chonai.store.closed import closed_of
from chonai.store.journal import archive_in, refuse_unnoted, row_of
from chonai.store.migrations import HEAD, is_known
from chonai.store.portable import ARCHIVE, BACKUP, Header, Part, Reader, Sum, Values, opened
from chonai.store.schema import archives, change_sets, disclosures, journal, metadata, segments

Anchors: TypeAlias = Callable[[str], Iterable[Anchor]]

_REFERENCES = {
    table.name: {column.name: str(key.target_fullname) for column in table.c for key in column.foreign_keys}
    for table in metadata.sorted_tables
}
_REFERRED = {target for columns in _REFERENCES.values() for target in columns.values()}


@dataclass(frozen=True, slots=True)
class Proved:
    """What a file was proved to hold: its header, its sums by table, the journal's head, and how many rows of the
    journal were noted that came after it.
    """

    header: Header
    sums: Mapping[str, Sum]
    head: Anchor
    later: int


def prove(path: Path, anchors_of: Anchors = lambda _: (), kind: str = BACKUP) -> Proved:
    """Read a backup, or an archive where that is the `kind`, from beginning to end and check all of it. `anchors_of`
    says which anchors are known of the journal whose first row has this digest: those that are older than the file have
    to be in it.

    Raises `UsageError` where there is no such file, `InputError` for one that is damaged or not in order,
    `JournalBroken` where the chain is.
    """
    try:
        return _proved(path, anchors_of, kind)
    except JournalBroken:
        _refuse_damaged(path)  # of a file that was damaged the journal in it says nothing
        raise


def _proved(path: Path, anchors_of: Anchors, kind: str) -> Proved:
    with opened(path) as reader:
        header = reader.header
        if header.kind != kind:
            raise InputError("backup.other_kind", file=path, kind=header.kind)
        if not is_known(header.revision):
            raise InputError("backup.newer", file=path, found=header.revision, known=HEAD)
        proof = _Proof(path, header, Anchor.parse(header.head), anchors_of)
        for part in reader.parts():
            _check_table(part, reader)
            try:
                proof.take(part)
            except (KeyError, TypeError, AttributeError) as error:  # a value of a kind that no store has
                raise _damaged(reader, f"{part.table}: {error}") from None
        return Proved(header, dict(reader.sums), proof.end(), proof.later)


def _refuse_damaged(path: Path) -> None:
    """Return if a file is as it was written, by its sums; raise `InputError` if not."""
    with opened(path) as reader:
        for _ in reader.parts():
            pass


def _check_table(part: Part, reader: Reader) -> None:
    if part.table not in ORDER or set(part.columns) != set(metadata.tables[part.table].c.keys()):
        raise _damaged(reader, f"table ({part.table})")


def _damaged(reader: Reader, cause: str) -> InputError:
    return InputError("backup.damaged", file=reader.path, line=reader.number, cause=cause)


@dataclass(slots=True)
class _Proof:
    path: Path
    header: Header
    told: Anchor
    anchors_of: Anchors
    head: Anchor = START
    later: int = 0
    there: dict[str, set[Any]] = field(default_factory=lambda: {name: set() for name in _REFERRED})
    digests: dict[str, str] = field(default_factory=dict)
    archives: dict[int, Archive] = field(default_factory=dict)
    gone: list[Segment] = field(default_factory=list)
    noted: set[str] = field(default_factory=set)

    def take(self, part: Part) -> None:
        if part.table == journal.name:
            self._chain(self._journal(part))
            return
        later: list[tuple[str, Any]] = []
        for row in part.rows:
            named = dict(zip(part.columns, row, strict=True))
            later += self._references(part.table, named)
            self._content(part.table, named)
        self._require(part.table, later)

    def end(self) -> Anchor:
        if self.header.kind == BACKUP and self.head != self.told:
            raise InputError("backup.other_head", file=self.path, found=self.head, told=self.told)
        return self.head

    def _chain(self, rows: Iterator[Row]) -> None:
        if self.header.kind == ARCHIVE:
            if [[*astuple(run)] for run in segments_of(rows)] != self.header.runs:
                raise InputError("backup.damaged", file=self.path, line=1, cause="runs")
            return
        first = next(rows, None)
        if first is None:
            return
        known = list(self.anchors_of(first.digest))
        self.later = max(0, *(anchor.seq - self.told.seq for anchor in known), 0)
        anchors = [one for one in known if one.seq <= self.told.seq]
        self.head = verify(chain([first], rows), *anchors, gone=self.gone)
        refuse_unnoted(self.archives.values(), self.noted)

    def _references(self, table: str, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What a row refers to that has not come yet."""
        for column, value in row.items():
            if (own := f"{table}.{column}") in self.there:
                self.there[own].add(value)
        for column, target in _REFERENCES[table].items():
            value = row.get(column)
            if value is not None and value not in self.there[target]:
                yield target, value

    def _require(self, table: str, wanted: Iterable[tuple[str, Any]]) -> None:
        for target, value in wanted:
            if value not in self.there[target]:
                raise InputError("backup.refers_to_nothing", file=self.path, table=table, value=value, target=target)

    def _content(self, table: str, row: Mapping[str, Any]) -> None:
        """What a digest stands for is what it is the digest of; of a confidential one that can be known once it is
        disclosed.
        """
        if table == change_sets.name:
            self.digests[row["id"]] = row["digest"]
            if not _is_closed(row["body"]) and sha256(row["body"].encode()) != row["digest"]:
                raise InputError("backup.set_changed", file=self.path, id=row["id"])
        elif table == disclosures.name and sha256(row["body"].encode()) != self.digests.get(row["change_set"]):
            raise InputError("backup.set_changed", file=self.path, id=row["change_set"])
        elif table == archives.name:
            self.archives[row["number"]] = Archive(row["number"], row["file"], row["sha256"])
        elif table == segments.name:
            self.gone.append(Segment(row["first"], row["last"], row["previous"], row["digest"]))

    def _journal(self, part: Part) -> Iterator[Row]:
        for stored in part.rows:
            row = row_of(_named(part, stored))
            if row.entry.event is Event.SEALED:
                id_ = row.entry.change_set
                if self.digests.get(id_) != row.entry.data.get("digest"):
                    raise InputError("backup.set_changed", file=self.path, id=id_)
            if digest := archive_in(row):
                self.noted.add(digest)
            yield row


def _is_closed(body: str) -> bool:
    """The body of a confidential change set has a field that no other has; most are told apart without reading them."""
    if not body.startswith('{"age":'):
        return False
    try:
        return closed_of(loads(body)) is not None
    except ChonaiError:
        return False


@contextmanager
def journal_in(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of the journal in a proved archive."""
    with opened(path) as reader:
        yield _journal_in(reader)


def _journal_in(reader: Reader) -> Iterator[Row]:
    for part in reader.parts():
        if part.table == journal.name:
            yield from (row_of(_named(part, stored)) for stored in part.rows)


def _named(part: Part, stored: Values) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(part.columns, stored, strict=True)))
