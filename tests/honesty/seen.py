"""What stands in a system, told by programs that are not chonai's in the words in which plans tell changes.

Each object by the text of its key; every attribute as a set of texts, empty for nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Any, TypeAlias

import yaml

from tests.acceptance.demo.domain import Domain
from tests.acceptance.demo.dumps import SERVER_WRITTEN, Object, objects
from tests.acceptance.demo.images import folders_listed, mail_rows
from tests.acceptance.demo.network import LEDGER, transfer
from tests.house.tree import PACKAGE
from tests.lab import LAB

Values: TypeAlias = frozenset[str]
Seen: TypeAlias = Mapping[str, Mapping[str, Values]]

_DISABLED = 2
"""Of userAccountControl, see [MS-ADTS] section 2.2.16."""
# What follows from other attributes, or is the object's place and name in another form.
_DERIVED = {"memberof", "distinguishedname", "objectguid", "cn", "ou", "ntsecuritydescriptor", "useraccountcontrol"}
_KINDS = {"group": "group", "organizationalUnit": "ou", "user": "user"}
_MAILBOX = {
    "name": "name", "display_name": "displayName", "enabled": "enabled", "listed": "listed", "family_name": "sn",
    "given_name": "givenName", "kana": "kana", "department": "department", "title": "title", "quota_mb": "quotaMb",
    "section_code": "sectionCode", "staff_key": "staffKey", "when_disabled": "whenDisabled", "forward": "forward",
    "forward_until": "forwardUntil",
}  # fmt: skip
_LEDGER_TYPES = {
    "zones": "zone", "sites": "site", "vrfs": "vrf", "vlans": "vlan", "prefixes": "prefix", "ranges": "range",
    "addresses": "address", "devices": "device", "interfaces": "interface",
}  # fmt: skip
_REFERENCES = ("zone", "site", "vrf", "vlan", "prefix", "device", "interface")
_DELIMITERS = {"comma": ",", "tab": "\t"}
_CODECS = {"utf-16le-bom": "utf-16", "cp932": "cp932", "utf-8": "utf-8-sig"}


def text(value: object) -> Values:
    """A value as a set of texts: of a list its items, of nothing none."""
    if value is None or value == "":
        return frozenset()
    if isinstance(value, list):
        return frozenset(str(item) for item in value)
    return frozenset({str(value).lower() if isinstance(value, bool) else str(value)})


def directory(domain: Domain) -> Seen:
    """A domain by `ldapsearch`."""
    entries = objects(domain.dump())
    keys = {dn.casefold(): f"{_kind(entry)}:{entry.guid}" for dn, entry in entries.items()}
    return {keys[dn.casefold()]: _entry(entry, keys) for dn, entry in entries.items()}


def _kind(entry: Object) -> str:
    classes = entry.attributes.get("objectClass", ())
    return next((kind for name, kind in _KINDS.items() if name in classes and "computer" not in classes), "other")


def _entry(entry: Object, keys: Mapping[str, str]) -> dict[str, Values]:
    own = {
        name: frozenset(keys.get(value.casefold(), value) for value in values)
        for name, values in entry.attributes.items()
        if name.lower() not in SERVER_WRITTEN | _DERIVED
    }
    above = re.split(r"(?<!\\),", entry.dn, maxsplit=1)[-1]
    own["parent"] = text(keys.get(above.casefold()))
    if control := int(entry.first("userAccountControl") or 0):
        own["enabled"] = text(not control & _DISABLED)
        own["flags"] = text(control & ~_DISABLED)
    return own


def mail() -> Seen:
    """The accounts of the mail server by `psql`."""
    boxes, aliases, members, notes = ([json.loads(row) for row in rows] for rows in mail_rows())
    keys = {box["id"]: f"{box['type']}:{box['id']}" for box in boxes}
    found: dict[str, dict[str, Values]] = {
        keys[box["id"]]: {name: text(box[column]) for column, name in _MAILBOX.items()} for box in boxes
    }
    _gather(found, "member", ((keys[row["section"]], keys[row["member"]]) for row in members))
    _gather(found, "notes", ((keys[row["mailbox"]], row["note"]) for row in notes))
    _gather(found, "aliases", ((keys[row["mailbox"]], row["name"]) for row in aliases))
    ends = ((keys[row["mailbox"]], f"{row['name']}={row['until']}") for row in aliases if row["until"])
    _gather(found, "aliasEnds", ends)
    return found


def _gather(found: dict[str, dict[str, Values]], name: str, pairs: Iterable[tuple[str, str]]) -> None:
    sets: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs:
        sets[key].add(value)
    for key, values in sets.items():
        found[key][name] = frozenset(values)


def folders() -> Seen:
    """The folders of the share by `smbclient`; each under its name, for it tells no other."""
    lines = (line.partition(" ") for line in folders_listed().splitlines())
    return {f"folder:{name}": {"list": text(rest)} for name, _, rest in lines}


def product(name: str) -> Seen:
    """What a product exports, read with Python's csv as its profile describes the file."""
    profile = name.replace("_exchange", "_file_exchange")
    said = yaml.safe_load((PACKAGE / f"systems/csv_import/profiles/{profile}.yml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Values]] = {}
    for file in said["files"]:
        exported = LAB / name / "data/exports" / f"{file['type']}.csv"
        content = exported.read_text(encoding=_CODECS[said["format"]["encoding"]])
        for row in csv.DictReader(io.StringIO(content), delimiter=_DELIMITERS[said["format"]["delimiter"]]):
            key = f"{file['type']}:{row[_title(file, file['key'][0])]}"
            record = found.setdefault(key, {})
            for attribute, values in _cells(file, row):
                record[attribute] = record.get(attribute, frozenset()) | values
    return found


def _title(file: Mapping[str, Any], attribute: str) -> str:
    return next(str(column["title"]) for column in file["columns"] if column.get("attribute") == attribute)


def _cells(file: Mapping[str, Any], row: Mapping[str, str]) -> Iterator[tuple[str, Values]]:
    """The attributes that a row tells. Who is in several sections has a row for each, and one of them is the main."""
    is_main = all(row[one["title"]] == one["when_true"] for one in file["columns"] if "marks" in one)
    for column in file["columns"]:
        attribute, cell = column.get("attribute"), row.get(column["title"], "")
        if attribute is None or not cell:
            continue
        if "when_true" in column:
            yield attribute, text(cell == column["when_true"])
            continue
        parts = cell.split(column["separator"]) if column.get("many") == "joined" else [cell]
        prefix = f"{column['reference']}:" if "reference" in column else ""
        by_rows = column.get("many") == "rows"
        yield "section" if by_rows and is_main else attribute, frozenset(f"{prefix}{part}" for part in parts)


def zones() -> Seen:
    """The zones of the LGWAN系 by `dig`, without SOA, whose serial counts the changes."""
    return _rrsets(transfer())


def domain_zone(domain: Domain) -> Seen:
    """The zone of a domain by `dig`, a question for each name and type that its directory has."""
    names = _dns_names(domain)
    asked = [part for name in names for type_ in ("A", "AAAA", "CNAME", "MX", "TXT", "SRV") for part in (name, type_)]
    return _rrsets(_run("dig", "+noall", "+answer", "+time=5", f"@{domain.address}", *asked))


def _dns_names(domain: Domain) -> list[str]:
    base = f"DC={domain.name},CN=MicrosoftDNS,DC=DomainDnsZones,{domain.base}"
    asked = ["-E", "pr=500/noprompt", "-b", base, "(objectClass=dnsNode)", "name"]
    said = domain.ldapsearch(domain.service, domain.secret.read_text(), *asked).stdout
    labels = re.findall(r"^name: (\S+)$", said, re.MULTILINE)
    return [domain.name if label == "@" else f"{label}.{domain.name}" for label in labels]


def _rrsets(said: str) -> Seen:
    found: dict[str, dict[str, Values]] = {}
    for line in said.splitlines():
        if not line or line.startswith(";"):
            continue
        owner, ttl, _, type_, data = line.split(maxsplit=4)
        if type_ == "SOA":
            continue
        name = f"{owner.lower()} {type_}"
        record = found.setdefault(f"rrset:{name}", {"name": text(name), "ttl": text(ttl), "data": frozenset()})
        record["data"] |= {data}
    return found


def ledger() -> Seen:
    """The address ledger by SQLite."""
    with sqlite3.connect(f"file:{LEDGER}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        return {
            f"{type_}:{row['id']}": _row(dict(row))
            for table, type_ in _LEDGER_TYPES.items()
            for row in database.execute(f'SELECT * FROM "{table}"')
        }


def _row(row: dict[str, Any]) -> dict[str, Values]:
    for name in ("address", "first", "last", "gateway"):
        if row.get(name):
            row[name] = str(_address(row[name]))
    if "bits" in row:
        row = {**row, "network": f"{row['first']}/{row['bits']}"}
        del row["first"], row["last"], row["bits"]
    flags = {name: bool(row[name]) for name in ("management", "issuable") if name in row}
    references = {name: f"{name}:{row[name]}" for name in _REFERENCES if row.get(name)}
    return {name: text(value) for name, value in {**row, **flags, **references}.items() if name != "id"}


def _address(digits: str) -> IPv4Address | IPv6Address:
    """The database keeps an address as its version and its binary digits, so that they sort."""
    number = int(digits[1:], base=2)
    return IPv4Address(number) if digits[0] == "4" else IPv6Address(number)


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
