"""What is handed over goes through a real scanner and a real mail server, and is read back from the box."""

from __future__ import annotations

import email
import email.policy
import imaplib
import io
import json
import ssl
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from chonai.change.errors import Refused
from chonai.delivery.clamd import scan
from chonai.delivery.settings import VirusCheck
from chonai.evidence import verify
from tests.integration.delivery.conftest import MAIL, settle
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import JOINER, Town, wanted

BOX = "sato.ken@mail.shiomino.example"
EICAR = bytes.fromhex(
    "58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d"
    "5354414e444152442d414e544956495255532d544553542d46494c452124482b482a"
)
PATIENCE = 30


def definitions(lab: Path, *days: str) -> None:
    subprocess.run([lab / "bin/clamd-definitions", "scanner", *days], check=True, capture_output=True)


@pytest.fixture
def done(served: Town, run: Run) -> str:
    id_ = served.seal(*wanted(), "lgwan_ad")
    assert run("approve", id_, "--as", "suzuki", "--key", served.people.key("suzuki")).code == 0
    assert run("apply", id_, "--operator", "sato", "--watcher", "tanaka").code == 0
    return id_


@contextmanager
def box(lab: Path) -> Iterator[imaplib.IMAP4_SSL]:
    context = ssl.create_default_context(cafile=str(lab / "ca/ca.pem"))
    with imaplib.IMAP4_SSL(MAIL, 993, ssl_context=context) as found:
        found.login(BOX, (lab / "secrets/staff").read_text())
        found.select("INBOX")
        yield found


