"""The independent SCIM server `scim2-server`, in a process of its own: over TLS, behind a bearer token.

Its own command speaks open HTTP/1.0; here its application is served over TLS, with connections that stay open. The
first part of an address is the tenant, each with resources of its own; what comes before the dash says what the
server offers: `full`, `plain` (nothing that may be left out), `small` (bulk and pages of a few), `cursor`.
"""

from __future__ import annotations

import argparse
import io
import ssl
import sys
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scim2_models import Bulk, ETag, Filter, Pagination, Patch, ScimProvider
from scim2_server.applications.wsgi import TenantDispatcher
from scim2_server.memory import InMemoryStorage
from scim2_server.service import ScimService
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import load_default_provider


@cache
def provider(kind: str) -> ScimProvider | None:
    """The server of this kind, as it announces itself; it takes half a second to make, so tenants share it."""
    found = load_default_provider()
    config = found.config
    assert config is not None
    if kind == "plain":
        config.patch, config.etag = Patch(supported=False), ETag(supported=False)
        config.bulk = Bulk(supported=False, max_operations=0, max_payload_size=0)
        config.filter = Filter(supported=False, max_results=50)
    elif kind == "small":
        config.bulk = Bulk(supported=True, max_operations=5, max_payload_size=4096)
        config.filter = Filter(supported=True, max_results=7)
    elif kind == "cursor":
        config.pagination = Pagination(cursor=True, index=False, max_page_size=7)
    return found if kind in ("full", "plain", "small", "cursor") else None


def application(tenant: str, token: str) -> BearerTokenApplication | None:
    """The application of a new tenant."""
    known = provider(tenant.partition("-")[0])
    if known is None:
        return None
    service = ScimService(known, secret="made for tests")
    return BearerTokenApplication(InMemoryStorage(), known, service=service, bearer_tokens=[token])


def handler(dispatcher: TenantDispatcher) -> type[BaseHTTPRequestHandler]:
    """Hands requests to the application and its answers back."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            path, _, query = self.path.partition("?")
            environ = {
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(length),
                "HTTP_HOST": self.headers.get("Host", ""),
                "SCRIPT_NAME": "",
                "wsgi.url_scheme": "https",
                "wsgi.input": io.BytesIO(self.rfile.read(length)),
                **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()},
            }
            body = b"".join(dispatcher(environ, self._begin))
            self.wfile.write(b"\r\n".join([*self._head, b"Content-Length: %d" % len(body), b"", body]))

        def _begin(self, status: str, headers: list[tuple[str, str]]) -> None:
            dated = [("Date", self.date_time_string()), *headers]
            self._head = [f"HTTP/1.1 {status}".encode(), *(f"{name}: {value}".encode() for name, value in dated)]

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 (names that http.server looks for)

        def log_message(self, *_: object) -> None:
            """Say nothing: tests look at answers."""

    return Handler


class Server(ThreadingHTTPServer):
    """Speaks TLS in the thread of each connection, so that one that is slow keeps nobody waiting."""

    daemon_threads, request_queue_size = True, 64
    context: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands, then serve."""
        with self.context.wrap_socket(request, server_side=True) as secure:
            self.RequestHandlerClass(secure, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are what tests are about."""


def main() -> None:
    """Say the port, and serve until whoever started this closes our standard input, or is gone."""
    parser = argparse.ArgumentParser()
    for name in ("host", "certificate", "token"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    dispatcher = TenantDispatcher(lambda tenant: application(tenant, options.token))
    server = Server((options.host, 0), handler(dispatcher))
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(options.certificate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
