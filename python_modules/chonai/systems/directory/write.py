"""Writing: many changes in few pipelined passes, each object's own steps one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial

from chonai.change.model import Action, Change, Key
from chonai.change.system import Result, SecretMaker
from chonai.systems.directory import dn as dns
from chonai.systems.directory import edits, links, membership, revive
from chonai.systems.directory.edits import Names
from chonai.systems.directory.flavour import ENABLED, INITIAL_PASSWORD, NAME, OU, USER
from chonai.systems.directory.protection import Guard
from chonai.systems.directory.protocol import Add, Delete, Mod, Modification, Modify, Rename
from chonai.systems.directory.read import Found, find
from chonai.systems.directory.references import References
from chonai.systems.directory.session import Session
from chonai.systems.directory.work import Rank, Work, rounds
from chonai.systems.refused import NotDone
from chonai.text.messages import message

ATTEMPTS = 5
PAUSE = 0.1
"""Seconds, times the number of the attempt."""


def apply(session: Session, references: References, changes: Sequence[Change], secret: SecretMaker) -> list[Result]:
    """Make the changes; what became of each, in their order. Raises SystemUnreachable when the server goes away."""
    made = _Apply(session, changes, secret)
    try:
        return made.run()
    finally:
        made.forget_names(references)


def only_sets(change: Change) -> bool:
    """Whether a change only takes values from sets and adds values to sets."""
    sides = (*change.before.values(), *change.after.values())
    return change.action is Action.UPDATE and all(isinstance(value, frozenset) for value in sides)


class _Apply:
    """One call of `apply`: looks at everything live, plans the requests, sends them."""

    def __init__(self, session: Session, changes: Sequence[Change], secret: SecretMaker) -> None:
        self._session, self._flavour, self._secret = session, session.flavour, secret
        self._guard = Guard(session)
        self._wanted = edits.wanted(changes, session.flavour)
        self._names = Names(session.flavour, self._dns_of(edits.referenced(changes, session.flavour)))
        self._found = self._look([change.key for change in changes])
        self._works = [Work(change, change.key, self._shown(change)) for change in changes]

    def run(self) -> list[Result]:
        self._bring_back()
        self._make([work for work in self._works if work.error is None])
        self._try_sets_again()
        self._learn_keys(self._works)
        links.follow(self._session, self._works)
        membership.join_again(self._session, self._guard, self._works)
        return [Result(work.key, work.error) for work in self._works]

    # -- looking

    def _look(self, keys: Iterable[Key]) -> dict[Key, Found]:
        found = find(self._session, keys, lambda types: self._wanted[types[0]], below=self._session.root)
        return {item.key: item for item in found}

    def _dns_of(self, references: Iterable[str]) -> dict[str, str]:
        attributes = (self._flavour.identity, self._flavour.kind)
        keys = (Key.parse(reference) for reference in references)
        return {
            str(item.key): item.dn for item in find(self._session, keys, lambda _: attributes, below=self._session.root)
        }

    def _shown(self, change: Change) -> str:
        found = self._found.get(change.key)
        return found.dn if found else f"{change.key} {change.after.get(NAME, '')}".rstrip()

    def _make(self, works: Sequence[Work]) -> None:
        for work in works:
            self._guarded(work)
        rounds(self._session, works)

    def _try_sets_again(self) -> None:
        """Values of sets are wanted whatever the others are: if somebody else changed the set while we did,
        look again.
        """
        for attempt in range(ATTEMPTS):
            works = [work for work in self._works if work.was_stale and only_sets(work.change)]
            if not works:
                return
            time.sleep(PAUSE * attempt)
            self._found |= self._look([work.key for work in works])
            for work in works:
                work.error, work.was_stale = None, False
            self._make(works)

    # -- planning

    def _guarded(self, work: Work) -> None:
        try:
            self._plan(work)
        except NotDone as error:
            work.fail(error.message)

    def _plan(self, work: Work) -> None:
        found = self._found.get(work.key)
        if found is not None:
            self._refuse_protected(work, found)
        if work.change.action is Action.DELETE:
            if found is not None:
                work.left = found.dn
                work.then(Rank.DELETE, lambda: Delete(self._flavour.handle(found.dn, found.key.id)))
        elif found is not None:
            self._plan_update(work, found)
        elif work.key.is_new:
            self._plan_create(work)
        else:
            raise NotDone(message("directory.gone", name=work.name))

    def _refuse_protected(self, work: Work, found: Found) -> None:
        if why := self._guard.reason(found.key, found.dn, found.values):
            raise NotDone(message("directory.refused_protected", name=found.dn, why=why))

    def _place_for(self, dn: str) -> str:
        """The DN, when things may be put there."""
        parent = dns.split(dn)[1]
        if why := self._guard.place(parent):
            raise NotDone(message("directory.refused_protected", name=dn, why=why))
        if not dns.is_under(parent, self._session.base):
            why = message("directory.protected_outside_base", dn=dn, base=self._session.base)
            raise NotDone(message("directory.refused_protected", name=dn, why=why))
        return dn

    def _plan_create(self, work: Work) -> None:
        dn = work.new_dn = self._place_for(edits.new_dn(work.change, self._names))
        attributes = edits.new_attributes(work.change, self._names, dn)
        rest: list[Modification] = []
        for name in [name for name, values in attributes.items() if len(values) > edits.LINKS_AT_ONCE]:
            rest.append((Mod.ADD, name, attributes[name][edits.LINKS_AT_ONCE :]))
            attributes[name] = attributes[name][: edits.LINKS_AT_ONCE]
        attributes |= self._password(work)
        work.then(Rank.WRITE, lambda: Add(dn, edits.as_attributes(attributes)))
        self._then_modify(work, dn, rest)

    def _password(self, work: Work) -> dict[str, list[bytes]]:
        """The password of a new account: the one that was made for it, else one that nobody knows."""
        if work.key.type != USER:
            return {}
        wanted = INITIAL_PASSWORD in work.change.secrets
        work.has_password = True
        return self._flavour.new_password(
            self._secret(work.change, INITIAL_PASSWORD) if wanted else revive.random_password()
        )

    def _plan_update(self, work: Work, found: Found) -> None:
        handle = self._flavour.handle(found.dn, found.key.id)
        changes = edits.modifications(work.change, found, self._names)
        if work.change.action is Action.CREATE:
            changes += self._set_password_again(work, handle) + self._without_residue(work, found)
        self._then_modify(work, handle, changes)
        to = edits.destination(work.change, found, self._names)
        if to is None:
            return
        self._place_for(f"{to[0]},{to[1]}")
        if work.key.type == OU:
            work.then(Rank.MOVE_PLACE, lambda: self._rename_place(work, found))
        else:
            work.then(Rank.MOVE, lambda: self._rename(work, found, to))

    def _set_password_again(self, work: Work, handle: str) -> list[Modification]:
        """A create that was cut short gets its password again, because nobody can see whether it was set.

        What has to follow.
        """
        if INITIAL_PASSWORD not in work.change.secrets or work.has_password:
            return []
        password = self._flavour.new_password(self._secret(work.change, INITIAL_PASSWORD))
        self._then_modify(work, handle, [(Mod.REPLACE, name, values) for name, values in password.items()])
        return [] if work.change.after.get(ENABLED, True) else self._flavour.locked_again()

    def _without_residue(self, work: Work, found: Found) -> list[Modification]:
        residue = [name for name in self._flavour.residue if list(found.values.get(name.lower(), ())) == [b"0"]]
        return [(Mod.DELETE, name, []) for name in residue if name not in work.change.after]

    def _then_modify(self, work: Work, handle: str, changes: Sequence[Modification]) -> None:
        for part in edits.in_steps(changes):
            work.then(Rank.WRITE, partial(Modify, handle, part))

    def _rename(self, work: Work, found: Found, to: tuple[str, str]) -> Rename:
        work.left, work.at = found.dn, ",".join(to)
        return Rename(self._flavour.handle(found.dn, found.key.id), *to)

    def _rename_place(self, work: Work, found: Found) -> Rename:
        """Looked up at the last moment: places of the same call may have moved above it."""
        references = {str(work.key), *edits.referenced([work.change], self._flavour)}
        names = Names(self._flavour, self._dns_of(references))
        now = found._replace(dn=names.dn(str(work.key), found.dn))
        return self._rename(work, now, edits.destination(work.change, now, names) or dns.split(now.dn))

    # -- bringing back

    def _bring_back(self) -> None:
        """Objects that were deleted and are to exist again under their old keys;
        what they then lack is written like any change.
        """
        lost = [work for work in self._works if self._is_lost(work)]
        if not lost:
            return
        graves = revive.graves(self._session, [work.key.id for work in lost])
        for work in lost:
            try:
                self._revive(work, graves.get(work.key.id))
            except NotDone as error:
                work.fail(error.message)
        rounds(self._session, lost)
        self._learn_keys(lost)
        self._found |= self._look([work.key for work in lost if work.error is None])

    def _is_lost(self, work: Work) -> bool:
        return work.change.action is Action.CREATE and not work.key.is_new and work.key not in self._found

    def _revive(self, work: Work, grave: str | None) -> None:
        dn = work.new_dn = self._place_for(edits.new_dn(work.change, self._names))
        attributes = edits.new_attributes(work.change, self._names, dn)
        attributes |= self._password(work)
        work.then(Rank.WRITE, lambda: revive.request(self._flavour, dn, attributes, work.key.id, grave))

    # -- afterwards

    def _learn_keys(self, works: Iterable[Work]) -> None:
        """The ids that the server gave to new objects, also where a later request for them was refused."""
        made = [work for work in works if work.new_dn is not None and work.sent]
        wanted = (self._flavour.identity, self._flavour.kind)
        searches = [self._session.base_search(work.new_dn or "", wanted) for work in made]
        for work, entries in zip(made, self._session.connection.searches(searches), strict=True):
            key = self._session.key_of(entries[0].values) if entries else None
            if key is None:
                work.fail(message("directory.gone", name=work.name))
            else:
                work.key, work.new_dn = key, None

    def forget_names(self, references: References) -> None:
        """Names that objects have left, whatever else became of their change, may soon be those of others."""
        for work in self._works:
            if work.left is not None:
                references.forget(work.left, is_place=work.key.type == OU)
