"""Who is meant on a file server by the group of a section.

A group's name may be stale: the directory gives the group another in the same change set, and its name to somebody
else. So the group of a section is whoever its folder is linked to. Where there is no such folder it is looked up by its
name when the change is applied, after the directory.
"""

from __future__ import annotations

from dataclasses import dataclass

from chonai.change.model import Key, Value
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.directory import text
from chonai.operations.personnel.draft import Draft
from chonai.operations.personnel.folder_rules import FolderPolicy
from chonai.operations.personnel.placing import Placing
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.shelf import INSTEAD_OF, LEVELS, TRUSTEE, Shelf, holders
from chonai.operations.personnel.succession import Succession
from chonai.operations.personnel.wording import Wording


@dataclass(frozen=True, slots=True)
class FolderContext:
    """What every part of one plan of folders needs."""

    shelf: Shelf
    placing: Placing
    succession: Succession
    policy: CityPolicy
    rules: FolderPolicy
    draft: Draft
    wording: Wording

    def values(self, code: str) -> dict[str, str]:
        """The template fields of a section of the new organisation."""
        return {"section_code": code, "section_name": self.succession.after[code].name}

    def group_after(self, code: str) -> str:
        """What the group of a section of the new organisation is called."""
        return self.rules.group.render(self.values(code))


class Holders:
    """Answers with the texts of keys; those that have to be looked up are made in the draft."""

    def __init__(self, context: FolderContext) -> None:
        self._context, self._shelf = context, context.shelf
        offices = (code for code in context.succession.after if office(code, context.policy.sections) == code)
        self._codes = {context.group_after(code).casefold(): code for code in offices}
        found = {key: self._link(key) for key in self._shelf.sections}
        self._linked = {key: trustee for key, trustee in found.items() if trustee}

    def own(self, folder: Key) -> str | None:
        """The group that the folder of a section is linked to, where one can be told."""
        return self._linked.get(folder)

    def of_section(self, code: str) -> str:
        """The group of a section of the new organisation."""
        folder = self._context.placing.places.get(code)
        linked = self._linked.get(folder) if folder is not None else None
        return linked or self._by_name(self._context.group_after(code))

    def of_name(self, name: str) -> str:
        """Who has this name in the new organisation."""
        code = self._codes.get(name.casefold())
        return self._by_name(name) if code is None else self.of_section(code)

    def _link(self, folder: Key) -> str | None:
        """Whoever alone has the rights that a section's own group gets; of several, the one who is called as that
        group is, before or after."""
        rules = self._context.rules
        usual = [each for each in LEVELS if rules.group in getattr(rules.rights, each)] or LEVELS
        found = {trustee for each, trustee in holders(self._shelf.state[folder]) if each in usual}
        if len(found) > 1:
            found = {trustee for trustee in found if self._called(trustee) in self._names(folder)}
        return next(iter(found)) if len(found) == 1 else None

    def _names(self, folder: Key) -> set[str]:
        """What the group of a folder's section is called, before and after."""
        code, name = self._shelf.sections[folder]
        names = {self._context.rules.group.render({"section_code": code, "section_name": name})}
        now = self._context.placing.now.get(folder, code)
        names |= {self._context.group_after(now)} if now in self._context.succession.after else set()
        return {each.casefold() for each in names}

    def _called(self, trustee: str) -> str:
        return text(self._shelf.state.get(Key.parse(trustee), {}), "name").casefold()

    def _by_name(self, name: str) -> str:
        """Whoever has the name now, unless it will be another's; then it is looked up."""
        known = self._shelf.trustees.get(name.casefold())
        if known is not None and self._gives_up(str(known), name):
            return self._looked_up(name, {INSTEAD_OF: str(known)})
        if known is None or self._may_be_given_up(name):
            return self._looked_up(name, {})
        return str(known)

    def _gives_up(self, trustee: str, name: str) -> bool:
        """Whether this is the group of a section that ends, or gets another name."""
        folder = next((key for key, each in self._linked.items() if each == trustee), None)
        if folder is None:
            return False
        now = self._context.placing.now[folder]
        return now not in self._context.succession.after or self._context.group_after(now) != name

    def _may_be_given_up(self, name: str) -> bool:
        """Whether the name is that of a section whose code was another's before, of which nothing is seen here."""
        code = self._codes.get(name.casefold(), "")
        fate = self._context.succession.fates.get(code)
        return fate is not None and code not in fate.to

    def _looked_up(self, name: str, more: dict[str, Value]) -> str:
        key = Key(TRUSTEE, f"new:{name}")
        self._context.draft.create(key, {"name": name, **more}, self._context.wording.say("trustee", name=name))
        return str(key)
