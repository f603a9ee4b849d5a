"""What a person's new standing means for their account: made, changed, moved, disabled, retired, brought back."""

from __future__ import annotations

from chonai.change.model import Key, Value
from chonai.operations.personnel import tags
from chonai.operations.personnel.attributes import Attributes
from chonai.operations.personnel.codes import account_name
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import Account, text
from chonai.operations.personnel.groups import PostGroups
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.leaving import noted, restored
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.people_addresses import PeopleAddresses
from chonai.operations.personnel.succession import ENDED
from chonai.operations.personnel.tasks import Task, new_account
from chonai.text.messages import Message


class Accounts:
    """Writes people into the draft of one directory."""

    def __init__(self, context: Context, units: Units) -> None:
        self._context, self._units = context, units
        self._users, self._draft = context.rules.users, context.draft
        self._groups = PostGroups(context, units)
        self.warnings: list[Message] = []
        self._attributes = Attributes(context, units, self.warnings)
        self.addresses = PeopleAddresses(context, self.warnings)

    def is_entitled(self, kind: str | None) -> bool:
        """Whether people of an employment kind have an account here; an unknown kind does not take one away."""
        allowed = self._users.employment_kinds
        return not allowed or not kind or kind in allowed

    def serves(self, person: Person) -> bool:
        """Whether the person shall have an account in use here."""
        return person.status is not Status.LEFT and self.is_entitled(person.kind)

    def write(self, task: Task) -> bool:
        """Write one person; tells whether anything changes. Writing who is already so changes nothing."""
        if task.account is None:
            return self.serves(task.target) and self._create(task)
        if self.serves(task.target):
            return self._update(task, task.account)
        return self._retire(task, task.account)

    # -- new accounts

    def _create(self, task: Task) -> bool:
        account = account_name(task.account_key, self._context.policy)
        values = self._attributes.identity(task.target.key, account) | self._attributes.told_of_new(task.target)
        values |= self.addresses.of_new(task, values)
        key = new_account(task.target)
        record: dict[str, Value] = {
            **self._attributes.of_new(values),
            "name": self._users.name.render(values),
            "enabled": task.target.status is Status.WORKING,
            **self._context.placed(self._home(task.target.main)),
            **self._listed(True),
            **self._groups.named_by(task.target),
            **self._users.on_joining,
            **self._forwarded(task),
        }
        self._draft.create(key, record, task.why)
        for group in self._groups.of_posts(task.target) | self._groups.of_title(task.target) | self._groups.everyone():
            self._draft.join(group, key, task.cause)
        return True

    # -- accounts that stay

    def _update(self, task: Task, account: Account) -> bool:
        start, target = task.start, task.target
        assert start is not None
        told = self._attributes.told(task, account)
        if target.key != start.key:
            told |= self._attributes.identity(target.key, account.name)
        changes = self._attributes.rendered(account, told)
        changes |= self.addresses.renamed(task, account, self._attributes.shown(account, "kana"))
        moves = account.is_away or self._posts_change(start, target, account)
        changes |= self._groups.named_by(target) if moves else {}
        if account.is_away:
            changes |= {self._users.notes: tags.returning(account.notes), **self._listed(True)}
            changes |= restored(self._users, account)
        changes |= self._forwarded(task)
        if account.is_away or target.main != start.main or self._is_misplaced(account, target):
            changes |= self._context.placed(self._home(target.main))
        if account.is_away or target.status is not start.status:
            changes["enabled"] = target.status is Status.WORKING
        written = self._draft.update(account.key, changes, task.why)
        return self._regroup(task, account, moves=moves, titled=account.is_away or "title" in told) or written

    def _is_misplaced(self, account: Account, target: Person) -> bool:
        """The OU that the account is in comes to an end."""
        if not self._users.by_section:
            return False
        parent = Key.parse(text(account.record, "parent"))
        return parent in self._units.ended and not (target.main or ENDED).startswith(ENDED)

    def _regroup(self, task: Task, account: Account, *, moves: bool, titled: bool) -> bool:
        target, inside = task.target, frozenset(account.groups)
        wanted: frozenset[Key] = frozenset()
        owned: frozenset[Key] = frozenset()
        if moves:
            owned |= self._groups.sections
            wanted |= self._groups.of_posts(target)
        if titled and self._context.rules.groups.position is not None:
            owned |= frozenset(self._groups.positions.values())
            wanted |= self._groups.of_title(target)
        if account.is_away:
            regained, gone = self._groups.restored(account)
            self.warnings += gone
            wanted |= self._groups.everyone() | regained
        for group in wanted - inside:
            self._draft.join(group, account.key, task.cause)
        for group in (inside & owned) - wanted:
            self._draft.leave(group, account.key, task.cause)
        return bool(wanted - inside) or bool((inside & owned) - wanted)

    def _posts_change(self, start: Person, target: Person, account: Account) -> bool:
        if (start.main, start.also) != (target.main, target.also):
            return True
        return any(self._units.loses_people(group) for group in account.posts)

    # -- leavers

    def _retire(self, task: Task, account: Account) -> bool:
        if account.retired and tags.retired_on(account.notes):
            return self._draft.update(account.key, self._forwarded(task), task.why)
        day = task.target.left_on
        assert day is not None
        groups = [self._draft.name(group) for group in self._groups.worth_noting(account)]
        # The retired OU holds everybody: only the name by the rule is nobody else's there.
        named = self._users.name
        name = named.render({"account": account.name}) if named.single == "account" else account.record.get("name")
        changes: dict[str, Value] = {
            "name": name,
            "enabled": False,
            **self._listed(False),
            **self._context.placed(self._context.directory.retired_ou),
            self._users.notes: noted(self._users, account, day, groups),
            **self._groups.no_posts(),
            **self._users.on_leaving,
            **self._forwarded(task),
        }
        self._draft.update(account.key, changes, task.why)
        for group in account.groups:
            self._draft.leave(group, account.key, task.cause)
        return True

    def _forwarded(self, task: Task) -> dict[str, Value]:
        """Where mail goes as well, if somebody asked for it and it is not over yet."""
        users, wish = self._users, task.target.forward
        if users.forward is None or users.forward_until is None or wish is None or wish.until < self._context.day:
            return {}
        return {users.forward: wish.to, users.forward_until: wish.until.isoformat()}

    def _listed(self, shown: bool) -> dict[str, Value]:
        """Whether the address book shows an account, where there is one."""
        listed = self._users.listed
        return {} if listed is None else {listed: shown}

    def _home(self, main: str | None) -> Key | None:
        if not self._users.by_section:
            return self._context.directory.users_ou
        return self._units.ous.get(main or "")
