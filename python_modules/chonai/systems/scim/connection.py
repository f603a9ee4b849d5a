"""Requests to the server: over verified TLS, several at a time, repeated only where that does no harm."""

from __future__ import annotations

import email.utils
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from chonai.change.errors import SystemUnreachable
from chonai.systems.scim.documents import Document, parse, text, written
from chonai.systems.scim.settings import ScimSettings

MEDIA_TYPE = "application/scim+json"
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
"""Methods that change no more when they are sent twice (RFC 9110 section 9.2.2)."""

TOO_MANY, UNAUTHORIZED = 429, 401
AWAY = frozenset({502, 503, 504})
"""The server, or what stands before it, says that it does not serve now."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its path as it stands in an address.

    `version` is sent as If-Match: the server refuses when the resource has another by now.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    data: Document | None = field(default=None, repr=False)
    version: str = ""

    @property
    def url(self) -> str:
        """Path and query."""
        return f"/{self.path}" + (f"?{urlencode(self.query, quote_via=quote)}" if self.query else "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said; `body` is None when it was no JSON object."""

    status: int
    body: Document | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """It did as it was told."""
        return 200 <= self.status < 300

    @property
    def detail(self) -> str:
        """The server's own words on what went wrong, with the kind of error where it names one."""
        return ", ".join(filter(None, (text(self.body, "scimType"), text(self.body, "detail")))) or "-"


class Connection:
    """A pool of connections to one server."""

    def __init__(self, settings: ScimSettings) -> None:
        self._settings, self._limits = settings, settings.limits
        self._pool = urllib3.HTTPSConnectionPool(
            settings.host,
            settings.port,
            maxsize=settings.limits.window,
            block=True,
            timeout=urllib3.Timeout(connect=settings.limits.connect, read=settings.limits.reply),
            ssl_context=ssl.create_default_context(cafile=settings.ca_file),
        )
        self._workers = ThreadPoolExecutor(settings.limits.window, thread_name_prefix="scim")
        self._resume_at, self._lock = 0.0, threading.Lock()

    @classmethod
    @contextmanager
    def open(cls, settings: ScimSettings) -> Iterator[Self]:
        """Connections while inside. Raises SystemUnreachable when the authority's file holds none."""
        try:
            connection = cls(settings)
        except (OSError, ssl.SSLError) as error:
            raise _lost("scim.cannot_connect", settings, error) from error
        try:
            yield connection
        finally:
            connection._workers.shutdown(cancel_futures=True)
            connection._pool.close()

    def many(self, calls: Sequence[Call]) -> list[Reply]:
        """The replies to all calls, in order, `in_flight` of them on the way at a time.

        Raises SystemUnreachable as soon as one finds the server gone; those not yet sent are not sent.
        """
        if len(calls) == 1:
            return [self.one(calls[0])]
        futures = [self._workers.submit(self.one, call) for call in calls]
        try:
            return [future.result() for future in futures]
        except SystemUnreachable:
            _abandon(futures)
            raise

    def one(self, call: Call) -> Reply:
        """The reply to one call.

        Raises SystemUnreachable when there is no connection, when it breaks under what cannot be repeated,
        when our token is refused, and when the server stays busy for longer than we have patience.
        """
        waited, attempt = 0.0, 0
        while True:
            attempt += 1
            self._keep_back()
            reply = self._try(call, attempt)
            if reply is not None and not self._is_put_off(call, reply, attempt):
                return self._accepted(reply)
            pause = _pause(reply, attempt)
            waited += pause
            if waited > self._limits.patience:
                raise self._busy(reply)
            self._hold(pause, everybody=reply is not None and reply.status == TOO_MANY)

    def _try(self, call: Call, attempt: int) -> Reply | None:
        """One attempt; None when the connection failed and the call may be repeated."""
        try:
            return self._send(call)
        except (NewConnectionError, ConnectTimeoutError, SSLError) as error:
            if isinstance(error, SSLError) or attempt >= self._limits.attempts:
                raise _lost("scim.cannot_connect", self._settings, error) from error
        except (HTTPError, OSError) as error:
            if call.method not in REPEATABLE or attempt >= self._limits.attempts:
                raise _lost("scim.connection_lost", self._settings, error) from error
        return None

    def _send(self, call: Call) -> Reply:
        headers = {"Authorization": f"Bearer {self._settings.token}", "Accept": MEDIA_TYPE}
        if call.version:
            headers["If-Match"] = call.version
        body = None
        if call.data is not None:
            headers["Content-Type"], body = MEDIA_TYPE, written(call.data)
        response = self._pool.request(
            call.method, self._settings.base + call.url, body=body, headers=headers, retries=False, redirect=False
        )
        return Reply(response.status, parse(response.data), {k.lower(): v for k, v in response.headers.items()})

    def _is_put_off(self, call: Call, reply: Reply, attempt: int) -> bool:
        """Whether the server asks us to come again, or may be asked again."""
        if reply.status == TOO_MANY:
            return True
        if reply.status not in AWAY:
            return False
        if call.method not in REPEATABLE or attempt >= self._limits.attempts:
            raise self._busy(reply)
        return True

    def _accepted(self, reply: Reply) -> Reply:
        if reply.status == UNAUTHORIZED:
            raise SystemUnreachable("scim.login_refused", system=self._settings.name, url=self._settings.url)
        return reply

    def _busy(self, reply: Reply | None) -> SystemUnreachable:
        status = reply.status if reply is not None else 0
        return SystemUnreachable("scim.server_busy", system=self._settings.name, url=self._settings.url, status=status)

    def _keep_back(self) -> None:
        """Nobody sends anything before the time that the server named."""
        time.sleep(max(0.0, self._resume_at - time.monotonic()))

    def _hold(self, pause: float, *, everybody: bool) -> None:
        if everybody:
            with self._lock:
                self._resume_at = max(self._resume_at, time.monotonic() + pause)
        else:
            time.sleep(pause)


def _pause(reply: Reply | None, attempt: int) -> float:
    """Seconds until the next attempt: what Retry-After says (RFC 9110 section 10.2.3), else ever longer."""
    said = (reply.headers if reply is not None else {}).get("retry-after", "")
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except ValueError:
        return min(0.2 * 2.0 ** (attempt - 1), 30.0)


def _abandon(futures: Sequence[Future[Reply]]) -> None:
    for future in futures:
        future.cancel()
    wait(futures)


def _lost(code: str, settings: ScimSettings, error: Exception) -> SystemUnreachable:
    return SystemUnreachable(code, system=settings.name, url=settings.url, why=str(error)[:300])
