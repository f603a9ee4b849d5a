"""The peers: other ways to make the same change on the same server."""

from __future__ import annotations

import json
import os
import random
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import ldap3

from chonai.change.model import Action, Plan, State
from chonai.site.systems import connect
from tests.bench.script import Add, Delete, Modify, Rename, Request, Script, as_ldif, by_person, one_by_one
from tests.bench.servers import LAB, WORK, Server

HOW = {"add": ldap3.MODIFY_ADD, "delete": ldap3.MODIFY_DELETE, "replace": ldap3.MODIFY_REPLACE}
SAMPLE = 50
LOOPED = Path(__file__).with_name("looped.yml")


def observed(server: Server, plan: Plan) -> State:
    """What the plan was made from."""
    with connect(server.host, server.settings()) as system:
        return system.observe(plan.scope).state


def ldap_tool(server: Server, command: str, *arguments: str, output: Path | None = None) -> float:
    """Run one of OpenLDAP's clients as the service account; its seconds."""
    bind = ["-x", "-H", f"ldaps://{server.address}", "-D", server.user, "-y", str(server.password_file)]
    environment = {**os.environ, "LDAPTLS_CACERT": str(LAB / "ca" / "ca.pem")}
    with (output or Path(os.devnull)).open("wb") as to:
        started = time.perf_counter()
        done = subprocess.run(
            [command, *bind, *arguments], env=environment, stdout=to, stderr=subprocess.PIPE, check=False
        )
        taken = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr[-1000:].decode()}")
    return taken


def ldapmodify(server: Server, requests: Sequence[Request]) -> float:
    """Seconds of one `ldapmodify -f` with all requests."""
    file = WORK / f"{server.name}.ldif"
    file.write_text(as_ldif(requests), encoding="utf-8")
    return ldap_tool(server, "ldapmodify", "-f", str(file))


def ldap3_sync(server: Server, requests: Sequence[Request]) -> float:
    """Seconds of a simple program that makes one request after the other."""
    todo = list(one_by_one(requests))
    started = time.perf_counter()
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(LAB / "ca" / "ca.pem"))
    target = ldap3.Server(f"ldaps://{server.address}", get_info=ldap3.NONE, tls=tls)
    password = server.password_file.read_text(encoding="utf-8")
    with ldap3.Connection(
        target, server.user, password, auto_bind=True, check_names=False, raise_exceptions=True
    ) as link:
        for request in todo:
            _send(link, request)
    return time.perf_counter() - started


def _send(link: ldap3.Connection, request: Request) -> None:
    if isinstance(request, Add):
        link.add(request.dn, attributes=dict(request.attributes))
    elif isinstance(request, Modify):
        changes: dict[str, list[tuple[str, list[bytes]]]] = {}
        for how, name, values in request.changes:
            changes.setdefault(name, []).append((HOW[how], values))
        link.modify(request.dn, changes)
    elif isinstance(request, Rename):
        link.modify_dn(request.dn, request.rdn, new_superior=request.superior)
    elif isinstance(request, Delete):
        link.delete(request.dn)


def looped(server: Server, plan: Plan, state: State) -> tuple[float, int]:
    """Seconds of a playbook that loops community.general over 50 people drawn at random; and the number of items.

    It has no module that moves an entry and none that writes a password on Active Directory: both are left out.
    Units are in place before, and the start of the playbook does not count.
    """
    script = Script(server, state)
    units = [change for change in plan.changes if change.key.type == "ou" and change.action is not Action.DELETE]
    ldapmodify(server, list(script.requests(units)))
    people = by_person(plan.changes)
    drawn = random.Random(SAMPLE).sample(sorted(people), SAMPLE)
    steps: dict[str, list[dict[str, object]]] = {"creates": [], "leaves": [], "writes": [], "joins": []}
    # An account comes first: who is new joins groups after that.
    changes = sorted((c for who in drawn for c in people[who]), key=lambda c: c.key.type != "user")
    for request in script.requests(changes, moves=False):
        _loop(steps, request)
    variables = WORK / "looped.json"
    bind = {"server_uri": f"ldaps://{server.address}", "bind_dn": server.user, "ca_path": str(LAB / "ca" / "ca.pem")}
    password = server.password_file.read_text(encoding="utf-8")
    empty: dict[str, object] = {name: [] for name in steps}
    _play(variables, {**bind, "bind_pw": password, **empty})
    nothing = _play(variables, {**bind, "bind_pw": password, **empty})
    taken = _play(variables, {**bind, "bind_pw": password, **steps})
    variables.unlink()
    return taken - nothing, sum(map(len, steps.values()))


def _loop(steps: dict[str, list[dict[str, object]]], request: Request) -> None:
    """One item of the loop for one request."""
    if isinstance(request, Add):
        attributes = {
            n: _texts(v) for n, v in request.attributes if n not in ("objectClass", "unicodePwd", "pwdLastSet")
        }
        if "userAccountControl" in attributes:
            attributes["userAccountControl"] = ["514"]
        classes = _texts(dict(request.attributes)["objectClass"])
        steps["creates"].append({"dn": request.dn, "classes": classes, "attributes": attributes})
    elif isinstance(request, Modify):
        for how, name, values in request.changes:
            if name == "member":
                steps["leaves" if how == "delete" else "joins"].append(
                    {"dn": request.dn, "attributes": {name: _texts(values)}}
                )
        exact = {name: _texts(values) for _, name, values in request.changes if name != "member"}
        if exact:
            steps["writes"].append({"dn": request.dn, "attributes": exact})


def _texts(values: Sequence[bytes]) -> list[str]:
    return [value.decode() for value in values]


def _play(variables: Path, data: dict[str, object]) -> float:
    variables.touch(mode=0o600)
    variables.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return played("-i", "localhost,", str(LOOPED), "-e", f"@{variables}")


def played(*arguments: str, environment: Mapping[str, str] | None = None) -> float:
    """Seconds of a playbook of the peers, run with their own Ansible; raises with its output when it fails."""
    venv = Path(os.environ["CHONAI_BENCH_PEERS"])
    full = {**os.environ, "ANSIBLE_PIPELINING": "true", "LC_ALL": "C.UTF-8", **(environment or {})}
    full.pop("ANSIBLE_CONFIG", None)
    command = [str(venv / "bin" / "ansible-playbook"), *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=WORK, env=full, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])
    return taken
