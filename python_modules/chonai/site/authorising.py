"""Who may apply a change set now, and whether anybody may."""

from __future__ import annotations

from chonai.change import approval
from chonai.change.errors import Refused
from chonai.change.model import ChangeSet
from chonai.change.ports import Event
from chonai.site.core import NOT_STARTED, Crew, Site


def authorise(site: Site, id_: str, crew: Crew) -> ChangeSet:
    """The change set if this crew may apply it now.

    Checks that it was not withdrawn and has been announced, the seal, that the site's rule is still the sealed one,
    the people, the hours, the approvals and the brakes; raises a `Refused` that says which of them does not hold.
    """
    refuse_withdrawn(site, id_)
    site.secrecy.refuse_unannounced(site.store.change_sets.get(id_).change_set)
    sealed = site.content(id_, site.now())
    change_set, rule = sealed.change_set, site.rule_of(sealed.change_set)
    if change_set.rule != rule:
        raise Refused("site.rule_changed", id=id_, sealed=change_set.rule.kind, now=rule.kind)
    approval.check_people(crew.operator, crew.watcher, rule, allowed_signers=site.settings.allowed_signers)
    if taken_back := [undo for undo in site.store.change_sets.undos_of(id_) if _is_begun(site, undo)]:
        raise Refused("site.taken_back", id=id_, undos=", ".join(taken_back))
    if not _is_begun(site, id_):
        approval.check_window(change_set, site.now())
    released = approval.check(change_set, sealed.digest, site.store.change_sets.approvals(id_), site.office)
    approval.check_brakes(change_set, released)
    return change_set


def refuse_withdrawn(site: Site, id_: str) -> None:
    """Raise `Refused` if somebody has said that this change set is not to be applied."""
    for row in site.store.journal.rows(id_):
        if row.entry.event is Event.WITHDRAWN:
            who, at, why = row.entry.actor, row.entry.at, row.entry.data["why"]
            code = "site.given_up" if "left" in row.entry.data else "site.withdrawn"
            raise Refused(code, id=id_, who=who, at=at, why=why)


def _is_begun(site: Site, id_: str) -> bool:
    return site.store.state_of(id_) not in NOT_STARTED
