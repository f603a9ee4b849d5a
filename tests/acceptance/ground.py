"""A piece of the lab's LGWAN directory that a test has for itself, and a site that wants no approval."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chonai.change.model import Key, Record, State, TypeScope
from chonai.change.plan import make_plan
from chonai.change.system import Observation, System
from chonai.site import Author, Crew, Site, find_site
from chonai.site.systems import connect
from tests.stores import store_at

DOMAIN = "DC=lgwan,DC=shiomino,DC=example"
URL = "ldaps://127.0.0.11"
PLACE = frozenset({"parent", "name"})
SCOPE = {
    "ou": TypeScope(PLACE | {"description"}, frozenset({"parent"}), PLACE, (("parent", "name"),)),
    "user": TypeScope(
        PLACE | {"sAMAccountName", "displayName", "department", "extensionName", "enabled"},
        frozenset({"parent"}),
        PLACE,
        (("parent", "name"), ("sAMAccountName",)),
        ("initial_password",),
    ),
    "group": TypeScope(
        PLACE | {"sAMAccountName", "description", "member"},
        frozenset({"parent", "member"}),
        PLACE,
        (("parent", "name"), ("sAMAccountName",)),
    ),
}
SATO, CREW = "sato", Crew("sato", "tanaka")


@dataclass(frozen=True, slots=True)
class Ground:
    """The unit's DN, the settings that reach it, and the lab's folder."""

    lab: Path
    base: str

    @property
    def settings(self) -> Mapping[str, object]:
        """What `chonai_system` would say."""
        return {
            "kind": "directory",
            "flavour": "active_directory",
            "url": URL,
            "base": self.base,
            "ca_file": str(self.lab / "ca" / "ca.pem"),
            "bind": {
                "user": "svc-chonai@lgwan.shiomino.example",
                "password_file": str(self.lab / "secrets" / "lgwan-svc-chonai"),
            },
        }

    @property
    def author(self) -> Author:
        """The lab's first engineer."""
        return Author(SATO, self.lab / "keys" / SATO)

    @contextmanager
    def system(self) -> Iterator[System]:
        """The piece of directory, connected."""
        with connect("ground", self.settings) as system:
            yield system

    def observe(self) -> Observation:
        """All that is there now."""
        with self.system() as system:
            return system.observe(SCOPE)

    def ldap(self, command: str, *arguments: str, input_: str = "") -> str:
        """Run an OpenLDAP client as the service account: a hand that is not ours."""
        secret = self.lab / "secrets" / "lgwan-svc-chonai"
        bind = ["-x", "-H", URL, "-D", "svc-chonai@lgwan.shiomino.example", "-y", str(secret)]
        environment = {"LDAPTLS_CACERT": str(self.lab / "ca" / "ca.pem"), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [command, *bind, *arguments], input=input_, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout


@contextmanager
def ground(lab: Path) -> Iterator[Ground]:
    """A fresh unit below the city's; removed with all in it at the end."""
    base = f"OU=ground-{random.randrange(16**8):08x},OU=汐見野市,{DOMAIN}"
    made = Ground(lab, base)
    made.ldap("ldapadd", input_=f"dn: {base}\nobjectClass: organizationalUnit\n")
    try:
        yield made
    finally:
        made.ldap("ldapdelete", "-e", "!1.2.840.113556.1.4.805", base)


def open_site(folder: Path, lab: Path, *, approval: str = "none") -> Site:
    """A site of its own in `folder`, with the lab's people."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "site.yml"
    file.write_text(
        f"allowed_signers: {lab}/keys/allowed_signers\nsecret_recipients: [jinji]\n"
        f"store: {store_at(folder / 'store.db')}\n"
        f"anchor_file: {folder}/anchors.log\napproval: {{default: {{kind: {approval}}}}}\n"
    )
    return Site.open(find_site({"CHONAI_SITE": str(file)}, folder))


def seal(site: Site, ground: Ground, observed: Observation, desired: State, reason: str = "試験") -> str:
    """Plan and seal; the id."""
    reasons: Mapping[Key, str] = dict.fromkeys([*observed.state, *desired], reason)
    plan = make_plan(
        system="ground", operation="trial", observation=observed, desired=desired, scope=SCOPE, reasons=reasons
    )
    return site.seal([site.put(plan)], ground.author).change_set.id


def by_name(state: Mapping[Key, Record]) -> dict[tuple[str, object], dict[str, object]]:
    """A state with names instead of keys, so that states with different ids of the same objects compare equal."""
    names = {str(key): record.get("name") for key, record in state.items()}

    def named(value: object) -> object:
        if isinstance(value, frozenset):
            return frozenset(names.get(item, item) for item in value) or None
        return names.get(value, value) if isinstance(value, str) else value

    records = {(key.type, record.get("name")): record for key, record in state.items()}
    return {
        key: {name: named(value) for name, value in record.items() if named(value) is not None}
        for key, record in records.items()
    }
