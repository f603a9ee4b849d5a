"""What a site file may say of checking and sending."""

from __future__ import annotations

import pytest

from chonai.change.errors import InputError
from chonai.delivery.settings import Encryption, mail_server, virus_check

MAIL = {"host": "mail.example.jp", "sender": "chonai@example.jp", "recipients": ["jouhou@example.jp", "@city.example"]}


def codes(caught: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [detail.code for detail in caught.value.details]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "delivery.one_scanner"),
        ({"socket": "/run/clamd", "elsewhere": True}, "delivery.one_scanner"),
        ({"host": "192.0.2.1"}, "delivery.scanner_not_here"),
        ({"host": "scanner.example.jp"}, "delivery.scanner_not_here"),
        ({"socket": "/run/clamd", "max_age_days": 0}, "delivery.bad_age"),
        ({"socket": "/run/clamd", "max_age_days": 4000}, "delivery.bad_age"),
        ({"socket": 5}, "policy.not_text"),
        ({"sockets": "/run/clamd"}, "policy.unknown"),
        ("none", "policy.not_mapping"),
    ],
)
def test_a_virus_check_that_is_none(data: object, code: str) -> None:
    with pytest.raises(InputError) as caught:
        virus_check(data)
    assert code in codes(caught)
    assert caught.value.render("ja")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.71", "::1", "localhost"])
def test_a_scanner_of_this_machine(host: str) -> None:
    assert virus_check({"host": host}).port == 3310


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"sender": "nobody"}, "delivery.bad_address"),
        ({"sender": "a@b.jp\nBcc: c@d.jp"}, "delivery.bad_address"),
        ({"recipients": ["山田@example.jp"]}, "delivery.bad_address"),
        ({"recipients": []}, "delivery.no_recipients"),
        ({"user": "chonai"}, "delivery.user_and_password"),
        ({"user": "chonai", "password_file": "p", "encryption": "none"}, "delivery.password_in_clear"),
        ({"encryption": "ssl"}, "policy.word"),
        ({"port": "25"}, "policy.not_number"),
    ],
)
def test_a_mail_server_that_is_none(more: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        mail_server({**MAIL, **more})
    assert code in codes(caught)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("jouhou@example.jp", True),
        ("Jouhou@Example.JP", True),
        ("anybody@city.example", True),
        ("other@example.jp", False),
        ("x@sub.city.example", False),
        ("@city.example", False),
        ("x@city.example\r\nBcc: y@z", False),
        ("a b@city.example", False),
        ("", False),
    ],
)
def test_who_may_get_mail(address: str, may: bool) -> None:
    found = mail_server(MAIL)
    assert found.takes(address) is may
    assert (found.encryption, found.port) == (Encryption.STARTTLS, 587)
