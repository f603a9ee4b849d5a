"""Where a server is, by its URL."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def parted(url: str, usual_port: int) -> tuple[SplitResult, str, int]:
    """A URL in its parts, its host, and its port or else the usual one. All of it is blank for what is no URL."""
    try:
        parts = urlsplit(url)
        return parts, parts.hostname or "", parts.port or usual_port
    except ValueError:
        return urlsplit(""), "", usual_port
