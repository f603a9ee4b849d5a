"""Signatures by real ssh-keygen: what is accepted, and the reason for everything that is not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chonai.change.errors import ChonaiError, InputError, Refused, UsageError
from chonai.change.signature import (
    fingerprint,
    principal_of_key,
    principals,
    public_keys,
    read_signers,
    sign,
    verify,
)
from chonai.change.signers import shared_keys
from tests.unit.change.people import BEFORE_2020, LISTED, NOW, People, make_key, make_people

SPACE = "chonai-seal"
DATA = b"sha256:0123"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


def check(
    signature: str,
    people: People,
    *,
    data: bytes = DATA,
    principal: str = "sato",
    namespace: str = SPACE,
    signers: Path | None = None,
    at: datetime = NOW,
) -> None:
    verify(
        data,
        signature,
        principal=principal,
        namespace=namespace,
        allowed_signers=signers or people.signers,
        at=at,
    )


def code_of(error: ChonaiError) -> str:
    """The code; and the sentence can be said in both languages."""
    assert error.render("en") != error.render("ja")
    return error.message.code


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_what_is_signed_verifies(people: People, tmp_path: Path, kind: str) -> None:
    key = make_key(tmp_path / "own", kind)
    signers = tmp_path / "signers"
    signers.write_text(f"own {' '.join((tmp_path / 'own.pub').read_text().split()[:2])}\n")
    check(sign(DATA, key, namespace=SPACE), people, principal="own", signers=signers)


def test_data_may_be_any_bytes(people: People) -> None:
    data = bytes(range(256)) * 1000
    check(sign(data, people.key("sato"), namespace=SPACE), people, data=data)


def test_every_reason_for_refusal_is_named(people: People) -> None:
    good = sign(DATA, people.key("sato"), namespace=SPACE)
    elsewhere = sign(DATA, people.key("sato"), namespace="file")
    late = sign(DATA, people.key("expired"), namespace=SPACE)
    approver_only = people.signers_with('sato namespaces="chonai-approval" {sato}')
    cases: dict[str, Callable[[], None]] = {
        "identity.other_content": lambda: check(good, people, data=DATA + b"\n"),
        "identity.other_key": lambda: check(good, people, principal="suzuki"),
        "identity.unknown_principal": lambda: check(good, people, principal="nobody"),
        "identity.other_namespace": lambda: check(elsewhere, people),
        "identity.namespace_not_allowed": lambda: check(good, people, signers=approver_only),
        "identity.key_expired": lambda: check(late, people, principal="expired"),
        "identity.no_signature": lambda: check("hello", people),
    }
    for code, act in cases.items():
        with pytest.raises(Refused) as caught:
            act()
        assert code_of(caught.value) == code


def test_a_key_counts_from_its_first_to_its_last_moment(people: People) -> None:
    signature = sign(DATA, people.key("sato"), namespace=SPACE)
    signers = people.signers_with('sato valid-after="20260401Z",valid-before="202604010600Z" {sato}')
    first, last = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 1, 6, tzinfo=UTC)
    check(signature, people, signers=signers, at=first)
    check(signature, people, signers=signers, at=last)
    for at, code in ((first - timedelta(seconds=1), "key_not_yet_valid"), (last + timedelta(seconds=1), "key_expired")):
        with pytest.raises(Refused) as caught:
            check(signature, people, signers=signers, at=at)
        assert code_of(caught.value) == f"identity.{code}"
        told = dict(caught.value.message.fields)
        assert "expired" in str(cause := told.pop("cause")) or "not yet valid" in str(cause)
        assert told == {"principal": "sato", "namespace": SPACE, "file": signers}


def test_an_expired_key_was_good_in_its_time(people: People) -> None:
    check(sign(DATA, people.key("expired"), namespace=SPACE), people, principal="expired", at=BEFORE_2020)


@pytest.mark.parametrize("garbled", ["", "-----BEGIN SSH SIGNATURE-----\n", "𠮷\ud867", "x" * 100_000])
def test_a_garbled_signature_is_refused(people: People, garbled: str) -> None:
    with pytest.raises(Refused):
        check(garbled, people)


@pytest.mark.parametrize(
    "name", ["", "*", "sat?", "!sato", "sato,suzuki", "-Overify-time", "sato ", "佐藤", "a\nb", "x" * 200]
)
def test_hostile_names_are_refused(people: People, name: str) -> None:
    with pytest.raises(Refused) as caught:
        check(sign(DATA, people.key("sato"), namespace=SPACE), people, principal=name)
    assert code_of(caught.value) == "identity.bad_name"


def test_key_files_that_cannot_sign_say_why(people: People, tmp_path: Path) -> None:
    readable = Path(shutil.copy(people.key("sato"), tmp_path / "readable"))
    readable.chmod(0o640)
    junk = tmp_path / "junk"
    junk.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nno\n")
    junk.chmod(0o600)
    lonely = Path(shutil.copy(people.folder / "sato.pub", tmp_path / "lonely.pub"))
    cases = {
        tmp_path / "missing": "identity.key_missing",
        tmp_path: "identity.key_bad",
        readable: "identity.key_open",
        junk: "identity.key_bad",
        make_key(tmp_path / "locked", passphrase="secret"): "identity.key_locked",
        lonely: "identity.key_locked",
    }
    for path, code in cases.items():
        with pytest.raises(UsageError) as caught:
            sign(DATA, path, namespace=SPACE)
        assert code_of(caught.value) == code, path


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    socket = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
    while not socket.exists():
        assert process.poll() is None
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    yield
    process.terminate()
    process.wait()


@pytest.mark.usefixtures("agent")
def test_a_key_with_a_passphrase_signs_through_the_agent(people: People, tmp_path: Path) -> None:
    locked = Path(shutil.copy(people.key("sato"), tmp_path / "locked"))
    subprocess.run(["ssh-add", "-q", locked], check=True)
    subprocess.run(["ssh-keygen", "-q", "-p", "-f", locked, "-P", "", "-N", "secret"], check=True, capture_output=True)
    check(sign(DATA, locked, namespace=SPACE), people)
    check(sign(DATA, people.folder / "sato.pub", namespace=SPACE), people)
    assert principal_of_key(locked, people.signers) == "sato"


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_a_key_file_that_cannot_be_read(people: People, tmp_path: Path) -> None:
    hidden = Path(shutil.copy(people.key("sato"), tmp_path / "hidden"))
    hidden.chmod(0)
    with pytest.raises(UsageError) as caught:
        sign(DATA, hidden, namespace=SPACE)
    assert code_of(caught.value) == "identity.key_unreadable"


def test_a_key_file_whose_name_looks_like_an_option(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(people.key("sato"), tmp_path / "-Y")
    monkeypatch.chdir(tmp_path)
    check(sign(DATA, Path("-Y"), namespace=SPACE), people)


def test_principals_and_their_keys(people: People) -> None:
    assert principals(people.signers) == {*LISTED, "expired"}
    assert public_keys(people.signers, "sato") == (people.public("sato"),)
    assert public_keys(people.signers, "expired") == (people.public("expired"),)
    for name, code in (("expired", "identity.key_expired"), ("nobody", "identity.unknown_principal")):
        with pytest.raises(Refused) as caught:
            public_keys(people.signers, name, NOW)
        assert code_of(caught.value) == code
        assert {said: str(value) for said, value in caught.value.message.fields.items()} == {
            "principal": name,
            "file": str(people.signers),
        }


def test_whose_key_it_is(people: People) -> None:
    assert principal_of_key(people.key("suzuki"), people.signers) == "suzuki"
    assert principal_of_key(people.folder / "suzuki.pub", people.signers) == "suzuki"
    for path, signers, code, names in (
        (people.key("mallory"), people.signers, "identity.key_of_nobody", ""),
        (
            people.key("sato"),
            people.signers_with("sato {sato}", "suzuki {sato}"),
            "identity.key_of_many",
            "sato, suzuki",
        ),
    ):
        with pytest.raises(Refused) as caught:
            principal_of_key(path, signers)
        assert code_of(caught.value) == code
        told = {"key": path, "fingerprint": fingerprint(path), "file": signers, "names": names}
        assert caught.value.message.fields == told


def test_fingerprints_are_those_of_ssh_keygen(people: People) -> None:
    assert {key.fingerprint for key in read_signers(people.signers).keys("sato")} == {fingerprint(people.key("sato"))}


def test_shared_keys(people: People) -> None:
    signers = read_signers(
        people.signers_with("sato {sato}", "suzuki {suzuki}", 'suzuki valid-before="20200101" {sato} x')
    )
    assert {key.line for key in shared_keys(signers, "sato", "suzuki")} == {people.public("sato")}
    assert not shared_keys(read_signers(people.signers), "sato", "suzuki")


GOOD_LINES = (
    "a,b@city.example {sato} with a comment",
    'a  namespaces="file,chonai-seal",valid-after="20260401",valid-before="20260401123456Z"  {sato}',
    "  a {sato}  ",
    "# a comment",
    "",
    "a {sato}\r",
)
BAD_LINES = {
    "* {sato}": "identity.signers_bad_name",
    "*@city.example {sato}": "identity.signers_bad_name",
    "!sato,suzuki {sato}": "identity.signers_bad_name",
    '"a b" {sato}': "identity.signers_bad_name",
    "sato\u00a0namespaces {sato}": "identity.signers_bad_name",
    "sato\v{sato}": "identity.signers_malformed",
    "-Ox {sato}": "identity.signers_bad_name",
    "sato,, {sato}": "identity.signers_bad_name",
    "sato cert-authority {sato}": "identity.signers_authority",
    'sato namespaces="x",cert-authority {sato}': "identity.signers_authority",
    "sato": "identity.signers_malformed",
    "sato ssh-ed25519": "identity.signers_malformed",
    "sato ssh-ed25519 AAAA": "identity.signers_malformed",
    "sato ssh-ed25519 not-base64!": "identity.signers_malformed",
    "sato namespaces=x {sato}": "identity.signers_malformed",
    'sato namespaces="x {sato}': "identity.signers_malformed",
    'sato no-such-option="x" {sato}': "identity.signers_malformed",
    'sato valid-before="soon" {sato}': "identity.signers_malformed",
    'sato valid-before="2026-04-01" {sato}': "identity.signers_malformed",
    "佐藤 {sato}": "identity.signers_bad_name",
}


@pytest.mark.parametrize("line", GOOD_LINES)
def test_good_lines(people: People, line: str) -> None:
    assert read_signers(people.signers_with("z {tanaka}", line)).names >= {"z"}


def test_all_bad_lines_are_named_at_once(people: People) -> None:
    with pytest.raises(InputError) as caught:
        read_signers(people.signers_with("suzuki {suzuki}", *BAD_LINES))
    found = [(detail.fields["line"], detail.code) for detail in caught.value.details]
    assert found == list(enumerate(BAD_LINES.values(), 2))
    assert caught.value.render("ja").count("\n") == len(BAD_LINES)


def test_a_bad_line_stops_every_use_of_the_file(people: People) -> None:
    signature = sign(DATA, people.key("sato"), namespace=SPACE)
    with pytest.raises(InputError):
        check(signature, people, signers=people.signers_with("sato {sato}", "* {mallory}"))


def test_files_of_signers_that_cannot_be_used(people: People, tmp_path: Path) -> None:
    everybody = Path(shutil.copy(people.signers, tmp_path / "everybody"))
    everybody.chmod(0o666)
    cases = {
        tmp_path / "missing": "identity.signers_missing",
        tmp_path: "identity.signers_unreadable",
        everybody: "identity.signers_open",
    }
    for path, code in cases.items():
        with pytest.raises(UsageError) as caught:
            principals(path)
        assert code_of(caught.value) == code
        assert caught.value.message.fields["file"] == path


def test_ssh_keygen_reads_these_files_as_we_do(people: People) -> None:
    """What our strict reading accepts, ssh-keygen accepts: the two cannot be played against each other."""
    signature = sign(DATA, people.key("sato"), namespace=SPACE)
    for line in ("a {sato} comment", 'a,b namespaces="chonai-seal,x",valid-after="20260101Z" {sato}', "\ta\t{sato}"):
        check(signature, people, principal="a", signers=people.signers_with("z {tanaka}", line))
