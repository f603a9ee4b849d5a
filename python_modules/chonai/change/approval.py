"""The approval: another person's signature over the digest of a change set and the brakes it releases."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from chonai.change.errors import ApprovalRefused, BrakeTripped, Refused
from chonai.change.model import ApprovalKind, ApprovalRule, Brake, ChangeSet
from chonai.change.seal import NAMESPACE as SEAL_NAMESPACE
from chonai.change.seal import digest_or_none
from chonai.change.signature import read_signers, sign, verify
from chonai.change.signers import require_valid, shared_keys
from chonai.text.messages import Message, message

NAMESPACE = "chonai-approval"
NAMESPACES = (NAMESPACE, SEAL_NAMESPACE)
"""Whoever may sign for one of these takes part."""

_BRAKE_NAME = re.compile(r"[^\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Approval:
    """Who agreed, to releasing which brakes, the armored OpenSSH signature, and when it came (not signed)."""

    principal: str
    releases: frozenset[str]
    signature: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Office:
    """By what an approval is judged: the file of signers, the moment, and who counts as the city's staff."""

    allowed_signers: Path
    now: datetime
    city: frozenset[str] = frozenset()


def statement(digest: str, releases: Collection[str] = ()) -> bytes:
    """What an approver signs: the digest, then a line for each released brake, in order; each line ends."""
    return "".join([f"{digest}\n", *(f"release {name}\n" for name in sorted(releases))]).encode()


def sign_approval(digest: str, *, principal: str, key_file: Path, releases: Collection[str], at: datetime) -> Approval:
    """An approval with the signature of a key that is said to be that of `principal`; whether it holds is not asked."""
    signature = sign(statement(digest, releases), key_file, namespace=NAMESPACE)
    return Approval(principal, frozenset(releases), signature, at)


def check(change_set: ChangeSet, digest: str, approvals: Iterable[Approval], office: Office) -> frozenset[str]:
    """The names of the brakes that valid approvals release.

    Raises `ApprovalRefused` if the rule or a brake wants an approval and none is valid, with the reason for
    each that was offered. Approvals that are not valid release nothing.
    """
    valid, refused = [], []
    for approval in approvals:
        try:
            check_one(change_set, digest, approval, office)
            valid.append(approval)
        except ApprovalRefused as error:
            refused.append(error)
    is_wanted = change_set.rule.kind is not ApprovalKind.NONE
    if valid or not (is_wanted or (refused and any(brakes(change_set)))):
        return frozenset(name for approval in valid for name in approval.releases)
    if len(refused) == 1:
        raise refused[0]
    details = [error.message for error in refused]
    raise ApprovalRefused("identity.approval_missing", details=details, id=change_set.id)


def check_one(change_set: ChangeSet, digest: str, approval: Approval, office: Office) -> None:
    """Return if this approval holds for this change set now; raise `ApprovalRefused` saying why not."""
    if digest_or_none(change_set) != digest:
        raise ApprovalRefused("identity.digest_differs", id=change_set.id, stored=digest, found="-")
    check_under_cover(change_set, digest, approval, office)


def check_under_cover(change_set: ChangeSet, digest: str, approval: Approval, office: Office) -> None:
    """As `check_one`, of a change set whose cover alone may be known; an apply compares content and digest."""
    _check_person(change_set, approval, office)
    _check_releases(change_set, approval.releases)
    texts = [statement(digest, approval.releases)]
    if not approval.releases:
        texts.append(digest.encode())  # signed by hand, without the line end
    _check_signature(texts, approval, office)


def check_brakes(change_set: ChangeSet, released: Collection[str]) -> None:
    """Return if no brake stands; raise `BrakeTripped` naming each that is not released or never can be."""
    left = [
        standing(system, brake)
        for system, brake in brakes(change_set)
        if not (brake.releasable and brake.name in released)
    ]
    if left:
        raise BrakeTripped("identity.brake_tripped", details=left, id=change_set.id, count=len(left))


def brakes(change_set: ChangeSet) -> list[tuple[str, Brake]]:
    """Every tripped brake with its system."""
    return [(plan.system, brake) for plan in change_set.plans for brake in plan.brakes]


def standing(system: str, brake: Brake) -> Message:
    """Where a brake stands, and why."""
    return message("identity.standing_brake", system=system, name=brake.name, why=brake.message)


def check_window(change_set: ChangeSet, now: datetime) -> None:
    """Return inside the agreed hours; raise `Refused` before `not_before` and after `start_by`."""
    if change_set.not_before is not None and now < change_set.not_before:
        raise Refused("identity.too_early", id=change_set.id, not_before=change_set.not_before, now=now)
    if change_set.start_by is not None and now > change_set.start_by:
        raise Refused("identity.too_late", id=change_set.id, start_by=change_set.start_by, now=now)


def check_people(
    operator: str, watcher: str | None, rule: ApprovalRule, *, allowed_signers: Path, at: datetime | None = None
) -> None:
    """Return if operator and watcher are two persons with valid keys, as the rule wants it (spec 3.7(3)).

    Keys count as they are at `at`, without it as they are now. Raises `Refused` for an unknown name or one whose
    keys are not valid, a missing watcher, and two names for one person.
    """
    signers = read_signers(allowed_signers)
    if watcher is None and rule.watcher:
        raise Refused("identity.no_watcher")
    for name in (operator, watcher):
        if name is not None:
            require_valid(signers, name, at=at or datetime.now(UTC), namespaces=NAMESPACES)
    if watcher is not None and (_is_same(operator, watcher) or shared_keys(signers, operator, watcher)):
        raise Refused("identity.watches_self", operator=operator, watcher=watcher)


def _check_person(change_set: ChangeSet, approval: Approval, office: Office) -> None:
    author, approver = change_set.author, approval.principal
    if _is_same(author, approver):
        raise ApprovalRefused("identity.approval_by_author", id=change_set.id, author=author)
    if shared_keys(read_signers(office.allowed_signers), author, approver):
        raise ApprovalRefused("identity.shared_key", author=author, principal=approver, file=office.allowed_signers)
    if change_set.rule.kind is ApprovalKind.CITY and approver not in office.city:
        raise ApprovalRefused("identity.not_city", id=change_set.id, principal=approver)


def _check_releases(change_set: ChangeSet, releases: frozenset[str]) -> None:
    tripped = [brake for _, brake in brakes(change_set)]
    for name in sorted(releases):
        named = [brake for brake in tripped if brake.name == name]
        if not named or not _BRAKE_NAME.fullmatch(name):
            known = ", ".join(sorted({brake.name for brake in tripped})) or "-"
            raise ApprovalRefused("identity.no_such_brake", id=change_set.id, name=name, tripped=known)
        if not all(brake.releasable for brake in named):
            raise ApprovalRefused("identity.not_releasable", id=change_set.id, name=name)


def _check_signature(texts: Iterable[bytes], approval: Approval, office: Office) -> None:
    refused: list[Message] = []
    for text in texts:
        try:
            verify(
                text,
                approval.signature,
                principal=approval.principal,
                namespace=NAMESPACE,
                allowed_signers=office.allowed_signers,
                at=office.now,
            )
        except Refused as error:
            refused.append(error.message)
        else:
            return
    raise ApprovalRefused("identity.approval_invalid", details=refused[:1], principal=approval.principal)


def _is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
