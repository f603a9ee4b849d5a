"""Initial passwords, and who can read them."""

from __future__ import annotations

import random
import string
from pathlib import Path
from secrets import SystemRandom

import pyrage
import pytest

from chonai.change.errors import ChonaiError, Refused, SealBroken, UsageError
from chonai.change.secrets import Recipients, can_receive, decrypt, encrypt, initial_password, recipient_of
from tests.unit.change.people import People, make_key, make_people

PLAIN = "Äkta-パスワード".encode()


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def test_passwords_meet_the_rule_of_active_directory_and_can_be_read_from_paper() -> None:
    rng = random.Random(1)
    made = [initial_password(rng) for _ in range(2000)]
    assert len(set(made)) == len(made)
    for password in made:
        assert len(password) == 16
        kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits, "!#%+?=")
        assert all(set(password) & set(kind) for kind in kinds)
        assert not set(password) & set("0Oo1lIi2Zz5Ss6bG8B9gq|`'\"\\ ,;")
        assert password[0].isalpha()
        assert not any(password[n : n + 3].isalpha() for n in range(14))


def test_every_letter_is_used() -> None:
    rng = random.Random(2)
    seen = set("".join(initial_password(rng) for _ in range(2000)))
    assert len(seen) == 46


def test_the_systems_randomness_is_what_is_used_in_earnest() -> None:
    assert initial_password(SystemRandom()) != initial_password(SystemRandom())


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_each_recipient_can_read(people: People, tmp_path: Path, kind: str) -> None:
    own = make_key(tmp_path / "own", kind)
    age_file, recipient = age_key(tmp_path)
    lines = [(tmp_path / "own.pub").read_text(), people.public("jinji"), recipient]
    ciphertext = encrypt(lines, PLAIN)
    assert PLAIN not in ciphertext
    for key in (own, people.key("jinji"), age_file):
        assert decrypt(key, [ciphertext, ciphertext]) == [PLAIN, PLAIN]


def age_key(folder: Path) -> tuple[Path, str]:
    """A file with an age identity, and its recipient."""
    identity = pyrage.x25519.Identity.generate()
    path = folder / "age.txt"
    path.write_text(f"# created: 2026-03-01\n# public key: {identity.to_public()}\n{identity}\n")
    path.chmod(0o600)
    return path, str(identity.to_public())


def test_as_text_it_is_what_age_itself_writes_and_reads(people: People) -> None:
    text = Recipients([people.public("jinji")]).encrypt_as_text(PLAIN)
    assert text.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert decrypt(people.key("jinji"), [text.encode()]) == [PLAIN]


def test_who_can_decrypt_with_a_key_can_be_encrypted_to(people: People, tmp_path: Path) -> None:
    path, recipient = age_key(tmp_path)
    assert recipient_of(path) == recipient
    assert recipient_of(people.key("jinji")) == people.public("jinji")
    for line in (recipient, people.public("jinji")):
        assert can_receive(line)
    make_key(tmp_path / "curve", "ecdsa")
    assert not can_receive((tmp_path / "curve.pub").read_text())


def test_nobody_else_can(people: People) -> None:
    with pytest.raises(Refused) as caught:
        decrypt(people.key("mallory"), [encrypt([people.public("jinji")], PLAIN)])
    assert code_of(caught.value) == "identity.not_a_recipient"
    assert caught.value.message.fields == {"file": people.key("mallory")}
    assert "パスワード" not in str(caught.value)


@pytest.mark.parametrize("damage", [b"", b"junk", None])
def test_damaged_ciphertext_is_refused(people: People, damage: bytes | None) -> None:
    whole = encrypt([people.public("jinji")], PLAIN)
    with pytest.raises(SealBroken) as caught:
        decrypt(people.key("jinji"), [whole[:-3] if damage is None else damage])
    assert code_of(caught.value) == "identity.ciphertext_damaged"


def test_recipients_that_cannot_be(people: People, tmp_path: Path) -> None:
    make_key(tmp_path / "curve", "ecdsa")
    for line in ((tmp_path / "curve.pub").read_text(), "age1nobody", "jinji", "", "ssh-ed25519 AAAA"):
        with pytest.raises(Refused) as caught:
            encrypt([people.public("jinji"), line], PLAIN)
        assert code_of(caught.value) == "identity.bad_recipient"
    with pytest.raises(Refused) as caught:
        encrypt(["x" * 61], PLAIN)
    assert caught.value.message.fields == {"recipient": "x" * 60}
    with pytest.raises(Refused) as caught:
        encrypt([], PLAIN)
    assert code_of(caught.value) == "identity.no_recipients"


def test_key_files_that_cannot_decrypt(people: People, tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"AGE-SECRET-KEY-1\xff")
    binary.chmod(0o600)
    readable = tmp_path / "readable"
    readable.write_text("AGE-SECRET-KEY-1ABC\n")
    readable.chmod(0o644)
    cases = {
        tmp_path / "missing": "identity.key_missing",
        people.folder / "jinji.pub": "identity.identity_bad",
        make_key(tmp_path / "curve", "ecdsa"): "identity.identity_bad",
        make_key(tmp_path / "locked", passphrase="secret"): "identity.identity_locked",
        binary: "identity.identity_bad",
        readable: "identity.key_open",
    }
    for path, code in cases.items():
        with pytest.raises(UsageError) as caught:
            decrypt(path, [encrypt([people.public("jinji")], PLAIN)])
        assert code_of(caught.value) == code, path
