"""How files are checked and sent, as a city's site file says it: `virus_check` and `mail`."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum

from chonai.policies.reading import read_policy
from chonai.text.messages import Message, message

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""What SMTP takes without extensions, and nothing that could be taken for a second header or an option."""


class Encryption(StrEnum):
    """How the line to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class VirusCheck:
    """A clamd on this machine, by socket or loopback address, and how many days old its definitions may be; or that
    files are checked elsewhere, by a program that chonai cannot ask.
    """

    socket: str = ""
    host: str = ""
    port: int = 3310
    max_age_days: int = 7
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes out, from whom, and to whom it may: addresses, or `@` and a domain.

    ca             file with the authority of its certificate; blank: those of the machine
    user           who logs in; blank: nobody
    password_file  the password of `user`
    """

    host: str
    sender: str
    recipients: tuple[str, ...]
    port: int = 587
    encryption: Encryption = Encryption.STARTTLS
    ca: str = ""
    user: str = ""
    password_file: str = ""

    def takes(self, address: str) -> bool:
        """Whether mail may go to this address."""
        given = address.casefold()
        domain = given[given.rindex("@") :] if "@" in given else given
        return bool(ADDRESS.fullmatch(address)) and any(one.casefold() in (given, domain) for one in self.recipients)


def virus_check(data: object) -> VirusCheck:
    """From plain data. Raises `InputError` with every fault and its path."""
    return read_policy(VirusCheck, data, "virus_check", _odd_check)


def mail_server(data: object) -> MailServer:
    """From plain data. Raises `InputError` with every fault and its path."""
    return read_policy(MailServer, data, "mail", _odd_server)


def _odd_check(found: VirusCheck, where: str) -> list[Message]:
    odd = []
    if sum(map(bool, (found.socket, found.host, found.elsewhere))) != 1:
        odd.append(message("delivery.one_scanner", path=where))
    if found.host and not _is_here(found.host):
        odd.append(message("delivery.scanner_not_here", path=f"{where}.host", value=found.host))
    if not 1 <= found.max_age_days <= 60:
        odd.append(message("delivery.bad_age", path=f"{where}.max_age_days", value=found.max_age_days))
    return odd


def _odd_server(found: MailServer, where: str) -> list[Message]:
    odd = []
    for path, address in (("sender", found.sender), *(("recipients", one) for one in found.recipients)):
        is_domain = path == "recipients" and address.startswith("@")
        if not ADDRESS.fullmatch(f"x{address}" if is_domain else address):
            odd.append(message("delivery.bad_address", path=f"{where}.{path}", value=address))
    if not found.recipients:
        odd.append(message("delivery.no_recipients", path=f"{where}.recipients"))
    if bool(found.user) != bool(found.password_file):
        odd.append(message("delivery.user_and_password", path=where))
    if found.user and found.encryption is Encryption.NONE:
        odd.append(message("delivery.password_in_clear", path=f"{where}.encryption"))
    return odd


def _is_here(host: str) -> bool:
    """Files go to the scanner in the clear."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
