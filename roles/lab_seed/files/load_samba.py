"""Load LDIF into a stopped Samba domain in one transaction, and make its file share.

Runs under the system's Python, which has `samba`. In: the domain's smb.conf, an LDIF file of add records
(.ldif or .ldif.gz, parents first, no passwords), a file with the password that every user gets. Entries that
exist already are left alone. For each group `sec-CODE`, called 所属_NAME, the share `sections` gets a folder
CODE_NAME that only its members (and administrators) may enter. Out: the counts, on stdout.
"""

import argparse
import os
import time
from collections.abc import Iterator
from pathlib import Path

import ldb
from samba import ntacls, unix2nttime
from samba.auth import system_session
from samba.auth_util import system_session_unix
from samba.dcerpc import xattr
from samba.dsdb import DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID
from samba.ndr import ndr_pack
from samba.param import LoadParm
from samba.samba3 import param as s3param
from samba.samdb import SamDB
from seed_ldif import records

SECTION_PREFIX, NAME_PREFIX = "sec-", "所属_"
SHARE = "sections"
# What a password becomes. Making the Kerberos keys takes longer than all the rest of a new user, and the KDC tells
# every client which salt a key was made with: so one person's are everybody's.
CREDENTIALS = ["unicodePwd", "supplementalCredentials", "ntPwdHistory", "pwdLastSet"]
# Nothing is inherited from above, and all of it by what is below: members change files, administrators and the
# system do anything. Masks are numbers, because this Samba's "FA" leaves out the standard rights.
MEMBERS_ONLY = "O:BAG:BAD:PAI(A;OICI;0x1301bf;;;{sid})(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1f01ff;;;SY)"
# In the share itself everybody sees the folders' names, and administrators make and remove folders.
SHARE_ITSELF = "O:BAG:BAD:PAI(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1f01ff;;;SY)(A;;0x1200a9;;;AU)"


# Attributes of a file as smbd keeps them: which of them are there, and that it is a folder.
DOS_ATTRIBUTES, VERSION = b"user.DOSATTRIB", 5
ATTRIBUTES_AND_TIME, IS_FOLDER = 0x11, 0x10


def exists(database: SamDB, dn: ldb.Dn) -> bool:
    try:
        return bool(database.search(base=dn, scope=ldb.SCOPE_BASE, attrs=["distinguishedName"]))
    except ldb.LdbError as error:
        if error.args[0] == ldb.ERR_NO_SUCH_OBJECT:
            return False
        raise


def is_user(message: ldb.Message) -> bool:
    return b"user" in [bytes(value).lower() for value in message["objectClass"]]


def credentials(database: SamDB, dn: ldb.Dn) -> dict[str, bytes]:
    """Read the hashes and keys that a password became."""
    found = database.search(base=dn, scope=ldb.SCOPE_BASE, attrs=CREDENTIALS)[0]
    return {name: bytes(found[name][0]) for name in CREDENTIALS}


def add_user(database: SamDB, message: ldb.Message, keys: dict[str, bytes], password: str) -> None:
    """Add a user; the first one's password is hashed and remembered in `keys`, all others get those."""
    known = keys or {"clearTextPassword": password.encode("utf-16-le")}
    for name, value in known.items():
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_ADD, name)
    database.add(message, controls=[f"local_oid:{DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID}:0"] if keys else [])
    if not keys:
        keys.update(credentials(database, message.dn))


def load(database: SamDB, seed: Path, password: str) -> int:
    keys: dict[str, bytes] = {}
    count = 0
    database.transaction_start()
    for message in records(database, seed):
        if exists(database, message.dn):
            continue
        if is_user(message):
            add_user(database, message, keys, password)
        else:
            database.add(message)
        count += 1
    database.transaction_commit()
    return count


def section_groups(database: SamDB) -> Iterator[tuple[str, str]]:
    """Yield the name of each section's folder and the SID of its group."""
    for group in database.search(
        expression=f"(&(objectClass=group)(sAMAccountName={SECTION_PREFIX}*))",
        attrs=["sAMAccountName", "cn", "objectSid"],
    ):
        code = str(group["sAMAccountName"]).removeprefix(SECTION_PREFIX)
        name = str(group["cn"]).removeprefix(NAME_PREFIX)
        sid = database.schema_format_value("objectSid", group["objectSid"][0]).decode()
        yield f"{code}_{name}", sid


def keep_time_of_making(folder: Path, now: int) -> None:
    """Do what smbd does with a folder that is made over SMB; without it the time would be worked out from others."""
    attributes = xattr.DOSATTRIB()
    attributes.version = VERSION
    attributes.info = xattr.DosInfo5()
    attributes.info.valid_flags, attributes.info.attrib = ATTRIBUTES_AND_TIME, IS_FOLDER
    attributes.info.create_time = unix2nttime(now)
    os.setxattr(folder, DOS_ATTRIBUTES, ndr_pack(attributes))


def make_share(database: SamDB, settings: Path) -> int:
    parameters = s3param.get_context()
    parameters.load(str(settings))
    root = Path(parameters.get("path", SHARE))
    session = system_session_unix()

    def set_rights(folder: Path, sddl: str) -> None:
        ntacls.setntacl(
            parameters, str(folder), sddl, database.get_domain_sid(), session, use_ntvfs=False, service=SHARE
        )

    set_rights(root, SHARE_ITSELF)
    count = 0
    for name, sid in section_groups(database):
        folder = root / name
        folder.mkdir(exist_ok=True)
        keep_time_of_making(folder, int(time.time()))
        set_rights(folder, MEMBERS_ONLY.format(sid=sid))
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
