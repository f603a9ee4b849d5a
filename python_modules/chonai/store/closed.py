"""What is confidential, as it lies in the store: a cover that everybody may see, and the rest as an age file.

The body of such a row is a JSON object with the field `closed`, where that of any other row has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chonai.change.canonical import canonical
from chonai.change.codec import time_from_json, time_to_json
from chonai.change.fields import items_of, object_of, text_of
from chonai.change.secrets import Recipients, decrypt

FORM = 1
"""Version of this form."""
_FIELDS = frozenset({"closed", "announced_at", "readers", "cover", "age"})


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can read what is closed to them: their names, for people to find one, and their keys."""

    names: tuple[str, ...]
    recipients: Recipients


@dataclass(frozen=True, slots=True)
class Closed:
    """What is kept of something confidential; `cover` is plain JSON, None where nothing is shown of it."""

    announced_at: datetime
    readers: tuple[str, ...]
    cover: object
    age: str

    def opened(self, key_file: Path) -> bytes:
        """The whole, for the holder of a reader's key. Raises as `chonai.change.secrets.decrypt` does."""
        return decrypt(key_file, [self.age.encode("ascii", "replace")])[0]


def close(body: bytes, readers: Readers, announced_at: datetime, cover: object = None) -> str:
    """The body of a row, closed to all but its readers."""
    content = {
        "closed": FORM,
        "announced_at": time_to_json(announced_at),
        "readers": list(readers.names),
        "cover": cover,
        "age": readers.recipients.encrypt_as_text(body),
    }
    return canonical(content).decode()


def closed_of(data: object) -> Closed | None:
    """What is closed in the plain JSON of a row's body; None for a body that everybody can read."""
    if not isinstance(data, Mapping) or "closed" not in data:
        return None
    row = object_of(data, _FIELDS, "closed")
    return Closed(
        announced_at=time_from_json(row["announced_at"], "closed.announced_at"),
        readers=items_of(row["readers"], "closed.readers", text_of),
        cover=row["cover"],
        age=text_of(row["age"], "closed.age"),
    )
