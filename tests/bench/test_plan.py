"""Planning for a whole city, against reading the same with the tools of the server's own client."""

from __future__ import annotations

import csv
import time

import pytest

from chonai.operations.personnel import directory_policy
from chonai.operations.personnel.outcome import scope
from tests.bench import ours, peers
from tests.bench.report import Figure, seconds, tell
from tests.bench.runs import ground, in_turn
from tests.bench.servers import CORP, LGWAN, Server, files

pytestmark = pytest.mark.usefixtures("running")
SERVERS = {"ad": LGWAN, "openldap": CORP}
IDS = [f"plan-{server.big}-{kind}" for kind, server in SERVERS.items()]
ROUNDS = 3
FILTERS = {
    "ad": "(|(sAMAccountType=805306368)(objectClass=group)(objectClass=organizationalUnit))",
    "openldap": "(|(objectClass=inetOrgPerson)(objectClass=groupOfNames)(objectClass=organizationalUnit))",
}
GUARDS = {"ad": ("objectGUID", "objectSid", "userAccountControl"), "openldap": ("entryUUID", "pwdAccountLockedTime")}


def read_raw(kind: str) -> float:
    """Seconds of a paged ldapsearch of what a plan compares, and of reading the city's files as plain CSV."""
    server = SERVERS[kind]
    found = peers.ldap_tool(
        server, "ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-E", "pr=1000/noprompt", "-b", server.base,
        FILTERS[kind], "objectClass", *GUARDS[kind], *_attributes(server),
    )  # fmt: skip
    started = time.perf_counter()
    for path in files(server.big).values():
        list(csv.reader(path.read_text(encoding="cp932").splitlines()))
    return found + time.perf_counter() - started


def _attributes(server: Server) -> list[str]:
    owned = scope(directory_policy(ours.directory(server))).values()
    return sorted({name for one in owned for name in one.attributes} - {"parent", "name", "enabled"})


@pytest.mark.parametrize("kind", SERVERS, ids=IDS)
def test_plan(kind: str) -> None:
    at = ground(SERVERS[kind])
    at.reset()
    peer, mine = in_turn(ROUNDS, lambda: read_raw(kind), lambda: planned(at.server))
    said = "paged ldapsearch of the same attributes and reading the files as plain CSV"
    tell(Figure(f"plan-{at.server.big}-{kind}", mine / peer, "<=2", seconds(mine), seconds(peer), said))


@pytest.mark.parametrize("kind", SERVERS, ids=[f"re{name}" for name in IDS])
def test_plan_again(kind: str) -> None:
    at = ground(SERVERS[kind])
    at.reset()
    peer = in_turn(ROUNDS, lambda: planned(at.server))[0]
    at.apply()
    assert not ours.plan(at.server).changes
    mine = in_turn(ROUNDS, lambda: planned(at.server))[0]
    said = "the first plan, before the change was applied"
    tell(Figure(f"replan-{at.server.big}-{kind}", mine / peer, "<=1", seconds(mine), seconds(peer), said))


def planned(server: Server) -> float:
    """Seconds of one plan: files, directory, operation, difference, order."""
    started = time.perf_counter()
    ours.plan(server)
    return time.perf_counter() - started
