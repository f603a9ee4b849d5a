"""What NetBox has objects for and a ledger only names: groups of VLANs, products, platforms, what a device is for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from chonai.systems.netbox.connection import Connection, Refusal
from chonai.systems.netbox.records import UNNAMED
from chonai.systems.refused import NotDone
from chonai.text.messages import message

GROUPS, PRODUCTS, PLATFORMS, ROLES, MAKERS = (
    "ipam/vlan-groups",
    "dcim/device-types",
    "dcim/platforms",
    "dcim/device-roles",
    "dcim/manufacturers",
)


def slug(name: str) -> str:
    """A slug for a name: its ASCII letters and digits, and where others are in it, what tells it from all others."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    if re.fullmatch(r"[a-z0-9-]{1,40}", name):
        return name
    return "-".join(filter(None, (plain, hashlib.sha256(name.encode()).hexdigest()[:12])))


class Named:
    """The ids of such objects by name; what is not there is made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}

    def id(self, path: str, name: str) -> int:
        """The id of what has this name; of several, the oldest. Raises NotDone where NetBox refuses to make it."""
        if (path, name) not in self._known:
            self._known[path, name] = self._found(path, name) or self._made(path, name)
        return self._known[path, name]

    def _found(self, path: str, name: str) -> int | None:
        called = "model" if path == PRODUCTS else "name"
        found = self._connection.listed(path, {called: name, "fields": f"id,{called}"})
        return min((int(one["id"]) for one in found if one[called] == name), default=None)

    def _made(self, path: str, name: str) -> int:
        document: Mapping[str, object] = {"name": name, "slug": slug(name)}
        if path == PRODUCTS:
            document = {"model": name, "slug": slug(name), "manufacturer": self.id(MAKERS, UNNAMED)}
        reply = self._connection.create(path, [document])
        if isinstance(reply, Refusal):
            raise NotDone(message("netbox.refused", name=name, status=reply.status, why=reply.text))
        return int(reply[0]["id"])
