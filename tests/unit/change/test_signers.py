"""The city's file of signers as it is read: whose keys count, when, for what, and which line is wrong."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from chonai.change.errors import InputError, Refused
from chonai.change.signers import Entry, PublicKey, Signers, is_name, parse_signers, require_valid, shared_keys

DAY = datetime(2026, 4, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def key(content: str, type_: str = "ssh-ed25519", *, says: str = "") -> str:
    """A public key of this content; it may say of itself that it is of another type."""
    name = (says or type_).encode()
    return f"{type_} {b64encode(len(name).to_bytes(4) + name + content.encode()).decode()}"


SATO, SUZUKI = key("sato"), key("suzuki")


def parsed(*lines: str) -> Signers:
    return parse_signers("\n".join(lines).encode(), "allowed_signers")


def entry(line: str) -> Entry:
    [found] = parsed(line).entries
    return found


def public(line: str) -> PublicKey:
    return PublicKey(*line.split())


def test_a_line_has_names_a_key_and_perhaps_a_comment() -> None:
    assert entry(f"sato {SATO}") == Entry(("sato",), public(SATO))
    assert entry(f"sato,sato@example\t {SATO} of 2026") == Entry(("sato", "sato@example"), public(SATO))
    assert public(SATO).line == SATO


def test_a_line_may_say_when_and_for_what_its_key_counts() -> None:
    options = 'namespaces="chonai-seal,chonai-approval",valid-after="20260401Z",Valid-Before="20270331235959Z"'
    assert entry(f"sato {options} {SATO}") == Entry(
        ("sato",),
        public(SATO),
        datetime(2026, 4, 1, tzinfo=UTC),
        datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC),
        ("chonai-seal", "chonai-approval"),
    )
    assert entry(f'sato valid-after="202604010830Z" {SATO}').valid_after == datetime(2026, 4, 1, 8, 30, tzinfo=UTC)


def test_a_time_without_a_zone_is_local() -> None:
    here = entry(f'sato valid-after="20260401" {SATO}').valid_after
    assert here == datetime(2026, 4, 1).astimezone()


def test_comments_and_empty_lines_are_none() -> None:
    signers = parsed("# who signs", "", " \t\r", f"  sato {SATO}\r", "\t# the end")
    assert signers.names == {"sato"}
    assert (signers.name, signers.raw.startswith(b"# who signs\n")) == ("allowed_signers", True)


GOOD = f"sato {SATO}"
BAD = {
    "malformed": [
        "sato",
        "sato ssh-ed25519",
        f'sato tickets="x" {SATO}',
        f'sato valid-after="2026" {SATO}',
        f'sato valid-after="20261301" {SATO}',
        f"sato ,,, {SATO}",
        f"sato {SATO}\v",
        "sato ssh-ed25519 AAAA*AAA",
        f"sato {key('x', says='ssh-rsa')}",
        f"sato {key('x', 'ssh-ed25519-cert-v01@openssh.com')}",
        f"sato {key('x', 'ssh-ED25519')}",
    ],
    "bad_name": [f"sa*to {SATO}", f"sato,!suzuki {SATO}", f"{'s' * 129} {SATO}", f"-sato {SATO}", f"\u00a0sato {SATO}"],
    "authority": [f"sato cert-authority {SATO}", f'sato namespaces="x",CERT-AUTHORITY {SATO}'],
}


@pytest.mark.parametrize(("how", "line"), [(how, line) for how, lines in BAD.items() for line in lines])
def test_a_bad_line_is_named(how: str, line: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed("# who signs", GOOD, line)
    assert caught.value.message.fields == {"file": "allowed_signers"}
    assert caught.value.message.code == "identity.signers_bad"
    [said] = caught.value.details
    assert (said.code, said.fields["line"]) == (f"identity.signers_{how}", 3)


def test_every_bad_line_is_named_and_in_it_the_first_bad_name() -> None:
    with pytest.raises(InputError) as caught:
        parsed(f"sato,*,? {SATO}", GOOD, "suzuki")
    assert [said.fields for said in caught.value.details] == [{"line": 1, "name": "*"}, {"line": 3}]


def test_what_is_no_text_is_a_bad_line_and_no_crash() -> None:
    with pytest.raises(InputError):
        parse_signers(b"sat\xff " + SATO.encode(), "allowed_signers")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sato", True),
        ("Sato_1@city.example-jp+x", True),
        ("s" * 128, True),
        ("", False),
        ("佐藤", False),
        ("a b", False),
    ],
)
def test_what_can_be_a_name(text: str, expected: bool) -> None:
    assert is_name(text) is expected


def test_a_key_counts_from_its_first_moment_to_its_last() -> None:
    lasting = Entry(("sato",), public(SATO), valid_after=DAY, valid_before=DAY + SECOND)
    moments = [DAY - SECOND, DAY, DAY + SECOND, DAY + 2 * SECOND]
    assert [lasting.holds_at(at) for at in moments] == [False, True, True, False]
    assert Entry(("sato",), public(SATO)).holds_at(DAY)


@pytest.mark.parametrize(
    ("namespaces", "expected"),
    [
        (None, True),
        (("chonai-seal",), True),
        (("git", "chonai-*"), True),
        (("git",), False),
        (("chonai-*", "!chonai-seal"), False),
        (("!git",), False),
    ],
)
def test_what_a_key_is_for(namespaces: tuple[str, ...] | None, expected: bool) -> None:
    assert Entry(("sato",), public(SATO), namespaces=namespaces).is_for(["chonai-seal"]) is expected


def test_one_of_several_purposes_is_enough() -> None:
    assert Entry(("sato",), public(SATO), namespaces=("chonai-seal",)).is_for(["chonai-approval", "chonai-seal"])


def test_the_keys_of_a_person_at_a_time() -> None:
    signers = parsed(f"sato {SATO}", f'sato,suzuki valid-after="20260402Z" {SUZUKI}')
    assert signers.keys("sato") == (public(SATO), public(SUZUKI))
    assert signers.keys("sato", DAY) == (public(SATO),)
    assert signers.keys("suzuki", DAY) == ()


def test_who_shares_a_key_even_an_expired_one_may_be_one_person() -> None:
    signers = parsed(f'sato valid-before="20200101Z" {SATO}', f"suzuki {SATO}", f"sato,tanaka {SUZUKI}")
    assert shared_keys(signers, "sato", "suzuki") == {public(SATO)}
    assert shared_keys(signers, "suzuki", "tanaka") == frozenset()


def refusal(signers: Signers, name: str = "sato") -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as caught:
        require_valid(signers, name, at=DAY, namespaces=["chonai-seal"])
    return caught.value.message.code.removeprefix("identity."), dict(caught.value.message.fields)


def test_who_has_one_key_that_counts_now_is_valid() -> None:
    signers = parsed(f'sato valid-before="20200101Z" {SATO}', f'sato valid-after="20260401Z" {SUZUKI}')
    require_valid(signers, "sato", at=DAY, namespaces=["chonai-seal"])


def test_whose_keys_do_not_count_is_told_why() -> None:
    who = {"principal": "sato", "file": "allowed_signers"}
    assert refusal(parsed(f"suzuki {SUZUKI}")) == ("unknown_principal", who)
    assert refusal(parsed(f'sato namespaces="git" {SATO}')) == ("person_without_purpose", who)


def test_whose_keys_count_later_is_told_from_when_at_the_earliest() -> None:
    expired = f'sato valid-before="20200101Z" {SATO}'
    later = [f'sato valid-after="202605{day}Z" {SUZUKI}' for day in ("02", "01")]
    code, said = refusal(parsed(expired, *later))
    assert (code, said.pop("since")) == ("person_not_yet_valid", datetime(2026, 5, 1, tzinfo=UTC))
    assert said == {"principal": "sato", "file": "allowed_signers"}


def test_whose_keys_have_expired_is_told_since_when_at_the_latest() -> None:
    lines = [f'sato valid-after="20190101Z",valid-before="20200{month}01Z" {SATO}' for month in "321"]
    code, said = refusal(parsed(*lines))
    assert (code, said.pop("until")) == ("person_expired", datetime(2020, 3, 1, tzinfo=UTC))
    assert said == {"principal": "sato", "file": "allowed_signers"}


def test_a_key_for_something_else_does_not_make_a_person_valid_later() -> None:
    lines = [f'sato valid-before="20200101Z" {SATO}', f'sato namespaces="git",valid-after="20270101Z" {SUZUKI}']
    assert refusal(parsed(*lines))[0] == "person_expired"
