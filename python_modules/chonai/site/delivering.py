"""Handing files over: each is checked for viruses first (仕様書 §8(1)), and what became of it is journaled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chonai.change.canonical import sha256
from chonai.change.codec import message_to_json, time_to_json
from chonai.change.errors import ChonaiError, Refused, UsageError
from chonai.change.ports import Entry, Event
from chonai.delivery import clamd, smtp
from chonai.delivery.settings import MailServer, VirusCheck
from chonai.delivery.smtp import Letter
from chonai.site.core import Site
from chonai.text.messages import Message, message

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files by name, who hands them over, and the change sets that they tell about."""

    files: Mapping[str, bytes]
    by: str
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Handed:
    """A parcel that may go out: as the journal says it, and in words."""

    facts: Facts
    said: tuple[Message, ...]


def record(site: Site, parcel: Parcel) -> Handed:
    """Check each file, and journal that it is handed over, with each change set that it tells about.

    Raises `Refused` naming the file and what was found in it, where nothing says who checks, and where the scanner's
    definitions are too old; that is journaled too. `Fault` where the scanner does not answer.
    """
    settings = _required(site)
    try:
        checked = {name: _checked(site, settings, name, content) for name, content in parcel.files.items()}
    except Refused as refused:
        _journal(site, parcel, {"not_handed_over": {"why": message_to_json(refused.message)}})
        raise
    files = {name: {"digest": sha256(parcel.files[name]), "check": found} for name, found in checked.items()}
    _journal(site, parcel, {"handed_over": files})
    return Handed(files, tuple(_said(name, found) for name, found in checked.items()))


def mail_settings(site: Site, to: Collection[str]) -> MailServer:
    """Where files go out by mail. Raises as `mail_server` does, and `Refused` where nobody here can check them."""
    settings = mail_server(site, to)
    if _required(site).elsewhere:
        raise Refused("delivery.checked_elsewhere")
    return settings


def mail_server(site: Site, to: Collection[str]) -> MailServer:
    """Where mail goes out. Raises `UsageError` where there is no such place, `Refused` for whom it may not go to."""
    settings = site.settings.mail
    if settings is None:
        raise UsageError("delivery.no_mail")
    for address in to:
        if not settings.takes(address):
            raise Refused("delivery.not_a_recipient", address=address, recipients=", ".join(settings.recipients))
    return settings


def refuse_unannounced(site: Site, ids: Sequence[str]) -> None:
    """Return if all of these have been announced; raise `Refused` if not: what was opened with a key is not mailed."""
    for id_ in ids:
        site.secrecy.refuse_unannounced(site.store.change_sets.get(id_).change_set)


def mail(site: Site, parcel: Parcel, handed: Handed, to: Sequence[str], locale: str) -> str:
    """Send a parcel that was recorded; the server's answer. Before it goes out and after it the journal says so.

    Raises as `smtp.send` does; that is journaled too.
    """
    settings = mail_settings(site, to)
    letter = _letter(site, parcel, handed, tuple(dict.fromkeys(to)), locale)
    facts = {"to": list(letter.to), "message_id": smtp.message_id(settings, letter), "files": handed.facts}
    _journal(site, parcel, {"mailing": facts})
    try:
        answer = smtp.send(settings, letter)
    except ChonaiError as error:
        _journal(site, parcel, {"not_handed_over": {"why": message_to_json(error.message)}})
        raise
    _journal(site, parcel, {"mailed": {**facts, "answer": answer}})
    return answer


def _required(site: Site) -> VirusCheck:
    if site.settings.virus_check is None:
        raise Refused("delivery.no_check")
    return site.settings.virus_check


def _checked(site: Site, settings: VirusCheck, name: str, content: bytes) -> Facts:
    if settings.elsewhere:
        return {"elsewhere": True}
    found = clamd.scan(settings, name, content, site.now())
    return {"engine": found.engine, "number": found.number, "definitions": time_to_json(found.made)}


def _said(name: str, found: Facts) -> Message:
    if found.get("elsewhere"):
        return message("delivery.not_checked_here", file=name)
    facts = {key: found[key] for key in ("engine", "number", "definitions")}
    return Message("delivery.clean", {"file": name, **facts})


def _letter(site: Site, parcel: Parcel, handed: Handed, to: tuple[str, ...], locale: str) -> Letter:
    def say(code: str, **fields: object) -> str:
        return Message(code, fields).render(locale)

    city = site.settings.city_name or "chonai"
    files = "\n".join(f"  {name}\n    {sha256(content)}" for name, content in parcel.files.items())
    checks = "\n".join(f"  {one.render(locale)}" for one in handed.said)
    body = say("delivery.mail_body", city=city, by=parcel.by, files=files, checks=checks, ids=", ".join(parcel.ids))
    subject = say("delivery.mail_subject", city=city, files=", ".join(Path(name).name for name in parcel.files))
    return Letter(to, subject, f"{body}\n", parcel.files, site.now())


def _journal(site: Site, parcel: Parcel, data: Facts) -> None:
    now = site.now()
    site.store.journal.append([Entry(Event.NOTE, id_, "", parcel.by, now, data) for id_ in parcel.ids or ("",)])
