"""One connection to a directory server: ldap3 opens and authenticates it, then requests are pipelined over its socket.

Many requests are in flight at once, so that the network's latency is paid once and not for every object.
A server may work on them in any order: the caller never puts two requests on one DN, or two that depend on
each other, into one call.
"""

from __future__ import annotations

import math
import selectors
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TypeVar

import ldap3
from ldap3.core.exceptions import LDAPException

from chonai.change.errors import SystemUnreachable
from chonai.systems.directory import ber, kerberos, protocol
from chonai.systems.directory.kerberos import unreachable
from chonai.systems.directory.protocol import Entry, Reply, Request, ResultCode, Search
from chonai.systems.directory.settings import DirectorySettings, SimpleBind

T = TypeVar("T")
_CHUNK = 1 << 15
"""Bytes handed to and taken from TLS at once: more than a record holds, little enough to be quick to allocate."""
_PIECES = 64


class Connection:
    """An authenticated connection. Raises SystemUnreachable when the server is gone,
    and from then on for every call.
    """

    def __init__(self, settings: DirectorySettings, connected: socket.socket) -> None:
        self._settings, self._socket = settings, connected
        self._buffer = bytearray()
        self._names: dict[bytes, str] = {}
        self._next_id = 1_000_000
        self._closed = False

    @classmethod
    def open(cls, settings: DirectorySettings) -> Connection:
        """Connect, verify the certificate, log in. Raises SystemUnreachable saying which of these failed."""
        server = ldap3.Server(
            settings.host,
            port=settings.port,
            use_ssl=True,
            tls=_Tls(settings),
            get_info=ldap3.NONE,
            connect_timeout=settings.connect_timeout,
        )
        opened = _login(server, settings)
        opened.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.socket.setblocking(False)
        return cls(settings, opened.socket)

    def send(self, requests: Sequence[Request]) -> list[Reply]:
        """Do all requests, many in flight; the replies in the order of the requests."""
        return self._end(self._begin(requests))

    def search(self, search: Search, each: Callable[[Entry], T]) -> list[T]:
        """What `each` makes of all entries that a search finds.

        The server works on the next page meanwhile: `each` must not ask it.
        """
        found: list[T] = []
        cookie, pages = b"", self._begin([protocol.page(search, self._settings.page, b"")])
        while True:
            reply = self._end(pages)[0]
            self._check(search, reply)
            if cookie := reply.cookie:
                pages = self._begin([protocol.page(search, self._settings.page, cookie)])
            found += map(each, reply.entries(self._names))
            if not cookie:
                return found

    def searches(self, searches: Sequence[Search]) -> list[list[Entry]]:
        """What each of many small searches finds, pipelined. An unknown base finds nothing."""
        replies = self.send(searches)
        for search, reply in zip(searches, replies, strict=True):
            if reply.code != ResultCode.NO_SUCH_OBJECT:
                self._check(search, reply)
        return [reply.entries(self._names) for reply in replies]

    def spelling(self, name: str) -> str:
        """How the server writes the name of an attribute that it has sent (given in lower case)."""
        return next((written.decode() for written, lower in self._names.items() if lower == name), name)

    def close(self) -> None:
        """Drop the connection; what the server is doing it finishes."""
        self._closed = True
        with suppress(OSError, LDAPException):
            self._socket.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, search: Search, reply: Reply) -> None:
        if not reply.ok:
            system, base = self._settings.name, search.base
            raise SystemUnreachable(
                "directory.search_refused", system=system, base=base, code=reply.code, text=reply.text
            )

    def _gone(self, error: Exception) -> SystemUnreachable:
        why = str(error) or type(error).__name__
        return SystemUnreachable(
            "directory.connection_lost", system=self._settings.name, url=self._settings.url, why=why
        )

    def _begin(self, requests: Sequence[Request]) -> _Exchange:
        """Send what may be in flight at once, without waiting for an answer."""
        first, self._next_id = self._next_id, self._next_id + len(requests)
        exchange = _Exchange(requests, first, self._settings.window)
        exchange.fill()
        with self._or_gone():
            self._write(exchange.outgoing)
        return exchange

    def _end(self, exchange: _Exchange) -> list[Reply]:
        """Send the rest and wait for all answers."""
        with self._or_gone(), selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            while not exchange.done:
                exchange.fill()
                self._pump(exchange, selector)
        return exchange.replies

    @contextmanager
    def _or_gone(self) -> Iterator[None]:
        """Whatever goes wrong on the line closes it for good: nobody knows what has arrived."""
        try:
            if self._closed:
                raise EOFError("it is closed")
            yield
        except (OSError, EOFError, IndexError, ValueError) as error:
            self.close()
            raise self._gone(error) from error

    def _pump(self, exchange: _Exchange, selector: selectors.BaseSelector) -> None:
        """Send what fits and take what is there; wait when neither. Never blocks on one while the other could go on."""
        moved = self._write(exchange.outgoing) | self._read(exchange)
        if not moved:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if exchange.outgoing else 0)
            selector.modify(self._socket, events)
            if not selector.select(self._settings.reply_timeout):
                raise TimeoutError(f"no reply in {self._settings.reply_timeout:g} s")

    def _write(self, outgoing: bytearray) -> bool:
        if not outgoing:
            return False
        try:
            del outgoing[: self._socket.send(memoryview(outgoing)[:_CHUNK].tobytes())]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            return False
        return True

    def _read(self, exchange: _Exchange) -> bool:
        data = self._received()
        if data:
            self._buffer += data
            del self._buffer[: exchange.take(bytes(self._buffer))]
        return bool(data)

    def _received(self) -> bytes:
        """All that has arrived; TLS hands it out in small pieces."""
        pieces: list[bytes] = []
        with suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            while len(pieces) < _PIECES:
                pieces.append(self._socket.recv(_CHUNK))
                if not pieces[-1]:
                    raise EOFError("the server closed the connection")
        return b"".join(pieces)


