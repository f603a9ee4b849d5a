"""The seal proves the author and the content."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.codec import digest
from chonai.change.errors import ChonaiError, InputError, Refused, SealBroken
from chonai.change.model import ChangeSet
from chonai.change.seal import NAMESPACE, Seal, check_seal, seal
from tests.unit.change.examples import MOVE, change_set, plan
from tests.unit.change.people import BEFORE_2020, NOW, People, by_hand, make_people

SAMPLE = change_set()


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


def sealed(people: People, sample: ChangeSet = SAMPLE) -> Seal:
    return seal(sample, people.key(sample.author), allowed_signers=people.signers, at=NOW)


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def test_the_authors_seal_holds(people: People) -> None:
    check_seal(SAMPLE, digest(SAMPLE), sealed(people), allowed_signers=people.signers, at=NOW)


def test_a_seal_made_at_a_shell_holds(people: People) -> None:
    made = Seal("sato", by_hand(digest(SAMPLE), people.key("sato"), NAMESPACE))
    check_seal(SAMPLE, digest(SAMPLE), made, allowed_signers=people.signers, at=NOW)


@pytest.mark.parametrize(
    ("key", "code"),
    [("suzuki", "identity.key_of_other"), ("mallory", "identity.key_of_nobody")],
)
def test_only_the_author_seals(people: People, key: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        seal(SAMPLE, people.key(key), allowed_signers=people.signers, at=NOW)
    assert code_of(caught.value) == code


def test_an_expired_key_does_not_seal(people: People) -> None:
    with pytest.raises(Refused) as caught:
        sealed(people, change_set(author="expired"))
    assert code_of(caught.value) == "identity.key_expired"


def test_a_seal_from_before_the_key_expired_holds_if_judged_by_its_own_time(people: People) -> None:
    old = change_set(author="expired")
    made = seal(old, people.key("expired"), allowed_signers=people.signers, at=BEFORE_2020)
    check_seal(old, digest(old), made, allowed_signers=people.signers, at=BEFORE_2020)
    with pytest.raises(SealBroken):
        check_seal(old, digest(old), made, allowed_signers=people.signers, at=NOW)


OTHERS = {
    "a change less": change_set(plan(MOVE)),
    "an easier rule": change_set(rule=replace(SAMPLE.rule, watcher=True)),
    "another author": replace(SAMPLE, author="suzuki"),
    "what has no canonical form": change_set(plan(replace(MOVE, reason="\ud867"))),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("with_its_digest", [False, True])
def test_an_edited_change_set_is_refused(people: People, name: str, *, with_its_digest: bool) -> None:
    """Whoever edits the store can write a fitting digest, but not a fitting signature."""
    edited = OTHERS[name]
    try:
        stored = digest(edited if with_its_digest else SAMPLE)
    except ValueError:
        stored = digest(SAMPLE)
    with pytest.raises(SealBroken) as caught:
        check_seal(edited, stored, sealed(people), allowed_signers=people.signers, at=NOW)
    assert code_of(caught.value)


def test_a_seal_by_another_person_is_refused(people: People) -> None:
    theirs = Seal("suzuki", by_hand(digest(SAMPLE), people.key("suzuki"), NAMESPACE))
    with pytest.raises(SealBroken) as caught:
        check_seal(SAMPLE, digest(SAMPLE), theirs, allowed_signers=people.signers, at=NOW)
    assert code_of(caught.value) == "identity.seal_of_other"


def test_an_approval_is_no_seal(people: People) -> None:
    approval = Seal("sato", by_hand(digest(SAMPLE), people.key("sato"), "chonai-approval"))
    with pytest.raises(SealBroken) as caught:
        check_seal(SAMPLE, digest(SAMPLE), approval, allowed_signers=people.signers, at=NOW)
    assert [detail.code for detail in caught.value.details] == ["identity.other_namespace"]


def test_no_seal_holds_without_a_good_file_of_signers(people: People) -> None:
    with pytest.raises(InputError):
        check_seal(SAMPLE, digest(SAMPLE), sealed(people), allowed_signers=people.signers_with("*"), at=NOW)
