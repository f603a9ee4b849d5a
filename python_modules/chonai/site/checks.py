"""Is everything that an apply needs in place? What `chonai doctor` finds, one finding a line."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from chonai.change.errors import ChonaiError
from chonai.change.journal import Anchor
from chonai.change.ports import Holder
from chonai.change.secrets import Recipients
from chonai.change.signature import public_keys, read_signers, usable_key_file
from chonai.delivery.clamd import definitions
from chonai.site.archiving import verify_all
from chonai.site.core import Site
from chonai.site.inventory import SYSTEM, Inventory
from chonai.site.policies import VARIABLES, policy_faults
from chonai.site.sequence import check_waits
from chonai.site.systems import Settings, health
from chonai.systems.health import Health
from chonai.text.messages import Message, message

SOON = timedelta(days=30)
CLOCK_WARNING, CLOCK_FAILURE = timedelta(minutes=1), timedelta(minutes=5)
"""Kerberos refuses five minutes; a journal that is minutes off is hard to read beside a server's own log."""


class Grade(StrEnum):
    """How good a finding is. A failure stops an apply; a warning will one day."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and in the sentence what to do."""

    grade: Grade
    subject: str
    said: Message
    details: tuple[Message, ...] = ()


def check_site(site: Site) -> Iterator[Finding]:
    """Everything on this machine: store, journal, signers, tools, recipients, locks."""
    yield Finding(Grade.OK, "site", message("cli.check_site", inventory=site.settings.inventory))
    store = list(_guarded(_store, site))
    yield from store
    is_open = all(finding.grade is not Grade.FAIL for finding in store) and site.has_store
    inside = (_journal, _locks) if is_open else ()
    for check in (*inside, _signers, _author, _recipients, _readers, _scanner):
        yield from _guarded(check, site)
    found = shutil.which("ssh-keygen")
    said = message("cli.check_ssh_keygen", path=found) if found else message("identity.no_ssh_keygen")
    yield Finding(Grade.OK if found else Grade.FAIL, "ssh-keygen", said)


def check_systems(site: Site) -> Iterator[Finding]:
    """Every host of the inventory that is a system: reached, let in, certificate, clock. All at once."""
    try:
        inventory = Inventory(site.settings.inventory)
        found = {host: _settings(inventory, host) for host in inventory.hosts}
    except ChonaiError as error:
        yield _failure("inventory", error)
        return
    systems = {host: settings for host, settings in found.items() if settings is not None}
    if not systems:
        where = site.settings.inventory
        yield Finding(Grade.WARN, "inventory", message("cli.check_no_systems", variable=SYSTEM, inventory=where))
    yield from _waits(systems)
    for host in [host for host, settings in systems.items() if not isinstance(settings, ChonaiError)]:
        yield from _policies(inventory, host)
    with ThreadPoolExecutor(len(systems) or 1) as pool:
        for findings in pool.map(lambda host: list(_system(site, host, systems[host])), systems):
            yield from findings


def verify_journal(site: Site, anchor: str | None = None, archives: Sequence[Path] = ()) -> Anchor:
    """Check the whole journal, with archives that hold parts of it, against an anchor handed in and against those of
    the site's file; its head.

    Raises `JournalBroken` naming the first bad row.
    """
    return verify_all(site, archives, Anchor.parse(anchor) if anchor else None)


def _guarded(check: Callable[[Site], Iterator[Finding]], site: Site) -> Iterator[Finding]:
    """The findings of a check; what it raises is one too."""
    try:
        yield from check(site)
    except ChonaiError as error:
        yield _failure(check.__name__.strip("_"), error)


def _failure(subject: str, error: ChonaiError) -> Finding:
    return Finding(Grade.FAIL, subject, error.message, error.details)


def _store(site: Site) -> Iterator[Finding]:
    if not (site.has_store or site.store_is_named):
        yield Finding(Grade.OK, "store", message("cli.check_no_store", store=site.store_url))
        return
    yield Finding(Grade.OK, "store", message("cli.check_store", store=site.store.name))
    url = site.settings.store
    path = Path(site.settings.root / url)
    if "://" not in url and path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
        yield Finding(Grade.WARN, "store", message("cli.check_store_open", store=path, mode=f"{mode:o}"))


def _journal(site: Site) -> Iterator[Finding]:
    head = verify_journal(site)
    yield Finding(Grade.OK, "journal", message("cli.check_journal", rows=head.seq))
    if site.settings.anchor_file is None:
        yield Finding(Grade.WARN, "journal", message("cli.check_no_anchor_file"))


def _signers(site: Site) -> Iterator[Finding]:
    signers, now = read_signers(site.settings.allowed_signers), site.now()
    path = site.settings.allowed_signers
    yield Finding(Grade.OK, "signers", message("cli.check_signers", file=path, count=len(signers.names)))
    for entry in signers.entries:
        until = entry.valid_before
        if until is not None and until < now + SOON:
            fields = {"name": ", ".join(entry.names), "until": f"{until.astimezone():%Y-%m-%d}", "file": path}
            code = "cli.check_key_expired" if until < now else "cli.check_key_expires"
            yield Finding(Grade.WARN, "signers", Message(code, fields))


