"""``load_ledger.py SEED FOLDER [--again] [--check]`` makes FOLDER/ledger.db of the objects in SEED, unless it was made
of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

from chonai.change.model import Action, Change, Key
from chonai.systems.ipam import connect


def no_secret(change: Change, name: str) -> str:
    raise ValueError(f"{change.key}: {name}")


def load(seed: bytes, ledger: Path) -> None:
    """All objects at once, under the ids that they have."""
    creates = [
        Change(
            Action.CREATE, Key.parse(key), {}, {name: value for name, value in record.items() if value is not None}, ""
        )
        for key, record in json.loads(seed)["objects"].items()
    ]
    with connect({"name": "ledger", "url": str(ledger)}) as system:
        failed = [f"{result.key}: {result.error}" for result in system.apply(creates, no_secret) if result.error]
    if failed:
        raise SystemExit("\n".join(failed[:20]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="load_ledger.py", description=__doc__)
    parser.add_argument("seed", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--again", action="store_true", help="also where it was made of them before")
    parser.add_argument("--check", action="store_true", help="only say what would be done")
    given = parser.parse_args()
    seed, mark, new = given.seed.read_bytes(), given.folder / "seed.sha256", given.folder / "new.db"
    digest = hashlib.sha256(seed).hexdigest()
    if mark.is_file() and mark.read_text() == digest and not given.again:
        return
    print(f"changed: {given.folder / 'ledger.db'}")
    if given.check:
        return
    new.unlink(missing_ok=True)
    load(seed, new)
    for side in ("-wal", "-shm"):
        (given.folder / f"ledger.db{side}").unlink(missing_ok=True)
    new.replace(given.folder / "ledger.db")
    mark.write_text(digest)


if __name__ == "__main__":
    main()
