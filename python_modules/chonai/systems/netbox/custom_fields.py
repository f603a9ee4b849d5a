"""The custom fields that hold what NetBox has no place for. A NetBox without them is not written to."""

from __future__ import annotations

from chonai.change.errors import Fault
from chonai.systems.netbox.connection import Connection, Refusal
from chonai.systems.netbox.models import DATES, OWN, custom_fields
from chonai.systems.netbox.settings import NetboxSettings

PATH = "extras/custom-fields"


def ensure(settings: NetboxSettings, connection: Connection) -> None:
    """Return if all custom fields are there, for all kinds of objects that need them. Where the settings say so, those
    that are not there are made; one that is there for other kinds only is left to the city. Raises Fault.
    """
    query = {"name__isw": OWN, "fields": "id,name,object_types"}
    found = {str(one["name"]): set(one["object_types"]) for one in connection.listed(PATH, query)}
    wanted = custom_fields()
    missing = {name: kinds for name, kinds in wanted.items() if not set(kinds) <= found.get(name, set())}
    new = {name: kinds for name, kinds in missing.items() if name not in found}
    why = ""
    if new and settings.make_fields:
        reply = connection.create(PATH, [_document(name, kinds) for name, kinds in new.items()])
        if not isinstance(reply, Refusal):
            missing = {name: kinds for name, kinds in missing.items() if name in found}
        else:
            why = reply.text
    if missing:
        told = "; ".join(f"{name} ({', '.join(sorted(kinds))})" for name, kinds in sorted(missing.items()))
        name, url = settings.name, settings.url
        raise Fault("netbox.fields_missing", system=name, url=url, fields=told, why=why or "-")


def _document(name: str, kinds: list[str]) -> dict[str, object]:
    own = name.removeprefix(OWN)
    type_ = "date" if own in DATES else "text"
    return {"name": name, "label": own, "group_name": "chonai", "type": type_, "object_types": sorted(kinds)}
