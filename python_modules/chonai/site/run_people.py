"""People of a run: who works, watches and agrees, each proved by their key; and what they want of it meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from chonai.change.errors import Refused
from chonai.change.model import ApprovalKind
from chonai.change.ports import Event
from chonai.change.signature import read_signers, sign, verify
from chonai.change.signers import shared_keys
from chonai.jobs.runs import NAMESPACE, ORDER, Course, Part, Result, Role, RunState, order_statement
from chonai.site.control import Wanted
from chonai.site.core import Crew, Site
from chonai.site.run_ends import settle
from chonai.site.runs import SCHEDULER, WATCH, Found, find
from chonai.store.runs import Order
from chonai.text.messages import Message, message


def take_part(site: Site, id_: str, role: Role, person: str, key: Path) -> Part:
    """Sign for a run as somebody, and keep it if it holds.

    Raises `Refused` where the person may not, or the key is not theirs; `UsageError` for a key that cannot be used.
    """
    settle(site, id_)  # who comes to what was interrupted comes for the next attempt
    found = find(site, id_)
    try:
        _refuse_over(found, role)
        if role is Role.WATCHER and site.store.leases.holder(f"{WATCH}{id_}") is not None:
            raise Refused("runs.watched_by_another", id=id_)
        part = Part(role, person, found.course.sitting, site.now())
        part = replace(part, signature=sign(part.statement(found.request), key, namespace=NAMESPACE))
        _check(site, found, part)
    except Refused as refused:
        what = {"what": f"run_{role.value}", "why": refused.message.as_json()}
        site.note(Event.REFUSED, id_, person, what)
        raise
    site.note(Event.RUN_JOINED, id_, person, part.as_json())
    return part


def crew_of(site: Site, found: Found) -> Crew:
    """Who carries the run out and who watches, if all that it needs is there and holds now.

    Raises `Refused` naming all that is missing.
    """
    job, lacking = found.must_job, list[Message]()
    is_unattended = found.request.by == SCHEDULER and not job.watcher
    operator = found.course.part(Role.OPERATOR)
    if operator is None and not is_unattended:
        lacking.append(message("runs.lacks_operator", id=found.request.id))
    if job.watcher and found.course.part(Role.WATCHER) is None:
        lacking.append(message("runs.lacks_watcher", id=found.request.id))
    lacking += _approval_lacks(site, found)
    for part in (found.course.part(role) for role in (Role.OPERATOR, Role.WATCHER)):
        if part is not None:
            _check(site, found, part)
    if lacking:
        raise Refused("runs.not_ready", details=lacking, id=found.request.id, count=len(lacking))
    return Crew(operator.person if operator else SCHEDULER, found.course.person(Role.WATCHER))


def order(site: Site, id_: str, wanted: Wanted, person: str, key: Path) -> None:
    """Tell a run that is under way to pause, go on or stop, or cancel one that waits, as somebody who proves it."""
    found = find(site, id_)
    if found.state is RunState.ENDED:
        raise Refused("runs.over", id=id_, result=Message(f"runs.result_{found.course.result}"))
    now = site.now()
    signature = prove(site, order_statement(id_, wanted.value, now.isoformat()), person, key)
    data = {"what": ORDER, "wanted": wanted.value, "signature": signature, "at": now.isoformat()}
    site.note(Event.NOTE, id_, person, data)
    site.store.runs.order(id_, Order(wanted.value, person), now)


def prove(site: Site, text: bytes, person: str, key: Path) -> str:
    """The signature of a text by somebody whose key it is. Raises `Refused` where it is not theirs."""
    signature = sign(text, key, namespace=NAMESPACE)
    signers, now = site.settings.allowed_signers, site.now()
    verify(text, signature, principal=person, namespace=NAMESPACE, allowed_signers=signers, at=now)
    return signature


def _refuse_over(found: Found, role: Role) -> None:
    """Whoever works comes before it begins; a watcher may come back; nobody comes to what is done."""
    result, id_ = found.course.result, found.request.id
    is_final = result in (Result.DONE, Result.MISSED)
    if is_final or (found.state is RunState.ENDED and role is Role.APPROVER):
        raise Refused("runs.over", id=id_, result=Message(f"runs.result_{result}"))
    if found.course.is_begun and role is not Role.WATCHER and found.state is not RunState.INTERRUPTED:
        raise Refused("runs.under_way", id=id_)


def _check(site: Site, found: Found, part: Part) -> None:
    """Return if a person may take part as they say, and their signature is theirs. Raises `Refused`."""
    signers, request = site.settings.allowed_signers, found.request
    verify(
        part.statement(request),
        part.signature,
        principal=part.person,
        namespace=NAMESPACE,
        allowed_signers=signers,
        at=part.at,
    )
    others = [one for role in Role if role is not part.role for one in _in_role(found.course, role)]
    for other in others:
        if {part.role, other.role} != {Role.WATCHER, Role.APPROVER}:
            _refuse_same(site, part.person, other.person)
    if part.role is Role.APPROVER:
        _refuse_same(site, part.person, request.by)
        if found.must_job.approval is ApprovalKind.CITY and part.person not in site.settings.city:
            raise Refused("runs.not_city", id=request.id, person=part.person)


def _in_role(course: Course, role: Role) -> Collection[Part]:
    if role is Role.APPROVER:
        return course.approvals
    part = course.part(role)
    return [part] if part else []


def _refuse_same(site: Site, one: str, other: str) -> None:
    """Return if these are two persons, as far as their names and keys tell."""
    signers = read_signers(site.settings.allowed_signers)
    if one.casefold() == other.casefold() or shared_keys(signers, one, other):
        raise Refused("runs.same_person", one=one, other=other)


def _approval_lacks(site: Site, found: Found) -> list[Message]:
    """What is missing of the approval, each one that was given and does not hold with its reason."""
    if found.must_job.approval is ApprovalKind.NONE:
        return []
    wrong = []
    for part in found.course.approvals:
        try:
            _check(site, found, part)
        except Refused as refused:
            wrong.append(refused.message)
        else:
            return []
    return [message("runs.lacks_approval", id=found.request.id), *wrong]
