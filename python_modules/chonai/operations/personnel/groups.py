"""The groups that people are in by their posts, and those that a returning person had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from chonai.change.model import Key, Value
from chonai.operations.personnel import tags
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import GROUP, Account
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.policy import CityPolicy
from chonai.text.messages import Message, message


def title_code(policy: CityPolicy, person: Person) -> str:
    """The code of a person's title; blank where none is known."""
    codes = {name: code for code, name in policy.titles.items()}
    return person.title_code or codes.get(person.title or "", "")


class PostGroups:
    """The groups of one directory; those that posts need and it lacks are made in the draft.

    sections   the groups of sections that are there
    positions  the groups of titles by code, those of the draft too
    """

    def __init__(self, context: Context, units: Units) -> None:
        self._context, self._units = context, units
        self._rules, self._draft = context.rules.groups, context.draft
        self._posts = context.rules.users.posts
        self.sections = frozenset({*context.directory.section_groups, *context.directory.ended_groups})
        self.positions, self._everyone = dict(context.directory.position_groups), context.directory.everyone
        self._owned = self._find_owned()

    def of_posts(self, person: Person) -> frozenset[Key]:
        """The groups of the sections where a person has a post."""
        if self._posts is not None:
            return frozenset()
        return self._of_codes({person.main, *person.also})

    def named_by(self, person: Person) -> dict[str, Value]:
        """The posts that the account itself names, where it does."""
        if self._posts is None:
            return {}
        main = next((str(key) for key in self._of_codes({person.main})), None)
        also = frozenset(map(str, self._of_codes(person.also)))
        return {self._posts.main: main, self._posts.also: also}

    def no_posts(self) -> dict[str, Value]:
        """The posts of somebody who has left, where an account names its own."""
        return {} if self._posts is None else {self._posts.main: None, self._posts.also: frozenset()}

    def _of_codes(self, codes: Collection[str | None]) -> frozenset[Key]:
        return frozenset(self._units.groups[code] for code in codes if code in self._units.groups)

    def of_title(self, person: Person) -> frozenset[Key]:
        """The group of the person's title, made when it is not there yet."""
        rule, code = self._rules.position, title_code(self._context.policy, person)
        if rule is None or not code or (rule.titles and code not in rule.titles):
            return frozenset()
        found = self.positions.get(code)
        if found is None:
            found = Key(GROUP, f"new:pos-{code}")
            values = {"title_code": code, "title": person.title or ""}
            attributes = {name: template.render(values) for name, template in rule.attributes.items()}
            self._make_group(found, rule.name.render(values), attributes)
            self.positions[code] = found
        return frozenset({found})

    def everyone(self) -> frozenset[Key]:
        """The group of everybody, made when it is not there yet."""
        rule = self._rules.everyone
        if rule is None:
            return frozenset()
        if self._everyone is None:
            self._everyone = Key(GROUP, "new:everyone")
            attributes = {name: template.text for name, template in rule.attributes.items()}
            self._make_group(self._everyone, rule.name.text, attributes)
        return frozenset({self._everyone})

    def _make_group(self, key: Key, name: str, attributes: Mapping[str, str]) -> None:
        record: dict[str, Value] = {
            "name": name,
            "member": frozenset(),
            **self._context.placed(self._context.directory.groups_ou),
            **attributes,
        }
        self._draft.create(key, record, self._context.wording.say("new_group", name=name))

    def _find_owned(self) -> frozenset[Key]:
        directory = self._context.directory
        keys: Iterable[Key | None] = [
            *self.sections,
            *directory.position_groups.values(),
            directory.everyone,
        ]
        return frozenset(key for key in keys if key is not None)

    def worth_noting(self, account: Account) -> tuple[Key, ...]:
        """The groups that are noted of somebody who leaves. A product's memo is short: there, only those that a return
        would bring back.
        """
        return tuple(key for key in account.groups if not (self._context.rules.keyed and key in self._owned))

    def restored(self, account: Account) -> tuple[frozenset[Key], list[Message]]:
        """Hand-made groups that the account was taken out of when it retired and that still exist, and warnings of
        those that do not."""
        found, warnings = set[Key](), list[Message]()
        for name in tags.was_member(account.notes):
            group = self._context.directory.names.get(name)
            if group is None and not self._was_owned(name):
                warnings.append(message("personnel.group_gone", number=account.staff, account=account.name, group=name))
            elif group is not None and group not in self._owned:
                found.add(group)
        return frozenset(found), warnings

    def _was_owned(self, name: str) -> bool:
        groups = self._rules
        rules = [rule.name for rule in (groups.section, groups.position, groups.everyone) if rule is not None]
        return any(template.pattern().fullmatch(name) for template in rules)
