"""The running lab: who can log in and who cannot, the file share, and states that are brought about once."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from ldap3 import BASE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPInvalidCredentialsResult, LDAPSocketOpenError
from ldap3.utils.conv import escape_filter_chars

from tests.house.tree import ROOT

ACCESS_DENIED = "NT_STATUS_ACCESS_DENIED"
# How Active Directory says so: Microsoft, "Common Active Directory Bind Errors".
ACCOUNT_DISABLED = "data 533"
SECTION, FOLDER = "020300", "020300_財政課"


@dataclass(frozen=True, slots=True)
class Directory:
    """A server of the lab: its short name, address, account of the tool, and the command that moves it."""

    name: str
    address: str
    account: str
    base: str
    command: str


LGWAN = Directory(
    "lgwan",
    "127.0.0.11",
    "svc-chonai@lgwan.shiomino.example",
    "OU=汐見野市,DC=lgwan,DC=shiomino,DC=example",
    "dc",
)
EXT = Directory(
    "ext", "127.0.0.12", "svc-chonai@ext.shiomino.example", "OU=汐見野市,DC=ext,DC=shiomino,DC=example", "dc"
)
CORP = Directory(
    "corp",
    "127.0.0.21",
    "cn=svc-chonai,dc=corp,dc=shiomino,dc=example",
    "ou=shiomino,dc=corp,dc=shiomino,dc=example",
    "slapd",
)
DIRECTORIES = pytest.mark.parametrize("directory", [LGWAN, EXT, CORP], ids=lambda directory: directory.name)


def secret(lab: Path, name: str) -> str:
    return (lab / "secrets" / name).read_text(encoding="utf-8")


@contextmanager
def bound(lab: Path, directory: Directory, *, user: str = "", password: str = "") -> Iterator[Connection]:
    """A connection over verified LDAPS, as the tool's account unless another is named."""
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(lab / "ca" / "ca.pem"))
    server = Server(directory.address, port=636, use_ssl=True, tls=tls, connect_timeout=10)
    user = user or directory.account
    password = password or secret(lab, f"{directory.name}-svc-chonai")
    with Connection(server, user=user, password=password, raise_exceptions=True) as connection:
        yield connection


