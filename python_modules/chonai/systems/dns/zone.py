"""One zone as it was last seen. Seen again, only what has changed since is fetched (RFC 1995)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import chain
from typing import NamedTuple, Protocol

from chonai.systems.dns.server import Server
from chonai.systems.dns.wire import Answer


class RRset(NamedTuple):
    """All records of one name and type: how many seconds they may be kept, and their contents in presentation format
    (RFC 1035 section 5.1).
    """

    ttl: int
    data: frozenset[str]


class Readable(Protocol):
    """A zone that can be looked at."""

    def look(self) -> tuple[int, Mapping[str, RRset]]:
        """Serial and RRsets (by id, `OWNER. TYPE`) of now. Raises SystemUnreachable, and Fault when nobody has it."""


class Zone:
    """The RRsets of a zone by id (`OWNER. TYPE`), as of the serial."""

    def __init__(self, server: Server, name: str) -> None:
        self._server, self._name = server, name
        self._serial: int | None = None
        self._rrsets: dict[str, RRset] = {}

    def look(self) -> tuple[int, Mapping[str, RRset]]:
        """Serial and RRsets of now. Raises what `Server.transfer` raises."""
        with closing(self._server.transfer(self._name, self._serial)) as messages:
            records = chain.from_iterable(messages)
            first = next(records)
            serial = _serial(first)
            if serial != self._serial:
                self._take(first, serial, records)
        return serial, self._rrsets

    def _take(self, first: Answer, serial: int, records: Iterator[Answer]) -> None:
        second = next(records)
        if self._serial is not None and _is_soa(second, first) and _serial(second) != serial:
            self._change(second, records, serial)
        else:
            self._fill(first, second, records)
        self._serial = serial

    def _fill(self, first: Answer, second: Answer, records: Iterator[Answer]) -> None:
        """From the records between two equal SOA records (RFC 5936 section 2.2)."""
        soa, ttl, data = first
        found, ttls = {soa: [data]}, {soa: ttl}
        id_, ttl, data = second
        while id_ != soa:
            if id_ in found:
                found[id_].append(data)
            else:
                found[id_], ttls[id_] = [data], ttl
            id_, ttl, data = next(records)
        self._rrsets = {id_: RRset(ttls[id_], frozenset(data)) for id_, data in found.items()}

    def _change(self, record: Answer, records: Iterator[Answer], serial: int) -> None:
        """From differences: each a SOA record and what went, another one and what came. The last SOA is the newest."""
        soa, adding = record, False
        touched: dict[str, set[str]] = {}
        ttls: dict[str, int] = {}
        while adding or not _is_soa(record, soa) or _serial(record) != serial:
            self._edit(record, adding, touched, ttls)
            record = next(records)
            adding ^= _is_soa(record, soa)
        for id_, data in touched.items():
            if data:
                ttl = ttls[id_] if id_ in ttls else self._rrsets[id_].ttl
                self._rrsets[id_] = RRset(ttl, frozenset(data))
            else:
                self._rrsets.pop(id_, None)

    def _edit(self, record: Answer, adding: bool, touched: dict[str, set[str]], ttls: dict[str, int]) -> None:
        id_, ttl, content = record
        known = self._rrsets.get(id_)
        data = touched.setdefault(id_, set(known.data if known else ()))
        if adding:
            data.add(content)
            ttls[id_] = ttl
        else:
            data.discard(content)


def _is_soa(record: Answer, soa: Answer) -> bool:
    return record[0] == soa[0]


def _serial(record: Answer) -> int:
    """The serial in a SOA record."""
    return int(record[2].split()[2])
