"""All seven systems as they are, noted with programs that are not chonai's, so that the way back can be compared."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from tests.acceptance.demo.domain import DOMAINS, LGWAN
from tests.acceptance.demo.dumps import differences, objects
from tests.city.products import PRODUCTS
from tests.lab import LAB

MAIL = "webmail"
FOLDERS = "sanitizer"
# A person who was deleted comes back with a new password: the only thing of the database that no undo can bring back.
_MAIL_QUERIES = (
    "SELECT to_jsonb(mailbox) - 'password' FROM mailbox",
    "SELECT to_jsonb(a) FROM alias a",
    "SELECT to_jsonb(m) FROM member m",
    "SELECT to_jsonb(n) FROM note n",
)

# What `smbclient` says of a folder that its people have no part in.
_SERVERS_OWN = ("MODE:", "SIZE:", "MTIME:", "revision:", "ACL")

Images = Mapping[str, str]
"""A text for each inventory host."""


def take() -> dict[str, str]:
    """Every attribute of every object of the domains, every row of the mail database, every folder with its access
    list, and what the products export.
    """
    found = {domain.host: domain.dump() for domain in DOMAINS}
    found |= {MAIL: "\n".join(sorted(chain.from_iterable(mail_rows()))), FOLDERS: folders_listed()}
    return found | {product: _exports(product) for product in PRODUCTS}


def count(host: str, image: str) -> int:
    """Objects in an image of a domain, lines in any other."""
    return len(objects(image)) if host in _DOMAIN_HOSTS else len(image.splitlines())


def compare(host: str, before: str, after: str) -> list[str]:
    """What differs, a line each."""
    if host in _DOMAIN_HOSTS:
        return differences(before, after)
    old, new = set(before.splitlines()), set(after.splitlines())
    return [*(f"- {line}" for line in sorted(old - new)), *(f"+ {line}" for line in sorted(new - old))]


_DOMAIN_HOSTS = frozenset(domain.host for domain in DOMAINS)


def mail_rows() -> list[list[str]]:
    """Mail boxes, aliases, members and notes of the database, each row as JSON."""
    secret, ca = (LAB / "secrets/webmail-admin").read_text(), LAB / "ca/ca.pem"
    where = f"host=127.0.0.31 dbname=mail user=admin sslmode=verify-full sslrootcert={ca}"
    ask = ["psql", "-X", "-qAt", where, "-c"]
    return [_run([*ask, query], PGPASSWORD=secret).splitlines() for query in _MAIL_QUERIES]


def folders_listed() -> str:
    """Names, owners and access lists. Grants do not contradict each other, so their order says nothing; when a folder
    was last written to, and in which revision of the format its list is, is the server's business.
    """
    share = f"//dc-{LGWAN.server}.{LGWAN.name}/sections"
    login = ["-U", LGWAN.service, "-s", str(LGWAN.folder / "etc/smb.conf"), "-I", LGWAN.address]
    said = _run(["smbclient", share, *login, "-c", "showacls; ls"], PASSWD=LGWAN.secret.read_text(), **LGWAN.kerberos)
    return "\n".join(sorted(filter(None, map(_folder, said.split("FILENAME:")[1:]))))


def _folder(block: str) -> str:
    """One folder as `smbclient` tells it: a line of its name, what its list is like, its entries and its owners."""
    name, *rest = [line.strip() for line in block.splitlines()]
    if name in ("", ".", ".."):
        return ""
    text = " ".join(line for line in rest if not line.startswith(_SERVERS_OWN) and "blocks of size" not in line)
    head, *entries = text.split("ACE type: ")
    *others, last = entries or [""]
    entry, _, owners = last.partition("Owner SID:")
    return f"{name} {head}{' | '.join(sorted(map(str.strip, [*others, entry])))} Owner SID:{owners}".strip()


def _exports(product: str) -> str:
    files = sorted(Path(LAB / product / "data/exports").glob("*.csv"))
    codec = {"asset_management": "utf-16", "internal_exchange": "cp932"}.get(product, "utf-8")
    return "\n".join(f"{file.stem} {line}" for file in files for line in file.read_text(encoding=codec).splitlines())


def _run(command: list[str], **told: str) -> str:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **told}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout
