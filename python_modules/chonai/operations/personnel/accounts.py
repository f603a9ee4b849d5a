"""What a person's new standing means for their account: made, changed, moved, disabled, retired, brought back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chonai.change.model import Key, Value
from chonai.operations.personnel import tags
from chonai.operations.personnel.addresses import AddressBook, is_overlong
from chonai.operations.personnel.codes import account_name
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import USER, Account, text
from chonai.operations.personnel.groups import PostGroups, title_code
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.names import split
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import StaffKey
from chonai.operations.personnel.spellings import fault, plain
from chonai.operations.personnel.succession import ENDED
from chonai.operations.personnel.taken import Claim
from chonai.text.messages import Message, message


@dataclass(frozen=True, slots=True)
class Task:
    """One person to write: the account where there is one, how they stood and how they will, and why.

    `cause` is the word under which groups count the person; `account_key` the key whose number a new account is
    named after; `romaji` the person's own spelling, where they gave one.
    """

    account: Account | None
    start: Person | None
    target: Person
    why: str
    cause: str
    account_key: StaffKey
    romaji: str = ""


def new_account(person: Person) -> Key:
    """The key of a person's account until the system has given it its own."""
    return Key(USER, f"new:{person.key}")


class Accounts:
    """Writes people into the draft of one directory.

    overlong  new mail addresses that are too long, by whose they are
    misspelt  people whose own spelling cannot stand in an address, with the code of the message why
    """

    def __init__(self, context: Context, units: Units) -> None:
        self._context, self._units = context, units
        self._rules, self._policy, self._draft = context.rules, context.policy, context.draft
        attributes = context.rules.users.attributes.items()
        self._bare = [(template.single, name) for name, template in attributes if template.single is not None]
        self._mixed = [(name, template) for name, template in attributes if template.single is None]
        self._groups = PostGroups(context, units)
        addresses = context.rules.users.addresses
        observed = context.directory.state
        self._book = AddressBook(addresses, observed, context.taken, context.day) if addresses else None
        self.warnings: list[Message] = [] if self._book is None else self._book.warnings
        self.overlong: dict[StaffKey, str] = {}
        self.misspelt: dict[StaffKey, str] = {}

    def is_entitled(self, kind: str | None) -> bool:
        """Whether people of an employment kind have an account here; an unknown kind does not take one away."""
        allowed = self._rules.users.employment_kinds
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
        account = account_name(task.account_key, self._policy)
        values = self._identity(task.target.key, account) | self._told_of_new(task.target)
        if self._book:
            told = {**values, "romaji": self._spelt(task)}
            values["address"] = self._checked(task, self._book.give(told, _claim(task)))
        record: dict[str, Value] = {
            name: rendered
            for name, template in self._rules.users.attributes.items()
            if (rendered := template.render(values))
        }
        key = new_account(task.target)
        record |= {
            "name": self._rules.users.name.render(values),
            "enabled": task.target.status is Status.WORKING,
            **self._context.placed(self._home(task.target.main)),
            **self._listed(True),
            **self._groups.named_by(task.target),
            **self._rules.users.on_joining,
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
        told = self._told(task, account)
        if target.key != start.key:
            told |= self._identity(target.key, account.name)
        changes = self._rendered(account, told) | self._addressed(task, account)
        moves = account.is_away or self._posts_change(start, target, account)
        changes |= self._groups.named_by(target) if moves else {}
        if account.is_away:
            changes |= {self._rules.users.notes: tags.returning(account.notes), **self._listed(True)}
            changes |= self._restored(account)
        changes |= self._forwarded(task)
        if account.is_away or target.main != start.main or self._is_misplaced(account, target):
            changes |= self._context.placed(self._home(target.main))
        if account.is_away or target.status is not start.status:
            changes["enabled"] = target.status is Status.WORKING
        written = self._draft.update(account.key, changes, task.why)
        return self._regroup(task, account, moves=moves, titled=account.is_away or "title" in told) or written

    def _is_misplaced(self, account: Account, target: Person) -> bool:
        """The OU that the account is in comes to an end."""
        if not self._rules.users.by_section:
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
        if titled and self._rules.groups.position is not None:
            owned |= frozenset(self._groups.positions.values())
            wanted |= self._groups.of_title(target)
        if account.is_away:
            restored, gone = self._groups.restored(account)
            self.warnings += gone
            wanted |= self._groups.everyone() | restored
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
        notes = self._notes_before(account, day)
        groups = [self._draft.name(group) for group in self._groups.worth_noting(account)]
        # The retired OU holds everybody: only the name by the rule is nobody else's there.
        named = self._rules.users.name
        name = named.render({"account": account.name}) if named.single == "account" else account.record.get("name")
        changes: dict[str, Value] = {
            "name": name,
            "enabled": False,
            **self._listed(False),
            **self._context.placed(self._context.directory.retired_ou),
            self._rules.users.notes: tags.leaving(notes, day, groups) | self._kept(account, notes),
            **self._groups.no_posts(),
            **self._rules.users.on_leaving,
            **self._forwarded(task),
        }
        self._draft.update(account.key, changes, task.why)
        for group in account.groups:
            self._draft.leave(group, account.key, task.cause)
        return True

    def _notes_before(self, account: Account, day: date) -> frozenset[str]:
        """The notes without those of an earlier leaving, from which somebody came back by hand: its day would have the
        account deleted too early. Those of this leaving, begun by an apply that failed, say what the account was.
        """
        is_this = account.retired or tags.retired_on(account.notes) == day
        return account.notes if is_this else tags.returning(account.notes)

    def _kept(self, account: Account, notes: frozenset[str]) -> frozenset[str]:
        """Notes of what a return brings back; those of an earlier leaving are kept."""
        now = {name: account.record.get(name) for name in self._rules.users.on_leaving}
        known = tags.was_values(notes)
        return tags.keeping(
            {
                name: value
                for name, value in now.items()
                if not isinstance(value, frozenset)
                and name not in known
                and value != self._rules.users.on_leaving[name]
            }
        )

    def _restored(self, account: Account) -> dict[str, Value]:
        """What the person's leaving changed, as it was before; a forwarding that was asked for ends."""
        users, was = self._rules.users, tags.was_values(account.notes)
        ended = [name for name in (users.forward, users.forward_until) if name and account.retired]
        return {**dict.fromkeys(ended), **{name: was[name] for name in users.on_leaving if name in was}}

    def _forwarded(self, task: Task) -> dict[str, Value]:
        """Where mail goes as well, if somebody asked for it and it is not over yet."""
        users, wish = self._rules.users, task.target.forward
        if users.forward is None or users.forward_until is None or wish is None or wish.until < self._context.day:
            return {}
        return {users.forward: wish.to, users.forward_until: wish.until.isoformat()}

    # -- attributes

    def _identity(self, key: StaffKey, account: str) -> dict[str, str]:
        return {
            "account": account,
            "number": key.number,
            "body_code": key.body,
            "body_name": self._policy.bodies[key.body].name,
            "staff_key": str(key),
        }

    def _told_of_new(self, person: Person) -> dict[str, str]:
        """All template fields of a person's post and name."""
        assert person.main is not None
        blank = {
            "kana": "",
            "title": person.title or "",
            "title_code": title_code(self._policy, person),
            "employment_kind": person.kind or "",
        }
        return {**blank, **self._named(person), **self._units.values(person.main)}

    def _told(self, task: Task, account: Account) -> dict[str, str]:
        """The template fields that are not as the account shows them."""
        start, person = task.start, task.target
        assert start is not None
        told = self._named(person) if person.name is not None or person.kana is not None else {}
        if person.main in self._units.sections and not self._shows_section(account, person.main):
            told |= self._units.values(person.main)
        if person.title is not None and person.title != start.title:
            told |= {"title": person.title, "title_code": title_code(self._policy, person)}
        if person.kind is not None:
            told["employment_kind"] = person.kind
        return told

    def _shows_section(self, account: Account, code: str) -> bool:
        if account.home is None:
            return False
        shown_code, shown_name = account.home
        return shown_code in ("", code) and shown_name in ("", self._units.name(code))

    def _named(self, person: Person) -> dict[str, str]:
        named: dict[str, str] = {}
        if person.name is not None:
            family, given = split(person.name)
            named |= {"name": person.name, "family_name": family, "given_name": given}
            if not given:
                self.warnings.append(message("personnel.name_without_space", number=str(person.key), name=person.name))
        if person.kana is not None:
            named["kana"] = person.kana
        return named

    def _rendered(self, account: Account, told: Mapping[str, str]) -> dict[str, Value]:
        """The attributes whose templates use a field that was told; the other fields come from what the account
        shows.
        """
        changes: dict[str, Value] = {name: told[field] or None for field, name in self._bare if field in told}
        for name, template in self._mixed:
            if template.fields.isdisjoint(told):
                continue
            known = {field: text(account.record, each) for field, each in self._bare} | {"account": account.name}
            known |= told
            if template.fields <= known.keys():
                changes[name] = template.render(known) or None
            else:
                missing = ", ".join(sorted(template.fields - known.keys()))
                fields = {"number": account.staff, "attribute": name, "missing": missing}
                self.warnings.append(message("personnel.template_unknown", **fields))
        return changes

    # -- places

    def _listed(self, shown: bool) -> dict[str, Value]:
        """Whether the address book shows an account, where there is one."""
        listed = self._rules.users.listed
        return {} if listed is None else {listed: shown}

    def _addressed(self, task: Task, account: Account) -> dict[str, Value]:
        """The addresses of a person whose reading changes."""
        kana = task.target.kana
        if self._book is None or kana is None:
            return {}
        shown = next((text(account.record, name) for field, name in self._bare if field == "kana"), "")
        told = {"account": account.name, "number": task.target.key.number, "kana": kana, "romaji": self._spelt(task)}
        changes = self._book.renamed(account, shown, told, _claim(task))
        self._checked(task, str(changes.get("name") or ""))
        return changes

    def _spelt(self, task: Task) -> str:
        """The own spelling as an address has it; blank for none, and for one that cannot stand there (then noted)."""
        written = plain(task.romaji)
        wrong = fault(written, task.target.kana or "") if written else None
        if wrong is None:
            return written
        self.misspelt[task.target.key] = wrong
        return ""

    def _checked(self, task: Task, address: str) -> str:
        if is_overlong(address):
            self.overlong[task.target.key] = address
        return address

    def _home(self, main: str | None) -> Key | None:
        if not self._rules.users.by_section:
            return self._context.directory.users_ou
        return self._units.ous.get(main or "")


def _claim(task: Task) -> Claim:
    start = task.start.key if task.start else task.target.key
    ever = frozenset(map(str, (task.account_key, task.target.key, start)))
    return Claim(ever, frozenset({str(task.target.key), task.account.staff if task.account else str(task.target.key)}))