def move(lab: Path, directory: Directory, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `bin/dc` or `bin/slapd`: the first word, the server, the other words."""
    command = [str(lab / "bin" / directory.command), words[0], directory.name, *words[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)


def outcome(lab: Path, directory: Directory, *words: str) -> str:
    done = move(lab, directory, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.partition(":")[0]


def playbook(*arguments: str) -> str:
    """Run playbooks/lab.yml; its recap."""
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "inventories/shiomino"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(
        [*command, "playbooks/lab.yml", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout.rpartition("PLAY RECAP")[2]


@pytest.fixture
def seeded(lab: Path) -> Iterator[Path]:
    """The lab, with what a test did to the LGWAN directory taken back."""
    yield lab
    outcome(lab, LGWAN, "reset")


def accounts(lab: Path, expression: str) -> list[str]:
    """Accounts of the LGWAN directory that match, in order."""
    with bound(lab, LGWAN) as connection:
        connection.search(LGWAN.base, expression, SUBTREE, attributes=["sAMAccountName"], paged_size=1000)
        return sorted(str(entry["sAMAccountName"]) for entry in connection.entries)


def group_dn(lab: Path, section: str) -> str:
    with bound(lab, LGWAN) as connection:
        connection.search(LGWAN.base, f"(sAMAccountName=sec-{section})")
        return str(connection.entries[0].entry_dn)


def of_section(lab: Path, section: str, *, member: bool) -> str:
    """The account of an active person who is, or is not, in a section's group."""
    belongs = f"(memberOf={escape_filter_chars(group_dn(lab, section))})"
    active = "(objectClass=user)(employeeID=*)(userAccountControl=512)"
    return accounts(lab, f"(&{active}{belongs if member else f'(!{belongs})'})")[0]


def at_share(lab: Path, account: str, commands: str) -> str:
    """What smbclient says to a person who logged in with Kerberos."""
    cache = lab / "lgwan" / "run" / f"ccache-{account}"
    environment = {
        **os.environ,
        "KRB5_CONFIG": str(lab / "lgwan" / "etc" / "krb5.conf"),
        "KRB5CCNAME": f"FILE:{cache}",
    }
    subprocess.run(["kinit", account], input=secret(lab, "staff"), env=environment, check=True, text=True)
    share = [
        "--use-kerberos=required",
        "-I",
        LGWAN.address,
        "//dc-lgwan.lgwan.shiomino.example/sections",
        "-c",
        commands,
    ]
    client = ["smbclient", "-s", str(lab / "lgwan" / "etc" / "smb.conf"), *share]
    done = subprocess.run(client, env=environment, capture_output=True, text=True, check=False)
    cache.unlink()
    return done.stdout + done.stderr


@DIRECTORIES
def test_the_tool_logs_in_over_verified_ldaps(lab: Path, directory: Directory) -> None:
    with bound(lab, directory) as connection:
        assert connection.search(directory.base, "(objectClass=*)", BASE)


@DIRECTORIES
def test_a_certificate_of_the_lab_is_not_trusted_by_others(lab: Path, directory: Directory) -> None:
    server = Server(directory.address, port=636, use_ssl=True, tls=Tls(validate=ssl.CERT_REQUIRED))
    with pytest.raises(LDAPSocketOpenError):
        Connection(server, auto_bind=True)


@DIRECTORIES
def test_no_password_crosses_an_unencrypted_connection(lab: Path, directory: Directory) -> None:
    password = secret(lab, f"{directory.name}-svc-chonai")
    connection = Connection(Server(directory.address, port=389), user=directory.account, password=password)
    assert not connection.bind()
    assert connection.result["description"] in {"strongerAuthRequired", "confidentialityRequired"}


def test_everybody_active_logs_in_and_nobody_disabled_does(lab: Path) -> None:
    active = of_section(lab, SECTION, member=True)
    disabled = accounts(lab, "(&(objectClass=user)(employeeID=*)(userAccountControl=514))")[0]
    password = secret(lab, "staff")
    with bound(lab, LGWAN, user=f"{active}@lgwan.shiomino.example", password=password) as connection:
        assert connection.bound
    with (
        pytest.raises(LDAPInvalidCredentialsResult, match=ACCOUNT_DISABLED),
        bound(lab, LGWAN, user=f"{disabled}@lgwan.shiomino.example", password=password),
    ):
        pass


def test_a_section_opens_its_folder_to_its_members_only(seeded: Path) -> None:
    member, other = (of_section(seeded, SECTION, member=member) for member in (True, False))
    file = f"cd {FOLDER}; put /etc/hostname {member}.txt; ls"
    assert f"{member}.txt" in at_share(seeded, member, file)
    assert ACCESS_DENIED in at_share(seeded, other, f"cd {FOLDER}; get {member}.txt /dev/null")
    assert ACCESS_DENIED in at_share(seeded, other, f"cd {FOLDER}; put /etc/hostname other.txt")


def test_a_new_member_may_enter_with_the_next_logon(seeded: Path) -> None:
    other = of_section(seeded, SECTION, member=False)
    assert ACCESS_DENIED in at_share(seeded, other, f"cd {FOLDER}; ls")
    with bound(seeded, LGWAN) as connection:
        connection.search(LGWAN.base, f"(sAMAccountName={other})")
        person = connection.entries[0].entry_dn
        connection.modify(group_dn(seeded, SECTION), {"member": [("MODIFY_ADD", [person])]})
    assert ACCESS_DENIED not in at_share(seeded, other, f"cd {FOLDER}; ls")


@DIRECTORIES
def test_start_and_stop_do_it_once(lab: Path, directory: Directory) -> None:
    assert outcome(lab, directory, "start") == "ok"
    assert outcome(lab, directory, "stop", "--check") == "changed"
    assert outcome(lab, directory, "status") == "ok"
    assert [outcome(lab, directory, "stop") for _ in range(2)] == ["changed", "ok"]
    assert move(lab, directory, "status").returncode == 3
    assert [outcome(lab, directory, "start") for _ in range(2)] == ["changed", "ok"]


def test_a_reset_takes_every_change_back_and_keeps_identities(seeded: Path) -> None:
    account = of_section(seeded, SECTION, member=True)

    def seen() -> tuple[str, str]:
        with bound(seeded, LGWAN) as connection:
            connection.search(LGWAN.base, f"(sAMAccountName={account})", attributes=["objectGUID", "title"])
            return str(connection.entries[0]["objectGUID"]), str(connection.entries[0]["title"])

    before = seen()
    with bound(seeded, LGWAN) as connection:
        connection.search(LGWAN.base, f"(sAMAccountName={account})")
        connection.modify(connection.entries[0].entry_dn, {"title": [("MODIFY_REPLACE", ["試験"])]})
    assert seen() == (before[0], "試験")
    outcome(seeded, LGWAN, "reset")
    assert seen() == before


def test_resets_at_once_wait_for_each_other(lab: Path) -> None:
    command = [str(lab / "bin" / "dc"), "reset", EXT.name]
    resets = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [reset.communicate(timeout=180)[0] for reset in resets]
    assert [reset.returncode for reset in resets] == [0, 0], said
    with bound(lab, EXT) as connection:
        assert connection.bound


def test_a_name_that_is_none_is_refused(lab: Path) -> None:
    assert move(lab, LGWAN, "reset", "../ext").returncode == 2
    refused = move(lab, LGWAN, "reset", "unknown")
    assert refused.returncode == 1
    assert "has no snapshot unknown" in refused.stderr
    assert outcome(lab, LGWAN, "status") == "ok"


def test_the_playbook_changes_a_running_lab_in_nothing(lab: Path) -> None:
    assert set(re.findall(r"changed=(\d+)", playbook())) == {"0"}


def test_the_playbook_stops_and_starts_one_server(lab: Path) -> None:
    assert "changed=1" in playbook("--limit", "ext_ad", "-e", "lab_state=stopped")
    assert "changed=0" in playbook("--limit", "ext_ad", "-e", "lab_state=stopped")
    assert move(lab, EXT, "status").returncode == 3
    assert outcome(lab, LGWAN, "status") == "ok"
    assert "changed=1" in playbook("--limit", "ext_ad", "--check")
    assert move(lab, EXT, "status").returncode == 3
    assert "changed=1" in playbook("--limit", "ext_ad")
    assert outcome(lab, EXT, "status") == "ok"


def test_the_playbook_keeps_and_restores_a_snapshot(lab: Path) -> None:
    named = ("--limit", "corp_ldap", "-e", "lab_snapshot=trial")
    unit = f"ou=trial,{CORP.base}"
    assert "changed=1" in playbook(*named, "-e", "lab_state=snapshot")
    with bound(lab, CORP) as connection:
        connection.add(unit, "organizationalUnit")
    assert "changed=1" in playbook(*named, "-e", "lab_state=reset")
    with bound(lab, CORP) as connection:
        connection.search(CORP.base, "(ou=trial)")
        assert not connection.entries