def taken_out(lab: Path, message_id: str) -> EmailMessage:
    """The mail from the box, which is as it was before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with box(lab) as found:
            numbers = found.search(None, "HEADER", "Message-ID", message_id)[1][0].split()
            if numbers:
                raw = found.fetch(numbers[0], "(RFC822)")[1][0][1]
                for number in numbers:
                    found.store(number, "+FLAGS", "\\Deleted")
                found.expunge()
                return email.message_from_bytes(raw, policy=email.policy.default)
        time.sleep(0.3)
    raise AssertionError(f"{message_id} did not arrive")


def notes(run: Run, id_: str, kind: str) -> list[dict[str, object]]:
    events = json.loads(run("journal", "show", id_, "--format", "json").out)["events"]
    return [one["data"][kind] for one in events if one["event"] == "note" and kind in one["data"]]


def test_evidence_arrives_checked_and_verifies(lab: Path, run: Run, done: str) -> None:
    ran = run("evidence", "make", done, "--output", "証跡.zip", "--mail", BOX)
    assert (ran.code, ran.err) == (0, "")
    assert "found nothing, definitions" in ran.out
    assert f"Sent to {BOX}: 250" in ran.out
    (mailed,) = notes(run, done, "mailed")
    mail = taken_out(lab, str(mailed["message_id"]))
    assert mail["Subject"] == "【汐見野市】証跡.zip"
    body = mail.get_body()
    assert body
    text = body.get_content()
    assert done in text
    assert "検出なし" in text
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("証跡.zip", "application/zip")
    raw = attached.get_content()
    assert raw == Path("証跡.zip").read_bytes()
    verify.check(raw, lambda *_: None)
    (handed,) = notes(run, done, "handed_over")
    check = handed["証跡.zip"]["check"]  # type: ignore[index,call-overload]
    assert datetime.now().astimezone() - datetime.fromisoformat(check["definitions"]) < timedelta(days=2)


def test_reports_arrive_too(lab: Path, run: Run, done: str) -> None:
    days = ("--from", "2026-01-01", "--to", "2099-12-31")
    for command in (
        ("report", "work", done, "--output", "20260401_作業報告書.docx"),
        ("report", "work", done, "--output", "20260401_作業記録.xlsx"),
        ("report", "period", *days, "--output", "月次作業報告.xlsx"),
    ):
        ran = run(*command, "--mail", BOX)
        assert (ran.code, ran.err) == (0, "")
        name = command[-1]
        (attached,) = taken_out(lab, str(notes(run, done, "mailed")[-1]["message_id"])).iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == (name, Path(name).read_bytes())


def test_the_scanner_looks_into_what_is_packed(lab: Path) -> None:
    settings = VirusCheck(socket=str(lab / "scanner/run/clamd.sock"))
    now = datetime.now().astimezone()
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:t>" + EICAR + b"</w:t>")
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("papers/report.docx", inner.getvalue())
    for content in (EICAR, inner.getvalue(), outer.getvalue(), verify.pack({"papers/a.docx": inner.getvalue()})):
        with pytest.raises(Refused) as caught:
            scan(settings, "report.zip", content, now)
        assert caught.value.message.code == "delivery.virus"
        assert "Eicar" in str(caught.value.message.fields["signature"])
    assert scan(VirusCheck(host="127.0.0.71"), "clean.zip", b"clean", now).number > 20_000
    with pytest.raises(Refused) as caught:
        scan(settings, "large.zip", bytes(60_000_000), now)
    assert caught.value.message.code == "delivery.not_scanned"


def test_what_has_something_in_it_is_not_handed_over(served: Town, run: Run) -> None:
    desired, reasons = wanted()
    bad = {**desired, JOINER: {**desired[JOINER], "displayName": "chonai lab test signature"}}
    id_ = served.seal(bad, reasons, "lgwan_ad")
    ran = run("evidence", "make", id_, "--output", "bad.zip", "--mail", BOX)
    assert ran.code == 3
    assert "bad.zip: Lab-Test-Signature" in ran.err
    assert not Path("bad.zip").exists()
    assert notes(run, id_, "not_handed_over")
    assert not notes(run, id_, "mailing")


def test_old_definitions_and_no_scanner_stop_everything(served: Town, lab: Path, run: Run, done: str) -> None:
    try:
        definitions(lab, "8")
        ran = run("evidence", "make", done, "--output", "old.zip")
        assert (ran.code, Path("old.zip").exists()) == (3, False)
        assert "more than 7 days old" in ran.err
        assert "days old" in run("doctor").out
    finally:
        definitions(lab, "0")
    settle(served, lab, scanner="{socket: nowhere.sock}")
    ran = run("evidence", "make", done, "--output", "none.zip")
    assert (ran.code, Path("none.zip").exists()) == (1, False)
    assert "does not answer" in ran.err


def test_mail_goes_where_the_site_file_says_and_nowhere_else(served: Town, lab: Path, run: Run, done: str) -> None:
    ran = run("evidence", "make", done, "--output", "a.zip", "--mail", "somebody@example.jp")
    assert (ran.code, Path("a.zip").exists()) == (3, False)
    assert "Mail may not go to somebody@example.jp" in ran.err
    nobody = "nobody-at-all@mail.shiomino.example"
    ran = run("evidence", "make", done, "--output", "b.zip", "--mail", BOX, "--mail", nobody)
    assert ran.code == 3
    assert "550" in ran.err
    assert nobody in ran.err
    assert len(notes(run, done, "mailing")) == 1
    assert not notes(run, done, "mailed")
    ran = run("evidence", "send", "b.zip", "--mail", BOX)
    assert (ran.code, ran.err) == (0, "")
    (mailed,) = notes(run, done, "mailed")
    (attached,) = taken_out(lab, str(mailed["message_id"])).iter_attachments()
    assert attached.get_content() == Path("b.zip").read_bytes()
    settle(served, lab, scanner="{elsewhere: true}")
    assert run("evidence", "make", done, "--output", "c.zip", "--mail", BOX).code == 3
    assert not Path("c.zip").exists()


def test_a_certificate_of_another_authority_is_refused(served: Town, lab: Path, run: Run, done: str) -> None:
    settle(served, lab, ca="/etc/ssl/certs/ca-certificates.crt")
    ran = run("evidence", "make", done, "--output", "a.zip", "--mail", BOX)
    assert ran.code == 1
    assert "line is not safe" in ran.err


def test_a_login_over_tls(served: Town, lab: Path, run: Run, done: str, tmp_path: Path) -> None:
    password = tmp_path / "mail-password"
    password.write_text((lab / "secrets/staff").read_text())
    password.chmod(0o600)
    login: dict[str, object] = {"port": 465, "encryption": "tls", "user": BOX, "password_file": password}
    settle(served, lab, **login)
    assert run("evidence", "make", done, "--output", "a.zip", "--mail", BOX).code == 0
    taken_out(lab, str(notes(run, done, "mailed")[-1]["message_id"]))
    password.write_text("wrong")
    ran = run("evidence", "make", done, "--output", "b.zip", "--mail", BOX)
    assert ran.code == 3
    assert "535" in ran.err
    assert "wrong" not in ran.err
