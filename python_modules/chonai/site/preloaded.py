"""Importing this imports what work on systems needs, but for the systems that most cities have few of.

A face that forks its workers imports it before, so that they share what is loaded; anything else is better off
importing late.
"""

from __future__ import annotations

from chonai.change.collector import collector_paused

with collector_paused():
    from sqlalchemy.dialects import sqlite

    from chonai.site import applying, personnel, reporting, telling, typed
    from chonai.systems.directory import system

__all__ = ["applying", "personnel", "reporting", "sqlite", "system", "telling", "typed"]
