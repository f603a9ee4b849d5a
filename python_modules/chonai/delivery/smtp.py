"""Mail by SMTP (RFC 5321): all recipients or none, over a verified line, tried again only where that is safe."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from chonai.change.errors import ChonaiError, Fault, Refused, UsageError
from chonai.delivery.settings import Encryption, MailServer

SECONDS = 60
PAUSES = (5, 15, 40)
"""Seconds before each further try, after the server put it off (4xx) or while the server cannot be reached."""
_TYPES = {
    ".zip": ("application", "zip"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: to whom, what it says, and files by name."""

    to: tuple[str, ...]
    subject: str
    body: str
    files: Mapping[str, bytes]
    at: datetime

    @property
    def digest(self) -> str:
        """Names what is sent to whom: the same again has the same Message-ID, so that its receiver sees that. Files are
        what is sent; without any it is the text."""
        said = () if self.files else (self.subject, self.body)
        hashed = hashlib.sha256("\n".join([*sorted(self.to), *said]).encode())
        for name, content in sorted(self.files.items()):
            hashed.update(name.encode() + hashlib.sha256(content).digest())
        return hashed.hexdigest()[:32]


class _NotNow(Exception):
    """The server says no, and that it may say yes later; or it cannot be reached."""

    def __init__(self, error: ChonaiError) -> None:
        super().__init__(error)
        self.error = error


def message_id(settings: MailServer, letter: Letter) -> str:
    """By which a letter can be found in the server's log."""
    return f"<{letter.digest}@{settings.sender.rpartition('@')[2]}>"


def send(settings: MailServer, letter: Letter, sleep: Callable[[float], None] = time.sleep) -> str:
    """Hand a letter to the server; its answer. Nobody gets it unless the server takes all recipients.

    Raises `Refused` with the server's own words, `UsageError` for a file of the settings that cannot be used, `Fault`
    where the server cannot be reached in about a minute, and where the line broke so late that nobody knows whether it
    has it.
    """
    content, password, authority = compose(settings, letter), _password(settings), _authority(settings)
    for pause in (*PAUSES, None):
        try:
            return _try(settings, letter, content, password, authority)
        except _NotNow as not_now:
            if pause is None:
                raise not_now.error from None
            sleep(pause)
    raise AssertionError("the last try returns or raises")


def compose(settings: MailServer, letter: Letter) -> bytes:
    """The mail as it goes out: text in UTF-8, names of files as RFC 2231 wants them."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = settings.sender, ", ".join(letter.to), letter.subject
    mail["Date"], mail["Message-ID"] = format_datetime(letter.at), message_id(settings, letter)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body, cte="base64")
    for name, content in letter.files.items():
        main, sub = _TYPES.get(Path(name).suffix.casefold(), ("application", "octet-stream"))
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def _try(settings: MailServer, letter: Letter, content: bytes, password: str, authority: ssl.SSLContext) -> str:
    where = f"{settings.host}:{settings.port}"
    try:
        with _connected(settings, authority) as server:
            if settings.user:
                server.login(settings.user, password)
            return _hand_over(server, settings, letter, content)
    except smtplib.SMTPNotSupportedError as error:
        raise Refused("delivery.not_offered", server=where, cause=error) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(where, error.smtp_code, error.smtp_error) from None
    except ssl.SSLError as error:
        raise Fault("delivery.line_not_safe", server=where, cause=error.reason or error) from None
    except (OSError, smtplib.SMTPException) as error:
        raise _NotNow(Fault("delivery.no_server", server=where, cause=error)) from None


def _authority(settings: MailServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca or None)
    except OSError as error:
        raise UsageError("delivery.ca_unreadable", file=settings.ca, cause=error) from None


def _connected(settings: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if settings.encryption is Encryption.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
    if settings.encryption is Encryption.STARTTLS:
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _hand_over(server: smtplib.SMTP, settings: MailServer, letter: Letter, content: bytes) -> str:
    where = f"{settings.host}:{settings.port}"
    server.ehlo_or_helo_if_needed()
    size = [f"size={len(content)}"] if server.has_extn("size") else []
    _need(where, server.mail(settings.sender, size))
    for address in letter.to:
        _need(f"{where}, {address}", server.rcpt(address))
    try:
        code, said = server.data(content)
    except smtplib.SMTPDataError:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise Fault("delivery.not_known", server=where, id=message_id(settings, letter), cause=error) from None
    _need(where, (code, said))
    return f"{code} {said.decode('utf-8', 'backslashreplace')}"


def _need(where: str, reply: tuple[int, bytes]) -> None:
    code, said = reply
    if not 200 <= code < 300:
        raise _refused(where, code, said)


def _refused(where: str, code: int, said: bytes | str) -> Exception:
    text = said if isinstance(said, str) else said.decode("utf-8", "backslashreplace")
    error = Refused("delivery.mail_refused", server=where, code=code, reply=" ".join(text.split())[:300])
    return _NotNow(error) if 400 <= code < 500 else error


def _password(settings: MailServer) -> str:
    if not settings.user:
        return ""
    path = Path(settings.password_file)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise UsageError("delivery.password_open", file=path)
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UsageError("delivery.password_unreadable", file=path, cause=error) from None
