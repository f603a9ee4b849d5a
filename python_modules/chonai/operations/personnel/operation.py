"""The personnel operation: from a request and an observed directory to the desired state. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chonai.change.model import Brake, Key, State
from chonai.change.plan import Outcome
from chonai.operations.personnel import ends, expiries
from chonai.operations.personnel.approvers import write_approvers
from chonai.operations.personnel.brakes import brakes
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.checks import due_reforms, request_problems
from chonai.operations.personnel.context import Context
from chonai.operations.personnel.directory import USER, Directory
from chonai.operations.personnel.directory_rules import DirectoryPolicy
from chonai.operations.personnel.draft import Draft
from chonai.operations.personnel.followers import write_followers
from chonai.operations.personnel.indexing import index
from chonai.operations.personnel.keyed import left_in_kept
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.limits import too_long
from chonai.operations.personnel.listed import Listed
from chonai.operations.personnel.outcome import scope
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.prepare import prepared
from chonai.operations.personnel.records import Order, Request
from chonai.operations.personnel.rostercheck import RosterCheck, coverage
from chonai.operations.personnel.rosters import Rosters
from chonai.operations.personnel.section_addresses import keep_old_addresses
from chonai.operations.personnel.sections import end_sections, merge_strangers, plan_sections
from chonai.operations.personnel.succession import succession
from chonai.operations.personnel.taken import Taken
from chonai.operations.personnel.wording import Wording
from chonai.text.messages import Message, message, once

NAME = "personnel"


def plan(
    observed: State,
    protected: Mapping[Key, Message],
    request: Request,
    policy: CityPolicy,
    directory_policy: DirectoryPolicy,
    *,
    taken: Taken = Taken(),
) -> Outcome:
    """The desired state of one directory, with reasons, warnings, problems and brakes. Nothing is raised for
    what the input says.

    Every phase looks at the whole request, so that what is wrong with it shows early.
    `protected` objects are never changed; a request that names one passes a brake that nobody can release.
    `taken` says who ever had which ID: none is given to anybody else.
    """
    problems, warnings = request_problems(request, policy)
    problems, warnings = [*request.problems, *problems], [*request.warnings, *warnings]
    directory = index(observed, policy, directory_policy, protected.keys())
    if problems or directory.problems:
        return Outcome(observed, scope(directory_policy), {}, tuple(warnings), (*problems, *directory.problems))
    context = _context(directory, request, policy, directory_policy, taken)
    return _Planner(context, protected, request).outcome(warnings)


def _context(
    directory: Directory, request: Request, policy: CityPolicy, rules: DirectoryPolicy, taken: Taken
) -> Context:
    reforms = due_reforms(request)
    return Context(
        directory=directory,
        draft=Draft(directory.state),
        policy=policy,
        rules=rules,
        succession=succession(reforms, request.organisation or {}, policy.sections),
        reforms=reforms,
        organised=request.organisation is not None,
        wording=Wording(policy.language),
        day=request.effective_date,
        taken=taken,
    )


class _Planner:
    """Writes sections, people and ends in turn, and gathers what was found on the way."""

    def __init__(self, context: Context, protected: Mapping[Key, Message], request: Request) -> None:
        self._context, self._request, self._phase = context, request, request.phase
        self._units = plan_sections(context)
        self._census = Census(context, self._units, protected)
        self._protected = protected
        self._finders: list[Listed | Rosters | RosterCheck] = []
        self._covers: tuple[int, int] | None = None

    def outcome(self, warnings: list[Message]) -> Outcome:
        self._write_people()
        if self._phase is Phase.PREPARE:
            return self._preparation(warnings)
        if self._phase is Phase.CLEANUP:
            return self._cleanup()
        merge_strangers(self._context, self._units)
        approvers = write_approvers(self._census)
        expired = self._put_off() if self._phase is Phase.CUTOVER else self._expired(self._context.draft)
        end_sections(self._context, self._units, self._census.left_behind())
        keep_old_addresses(self._context, self._units)
        left, in_the_way = left_in_kept(self._census)
        if self._phase is Phase.WHOLE:
            expiries.clear(self._census, self._context.draft)
        self._refuse_protected_groups()
        return self._made(
            self._context.draft,
            [*warnings, *self._found_warnings(), *approvers.warnings, *left, *expired],
            [*self._found_problems(), *approvers.problems, *in_the_way],
            self._brakes(),
        )

    def _made(
        self, draft: Draft, warnings: Iterable[Message], problems: Iterable[Message], passed: Iterable[Brake]
    ) -> Outcome:
        desired, rules = draft.state(), self._context.rules
        found = too_long(self._context.directory.state, desired, rules)
        return Outcome(
            desired=desired,
            scope=scope(rules),
            reasons=self._reasons(draft),
            warnings=once(warnings),
            problems=once([*problems, *found]),
            brakes=tuple(passed),
        )

    def _preparation(self, warnings: list[Message]) -> Outcome:
        """What does not stand in the way of an account is a warning until the cutover; an address that is made
        wrong now would stay so.
        """
        draft = prepared(self._context)
        found = [*warnings, *self._found_warnings(), *self._found_problems()]
        made = self._context.draft.created(USER)
        wrong = [each for key, problems in self._census.address_problems.items() if key in made for each in problems]
        found = [each for each in found if each not in wrong]
        return self._made(draft, found, wrong, [brake for brake in self._brakes() if brake.name == "joiners"])

    def _cleanup(self) -> Outcome:
        """Whoever the request names is not deleted, whatever becomes of them."""
        draft = Draft(self._context.directory.state)
        warnings = self._expired(draft)
        expiries.clear(self._census, draft)
        return self._made(draft, warnings, (), [brake for brake in self._brakes() if brake.name == "deletions"])

    def _expired(self, draft: Draft) -> list[Message]:
        """Delete what is due in `draft`; warnings."""
        warnings = [*ends.undated(self._census), *ends.still_waiting(self._census)]
        ends.delete(self._census, ends.expired(self._census), draft)
        return warnings

    def _put_off(self) -> list[Message]:
        due = ends.expired(self._census)
        return [message("personnel.deletions_due", count=len(due))] if due else []

    def _found_warnings(self) -> list[Message]:
        found = [warning for finder in self._finders for warning in finder.warnings]
        return [*self._units.warnings, *self._census.accounts.warnings, *found]

    def _found_problems(self) -> list[Message]:
        found = [problem for finder in self._finders for problem in finder.problems]
        addresses = [problem for problems in self._census.address_problems.values() for problem in problems]
        return [*self._units.problems, *self._census.starts.problems, *found, *addresses]

    def _brakes(self) -> list[Brake]:
        rules = self._context.policy.brakes
        return brakes(self._census.counts, rules, covers=self._covers, vanished=self._vanished())

    def _write_people(self) -> None:
        request = self._request
        if request.orders is not None:
            self._write_listed(request.orders)
        elif request.roster is not None:
            self._keep(writer := Rosters(self._census, request.roster))
            writer.write()
        if self._context.reforms or request.roster is not None:
            write_followers(self._census)
        if request.roster is not None:
            self._covers = coverage(self._census, request.roster)
            if request.orders is not None:
                self._keep(check := RosterCheck(self._census, request.roster))
                check.check()

    def _write_listed(self, orders: Sequence[Order]) -> None:
        kinds = {str(row.key): row.kind for row in self._request.roster or () if row.kind}
        self._keep(listed := Listed(self._census, kinds))
        listed.write(orders)

    def _keep(self, finder: Listed | Rosters | RosterCheck) -> None:
        self._finders.append(finder)

    def _reasons(self, draft: Draft) -> dict[Key, str]:
        """Why each object changes; a group also says who comes and goes."""
        words = self._context.wording
        reasons = dict(draft.why)
        for group in draft.groups():
            if group in reasons and group.is_new and group not in draft.deleted():
                continue
            moved = words.turnover(*draft.turnover(group))
            if moved:
                reasons[group] = words.together([reasons.get(group, ""), moved])
        return reasons

    def _refuse_protected_groups(self) -> None:
        draft = self._context.draft
        for group in draft.groups():
            come, gone = draft.turnover(group)
            if group in self._protected and (come or gone):
                self._census.counts.touched_protected.append((draft.name(group), self._protected[group]))

    def _vanished(self) -> dict[str, tuple[str, int]]:
        """Sections that the table no longer has and no row explains, as far as people are in them."""
        people = Counter(person.main for person in self._census.finals.values() if self._census.accounts.serves(person))
        if self._units.vanished and not self._context.reforms:
            people = Counter(self._census.start(account).main for account in self._context.directory.serving())
        return {code: (name, people[code]) for code, name in self._units.vanished.items() if people[code]}
