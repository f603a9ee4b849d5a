"""Reading the city's LDIF, for both loaders."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import ldb


def records(database: ldb.Ldb, path: Path) -> Iterator[ldb.Message]:
    """Yield the records of a .ldif or .ldif.gz file in order. Anything but an add record ends the program."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    # RFC 2849 begins a file with its version, which ldb does not know.
    for change, message in database.parse_ldif(re.sub(r"\A(?:#.*\n)*version: 1\s*\n", "", text)):
        if change not in (ldb.CHANGETYPE_NONE, ldb.CHANGETYPE_ADD):
            raise SystemExit(f"{path}: {message.dn}: only add records can be loaded")
        yield message
