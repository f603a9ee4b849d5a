"""Where a server is that is spoken to over HTTPS, and the token that lets us in, as a city's settings say it.

For all systems with an interface of that kind. Imports no HTTP library, so that reading settings stays cheap.
"""

from __future__ import annotations

from chonai.systems.settings_reader import SettingsReader
from chonai.systems.urls import parted

HTTPS_PORT = 443


def read_address(reader: SettingsReader) -> tuple[str, int, str]:
    """Host, port and path (without a slash at its end) of `url`. What is wrong goes to the reader."""
    url = reader.needed("url")
    parts, host, port = parted(url, HTTPS_PORT)
    if url and (parts.scheme != "https" or not host or parts.query or parts.username):
        reader.problem("not_https", "url", value=url)
    return host, port, parts.path.rstrip("/")


def read_token(reader: SettingsReader) -> str:
    """What `token_file` holds, or `token`: it goes into one header line (RFC 6750 section 2.1). What is wrong goes to
    the reader, and is not shown.
    """
    is_inline = reader.raw("token_file") in (None, "")
    said = reader.secret("token") or ""
    token = said if is_inline else said.strip()
    if not (token.isascii() and token.isprintable() and " " not in token):
        reader.problem("bad_token", "token" if is_inline else "token_file")
    return token
