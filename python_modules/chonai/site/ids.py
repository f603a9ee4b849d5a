"""The ledger of IDs: what is in it, and what a city tells it about the time before."""

from __future__ import annotations

from pathlib import Path

from chonai.change.errors import InputError
from chonai.change.ids import GivenId
from chonai.change.ports import Event
from chonai.operations.personnel.idfile import read_ids
from chonai.site.core import Site
from chonai.site.files import read_file
from chonai.site.people import require_known
from chonai.site.staff import staff_hosts
from chonai.text.folding import search_key, variant_key


def find_ids(site: Site, wanted: str) -> list[GivenId]:
    """What is known of an ID, of a staff number (with or without its body) or of a person by name."""
    return [one for one in site.store.ids.rows() if _is_about(one, wanted)]


def import_ids(site: Site, path: Path, *, operator: str) -> int:
    """Tell the ledger what a file says of IDs that were given before; how many of them were new to it.

    Raises `InputError` with everything wrong in the file (then nothing was taken in), `Refused` for an operator whom
    the city's file of signers does not have. The journal says who told it.
    """
    require_known(site, operator)
    hosts, file = staff_hosts(site), read_file("ids", path)
    found = read_ids(file, hosts[0].city, {host.name: host.rules for host in hosts}, site.now().date())
    if found.problems:
        raise InputError("site.bad_ids", details=found.problems, count=len(found.problems))
    before = len(site.store.ids.rows())
    site.store.ids.remember(found.ids)
    new = len(site.store.ids.rows()) - before
    data = {"ids": {"file": file.name, "digest": f"sha256:{file.digest}", "rows": len(found.ids), "new": new}}
    site.note(Event.NOTE, "", operator, data)
    return new


def _is_about(one: GivenId, wanted: str) -> bool:
    key = search_key(wanted)
    known = {one.value, one.owner, one.owner.partition("-")[2], one.formerly}
    return key in {search_key(text) for text in known if text} or variant_key(one.person) == variant_key(wanted)
