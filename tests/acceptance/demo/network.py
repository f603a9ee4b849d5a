"""The lab's ledger and zones as programs see them that are not chonai's: SQLite and dig."""

from __future__ import annotations

import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from ipaddress import IPv4Address, ip_address

from tests.contract.nameserver import PRIMARY, REVERSE, REVERSE6, SERVER, ZONE
from tests.lab import LAB

LEDGER = LAB / "ledger/ledger.db"
HOSTS = [*(f"annex-pc{n:02d}" for n in range(1, 11)), "annex-prn01", "annex-prn02"]
"""What the branch office's machines are called."""
Answers = Mapping[str, tuple[list[str], list[str]]]
"""By host name: the addresses that it has, and the names that an address has."""


def ledger() -> set[str]:
    """Every row of every table of the ledger."""
    with _database() as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {f"{table} {row}" for table in tables for row in database.execute(f'SELECT * FROM "{table}"')}


def issued(request: str) -> dict[str, str]:
    """The IPv4 addresses in use that a request was given, by host name. The database keeps them as binary digits."""
    query = "SELECT hostname, address FROM addresses WHERE request = ? AND status = 'in_use' ORDER BY hostname"
    with _database() as database:
        rows = database.execute(query, (request,))
        return {hostname: str(IPv4Address(int(digits[1:], base=2))) for hostname, digits in rows}


def zones() -> set[str]:
    """Every record of the zones, without SOA, whose serial counts the changes."""
    records = (line.split(maxsplit=4) for line in transfer().splitlines() if line and not line.startswith(";"))
    return {" ".join(record) for record in records if record[3] != "SOA"}


def transfer() -> str:
    """What dig says of all zones of the LGWAN系's name server."""
    key = str(LAB / "secrets" / f"{SERVER}-admin")
    asked = [part for zone in (ZONE, REVERSE, REVERSE6) for part in (zone, "AXFR")]
    return _run("dig", "-k", key, "+noall", "+answer", "+onesoa", "+time=5", f"@{PRIMARY}", *asked)


def answers(addresses: Mapping[str, str], server: str) -> Answers:
    """What a server says about host names, and about an address of each."""
    pointers = {name: ip_address(address).reverse_pointer for name, address in addresses.items()}
    asked = [part for name, pointer in pointers.items() for part in (f"{name}.{ZONE}", "A", pointer, "PTR")]
    said = _run("dig", "+noall", "+answer", "+time=5", f"@{server}", *asked)
    found: dict[str, list[str]] = defaultdict(list)
    for owner, *_, data in map(str.split, said.splitlines()):
        found[owner.rstrip(".")].append(data)
    return {name: (sorted(found[f"{name}.{ZONE}"]), found[pointer]) for name, pointer in pointers.items()}


def expected(addresses: Mapping[str, str]) -> Answers:
    """What it has to say where each name has its address."""
    return {name: ([address], [f"{name}.{ZONE}."]) for name, address in addresses.items()}


def _database() -> sqlite3.Connection:
    return sqlite3.connect(f"file:{LEDGER}?mode=ro", uri=True)


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
