"""Files that people hand in, for any operation."""

from __future__ import annotations

from pathlib import Path

from chonai.change.errors import InputError
from chonai.operations.files import File


def read_file(role: str, path: Path, name: str | None = None) -> File:
    """A file that was handed in as `role`, called `name`, or as it is called. Raises `InputError` when it cannot be
    read.
    """
    try:
        return File(name or path.name, path.read_bytes())
    except FileNotFoundError:
        raise InputError("site.input_missing", file=name or path, role=role) from None
    except OSError as error:
        cause = error.strerror or error
        raise InputError("site.input_unreadable", file=name or path, role=role, cause=cause) from None