class _Exchange:
    """The state of one pipelined pass: what is still to be sent, and what came back."""

    def __init__(self, requests: Sequence[Request], first_id: int, window: int) -> None:
        self._requests, self._first, self._window = requests, first_id, window
        self.replies = [Reply(-1) for _ in requests]
        self.outgoing = bytearray()
        self._sent = self._finished = 0

    @property
    def done(self) -> bool:
        return self._finished == len(self._requests)

    def fill(self) -> None:
        """Encode more requests once half of the window has come back: then one packet carries many."""
        if self._sent - self._finished > self._window // 2:
            return
        stop = min(len(self._requests), self._finished + self._window)
        for index in range(self._sent, stop):
            self.outgoing += protocol.encode(self._first + index, self._requests[index])
        self._sent = max(self._sent, stop)

    def take(self, data: bytes) -> int:
        """Use all whole messages in `data`; how many bytes that were."""
        used, size = 0, len(data)
        while size - used >= 2:
            try:
                start, end = ber.header(data, used)
            except IndexError:
                break
            if end > size:
                break
            self._message(data, start, end)
            used = end
        return used

    def _message(self, data: bytes, start: int, end: int) -> None:
        message_id, tag, at = protocol.message(data, start)
        index = message_id - self._first
        if message_id == 0:
            raise EOFError(protocol.result(data, at, end)[1] or "the server said that it disconnects")
        if not 0 <= index < len(self.replies):
            return
        if tag == protocol.ENTRY:
            self.replies[index].raw.append((data, at))
        elif tag != protocol.REFERENCE:
            self._finish(index, *protocol.result(data, at, end))

    def _finish(self, index: int, code: int, text: str, cookie: bytes) -> None:
        reply = self.replies[index]
        reply.code, reply.text, reply.cookie = code, text, cookie
        self._finished += 1


class _Tls(ldap3.Tls):  # type: ignore[misc]  # ldap3 has no type information
    """TLS by Python's own context: ldap3's check of the host name is gone from Python 3.12 on and never knew IP
    addresses.
    """

    def __init__(self, settings: DirectorySettings) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._settings = settings

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        """Called by ldap3 with its connection; puts the wrapped socket into it."""
        context = ssl.create_default_context(cafile=self._settings.ca_file)
        if not self._settings.tls_verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        host = self._settings.host
        connection.socket = context.wrap_socket(
            connection.socket, server_hostname=host, do_handshake_on_connect=do_handshake
        )


def _login(server: ldap3.Server, settings: DirectorySettings) -> ldap3.Connection:
    credentials = _credentials(settings)
    try:
        connection = ldap3.Connection(server, **credentials, receive_timeout=math.ceil(settings.reply_timeout))
        connection.open(read_server_info=False)
    except (LDAPException, OSError) as error:
        raise unreachable("cannot_connect", settings, error) from error
    with kerberos.configured(settings):
        try:
            bound = connection.bind(read_server_info=False)
        except (LDAPException, OSError) as error:
            raise unreachable("login_failed", settings, error) from error
    if not bound:
        why = f"{connection.result['description']} {connection.result['message']}"
        raise unreachable("login_refused", settings, why)
    return connection


def _credentials(settings: DirectorySettings) -> dict[str, object]:
    if isinstance(settings.bind, SimpleBind):
        return {"user": settings.bind.user, "password": settings.bind.password, "authentication": ldap3.SIMPLE}
    ticket = kerberos.ticket(settings, settings.bind)
    host = settings.bind.host
    return {"authentication": ldap3.SASL, "sasl_mechanism": ldap3.KERBEROS, "sasl_credentials": (host, None, ticket)}
