"""Turn the city's LDIF into LDIF for slapadd.

Runs under the system's Python, which has `ldb`. In: an LDIF file of add records (.ldif or .ldif.gz), a hashed
password that every person gets. Out, on stdout: the same records with `userPassword` on each inetOrgPerson
and, as slapadd runs no overlay, with the `memberOf` that the memberof overlay would have kept.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import ldb
from seed_ldif import records


def memberships(messages: list[ldb.Message]) -> dict[str, list[str]]:
    groups = defaultdict(list)
    for message in messages:
        for member in message.get("member", ()):
            groups[str(member).lower()].append(str(message.dn))
    return groups


def complete(message: ldb.Message, *, groups: list[str], password: str) -> None:
    if groups:
        message["memberOf"] = ldb.MessageElement(groups, ldb.FLAG_MOD_ADD, "memberOf")
    if "inetOrgPerson" in [str(value) for value in message["objectClass"]]:
        message["userPassword"] = ldb.MessageElement(password, ldb.FLAG_MOD_ADD, "userPassword")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=Path, required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--base", required=True, help="an entry that is there already")
    options = parser.parse_args()
    ldif = ldb.Ldb()
    messages = list(records(ldif, options.seed))
    groups = memberships(messages)
    for message in messages:
        if str(message.dn).lower() == options.base.lower():
            continue
        complete(message, groups=groups[str(message.dn).lower()], password=options.password)
        sys.stdout.write(ldif.write_ldif(message, ldb.CHANGETYPE_NONE))


if __name__ == "__main__":
    main()
