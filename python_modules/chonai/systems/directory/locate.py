"""Finding objects that a killed apply has created without learning their ids."""

from __future__ import annotations

from collections.abc import Sequence

from chonai.change.model import Change, Key
from chonai.systems.directory import edits, filters
from chonai.systems.directory.edits import Names
from chonai.systems.directory.flavour import PARENT, first
from chonai.systems.directory.protocol import Search
from chonai.systems.directory.read import find
from chonai.systems.directory.session import TERMS, Session, chunks
from chonai.systems.refused import NotDone


def locate(session: Session, creates: Sequence[Change]) -> dict[Key, Key]:
    """By account name, anywhere in the domain; what has none (an OU), by its place.

    Places in places that were located are found too.
    """
    by_account = [change for change in creates if _account(session, change)]
    found = _by_account(session, by_account)
    others = [change for change in creates if not _account(session, change)]
    while others:
        names = {str(new): str(real) for new, real in found.items()}
        more = _by_place(session, others, names)
        if not more:
            break
        found |= more
        others = [change for change in others if change.key not in found]
    return found


def _account(session: Session, change: Change) -> str:
    value = change.after.get(session.flavour.account.get(change.key.type, ""))
    return value if isinstance(value, str) else ""


def _by_account(session: Session, creates: Sequence[Change]) -> dict[Key, Key]:
    flavour = session.flavour
    wanted = (flavour.identity, flavour.kind, *flavour.account.values())
    accounts = {(change.key.type, _account(session, change).casefold()): change.key for change in creates}
    terms = [
        filters.any_of(filters.equals(flavour.account[change.key.type], _account(session, change)) for change in chunk)
        for chunk in chunks(creates, TERMS)
    ]
    answers = session.connection.searches([Search(session.root, filter_, wanted) for filter_ in terms])
    found = {}
    for values in (entry.values for entries in answers for entry in entries):
        key = session.key_of(values)
        account = first(values, flavour.account.get(key.type, "").lower()).casefold() if key else ""
        if key and (key.type, account) in accounts:
            found[accounts[key.type, account]] = key
    return found


def _by_place(session: Session, creates: Sequence[Change], located: dict[str, str]) -> dict[Key, Key]:
    flavour = session.flavour
    wanted = (flavour.identity, flavour.kind)
    parents = {
        reference: located.get(reference, reference)
        for change in creates
        if (reference := str(change.after.get(PARENT)))
    }
    places = find(session, {Key.parse(real) for real in parents.values()}, lambda _: wanted, below=session.root)
    dn_of = {str(item.key): item.dn for item in places}
    names = Names(flavour, {reference: dn_of[real] for reference, real in parents.items() if real in dn_of})
    expected = {change.key: dn for change in creates if (dn := _expected(change, names))}
    answers = session.connection.searches([session.base_search(dn, wanted) for dn in expected.values()])
    pairs = (
        (new, session.key_of(entry.values)) for new, entries in zip(expected, answers, strict=True) for entry in entries
    )
    return {new: key for new, key in pairs if key is not None and key.type == new.type}


def _expected(change: Change, names: Names) -> str | None:
    try:
        return edits.new_dn(change, names)
    except NotDone:
        return None
