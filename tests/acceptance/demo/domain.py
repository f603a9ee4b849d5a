"""A domain of the lab as its users see it: logging in and opening folders, with Samba's, MIT's and OpenLDAP's programs.

Nothing here uses chonai: it is what chonai's work is checked with.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.lab import LAB


class Login(StrEnum):
    """What a domain controller answers to a name and a password."""

    WELCOME = "welcome"
    MUST_CHANGE = "must change the password first"
    DISABLED = "account disabled"
    WRONG = "wrong name or password"


# The codes that Active Directory puts into its refusal, see Microsoft's list of system error codes.
ANSWERS = {"773": Login.MUST_CHANGE, "533": Login.DISABLED, "52e": Login.WRONG, "525": Login.WRONG}


@dataclass(frozen=True, slots=True)
class Domain:
    """One Active Directory. `server` is its name in the lab, `host` its name in the inventory."""

    server: str
    address: str

    @property
    def host(self) -> str:
        """The inventory host."""
        return f"{self.server}_ad"

    @property
    def name(self) -> str:
        """The DNS name of the domain."""
        return f"{self.server}.shiomino.example"

    @property
    def base(self) -> str:
        """The DN of the domain."""
        return "DC=" + self.name.replace(".", ",DC=")

    @property
    def folder(self) -> Path:
        """Where the lab keeps this server."""
        return LAB / self.server

    @property
    def service(self) -> str:
        """The account that reads and writes everything."""
        return f"svc-chonai@{self.name}"

    @property
    def secret(self) -> Path:
        """The file with its password."""
        return LAB / "secrets" / f"{self.server}-svc-chonai"

    @property
    def kerberos(self) -> dict[str, str]:
        """Where its tickets come from. Programs that are not told ask the machine's DNS, and may wait for that."""
        return {"KRB5_CONFIG": str(self.folder / "etc/krb5.conf")}

    def login(self, account: str, password: str) -> Login:
        """What the domain controller answers over LDAPS."""
        done = self.ldapsearch(f"{account}@{self.name}", password, "-s", "base", "-b", "", "defaultNamingContext")
        if done.returncode == 0:
            return Login.WELCOME
        code = re.search(r", data (\w+),", done.stderr)
        if done.returncode != 49 or code is None or code[1] not in ANSWERS:
            raise RuntimeError(f"{self.server}: {done.stderr.strip()}")
        return ANSWERS[code[1]]

    def ldapsearch(self, user: str, password: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """OpenLDAP's client, bound with a simple bind over TLS."""
        bind = ["-x", "-H", f"ldaps://{self.address}", "-D", user, "-y", "/dev/stdin", "-LLL", "-o", "ldif-wrap=no"]
        return _run(["ldapsearch", *bind, *arguments], password, {"LDAPTLS_CACERT": str(LAB / "ca/ca.pem")})

    def modify(self, ldif: str) -> None:
        """A change by hand, as the service account."""
        bind = ["-x", "-H", f"ldaps://{self.address}", "-D", self.service, "-y", str(self.secret)]
        done = _run(["ldapmodify", *bind], ldif, {"LDAPTLS_CACERT": str(LAB / "ca/ca.pem")})
        if done.returncode:
            raise RuntimeError(f"{self.server}: {done.stderr.strip()}")

    def dump(self) -> str:
        """Every attribute of every object of the domain, security descriptors included, as LDIF."""
        everything = ["-b", self.base, "(objectClass=*)", "*", "nTSecurityDescriptor"]
        # Owner, group and DACL: the service account may not read the SACL.
        descriptors = ["-E", "!1.2.840.113556.1.4.801=::MAMCAQc="]
        paged = ["-E", "pr=500/noprompt", *descriptors]
        done = self.ldapsearch(self.service, self.secret.read_text(), *paged, *everything)
        if done.returncode:
            raise RuntimeError(f"{self.server}: {done.stderr.strip()}")
        return done.stdout

    def change_password(self, account: str, old: str, new: str) -> str:
        """Log in with Kerberos as at a workstation, which asks for a new password first; what it says on the way."""
        with tempfile.TemporaryDirectory() as folder:
            environment = {**self.kerberos, "KRB5CCNAME": f"FILE:{folder}/tickets"}
            principal = f"{account}@{self.name.upper()}"
            done = _run(["kinit", principal], f"{old}\n{new}\n{new}\n", environment)
        return f"{done.stdout}{done.stderr}"

    def opens(self, account: str, password: str, folder: str) -> bool:
        """Whether this person can list and write the folder of the share `sections`."""
        return not self.refusals(account, password, f'cd "{folder}"; ls; mkdir demo-{account}; rmdir demo-{account}')

    def refusals(self, account: str, password: str, commands: str) -> set[str]:
        """What is refused to this person when they do this in the share `sections`."""
        share = f"//dc-{self.server}.{self.name}/sections"
        options = ["-s", str(self.folder / "etc/smb.conf"), "-I", self.address, "-U", account, "-c", commands]
        done = _run(["smbclient", share, *options], "", {"PASSWD": password, **self.kerberos})
        said = f"{done.stdout}{done.stderr}"
        answers = set(re.findall(r"NT_STATUS_\w+", said))
        if answers - {"NT_STATUS_ACCESS_DENIED", "NT_STATUS_OBJECT_NAME_NOT_FOUND"} or (
            done.returncode and not answers
        ):
            raise RuntimeError(f"{share}: {said.strip()}")
        return answers


LGWAN, EXT = Domain("lgwan", "127.0.0.11"), Domain("ext", "127.0.0.12")
DOMAINS = (LGWAN, EXT)


def staff_password() -> str:
    """The password that everybody of the seed has."""
    return (LAB / "secrets/staff").read_text()


def _run(command: list[str], given: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a client in its own environment, with what it reads from its standard input."""
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(command, input=given, env=clean, capture_output=True, text=True, timeout=120, check=False)