def _author(site: Site) -> Iterator[Finding]:
    name, key = site.settings.author, site.settings.key
    if name and key:
        usable_key_file(key)
        public_keys(site.settings.allowed_signers, name, site.now())
        yield Finding(Grade.OK, "author", message("cli.check_author", name=name, key=key))


def _recipients(site: Site) -> Iterator[Finding]:
    Recipients(site.recipient_keys())
    names = ", ".join(name if len(name) < 40 else f"{name[:30]}…" for name in site.settings.recipients)
    yield Finding(Grade.OK, "recipients", message("cli.check_recipients", names=names))


def _readers(site: Site) -> Iterator[Finding]:
    """A site that never settled anything about secrecy may have no key for it."""
    try:
        names = ", ".join(site.secrecy.readers("default").names)
    except ChonaiError as error:
        if site.settings.readers or site.settings.opening_key:
            raise
        yield Finding(Grade.WARN, "readers", message("cli.check_no_readers"), (error.message,))
        return
    yield Finding(Grade.OK, "readers", message("cli.check_readers", names=names, key=site.secrecy.key))


def _scanner(site: Site) -> Iterator[Finding]:
    """Which definitions what is handed over is checked by; nothing where the site hands nothing over."""
    settings = site.settings.virus_check
    if settings is None:
        return
    if settings.elsewhere:
        yield Finding(Grade.OK, "virus check", message("cli.check_elsewhere"))
        return
    found = definitions(settings)
    age = site.now() - found.made
    grade = Grade.OK if age <= timedelta(days=settings.max_age_days) else Grade.WARN
    said = message("cli.check_scanner", engine=found.engine, number=found.number, made=found.made, days=age.days)
    yield Finding(grade, "virus check", said)


def _locks(site: Site) -> Iterator[Finding]:
    holders: Mapping[str, Holder] = site.store.locks.holders()
    for system, holder in holders.items():
        fields = {name: getattr(holder, name) for name in ("who", "what", "host", "pid")}
        said = message("cli.check_lock", system=system, since=holder.since, **fields)
        yield Finding(Grade.WARN, "locks", said)
    if not holders:
        yield Finding(Grade.OK, "locks", message("cli.check_no_locks"))


def _settings(inventory: Inventory, host: str) -> Settings | ChonaiError | None:
    """How a host is reached, why that cannot be read, or None for a host that is no system."""
    try:
        found = inventory.variables(host, [SYSTEM])
    except ChonaiError as error:
        return error
    return found.get(SYSTEM)


def _waits(systems: Mapping[str, Settings | ChonaiError]) -> Iterator[Finding]:
    """What is wrong with the order of the systems; none whose settings cannot be read is asked."""
    readable = {host: settings for host, settings in systems.items() if not isinstance(settings, ChonaiError)}
    try:
        check_waits(readable, lambda host: {} if host in systems else None)
    except ChonaiError as error:
        yield _failure("inventory", error)


def _policies(inventory: Inventory, host: str) -> Iterator[Finding]:
    """What is wrong with what the city has settled for a host; nothing is said of a host without policies."""
    own: dict[str, object] = {}
    faults: list[Finding] = []
    for name in VARIABLES:
        try:
            own |= inventory.variables(host, [name])
        except ChonaiError as error:
            faults.append(_failure(host, error))
    faults += [_failure(host, error) for error in policy_faults(own)]
    if own and not faults:
        faults = [Finding(Grade.OK, host, message("cli.check_policies", names=", ".join(own)))]
    yield from faults


def _system(site: Site, host: str, settings: Settings | ChonaiError) -> Iterator[Finding]:
    try:
        if isinstance(settings, ChonaiError):
            raise settings
        found = health(host, settings)
    except ChonaiError as error:
        yield _failure(host, error)
        return
    yield Finding(Grade.OK, host, message("cli.check_system", system=host))
    yield from (Finding(Grade.WARN, host, warning) for warning in found.warnings)
    yield from _certificate(site, host, found)
    yield from _clock(host, found)


def _certificate(site: Site, host: str, found: Health) -> Iterator[Finding]:
    if found.certificate_until is not None:
        left = found.certificate_until - site.now()
        said = message(
            "cli.check_certificate", days=left.days, until=f"{found.certificate_until.astimezone():%Y-%m-%d}"
        )
        yield Finding(Grade.WARN if left < SOON else Grade.OK, host, said)


def _clock(host: str, found: Health) -> Iterator[Finding]:
    if found.clock_ahead is not None:
        apart = abs(found.clock_ahead)
        grade = Grade.FAIL if apart >= CLOCK_FAILURE else Grade.WARN if apart >= CLOCK_WARNING else Grade.OK
        code = "cli.check_clock" if grade is Grade.OK else "cli.check_clock_off"
        yield Finding(grade, host, Message(code, {"seconds": round(apart.total_seconds())}))
