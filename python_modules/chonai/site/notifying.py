"""Who has to know what becomes of a run is told by mail. That a mail could not be sent never stops a run."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Self

from chonai.change.errors import ChonaiError
from chonai.change.ports import Event
from chonai.delivery import smtp
from chonai.delivery.smtp import Letter
from chonai.jobs.runs import Result
from chonai.site.core import Site
from chonai.site.delivering import mail_server
from chonai.site.run_ends import Ended
from chonai.site.runs import SCHEDULER, Found
from chonai.text.messages import Message, message

STARTED = "started"
TOLD, NOT_TOLD = "told", "not_told"
LOCALE = "ja"
_KIND = {Result.DONE: "done", Result.MISSED: "missed", Result.CANCELLED: ""}
"""What a job's `notify` calls an end; all others are `failed`."""


class Telling:
    """Tells beside the work, which does not wait for a mail server. Use as a context manager: its end waits."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def wait(self) -> None:
        """Return when all of it is said, or could not be."""
        while self._threads:
            self._threads.pop().join()

    def start(self, found: Found) -> None:
        """Tell who wants to know that a run begins."""
        self._beside(_tell_start, found)

    def end(self, found: Found, ended: Ended) -> None:
        """Tell who wants to know how a run ended."""
        self._beside(_tell_end, found, ended)

    def _beside(self, task: Callable[..., None], *what: object) -> None:
        thread = Thread(target=task, args=(self._site, *what))
        thread.start()
        self._threads.append(thread)


def _tell_start(site: Site, found: Found) -> None:
    _tell(site, found, STARTED, message("runs.mail_started", at=site.now()))


def _tell_end(site: Site, found: Found, ended: Ended) -> None:
    result = Message(f"runs.result_{ended.result.value}")
    _tell(
        site,
        found,
        _KIND.get(ended.result, "failed"),
        message("runs.mail_ended", result=result, at=site.now()),
        ended.why,
    )


def _tell(site: Site, found: Found, kind: str, what: Message, why: Message | None = None) -> None:
    job = found.job
    if job is None or not job.notify.to or kind not in job.notify.of:
        return
    letter = _letter(site, found, what, why)
    try:
        answer = smtp.send(mail_server(site, letter.to), letter)
    except ChonaiError as error:
        _note(site, found, {"what": NOT_TOLD, "kind": kind, "to": list(letter.to), "why": error.message.as_json()})
        return
    _note(site, found, {"what": TOLD, "kind": kind, "to": list(letter.to), "answer": answer})


def _note(site: Site, found: Found, told: dict[str, object]) -> None:
    site.note(Event.NOTE, found.request.id, SCHEDULER, told)


def _letter(site: Site, found: Found, what: Message, why: Message | None) -> Letter:
    """Facts of the run alone: what its playbook said stays in its log."""
    request, course, title = found.request, found.course, found.must_job.title
    city = site.settings.city_name or "chonai"
    subject = message("runs.mail_subject", city=city, title=title, what=what).render(LOCALE)
    facts = message(
        "runs.mail_body",
        title=title,
        job=request.job,
        id=request.id,
        by=request.by,
        what=what,
        people=", ".join(dict.fromkeys(part.person for part in course.parts)) or "-",
    )
    lines = [facts.render(LOCALE), *([why.render(LOCALE)] if why else [])]
    return Letter(found.must_job.notify.to, subject, "\n".join(lines) + "\n", {}, site.now())
