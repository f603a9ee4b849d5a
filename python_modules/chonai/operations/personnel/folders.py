"""The folders of sections on one file server: renamed in place, made, or closed as the reorganisation says. Pure.

People's rights need nothing: they follow the groups. A folder that goes on keeps its rights, because they belong to
groups and not to their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from chonai.change.model import Brake, Key, Record, State, Value
from chonai.change.plan import Outcome
from chonai.operations.personnel import brakes
from chonai.operations.personnel.checks import due_reforms, request_problems
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.directory import values
from chonai.operations.personnel.draft import Draft
from chonai.operations.personnel.folder_rules import FolderPolicy
from chonai.operations.personnel.holders import FolderContext, Holders
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.placing import Placing, placed
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.records import Request, Section
from chonai.operations.personnel.sequence import effective_from, sets_main_post
from chonai.operations.personnel.shelf import EMPTY, FOLDER, LEVELS, SPECIAL, Ended, Shelf, has_folder, index, scope_of
from chonai.operations.personnel.succession import Fate, succession
from chonai.operations.personnel.tags import months_later
from chonai.operations.personnel.wording import Wording
from chonai.text.few import MANY, first_few
from chonai.text.messages import Message, message

NOBODY: frozenset[str] = frozenset()


def plan_folders(
    observed: State,
    protected: Mapping[Key, Message],
    request: Request,
    policy: CityPolicy,
    rules: FolderPolicy,
) -> Outcome:
    """The desired state of one file server, with reasons, warnings, problems and brakes. Nothing is raised for what the
    input says.

    `protected` folders are never changed; one that the reorganisation speaks of is told in a warning.
    """
    problems, warnings = request_problems(request, policy)
    problems, warnings = [*request.problems, *problems], [*request.warnings, *warnings]
    shelf = index(observed, policy, rules)
    if problems or shelf.problems:
        owned = scope_of(rules, request.phase)
        return Outcome(observed, owned, {}, tuple(warnings), (*problems, *shelf.problems))
    found = succession(due_reforms(request), request.organisation or {}, policy.sections)
    speaks = request.organisation is not None and request.phase is not Phase.CLEANUP
    strangers = _strangers(shelf, found.after, found.fates) if speaks else {}
    shelf.sections = {key: shown for key, shown in shelf.sections.items() if key not in strangers}
    placing = placed(shelf.sections, found, FOLDER) if speaks else Placing()
    draft, wording = Draft(observed), Wording(policy.language)
    context = FolderContext(shelf, placing, found, policy, rules, draft, wording)
    planner = _Planner(context, protected, request)
    planner.warnings += [*warnings, *strangers.values(), *placing.warnings]
    planner.problems += placing.problems
    return planner.outcome()


def _strangers(shelf: Shelf, after: Mapping[str, Section], fates: Mapping[str, Fate]) -> dict[Key, Message]:
    """Further folders with the code of a section of which no row speaks: all but the one that has its name, or the
    first."""
    found: dict[Key, Message] = {}
    own: dict[str, Key] = {}

    def is_right(key: Key) -> bool:
        code, name = shelf.sections[key]
        return code in after and after[code].name == name

    for key in sorted(shelf.sections, key=lambda key: (not is_right(key), shelf.sections[key], key)):
        code = shelf.sections[key][0]
        if code not in fates and own.setdefault(code, key) != key:
            found[key] = message("personnel.folder_stranger", code=code, folder=shelf.name(key))
    return found


class _Planner:
    """Writes folders into the draft and gathers what was found on the way. `closed` counts those that lose rights."""

    def __init__(self, context: FolderContext, protected: Mapping[Key, Message], request: Request) -> None:
        self._context, self._shelf, self._draft = context, context.shelf, context.draft
        self._protected, self._request, self._day = protected, request, request.effective_date
        self._fates, self._after = context.succession.fates, context.succession.after
        self._holders = Holders(context)
        self.warnings: list[Message] = []
        self.problems: list[Message] = []
        self._closed = 0

    def outcome(self) -> Outcome:
        """What the phase makes of it. Every phase looks at the whole request, so that what is wrong shows early."""
        phase = self._request.phase
        if phase is not Phase.CLEANUP:
            self._reorganise()
        if phase is Phase.PREPARE:
            return self._result(Draft(self._shelf.state), [*self.warnings, *self.problems], [])
        if phase is Phase.CUTOVER:
            self.warnings += self._put_off()
        else:
            self._clean_up()
        return self._result(self._draft, self.warnings, self.problems)

    def _result(self, draft: Draft, warnings: list[Message], problems: list[Message]) -> Outcome:
        return Outcome(
            desired=draft.state(),
            scope=scope_of(self._context.rules, self._request.phase),
            reasons=draft.why,
            warnings=tuple(warnings),
            problems=tuple(problems),
            brakes=tuple(self._brakes()) if draft is self._draft else (),
        )

    def _brakes(self) -> list[Brake]:
        rules, total = self._context.policy.brakes, len(self._shelf.sections) + len(self._shelf.ended)
        return brakes.share("folders", self._closed, total=total, limit=rules.folders_percent, rules=rules)

    # -- the reorganisation

    def _reorganise(self) -> None:
        for code, key in sorted(self._context.placing.places.items()):
            self._rename(code, key)
        if self._request.organisation is not None:
            self._make_missing()
        for key, (code, name) in sorted(self._context.placing.ended.items()):
            self._close(key, code, name)
        for key, ended in sorted(self._shelf.ended.items()):
            self._finish(key, ended)
            self._follow(key, ended)

    def _rename(self, code: str, key: Key) -> None:
        old_code, old_name = self._shelf.sections[key]
        fate = self._fates.get(old_code)
        if fate is None or not fate.goes_on:
            self._compare(code, key, old_name)
            return
        why = self._why(fate, old_name, [code])
        self._update(key, {"name": self._context.rules.name.render(self._context.values(code))}, why)

    def _compare(self, code: str, key: Key, shown: str) -> None:
        """A folder that no row speaks of stays as it is, whatever it is called."""
        if self._request.organisation is None:
            return
        folder, section = self._shelf.name(key), self._after.get(code)
        if section is None:
            self.warnings.append(message("personnel.folder_vanished", code=code, folder=folder))
        elif section.name != shown:
            fields = {"code": code, "folder": folder, "name": section.name}
            self.warnings.append(message("personnel.folder_named_otherwise", **fields))

    def _make_missing(self) -> None:
        codes, rules, words = self._context.policy.sections, self._context.rules, self._context.wording
        reforms = due_reforms(self._request)
        wanted = {code for code in self._after if has_folder(code, codes, rules)}
        for code in sorted(wanted - self._context.placing.places.keys()):
            name = self._after[code].name
            self._draft.create(Key(FOLDER, f"new:{code}"), self._new(code), words.newly(reforms, code, name))
            if not any(office(row.new, codes) == code for row in reforms if row.new):
                self.warnings.append(message("personnel.section_only_in_table", code=code, name=name, object=FOLDER))

    def _new(self, code: str) -> Record:
        rules, told = self._context.rules, self._context.values(code)
        rights = {
            each: frozenset(self._holders.of_name(who.render(told)) for who in getattr(rules.rights, each))
            for each in LEVELS
        }
        place = {"name": rules.name.render(told), "parent": str(self._shelf.base), "inherits": rules.inherits}
        return {**place, **rights, SPECIAL: NOBODY}

    def _close(self, key: Key, code: str, name: str) -> None:
        """The folder of a section that ends: renamed, written by nobody, read by those who took its people in."""
        if not self._is_free(key):
            return
        fate, until = self._fates[code], self._until(self._fates[code])
        heirs = self._heirs(code, fate)
        told = {"section_code": code, "section_name": name, "date": until.isoformat()}
        rights = self._shut(self._draft.record(key), self._holders.own(key), heirs)
        changes = {"name": self._context.rules.ended_name.render(told), **rights}
        self._update(key, changes, self._why(fate, name, heirs))
        self._closed += 1
        self.warnings.append(message("personnel.folder_ended", code=code, name=name, date=until.isoformat()))
        if not heirs:
            self.warnings.append(message("personnel.folder_unread", code=code, name=name))

    def _finish(self, key: Key, ended: Ended) -> None:
        """One that bears the name of an ended section already: what an apply that stopped has left to do."""
        fate = self._fates.get(ended.code)
        if fate is None or self._until(fate) != ended.until or ended.until < self._day:
            return
        record = self._draft.record(key)
        heirs = [] if values(record, "read") else self._heirs(ended.code, fate)
        self._update(key, self._shut(record, None, heirs), self._why(fate, ended.name, heirs))

    def _follow(self, key: Key, ended: Ended) -> None:
        """One of a section that ended earlier, read by those who took its people in, whose section ends now too: their
        heirs read it from now on.
        """
        if ended.until < self._day:
            return
        for folder, (code, name) in sorted(self._context.placing.ended.items()):
            own, read = self._holders.own(folder), values(self._draft.record(key), "read")
            if own is None or own not in read:
                continue
            heirs = self._heirs(code, self._fates[code])
            readers = (read - {own}) | {self._holders.of_section(heir) for heir in heirs}
            if self._update(key, {"read": readers}, self._why(self._fates[code], name, heirs)) and not heirs:
                self.warnings.append(message("personnel.folder_unread", code=ended.code, name=ended.name))

    def _shut(self, record: Record, own: str | None, heirs: Iterable[str]) -> dict[str, Value]:
        """The rights of a folder that nobody writes any more. Who manages it, or reads it as a guest, goes on."""
        gone = frozenset({own} if own else ())
        reads = self._context.rules.readable_months > 0
        read = (values(record, "read") - gone) | {self._holders.of_section(code) for code in heirs} if reads else NOBODY
        return {"read": read, "write": NOBODY, "manage": values(record, "manage") - gone, SPECIAL: NOBODY}

    def _heirs(self, code: str, fate: Fate) -> list[str]:
        """The sections that its people go to: as the rows say, and for one that is abolished as the orders do."""
        if fate.to:
            return [heir for heir in fate.to if heir in self._after]
        codes, orders = self._context.policy.sections, self._request.orders or ()
        void = {order.target for order in orders if order.target}
        found = {
            office(order.new_section, codes)
            for order in orders
            if order.id not in void and sets_main_post(order) and fate.reform.date <= order.date
            if effective_from(order) <= self._day and order.old_section and office(order.old_section, codes) == code
        }
        return sorted(found & self._after.keys())

    def _until(self, fate: Fate) -> date:
        """The last day on which the folder of an ended section is read."""
        return months_later(fate.reform.date, self._context.rules.readable_months) - timedelta(days=1)

    def _why(self, fate: Fate, name: str, heirs: Iterable[str]) -> str:
        words, to = self._context.wording, "・".join(self._after[code].name for code in heirs)
        return words.reform(fate.reform.word, words.change(name, to) if to else name, fate.reform.date)

    # -- afterwards

    def _over(self) -> dict[Key, Ended]:
        """Folders whose time of reading is over."""
        return {key: each for key, each in sorted(self._shelf.ended.items()) if each.until < self._day}

    def _put_off(self) -> list[Message]:
        due = [key for key in self._over() if values(self._shelf.state[key], "read") or self._may_go(key)]
        return [message("personnel.folders_due", count=len(due))] if due else []

    def _clean_up(self) -> None:
        """Take the reading away; delete what is empty where the policy says so. Contents are never touched."""
        left = []
        for key, ended in self._over().items():
            why = self._context.wording.say("folder_over", date=ended.until.isoformat())
            if self._may_go(key):
                if self._is_free(key):
                    self._draft.delete(key, why)
                continue
            left.append(self._shelf.name(key))
            if self._update(key, {"read": NOBODY}, why):
                self._closed += 1
        if left:
            names = first_few(left, MANY)
            self.warnings.append(message("personnel.folders_kept", count=len(left), folders=names))

    def _may_go(self, key: Key) -> bool:
        return self._context.rules.delete_empty and self._shelf.state[key].get(EMPTY) is True

    # -- writing

    def _update(self, key: Key, attributes: Mapping[str, Value], why: str) -> bool:
        if not self._draft.differs(key, attributes) or not self._is_free(key):
            return False
        return self._draft.update(key, attributes, why)

    def _is_free(self, key: Key) -> bool:
        if key not in self._protected:
            return True
        folder, why = self._shelf.name(key), self._protected[key]
        self.warnings.append(message("personnel.folder_protected", folder=folder, why=why))
        return False
