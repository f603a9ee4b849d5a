"""Many writes at once: in bulk requests where the server takes them, else side by side.

RFC 7644 section 3.7. The replies are found again by what each operation was called or where it went, because a
server need not keep their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from chonai.systems.scim.connection import Call, Reply
from chonai.systems.scim.documents import Document, get, items, text, written
from chonai.systems.scim.session import Session

BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
TOO_LARGE = 413
UNTOLD = Reply(0)
"""Stands for an operation that the server's answer says nothing of."""


def send(session: Session, calls: Sequence[Call]) -> list[Reply]:
    """The reply to each call, in order. Raises SystemUnreachable when the server goes away."""
    if not session.settings.bulk or not session.provider.bulk_operations or len(calls) < 2:
        return session.connection.many(calls)
    chunks = list(_chunks(calls, session.provider.bulk_operations, session.provider.bulk_bytes))
    requests = [_request([calls[n] for n in chunk]) if len(chunk) > 1 else calls[chunk[0]] for chunk in chunks]
    replies: dict[int, Reply] = {}
    for chunk, reply in zip(chunks, session.connection.many(requests), strict=True):
        replies.update(zip(chunk, _answers(session, [calls[n] for n in chunk], reply), strict=True))
    return [replies[n] for n in range(len(calls))]


def _request(calls: Sequence[Call]) -> Call:
    operations = [_operation(n, call) for n, call in enumerate(calls)]
    return Call("POST", "Bulk", data={"schemas": [BULK_REQUEST], "Operations": operations})


def _operation(number: int, call: Call) -> Document:
    whole: Document = {"method": call.method, "path": f"/{call.path}", "bulkId": _bulk_id(number)}
    if call.version:
        whole["version"] = call.version
    return whole if call.data is None else {**whole, "data": call.data}


def _bulk_id(number: int) -> str:
    return f"c{number}"


def _chunks(calls: Sequence[Call], most: int, size: int) -> Iterator[list[int]]:
    """Positions that go together: not more than the server takes, in number and in bytes (0: it names none)."""
    envelope = len(written({"schemas": [BULK_REQUEST], "Operations": []}))
    chunk: list[int] = []
    length = envelope
    for n, call in enumerate(calls):
        more = len(written(_operation(n, call))) + 1
        if chunk and (len(chunk) == most or (size and length + more > size)):
            yield chunk
            chunk, length = [], envelope
        chunk.append(n)
        length += more
    if chunk:
        yield chunk


def _answers(session: Session, calls: Sequence[Call], reply: Reply) -> list[Reply]:
    if len(calls) == 1:
        return [reply]
    if reply.status == TOO_LARGE:
        return [*send(session, calls[: len(calls) // 2]), *send(session, calls[len(calls) // 2 :])]
    if not reply.ok:
        return [reply] * len(calls)
    outcomes = _by_name(reply)
    return [_outcome(n, call, outcomes) for n, call in enumerate(calls)]


def _by_name(reply: Reply) -> Mapping[str, object]:
    """The outcomes by bulkId, and by method and address for servers that repeat only the bulkId of a POST."""
    found: dict[str, object] = {}
    for one in items(get(reply.body, "Operations")):
        found[_place(text(one, "method"), text(one, "location"))] = one
        found[text(one, "bulkId")] = one
    return found


def _place(method: str, address: str) -> str:
    return " ".join([method.upper(), *(unquote(part) for part in address.rstrip("/").split("/")[-2:])])


def _outcome(number: int, call: Call, outcomes: Mapping[str, object]) -> Reply:
    one = outcomes.get(_bulk_id(number)) or outcomes.get(_place(call.method, call.path))
    status = get(one, "status")
    status = get(status, "code") or status
    if not isinstance(status, str | int) or not str(status).isdigit():
        return UNTOLD
    body = get(one, "response")
    return Reply(int(status), body if isinstance(body, dict) else None, {"location": text(one, "location")})


def made_id(reply: Reply) -> str:
    """The id of what a POST made: it says so itself, or its address does."""
    address = reply.headers.get("location", "").rstrip("/")
    return text(reply.body, "id") or unquote(address.rpartition("/")[2])
