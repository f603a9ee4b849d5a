"""One city: its settings, its store, and what can be done with a change set."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from chonai.change import approval
from chonai.change.approval import Office
from chonai.change.errors import InputError, Refused, SealBroken, UsageError
from chonai.change.model import ApprovalRule, ChangeSet, Plan
from chonai.change.ports import Entry, Event, SecretBox
from chonai.change.seal import check_seal, check_signature, seal
from chonai.change.signature import public_keys
from chonai.change.undo import OPERATION as UNDO
from chonai.site.claims import holds_of, not_before
from chonai.site.secrecy import KEYS, Secrecy
from chonai.site.settings import STORE_VARIABLE, SiteSettings, find_site
from chonai.store import Store
from chonai.store.change_sets import Sealed, cover_digest
from chonai.store.plans import Shelved
from chonai.store.state import WAITING, State

ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
STILL_TO_COME = WAITING
"""Sealed or approved, and nothing of it made or given up."""
NOT_STARTED = (*WAITING, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Author:
    """Who seals, and with which private key."""

    name: str
    key: Path


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is at the keyboard, and who watches."""

    operator: str
    watcher: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Between which times a change set may be started, and until when it is confidential."""

    not_before: datetime | None = None
    start_by: datetime | None = None
    announced_at: datetime | None = None


class Site:
    """Use as a context manager."""

    def __init__(self, settings: SiteSettings, now: Callable[[], datetime]) -> None:
        self.settings, self.now = settings, now
        self.secrecy = Secrecy(settings, now)
        self._opened: Store | None = None

    @classmethod
    def open(cls, settings: SiteSettings | None = None) -> Self:
        """The site of this process (see `chonai.site.settings`), with its store; it is made if it is not there."""
        site = cls.visit(settings)
        site._opened = Store.open(site.store_url, clock=site.now)
        return site

    @classmethod
    def visit(cls, settings: SiteSettings | None = None) -> Self:
        """The site for who only works with what is there: its store is opened when it is needed, and never made."""
        return cls(settings or find_site(), lambda: datetime.now().astimezone())

    @property
    def store_url(self) -> str:
        """Where the store is, or will be."""
        url = self.settings.store
        return url if "://" in url else str(self.settings.root / url)

    @property
    def has_store(self) -> bool:
        """There is a store."""
        return self._opened is not None or Store.exists(self.store_url)

    @property
    def store_is_named(self) -> bool:
        """The environment names the store: somebody means one that is there."""
        return self.settings.store_setting == STORE_VARIABLE

    @property
    def store(self) -> Store:
        """The store; raises `UsageError` where there is none."""
        if self._opened is None:
            if not self.has_store:
                raise UsageError("site.no_store", store=self.store_url, setting=self.settings.store_setting)
            self._opened = Store.open(self.store_url, clock=self.now)
        return self._opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            self._opened.close()

    @property
    def office(self) -> Office:
        """By what approvals are judged now."""
        return Office(self.settings.allowed_signers, self.now(), self.settings.city)

    def author(self, name: str | None = None, key: str | None = None) -> Author:
        """Who seals: as named, else as the site file says."""
        name, path = name or self.settings.author, Path(key) if key else self.settings.key
        if not name or not path:
            raise UsageError("site.no_author")
        return Author(name, path)

    def secret_box(self) -> SecretBox:
        """Where secrets made at an apply go: readable only by the recipients that the site file names."""
        return self.store.secretbox(self.recipient_keys())

    def recipient_keys(self) -> list[str]:
        """The keys that secrets are encrypted to."""
        return [line for name in self.settings.recipients for line in self._lines(name)]

    def _lines(self, recipient: str) -> Sequence[str]:
        """A recipient's keys: of a principal those in allowed_signers, else the age or SSH key itself."""
        if recipient.startswith(KEYS):
            return [recipient]
        return public_keys(self.settings.allowed_signers, recipient, self.now())

    def put(self, plan: Plan, announced_at: datetime | None = None, mark: int | None = None) -> str:
        """Keep a plan until it is sealed, one that is to be announced closed to all but the site's readers; its id.
        `mark` is that of the view of holds that it was made of.
        """
        if announced_at is None:
            return self.store.plans.put(plan, self.now(), mark)
        return self.store.plans.put_closed(plan, self.now(), announced_at, self.secrecy.readers(plan.operation))

    def seal(self, plan_ids: Sequence[str], author: Author, window: Window = Window()) -> Sealed:
        """Seal plans together as one change set, under the site's approval rule for their operation.

        Raises `Refused` for plans with problems: such a request has to be corrected first.
        """
        return self.sign(self.draft(plan_ids, author, window), author, self.store.plans.mark(plan_ids))

    def draft(self, plan_ids: Sequence[str], author: Author, window: Window = Window()) -> ChangeSet:
        """What `seal` seals; not kept. Raises as `seal` does."""
        shelved = [self.store.plans.get(plan_id) for plan_id in plan_ids]
        operations = {one.operation for one in shelved}
        if len(operations) != 1:
            raise UsageError("site.one_operation", found=", ".join(sorted(operations)) or "-")
        window, key = _announced_as(shelved, window), self.settings.opening_key or author.key
        plans = tuple(self.secrecy.plan(one, key) for one in shelved)
        return self.compose(plans, author, self.settings.rule(operations.pop()), window)

    def compose(
        self,
        plans: tuple[Plan, ...],
        author: Author,
        rule: ApprovalRule,
        window: Window,
        undo_of: str | None = None,
    ) -> ChangeSet:
        """A change set of these plans, under a rule. Raises `InputError` for plans with problems."""
        for plan in plans:
            if plan.problems:
                raise problems_of(plan, is_confidential=window.announced_at is not None)
        now = self.now()
        return ChangeSet(
            id=new_id(now),
            operation=plans[0].operation,
            author=author.name,
            created_at=now,
            rule=rule,
            plans=plans,
            not_before=not_before(plans, now, window.not_before, window.start_by),
            start_by=window.start_by,
            undo_of=undo_of,
            announced_at=window.announced_at,
            salt=secrets.token_hex(16) if window.announced_at else "",
        )

    def sign(self, change_set: ChangeSet, author: Author, mark: int | None = None) -> Sealed:
        """Seal a change set and keep it, with what it holds. `mark` as in `put`."""
        now = change_set.created_at
        readers = self.secrecy.readers(change_set.operation) if change_set.announced_at else None
        signed = seal(change_set, author.key, allowed_signers=self.settings.allowed_signers, at=now)
        wanted = self.store.holds.wanted(holds_of(self.origin_of(change_set).operation, change_set.plans), mark)
        if change_set.undo_of is not None:  # what it takes back is not applied any more once it has begun
            wanted = replace(wanted, over=wanted.over | {change_set.undo_of})
        return Sealed(change_set, self.store.change_sets.add(change_set, signed, now, readers, wanted), signed)

    def sealed(self, id_: str) -> Sealed:
        """A change set as it may be seen now: its cover before its announcement, and where this machine cannot open it.

        Raises as `Secrecy.announced` does.
        """
        return self.secrecy.announced(self.store.change_sets.get(id_))

    def checked(self, id_: str, at: datetime | None = None) -> ChangeSet:
        """The change set, or its cover, proved to be what its author sealed with a key valid at `at`: by default when
        it was made, so that an old change set can be read and undone after its author's key has run out.

        Raises `SealBroken` if it is not.
        """
        sealed = self.sealed(id_)
        self.check_sealed(sealed, at or sealed.change_set.created_at)
        return sealed.change_set

    def check_sealed(self, sealed: Sealed, at: datetime) -> None:
        """Return if a change set is what its author sealed with a key valid at `at`; raise `SealBroken` if not. Of a
        cover that cannot be known: but it is the one that was journaled, and its author signed the digest.
        """
        check = check_seal if sealed.closed is None else check_signature
        if sealed.closed is not None:
            self._check_cover(sealed.change_set)
        signers = self.settings.allowed_signers
        check(sealed.change_set, sealed.digest, sealed.seal, allowed_signers=signers, at=at)

    def _check_cover(self, change_set: ChangeSet) -> None:
        rows = self.store.journal.rows(change_set.id)
        kept = next((row.entry.data.get("cover") for row in rows if row.entry.event is Event.SEALED), None)
        if kept != cover_digest(change_set):
            raise SealBroken("store.cover_differs", id=change_set.id)

    def content(self, id_: str, at: datetime | None = None) -> Sealed:
        """As `checked`, with all that it holds. Raises `Refused` for one that is closed."""
        sealed = self.sealed(id_)
        self.check_sealed(sealed, at or sealed.change_set.created_at)
        if sealed.closed is not None:
            self.secrecy.refuse_unannounced(sealed.change_set)
            raise Refused("site.closed_here", id=id_, readers=", ".join(sealed.closed.readers))
        return sealed

    def statement(self, id_: str, releases: Collection[str] = ()) -> bytes:
        """What an approver signs, to be signed elsewhere."""
        self.checked(id_)
        return approval.statement(self.store.change_sets.get(id_).digest, releases)

    def note(self, event: Event, id_: str, actor: str, data: Mapping[str, object], *, system: str = "") -> None:
        """Journal what somebody has done just now; the id is blank where no change set is concerned."""
        self.store.journal.append([Entry(event, id_, system, actor, self.now(), data)])

    def goes_back(self, change_set: ChangeSet) -> bool:
        """Whether the systems come in the opposite order: in an undo, but not in the undo of an undo."""
        back = False
        while change_set.operation == UNDO and change_set.undo_of is not None:
            back, change_set = not back, self.store.change_sets.get(change_set.undo_of).change_set
        return back

    def rule_of(self, change_set: ChangeSet) -> ApprovalRule:
        """The site's rule for a change set; an undo stands under the rule of what it undoes."""
        return self.settings.rule(self.origin_of(change_set).operation)

    def origin_of(self, change_set: ChangeSet) -> ChangeSet:
        """What an undo undoes in the end; any other change set itself."""
        while change_set.operation == UNDO and change_set.undo_of is not None:
            change_set = self.store.change_sets.get(change_set.undo_of).change_set
        return change_set


def problems_of(plan: Plan, *, is_confidential: bool) -> InputError:
    """Why a plan cannot be sealed; of one that is to be announced without names and values."""
    error = InputError("site.problems", details=plan.problems, system=plan.system, count=len(plan.problems))
    return error.discreet() if is_confidential else error


def _announced_as(shelved: Sequence[Shelved], window: Window) -> Window:
    """The window with the moment until which the plans are closed. Raises `UsageError` where it says another, or where
    the plans differ: what lies open already cannot be made confidential by sealing it.
    """
    found = {one.announced_at for one in shelved}
    if window.announced_at is not None:
        found.add(window.announced_at)
    if len(found) > 1:
        raise UsageError("site.announced_otherwise", found=", ".join(sorted(str(one or "-") for one in found)))
    announced_at = found.pop()
    if announced_at is not None and window.start_by is not None and window.start_by < announced_at:
        raise UsageError("site.starts_before_announcement", start_by=window.start_by, announced_at=announced_at)
    return replace(window, announced_at=announced_at)


def new_id(now: datetime) -> str:
    """Short enough to say on the telephone, and never twice: the date and six random characters."""
    return f"{now:%Y%m%d}-" + "".join(secrets.choice(ID_LETTERS) for _ in range(6))
