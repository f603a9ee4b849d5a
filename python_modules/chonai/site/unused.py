"""Accounts that nobody owns or uses: each directory of the inventory held against a roster. Only reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from chonai.change.errors import InputError
from chonai.change.model import Scope
from chonai.operations.personnel import tags
from chonai.operations.personnel.directory import USER, Account, Directory, single_fields, text
from chonai.operations.personnel.indexing import index
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.outcome import scope
from chonai.operations.personnel.reading import read_request
from chonai.operations.personnel.records import RosterRow, Section
from chonai.reports.papers.unused_book import Finding, Found, Looked, Stocktaking
from chonai.site.core import Site
from chonai.site.files import read_file
from chonai.site.staff import StaffHost, staff_hosts
from chonai.site.systems import connect

LOGIN = "lastLogonTimestamp"
"""Active Directory replicates it, up to 14 days late ([MS-ADA1] 2.351); other directories here tell no logins."""
LATE = 14
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def tells_logins(host: StaffHost) -> bool:
    """Whether a directory's accounts say when somebody last logged in."""
    return host.settings.get("flavour") == "active_directory"


def looked_at(host: StaffHost) -> Scope:
    """What is read of a directory."""
    owned = scope(host.rules)
    if not tells_logins(host):
        return owned
    return {**owned, USER: replace(owned[USER], attributes=owned[USER].attributes | {LOGIN})}


def take_stock(site: Site, *, roster: Path, organisation: Path | None, days: int) -> Stocktaking:
    """Look at every host of the inventory that has a directory of staff.

    Raises `InputError` with everything wrong in files or settings, `SystemUnreachable` where one is gone: a list
    without it would look complete.
    """
    hosts, today = staff_hosts(site), site.now().date()
    file = read_file("roster", roster)
    chart = read_file("organisation", organisation) if organisation else None
    request = read_request(policy=hosts[0].city, effective_date=today, roster=file, organisation=chart)
    if request.problems:
        raise InputError("site.bad_request", details=request.problems, count=len(request.problems))
    people = {str(row.key): row for row in request.roster or () if row.status is not Status.LEFT}
    looked, found = [], list[Found]()
    for host in hosts:
        search = _Search(host, _directory(host), people, request.organisation or {}, today, days)
        looked.append(Looked(host.name, len(search.directory.accounts), tells_logins(host)))
        found += search.found()
    return Stocktaking(file.name, f"sha256:{file.digest}", len(people), days, looked, found)


def _directory(host: StaffHost) -> Directory:
    with connect(host.name, host.settings) as system:
        state = system.observe(looked_at(host)).state
    directory = index(state, host.city, host.rules)
    if directory.problems:
        raise InputError("site.bad_request", details=directory.problems, count=len(directory.problems))
    return directory


@dataclass(frozen=True, slots=True)
class _Search:
    """One directory against the roster."""

    host: StaffHost
    directory: Directory
    people: Mapping[str, RosterRow]
    organisation: Mapping[str, Section]
    today: date
    days: int

    def found(self) -> Iterator[Found]:
        for _, account in sorted(self.directory.accounts.items()):
            yield from self._account(account)
        for number in sorted(self.people.keys() - self.directory.accounts.keys()):
            row, kinds = self.people[number], self.host.rules.users.employment_kinds
            if kinds and row.kind not in kinds:
                continue  # nobody of this kind has an account here
            section = self.organisation.get(row.section)
            where = section.name if section else row.section
            yield Found(Finding.NO_ACCOUNT, self.host.name, number, "", row.name, where, None)

    def _account(self, account: Account) -> Iterator[Found]:
        if account.retired:
            yield replace(self._listed(account, Finding.RETIRED), due=self._due(account))
            return
        if account.staff not in self.people:
            yield self._listed(account, Finding.NO_OWNER)
        login = login_day(text(account.record, LOGIN))
        if tells_logins(self.host) and account.enabled and (not login or (self.today - login).days >= self.days):
            yield replace(self._listed(account, Finding.SILENT), login=login)

    def _listed(self, account: Account, finding: Finding) -> Found:
        name = text(account.record, single_fields(self.host.rules.users.attributes).get("name", "name"))
        section = " ".join(part for part in account.home or () if part)
        return Found(finding, self.host.name, account.staff, account.name, name, section, account.enabled)

    def _due(self, account: Account) -> date | None:
        left = tags.retired_on(account.notes)
        return self.host.rules.retirement_in(self.host.city).due(left) if left else None


def login_day(ticks: str) -> date | None:
    """The day of a time as Active Directory writes it, in units of 100 ns since 1601; None for 0 and for none."""
    if not ticks.isdigit() or not int(ticks):
        return None
    return (_EPOCH + timedelta(microseconds=int(ticks) // 10)).astimezone().date()
