"""What people can do, found out by doing it: they log in, open folders, get and read mail, and products are asked."""

from __future__ import annotations

import imaplib
import json
import secrets
import smtplib
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesHeaderParser

from tests.acceptance.demo.domain import EXT, LGWAN, Login, staff_password
from tests.acceptance.demo.followed import Abilities, Followed, addresses, box_names, candidates, folder_names
from tests.city import products
from tests.lab import LAB

MAIL_HOST, MAIL_DOMAIN = "127.0.0.31", "mail.shiomino.example"
PATIENCE = 60


@dataclass
class Keyring:
    """Passwords of people by system: everybody's of the seed, initial ones, and those that people have chosen."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, system: str, account: str) -> str:
        """What somebody types."""
        return self.known.get((system, account)) or staff_password()


@dataclass(frozen=True, slots=True)
class Trial:
    """One round of trying, before or after the change."""

    people: Sequence[Followed]
    keys: Keyring
    when: str

    def abilities(self) -> dict[str, Abilities]:
        """What each of the people can do, by account."""
        tried = sorted({name for person in self.people for name in addresses(person)})
        subjects = {name: self._send(name) for name in tried}
        _wait_for_the_post()
        read = {person.account: self._read(person) for person in self.people}
        told = {product: self._ask(product) for product in products.PRODUCTS}
        found = {}
        for person in self.people:
            inbox = read[person.account]
            lgwan = LGWAN.login(person.account, self.keys.of("lgwan_ad", person.account))
            ext = EXT.login(person.account, self.keys.of("ext_ad", person.account))
            mine = addresses(person)
            own = [name for name in sorted(mine) if not name.startswith("ka-")]
            found[person.account] = Abilities(
                lgwan=lgwan.value,
                ext=ext.value,
                mail="refused" if inbox is None else "welcome",
                opens=self._opens(person, lgwan),
                reads=frozenset(name for name in mine if inbox and subjects[name] and subjects[name] in inbox),
                mail_to={name: "taken" if subjects[name] else "refused" for name in own},
                products={product: answers[person.account] for product, answers in told.items()},
            )
        return found

    def _opens(self, person: Followed, login: Login) -> frozenset[str]:
        """Folders of sections. Who has to change the password does so first, as at a workstation."""
        if login is Login.MUST_CHANGE:
            own = f"Shiomino-{secrets.token_hex(6)}"
            LGWAN.change_password(person.account, self.keys.of("lgwan_ad", person.account), own)
            self.keys.known["lgwan_ad", person.account] = own
        elif login is not Login.WELCOME:
            return frozenset()
        password = self.keys.of("lgwan_ad", person.account)
        folders = folder_names(self.when)
        codes = candidates(person) & folders.keys()
        return frozenset(code for code in codes if LGWAN.opens(person.account, password, folders[code]))

    def _send(self, name: str) -> str | None:
        """Mail from outside; its subject, or nothing when the server refuses it."""
        mail = EmailMessage()
        mail["From"], mail["To"] = "citizen@example.jp", f"{name}@{MAIL_DOMAIN}"
        mail["Subject"] = secrets.token_hex(8)
        mail.set_content("お問い合わせ")
        try:
            with smtplib.SMTP(MAIL_HOST, 25, timeout=PATIENCE) as server:
                server.starttls(context=_tls())
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused:
            return None
        return str(mail["Subject"])

    def _read(self, person: Followed) -> frozenset[str] | None:
        """The subjects in somebody's box, or nothing when they are not let in."""
        name = box_names(self.when).get(person.account)
        if name is None:
            return None
        try:
            with _box(name, self.keys.of("webmail", person.account)) as box:
                box.select("INBOX", readonly=True)
                data = box.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        except imaplib.IMAP4.error:
            return None
        headers = (part[1] for part in data if isinstance(part, tuple))
        return frozenset(str(BytesHeaderParser().parsebytes(header)["Subject"]) for header in headers)

    def _ask(self, product: str) -> dict[str, dict[str, object]]:
        lines = [f"{person.account}\t{self.keys.of(product, person.account)}\n" for person in self.people]
        command = [LAB / "bin/fake-product", "may", product]
        done = subprocess.run(command, input="".join(lines), capture_output=True, text=True, check=True)
        answers = map(json.loads, done.stdout.splitlines())
        return {person.account: answer for person, answer in zip(self.people, answers, strict=True)}


@contextmanager
def _box(name: str, password: str) -> Iterator[imaplib.IMAP4_SSL]:
    with imaplib.IMAP4_SSL(MAIL_HOST, 993, ssl_context=_tls()) as box:
        box.login(f"{name}@{MAIL_DOMAIN}", password)
        yield box


def _tls() -> ssl.SSLContext:
    """Trusts the lab's authority and nobody else."""
    return ssl.create_default_context(cafile=str(LAB / "ca" / "ca.pem"))


def _wait_for_the_post() -> None:
    """Until no mail is under way any more."""
    queue, deadline = LAB / "webmail/data/queue", time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not any(file.is_file() for name in ("maildrop", "incoming", "active") for file in (queue / name).rglob("*")):
            return
        time.sleep(0.2)
    raise RuntimeError("mail is still under way")
