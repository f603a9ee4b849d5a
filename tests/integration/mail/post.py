"""Mail as people see it: sent by SMTP, read by IMAP, both over TLS that is verified."""

from __future__ import annotations

import imaplib
import secrets
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.contract.mailboxes import HOST

PASSWORD = "Shoki-2026-Pass!"
"""What the ground gives everybody."""
PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Post:
    """The lab's mail server, and the domain that a test has for itself."""

    lab: Path
    domain: str

    def at(self, name: str) -> str:
        """The whole address."""
        return f"{name}@{self.domain}"

    def tls(self) -> ssl.SSLContext:
        """Trusts the lab's authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.lab / "ca" / "ca.pem"))

    @contextmanager
    def logged_in(self, name: str, password: str = PASSWORD) -> Iterator[imaplib.IMAP4_SSL]:
        """A person's box. Raises `imaplib.IMAP4.error` when the server does not let them in."""
        with imaplib.IMAP4_SSL(HOST, 993, ssl_context=self.tls()) as box:
            box.login(self.at(name), password)
            yield box

    def send(self, to: str, sender: str = "citizen@example.jp") -> str:
        """Mail from outside; its subject. Raises `smtplib.SMTPRecipientsRefused` when the server does not take it."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, self.at(to), secrets.token_hex(8)
        mail.set_content("お問い合わせ")
        with smtplib.SMTP(HOST, 25, timeout=PATIENCE) as server:
            server.starttls(context=self.tls())
            server.send_message(mail)
        return str(mail["Subject"])

    def has(self, name: str, subject: str, password: str = PASSWORD) -> bool:
        """Whether the mail is in the person's box now."""
        with self.logged_in(name, password) as box:
            box.select("INBOX", readonly=True)
            return bool(box.search(None, "SUBJECT", subject)[1][0])

    def arrives(self, name: str, subject: str, password: str = PASSWORD) -> bool:
        """Whether the mail gets into the person's box before patience ends."""
        deadline = time.monotonic() + PATIENCE
        while not (found := self.has(name, subject, password)) and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def is_refused(self, to: str) -> bool:
        """Whether the server refuses mail to the address right away, so that the sender gets it back."""
        try:
            self.send(to)
        except smtplib.SMTPRecipientsRefused as error:
            return all(code == 550 for code, _ in error.recipients.values())
        return False
