"""The attributes of accounts: what is told of a person goes through the templates of the directory's policy."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Value
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import Account, text
from chonai.operations.personnel.groups import title_code
from chonai.operations.personnel.names import split
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import StaffKey
from chonai.operations.personnel.tasks import Task
from chonai.text.messages import Message, message


class Attributes:
    """Renders the attributes of one directory. `warnings` are added to a list that others share."""

    def __init__(self, context: Context, units: Units, warnings: list[Message]) -> None:
        self._policy, self._units, self._warnings = context.policy, units, warnings
        self._templates = context.rules.users.attributes
        attributes = self._templates.items()
        self._bare = [(template.single, name) for name, template in attributes if template.single is not None]
        self._mixed = [(name, template) for name, template in attributes if template.single is None]

    def identity(self, key: StaffKey, account: str) -> dict[str, str]:
        """The template fields of a staff key and an account name."""
        return {
            "account": account,
            "number": key.number,
            "body_code": key.body,
            "body_name": self._policy.bodies[key.body].name,
            "staff_key": str(key),
        }

    def told_of_new(self, person: Person) -> dict[str, str]:
        """All template fields of a person's post and name."""
        assert person.main is not None
        blank = {
            "kana": "",
            "title": person.title or "",
            "title_code": title_code(self._policy, person),
            "employment_kind": person.kind or "",
        }
        return {**blank, **self._named(person), **self._units.values(person.main)}

    def of_new(self, values: Mapping[str, str]) -> dict[str, Value]:
        """All attributes of a new account that these fields have something for."""
        return {name: rendered for name, template in self._templates.items() if (rendered := template.render(values))}

    def told(self, task: Task, account: Account) -> dict[str, str]:
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

    def rendered(self, account: Account, told: Mapping[str, str]) -> dict[str, Value]:
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
                self._warnings.append(message("personnel.template_unknown", **fields))
        return changes

    def shown(self, account: Account, field: str) -> str:
        """What an account shows of a field that an attribute holds by itself; blank where none does."""
        return next((text(account.record, name) for each, name in self._bare if each == field), "")

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
                self._warnings.append(message("personnel.name_without_space", number=str(person.key), name=person.name))
        if person.kana is not None:
            named["kana"] = person.kana
        return named
