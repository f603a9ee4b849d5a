"""The command line `chonai`. What a person types and reads; everything else is behind `chonai.site`."""

from __future__ import annotations

from chonai.cli.outermost import main

__all__ = ["main"]
