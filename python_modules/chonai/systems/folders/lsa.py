"""Names of SIDs and SIDs of names, asked of the file server itself over its pipe `lsarpc`.

A member server asks its domain in turn. Source: [MS-LSAT] 3.1.4.11 (LsarLookupSids), 3.1.4.6 (LsarLookupNames3),
[MS-RPCE] for the frame.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from chonai.systems.folders import wire
from chonai.systems.folders.ndr import Reader, Writer

OPEN_POLICY, LOOKUP_SIDS, LOOKUP_NAMES = 44, 15, 68
SOME_NOT_MAPPED, NONE_MAPPED = 0x00000107, 0xC0000073
UNKNOWN_TYPE, INVALID_TYPE = 8, 7
BATCH = 30
"""Names of one request: it has to fit into one fragment."""
_FRAGMENT = 4280
_LSARPC = uuid.UUID("12345778-1234-abcd-ef00-0123456789ab").bytes_le + struct.pack("<HH", 0, 0)
_NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<HH", 2, 0)
_BIND, _BOUND, _REQUEST, _RESPONSE = 11, 12, 0, 2
_LAST = 2


class LookupFailed(Exception):
    """The server does not look names up; the text says why."""


class Lsa:
    """An open policy on the file server."""

    def __init__(self, connection: wire.Wire, pipe: bytes) -> None:
        self._wire, self._pipe = connection, pipe
        self._calls = 0
        context = struct.pack("<BxxxHBx", 1, 0, 1) + _LSARPC + _NDR
        self._call(_BIND, struct.pack("<HHI", _FRAGMENT, _FRAGMENT, 0) + context)
        attributes = Writer().word(0).word(24, 0, 0, 0, 0, 0).word(0x800)
        self._policy = self._ask(OPEN_POLICY, attributes.bytes()).raw(20)

    @classmethod
    @contextmanager
    def open(cls, connection: wire.Wire) -> Iterator[Lsa]:
        """The pipe, open while inside. Raises LookupFailed when the server gives none."""
        with connection.with_pipes():
            reply = connection.exchange([[wire.opening("lsarpc", 0x12019F, options=0)]], pipe=True)[0][0]
            if reply.status != wire.OK:
                raise LookupFailed(f"{reply.status:#010x}")
            pipe = wire.opened(reply)[0]
            yield cls(connection, pipe)
            connection.exchange([[wire.closing(pipe)]], pipe=True)

    def names(self, sids: Sequence[str]) -> dict[str, str]:
        r"""`DOMAIN\name` of each SID that has one."""
        found: dict[str, str] = {}
        for start in range(0, len(sids), BATCH):
            found |= self._names(sids[start : start + BATCH])
        return found

    def sids(self, names: Sequence[str]) -> dict[str, str]:
        """The SID of each name that has one."""
        found: dict[str, str] = {}
        for start in range(0, len(names), BATCH):
            found |= self._sids(names[start : start + BATCH])
        return found

    def _names(self, sids: Sequence[str]) -> Mapping[str, str]:
        body = Writer().raw(self._policy).word(len(sids)).pointer().word(len(sids))
        for _ in sids:
            body.pointer()
        for sid in sids:
            body.sid(sid)
        body.word(0, 0).half(1).half(0).word(0)
        answer = self._ask(LOOKUP_SIDS, body.bytes())
        domains = _domains(answer)
        return {sid: name for sid, name in zip(sids, _translated(answer, domains), strict=False) if name}

    def _sids(self, names: Sequence[str]) -> Mapping[str, str]:
        body = Writer().raw(self._policy).word(len(names), len(names))
        for name in names:
            size = len(name.encode("utf-16-le"))
            body.half(size).half(size).pointer()
        for name in names:
            body.string(name)
        body.word(0, 0).half(1).half(0).word(0, 0, 2)
        answer = self._ask(LOOKUP_NAMES, body.bytes())
        _domains(answer)
        return {name: sid for name, sid in zip(names, _resolved(answer), strict=False) if sid}

    def _ask(self, operation: int, body: bytes) -> Reader:
        """Call, and say no when the status at the end of the answer does."""
        answer = self._call(_REQUEST, struct.pack("<IHH", len(body), 0, operation) + body)
        status = struct.unpack_from("<I", answer, len(answer) - 4)[0]
        if status not in (wire.OK, SOME_NOT_MAPPED, NONE_MAPPED):
            raise LookupFailed(f"{status:#010x}")
        return Reader(answer)

    def _call(self, kind: int, body: bytes) -> bytes:
        self._calls += 1
        frame = struct.pack("<BBBBIHHI", 5, 0, kind, 3, 0x10, 16 + len(body), 0, self._calls)
        self._one(wire.writing(frame + body, self._pipe))
        answer = b""
        while True:
            fragment = wire.payload(self._one(wire.reading(self._pipe)))
            if len(fragment) < 24 or fragment[2] not in (_BOUND, _RESPONSE):
                raise LookupFailed(fragment.hex(" "))
            answer += fragment[24:]
            if fragment[3] & _LAST:
                return answer

    def _one(self, request: wire.Message) -> wire.Reply:
        reply = self._wire.exchange([[request]], pipe=True)[0][0]
        if reply.status != wire.OK:
            raise LookupFailed(f"{reply.status:#010x}")
        return reply


def _domains(answer: Reader) -> list[str]:
    """Names of the domains that the answer refers to."""
    if not answer.word():
        return []
    count, array, _ = answer.word(), answer.word(), answer.word()
    if not array:
        return []
    answer.word()
    heads = [(answer.word(), answer.word(), answer.word()) for _ in range(count)]
    names = []
    for _, name, sid in heads:
        names.append(answer.string() if name else "")
        if sid:
            answer.sid()
    return names


def _length(answer: Reader) -> int:
    """How many elements of an array follow: its count, a pointer, and unless that is null the count once more."""
    count, array = answer.word(), answer.word()
    if not array:
        return 0
    answer.word()
    return count


def _translated(answer: Reader, domains: Sequence[str]) -> list[str]:
    """Names in the order of the SIDs, empty where there is none."""
    heads = []
    for _ in range(_length(answer)):
        use = answer.half()
        answer.half()
        answer.word()
        heads.append((use, answer.word(), answer.word()))
    texts = [answer.string() if pointer else "" for _, pointer, _ in heads]
    return [_full(use, text, domain, domains) for (use, _, domain), text in zip(heads, texts, strict=True)]


def _full(use: int, text: str, domain: int, domains: Sequence[str]) -> str:
    if use in (UNKNOWN_TYPE, INVALID_TYPE) or not text:
        return ""
    before = domains[domain] if domain < len(domains) else ""
    return f"{before}\\{text}" if before else text


def _resolved(answer: Reader) -> list[str]:
    """SIDs in the order of the names, empty where there is none."""
    heads = []
    for _ in range(_length(answer)):
        use = answer.half()
        answer.half()
        pointer = answer.word()
        answer.word()
        answer.word()
        heads.append((use, pointer))
    sids = [answer.sid() if pointer else "" for _, pointer in heads]
    return ["" if use in (UNKNOWN_TYPE, INVALID_TYPE) else sid for (use, _), sid in zip(heads, sids, strict=True)]
