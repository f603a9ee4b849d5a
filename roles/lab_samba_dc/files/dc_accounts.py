"""Make the accounts a fresh domain of the lab starts with. Runs under the system's Python, which has `samba`.

In: the settings of a provisioned domain that is not running, the city's base DN, and a prefix of secret files
(`PREFIX-administrator`, `PREFIX-svc-chonai`). Out: the OUs and accounts in its database.
"""

import argparse
from pathlib import Path

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

NORMAL_ACCOUNT_PASSWORD_KEPT = 66048
PASSWORDS_NEVER_EXPIRE = "-9223372036854775808"


def open_database(settings: Path) -> SamDB:
    parameters = LoadParm()
    parameters.load(str(settings))
    return SamDB(session_info=system_session(), lp=parameters, url=parameters.private_path("sam.ldb"))


def add_unit(database: SamDB, dn: str) -> None:
    database.add({"dn": dn, "objectClass": "organizationalUnit"})


def add_service_account(database: SamDB, name: str, *, unit: str, password: str) -> str:
    dn = f"CN={name},{unit}"
    database.add(
        {
            "dn": dn,
            "objectClass": "user",
            "sAMAccountName": name,
            "userPrincipalName": f"{name}@{database.domain_dns_name()}",
            "userAccountControl": str(NORMAL_ACCOUNT_PASSWORD_KEPT),
            "clearTextPassword": password.encode("utf-16-le"),
        }
    )
    return dn


def replace(database: SamDB, dn: str, **values: str) -> None:
    message = ldb.Message(ldb.Dn(database, dn))
    for name, value in values.items():
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    database.modify(message)


def make_accounts(database: SamDB, base: str, secrets: str) -> None:
    def secret(name: str) -> str:
        return Path(f"{secrets}-{name}").read_text(encoding="utf-8")

    unit = f"OU=管理,{base}"
    add_unit(database, base)
    add_unit(database, unit)
    operator = add_service_account(database, "svc-chonai", unit=unit, password=secret("svc-chonai"))
    database.add_remove_group_members("Domain Admins", ["svc-chonai"])
    # Windows marks members of its protected groups so by itself within the hour; Samba does not.
    replace(database, operator, adminCount="1")
    replace(database, database.domain_dn(), maxPwdAge=PASSWORDS_NEVER_EXPIRE)
    database.setpassword("(sAMAccountName=Administrator)", secret("administrator"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--secrets", required=True)
    options = parser.parse_args()
    database = open_database(options.settings)
    database.transaction_start()
    make_accounts(database, options.base, options.secrets)
    database.transaction_commit()


if __name__ == "__main__":
    main()
