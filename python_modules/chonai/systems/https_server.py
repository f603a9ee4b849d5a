"""Where a server is that is spoken to over HTTPS, and the token that lets us in, as a city's settings say it.

For all systems with an interface of that kind. Imports no HTTP library, so that reading settings stays cheap.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from chonai.systems.settings_reader import SettingsReader

HTTPS_PORT = 443
_NONE = "-"
"""Stands for a token that could not be read: what is wrong was said already."""


def read_address(reader: SettingsReader) -> tuple[str, int, str]:
    """Host, port and path (without a slash at its end) of `url`. What is wrong goes to the reader."""
    url = reader.needed("url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS_PORT
    except ValueError:
        parts, host, port = urlsplit(""), "", HTTPS_PORT
    if url and (parts.scheme != "https" or not host or parts.query or parts.username):
        reader.problem("not_https", "url", value=url)
    return host, port, parts.path.rstrip("/")


def read_token(reader: SettingsReader) -> str:
    """What `token_file` holds, or `token`. What is wrong goes to the reader."""
    path = read_file(reader, "token_file")
    if path is None:
        return _sendable(reader, "token", reader.needed("token"))
    reader.raw("token")
    return _sendable(reader, "token_file", _read(reader, path) if _is_file(path) else _NONE)


def read_file(reader: SettingsReader, name: str) -> str | None:
    """The path of a file that has to be there. What is wrong goes to the reader."""
    value = reader.text(name)
    if value is not None and not _is_file(value):
        reader.problem("no_file", name, value=value)
    return value


def _read(reader: SettingsReader, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        reader.problem("unreadable_token", "token_file", value=path, why=error.strerror or type(error).__name__)
    except UnicodeDecodeError:
        reader.problem("bad_token", "token_file")
    return _NONE


def _sendable(reader: SettingsReader, name: str, token: str) -> str:
    """A token goes into one header line (RFC 6750 section 2.1); what is wrong with it is not shown."""
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        reader.problem("bad_token", name)
    if not token and name == "token_file":
        reader.problem("empty_token", name)
    return token


def _is_file(path: str) -> bool:
    return Path(path).is_file()
