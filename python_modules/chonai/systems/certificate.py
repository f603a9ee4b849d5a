"""Until when the certificate of a TLS server is good."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime


def certificate_until(host: str, port: int, *, ca_file: str | None, timeout: float) -> datetime | None:
    """When the certificate that a server shows ends; it is verified against `ca_file`, or what the machine trusts.

    `timeout` in seconds. Raises OSError when there is no connection, or the certificate is not good.
    """
    context = ssl.create_default_context(cafile=ca_file)
    with (
        socket.create_connection((host, port), timeout) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        ends = (secured.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None
