"""Groups that returning objects were members of: kept with the object in the record of its create,
written to the groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chonai.change.model import Action, Key, members
from chonai.systems.directory.flavour import GROUP, MEMBER, MEMBER_OF
from chonai.systems.directory.protection import Guard
from chonai.systems.directory.protocol import Mod, Modify, Reply
from chonai.systems.directory.read import Found, find
from chonai.systems.directory.session import Session
from chonai.systems.directory.work import Work
from chonai.text.messages import Message, message


def join_again(session: Session, guard: Guard, works: Iterable[Work]) -> None:
    """Put what came back into its groups. A group that does not take it is the work's error;
    the object itself is back.
    """
    returning = [work for work in works if work.error is None and _groups(work)]
    if not returning:
        return
    joins = _Joins(session, guard, returning)
    joins.make()


def _groups(work: Work) -> frozenset[str]:
    return members(work.change.after.get(MEMBER_OF)) if work.change.action is Action.CREATE else frozenset()


class _Joins:
    """Memberships to be written, one request a group."""

    def __init__(self, session: Session, guard: Guard, works: Sequence[Work]) -> None:
        self._session, self._guard, self._flavour = session, guard, session.flavour
        flavour = session.flavour
        wanted = (flavour.identity, flavour.kind, *flavour.guards, *flavour.account.values(), flavour.member_request)
        references = {reference for work in works for reference in _groups(work)}
        keys = [Key.parse(reference) for reference in references]
        groups = find(session, (key for key in keys if key.type == GROUP), lambda _: wanted, below=session.root)
        self._groups = {str(group.key): group for group in groups}
        self._handles = self._handles_of(works)
        self._works = works

    def make(self) -> None:
        """One request with all who come back; where it is refused, one for each,
        so that one does not stop the others.
        """
        plan = self._plan()
        replies = self._session.connection.send([self._request(group, works) for group, works in plan])
        for (group, works), reply in zip(plan, replies, strict=True):
            if not reply.ok:
                self._one_by_one(group, works)

    def _handles_of(self, works: Sequence[Work]) -> dict[Key, bytes]:
        wanted = (self._flavour.identity, self._flavour.kind)
        found = find(self._session, [work.key for work in works], lambda _: wanted, below=self._session.root)
        return {item.key: self._flavour.handle(item.dn, item.key.id).encode() for item in found}

    def _plan(self) -> list[tuple[Found, list[Work]]]:
        joining: dict[str, list[Work]] = {}
        for work in self._works:
            for reference in sorted(_groups(work)):
                if self._may_join(work, reference):
                    joining.setdefault(reference, []).append(work)
        return [(self._groups[reference], works) for reference, works in joining.items()]

    def _may_join(self, work: Work, reference: str) -> bool:
        group = self._groups.get(reference)
        if group is None:
            work.fail(message("directory.no_reference", name=work.name, attribute=MEMBER_OF, reference=reference))
            return False
        if why := self._guard.reason_wherever(group.key, group.dn, group.values):
            work.fail(message("directory.refused_protected", name=group.dn, why=why))
            return False
        members = {self._flavour.link(raw.decode()) for raw in group.values.get(MEMBER, ())}
        return self._flavour.link(self._handles[work.key].decode()) not in members

    def _request(self, group: Found, works: Sequence[Work]) -> Modify:
        members = [self._handles[work.key] for work in works]
        return Modify(self._flavour.handle(group.dn, group.key.id), [(Mod.ADD, MEMBER, members)])

    def _one_by_one(self, group: Found, works: Sequence[Work]) -> None:
        for work in works:
            reply = self._session.connection.send([self._request(group, [work])])[0]
            if not reply.ok:
                work.fail(_not_restored(work, group, reply))


def _not_restored(work: Work, group: Found, reply: Reply) -> Message:
    return message("directory.group_not_restored", name=work.name, group=group.dn, code=reply.code, text=reply.text)
