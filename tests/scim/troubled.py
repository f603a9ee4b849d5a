"""A relay in front of the SCIM server that makes trouble: it reads each request, and may refuse it, cut it, keep it
waiting, let somebody else act first, or change the answer. What it does not touch is the server's own.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

from tests.scim.running import Running


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    body: bytes

    @property
    def data(self) -> Any:
        """Its document."""
        return json.loads(self.body)

    def is_write(self) -> bool:
        """Whether it is to change something."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What becomes of a request.

    status   answered by the relay itself, with these headers and this text
    before   done by somebody else before the request goes on
    pause    seconds that it waits
    cut      the connection is cut: `before` the request reaches the server, or `after`, when only the answer is lost
    rewrite  makes the document of the answer another
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = "{}"
    before: Callable[[], object] = lambda: None
    pause: float = 0.0
    cut: str = ""
    rewrite: Callable[[Any], Any] | None = None


Plan = Callable[[Asked], Trouble | None]


class Troubled:
    """The relay as a test sees it: where it is, what came, and what is to happen next."""

    def __init__(self, running: Running) -> None:
        self.running, self.asked = running, list[Asked]()
        self.plan: Plan = lambda asked: None
        self._lock = threading.Lock()
        self._pool = urllib3.HTTPSConnectionPool(
            running.host, running.port, maxsize=16, ca_certs=str(running.authority), retries=False
        )
        self.port = 0

    def url(self, url: object) -> str:
        """The address of a tenant, through the relay."""
        return str(url).replace(f":{self.running.port}/", f":{self.port}/")

    def once(self, trouble: Trouble, where: Callable[[Asked], bool] = Asked.is_write, times: int = 1) -> None:
        """Make this trouble the first times that such a request comes."""
        left = [times]

        def plan(asked: Asked) -> Trouble | None:
            if not left[0] or not where(asked):
                return None
            left[0] -= 1
            return trouble

        self.plan = plan

    def writes(self, method: str = "") -> list[Asked]:
        """The writes that came, or those of one method."""
        return [one for one in self.asked if one.is_write() and method in ("", one.method)]

    def meet(self, asked: Asked) -> Trouble:
        """Note a request and say what becomes of it."""
        with self._lock:
            self.asked.append(asked)
            return self.plan(asked) or Trouble()

    def forward(self, asked: Asked, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        """The server's own answer."""
        return self._pool.request(asked.method, asked.path, body=asked.body or None, headers=headers)


def _handler(troubled: Troubled) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, body)
            trouble = troubled.meet(asked)
            time.sleep(trouble.pause)
            trouble.before()
            if trouble.status:
                self._answer(trouble.status, trouble.headers, trouble.text.encode())
            elif trouble.cut == "before":
                self._cut()
            else:
                self._pass_on(asked, trouble)

        def _pass_on(self, asked: Asked, trouble: Trouble) -> None:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("content-length", "accept-encoding")}
            reply = troubled.forward(asked, headers)
            if trouble.cut == "after":
                self._cut()
                return
            said = json.dumps(trouble.rewrite(reply.json())).encode() if trouble.rewrite else reply.data
            dropped = ("content-length", "date", "server", "connection")
            self._answer(reply.status, {k: v for k, v in reply.headers.items() if k.lower() not in dropped}, said)

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _cut(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 (names that http.server looks for)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 64
    context: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self.context.wrap_socket(request, server_side=True) as secure:
            self.RequestHandlerClass(secure, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was cut is no error here."""


@contextmanager
def relaying(running: Running) -> Iterator[Troubled]:
    """A relay on the server's own address, so that its certificate stays valid."""
    troubled = Troubled(running)
    with _Server((running.host, 0), _handler(troubled)) as server:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(running.certificate)
        troubled.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield troubled
        server.shutdown()
        thread.join()
