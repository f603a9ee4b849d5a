"""What a mail server may answer: tried again where that is safe, refused in its own words, never sent to a part."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chonai.change.errors import ChonaiError, Fault, Refused, UsageError
from chonai.delivery.settings import Encryption, MailServer
from chonai.delivery.smtp import PAUSES, Letter, compose, message_id, send
from tests.unit.delivery.scripted import scripted

FILES = {"20260401_作業報告書_personnel_v1.0.docx": b"PK word", "証跡.zip": b"PK zip"}
LETTER = Letter(
    ("a@city.example", "b@city.example"),
    "【汐見野市】作業報告書と証跡の送付について（令和8年度）",
    "これは自動送信です。\n髙﨑 𠮷\n",
    FILES,
    datetime(2026, 4, 1, tzinfo=UTC),
)
OPEN = MailServer("127.0.0.1", "chonai@city.example", ("@city.example",), encryption=Encryption.NONE)
GREETING = b"220 mail ESMTP\r\n"
EHLO, OK, GO = b"250-mail\r\n250 SIZE 1000000\r\n", b"250 ok\r\n", b"354 go\r\n"
TAKEN = (EHLO, OK, OK, OK, GO, b"250 queued as 4XYZ\r\n")


def sent(*talks: tuple[bytes, ...], greeting: bytes = GREETING) -> tuple[str, list[float]]:
    waited: list[float] = []
    with scripted(*talks, greeting=greeting) as (port, _):
        return send(replace(OPEN, port=port), LETTER, waited.append), waited


def test_a_letter_is_read_as_it_was_written() -> None:
    raw = compose(OPEN, LETTER)
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert (found["Subject"], found["To"]) == (LETTER.subject, "a@city.example, b@city.example")
    assert found["Message-ID"] == message_id(OPEN, LETTER)
    body = found.get_body()
    assert body
    assert body.get_content().replace("\r\n", "\n") == LETTER.body
    assert {part.get_filename(): part.get_content() for part in found.iter_attachments()} == FILES
    assert b"filename*=utf-8''" in raw.lower() or b"filename*0*=utf-8''" in raw.lower()


def test_the_same_again_has_the_same_id_and_other_files_another() -> None:
    assert message_id(OPEN, replace(LETTER, at=datetime(2027, 1, 1, tzinfo=UTC))) == message_id(OPEN, LETTER)
    assert message_id(OPEN, replace(LETTER, files={"証跡.zip": b"PK other"})) != message_id(OPEN, LETTER)


def test_the_answer_of_the_server_is_kept() -> None:
    assert sent(TAKEN) == ("250 queued as 4XYZ", [])


def test_a_refusal_for_now_is_tried_again() -> None:
    busy = (EHLO, OK, b"450 4.2.0 greylisted\r\n")
    assert sent(busy, (EHLO, b"421 too busy\r\n"), TAKEN) == ("250 queued as 4XYZ", list(PAUSES[:2]))


def test_a_refusal_for_now_that_stays_is_named() -> None:
    with pytest.raises(Refused) as caught:
        sent(*[(EHLO, OK, b"450 4.2.0 greylisted\r\n")] * (len(PAUSES) + 1))
    assert "greylisted" in caught.value.render("en")


@pytest.mark.parametrize(
    "talk",
    [
        (EHLO, b"552 5.3.4 too large\r\n"),
        (EHLO, OK, b"550 5.1.1 no such user\r\n"),
        (EHLO, OK, OK, b"550 5.1.1 no such user\r\n"),
        (EHLO, OK, OK, OK, b"554 5.7.1 no\r\n"),
        (EHLO, OK, OK, OK, GO, b"554 5.7.1 virus\r\n"),
    ],
)
def test_a_refusal_for_good_is_said_at_once(talk: tuple[bytes, ...]) -> None:
    with pytest.raises(Refused) as caught:
        sent(talk)
    assert caught.value.message.code == "delivery.mail_refused"
    assert str(caught.value.message.fields["code"]) in talk[-1].decode()


def test_a_line_that_breaks_after_the_mail_is_not_tried_again() -> None:
    with pytest.raises(Fault) as caught:
        sent((EHLO, OK, OK, OK, GO, b""), TAKEN)
    assert caught.value.message.code in ("delivery.not_known", "delivery.mail_refused")
    assert message_id(OPEN, LETTER) in caught.value.render("en")


def test_a_server_that_is_not_there() -> None:
    with scripted() as (port, _):
        pass
    waited: list[float] = []
    with pytest.raises(Fault) as caught:
        send(replace(OPEN, port=port), LETTER, waited.append)
    assert (caught.value.message.code, waited) == ("delivery.no_server", list(PAUSES))


def test_encryption_that_is_not_offered_is_refused_before_anything_is_said() -> None:
    with scripted((EHLO,), greeting=GREETING) as (port, heard), pytest.raises(Refused) as caught:
        send(replace(OPEN, port=port, encryption=Encryption.STARTTLS), LETTER, lambda _: None)
    assert caught.value.message.code == "delivery.not_offered"
    assert not [line for line in heard if b"MAIL" in line.upper()]


@pytest.mark.parametrize(("mode", "code"), [(0o644, "delivery.password_open"), (None, "delivery.password_unreadable")])
def test_a_password_that_others_can_read_or_nobody(tmp_path: Path, mode: int | None, code: str) -> None:
    path = tmp_path / "password"
    if mode is not None:
        path.write_text("secret")
        path.chmod(mode)
    with pytest.raises(UsageError) as caught:
        send(replace(OPEN, encryption=Encryption.TLS, user="chonai", password_file=str(path)), LETTER)
    assert caught.value.message.code == code


def test_an_authority_that_is_none(tmp_path: Path) -> None:
    for content in (None, "no certificate"):
        path = tmp_path / "ca.pem"
        if content:
            path.write_text(content)
        with pytest.raises(ChonaiError) as caught:
            send(replace(OPEN, encryption=Encryption.TLS, ca=str(path)), LETTER)
        assert caught.value.message.code == "delivery.ca_unreadable"
