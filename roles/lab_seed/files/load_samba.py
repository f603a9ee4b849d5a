"""Load LDIF into a stopped Samba domain in one transaction, and make its file share.

Runs under the system's Python, which has `samba`. In: the domain's smb.conf, an LDIF file of add records
(.ldif or .ldif.gz, parents first, no passwords), a file with the password that every user gets. Entries that
exist already are left alone. For each group `sec-CODE` the share `sections` gets a folder CODE
that only its members (and administrators) may enter. Out: the counts, on stdout.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import ldb
from samba import ntacls
from samba.auth import system_session
from samba.auth_util import system_session_unix
from samba.param import LoadParm
from samba.samba3 import param as s3param
from samba.samdb import SamDB
from seed_ldif import records

SECTION_PREFIX = "sec-"
SHARE = "sections"
# Nothing is inherited: full control for the group, for administrators and for the system.
MEMBERS_ONLY = "O:BAG:BAD:P(A;OICI;FA;;;{sid})(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)"


def exists(database: SamDB, dn: ldb.Dn) -> bool:
    try:
        return bool(database.search(base=dn, scope=ldb.SCOPE_BASE, attrs=["distinguishedName"]))
    except ldb.LdbError as error:
        if error.args[0] == ldb.ERR_NO_SUCH_OBJECT:
            return False
        raise


def is_user(message: ldb.Message) -> bool:
    return b"user" in [bytes(value).lower() for value in message["objectClass"]]


def add(database: SamDB, message: ldb.Message, password: bytes) -> None:
    if is_user(message):
        message["clearTextPassword"] = ldb.MessageElement(password, ldb.FLAG_MOD_ADD, "clearTextPassword")
    database.add(message)


def load(database: SamDB, seed: Path, password: str) -> int:
    encoded = password.encode("utf-16-le")
    count = 0
    database.transaction_start()
    for message in records(database, seed):
        if not exists(database, message.dn):
            add(database, message, encoded)
            count += 1
    database.transaction_commit()
    return count


def section_groups(database: SamDB) -> Iterator[tuple[str, str]]:
    """Yield the section code and the SID of each section group."""
    for group in database.search(
        expression=f"(&(objectClass=group)(sAMAccountName={SECTION_PREFIX}*))",
        attrs=["sAMAccountName", "objectSid"],
    ):
        name = str(group["sAMAccountName"])
        sid = database.schema_format_value("objectSid", group["objectSid"][0]).decode()
        yield name.removeprefix(SECTION_PREFIX), sid


def make_share(database: SamDB, settings: Path) -> int:
    parameters = s3param.get_context()
    parameters.load(str(settings))
    root = Path(parameters.get("path", SHARE))
    session = system_session_unix()
    count = 0
    for code, sid in section_groups(database):
        folder = root / code
        folder.mkdir(exist_ok=True)
        ntacls.setntacl(
            parameters, str(folder), MEMBERS_ONLY.format(sid=sid), database.get_domain_sid(), session,
            use_ntvfs=False, service=SHARE,
        )  # fmt: skip
        count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--seed", type=Path, required=True)
    parser.add_argument("--password-file", type=Path, required=True)
    options = parser.parse_args()
    parameters = LoadParm()
    parameters.load(str(options.settings))
    database = SamDB(session_info=system_session(), lp=parameters, url=parameters.private_path("sam.ldb"))
    entries = load(database, options.seed, options.password_file.read_text(encoding="utf-8"))
    folders = make_share(database, options.settings)
    print(f"{entries} entries, {folders} folders")


if __name__ == "__main__":
    main()
