"""The approval cannot be got around: each attempt is refused, and the reason named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from chonai.change.approval import (
    NAMESPACE,
    Approval,
    Office,
    check,
    check_brakes,
    check_one,
    check_people,
    check_window,
    sign_approval,
    statement,
)
from chonai.change.codec import digest
from chonai.change.errors import ApprovalRefused, BrakeTripped, ChonaiError, Refused
from chonai.change.model import ApprovalKind, ApprovalRule, Brake, ChangeSet
from chonai.text.messages import message
from tests.unit.change.examples import ADMINISTRATOR, MANY_LEAVERS, change_set, plan
from tests.unit.change.people import BEFORE_2020, NOW, People, by_hand, make_people

SAMPLE = change_set()
BRAKED = change_set(plan(brakes=(MANY_LEAVERS,)), plan(system="ext_ad", brakes=(MANY_LEAVERS,)))
PROTECTED = change_set(plan(brakes=(MANY_LEAVERS, ADMINISTRATOR)))
NONE = ApprovalRule(ApprovalKind.NONE)
CITY = ApprovalRule(ApprovalKind.CITY)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def office(people: People) -> Office:
    return Office(people.signers, NOW, frozenset({"tanaka"}))


def signed(
    people: People, sample: ChangeSet = SAMPLE, *, by: str = "suzuki", key: str = "", releases: Iterable[str] = ()
) -> Approval:
    """An approval as it may be handed in: made by anybody, with any key, nothing checked."""
    text = statement(digest(sample), frozenset(releases)).decode()
    return Approval(by, frozenset(releases), by_hand(text, people.key(key or by), NAMESPACE), NOW)


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def refusal(sample: ChangeSet, approvals: Iterable[Approval], office: Office) -> ApprovalRefused:
    with pytest.raises(ApprovalRefused) as caught:
        check(sample, digest(sample), tuple(approvals), office)
    assert code_of(caught.value)
    return caught.value


def test_a_second_person_approves(people: People, office: Office) -> None:
    made = sign_approval(digest(SAMPLE), principal="suzuki", key_file=people.key("suzuki"), releases=(), at=office.now)
    assert made == replace(made, principal="suzuki", at=NOW)
    assert check(SAMPLE, digest(SAMPLE), [made], office) == frozenset()


@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_signature_made_at_a_shell_over_the_digest_alone(people: People, office: Office, ending: str) -> None:
    signature = by_hand(digest(SAMPLE) + ending, people.key("suzuki"), NAMESPACE)
    made = Approval("suzuki", frozenset(), signature, NOW)
    assert check(SAMPLE, digest(SAMPLE), [made], office) == frozenset()


def test_the_statement_names_each_released_brake_in_order() -> None:
    assert statement("sha256:1", {"vanished", "leavers"}) == b"sha256:1\nrelease leavers\nrelease vanished\n"


def test_without_an_approval(office: Office) -> None:
    assert code_of(refusal(SAMPLE, [], office)) == "identity.approval_missing"


def test_the_author_does_not_approve(people: People, office: Office) -> None:
    for name in ("sato", "Sato"):
        made = signed(people, by=name, key="sato")
        assert code_of(refusal(SAMPLE, [made], office)) == "identity.approval_by_author"


def test_a_second_name_for_the_author_does_not_approve(people: People) -> None:
    signers = people.signers_with(
        "sato {sato}", "suzuki {sato}", "tanaka {tanaka}", 'tanaka valid-before="20200101" {sato}'
    )
    for name, key in (("suzuki", "sato"), ("tanaka", "tanaka")):
        found = refusal(SAMPLE, [signed(people, by=name, key=key)], Office(signers, NOW))
        assert code_of(found) == "identity.shared_key"


@pytest.mark.parametrize(
    ("by", "key", "reason"),
    [
        ("suzuki", "mallory", "identity.other_key"),
        ("suzuki", "tanaka", "identity.other_key"),
        ("mallory", "mallory", "identity.unknown_principal"),
        ("*", "suzuki", "identity.bad_name"),
        ("expired", "expired", "identity.key_expired"),
    ],
)
def test_keys_that_do_not_count(people: People, office: Office, by: str, key: str, reason: str) -> None:
    found = refusal(SAMPLE, [signed(people, by=by, key=key)], office)
    assert [detail.code for detail in found.details] == [reason]


def test_an_approval_counts_by_now_and_not_by_when_it_says_it_was_made(people: People) -> None:
    made = replace(signed(people, by="expired"), at=BEFORE_2020)
    assert len(refusal(SAMPLE, [made], Office(people.signers, NOW)).details) == 1
    assert check(SAMPLE, digest(SAMPLE), [made], Office(people.signers, BEFORE_2020)) == frozenset()


def test_the_approval_of_another_change_set(people: People, office: Office) -> None:
    replayed = signed(people, change_set(id_="another"))
    assert [d.code for d in refusal(SAMPLE, [replayed], office).details] == ["identity.other_content"]


def test_a_seal_is_no_approval(people: People, office: Office) -> None:
    sealed = by_hand(f"{digest(SAMPLE)}\n", people.key("suzuki"), "chonai-seal")
    found = refusal(SAMPLE, [Approval("suzuki", frozenset(), sealed, NOW)], office)
    assert [detail.code for detail in found.details] == ["identity.other_namespace"]


def test_a_digest_of_something_else(people: People, office: Office) -> None:
    other = change_set(id_="another")
    with pytest.raises(ApprovalRefused) as caught:
        check(SAMPLE, digest(other), [signed(people, other)], office)
    assert code_of(caught.value) == "identity.digest_differs"


def test_one_valid_approval_is_enough_and_the_others_release_nothing(people: People, office: Office) -> None:
    bad = signed(people, BRAKED, by="expired", releases=["leavers"])
    good = signed(people, BRAKED)
    assert check(BRAKED, digest(BRAKED), [bad, good], office) == frozenset()
    with pytest.raises(BrakeTripped):
        check_brakes(BRAKED, check(BRAKED, digest(BRAKED), [bad, good], office))


def test_several_approvals_none_valid_are_all_named(people: People, office: Office) -> None:
    found = refusal(SAMPLE, [signed(people, by="sato"), signed(people, by="expired")], office)
    assert code_of(found) == "identity.approval_missing"
    assert len(found.details) == 2


def test_a_brake_is_released_by_name(people: People, office: Office) -> None:
    with pytest.raises(BrakeTripped) as caught:
        check_brakes(BRAKED, check(BRAKED, digest(BRAKED), [signed(people, BRAKED)], office))
    assert [detail.fields["system"] for detail in caught.value.details] == ["lgwan_ad", "ext_ad"]
    released = check(BRAKED, digest(BRAKED), [signed(people, BRAKED, releases=["leavers"])], office)
    assert released == {"leavers"}
    check_brakes(BRAKED, released)


def test_a_release_that_was_not_signed(people: People, office: Office) -> None:
    made = replace(signed(people, BRAKED), releases=frozenset({"leavers"}))
    assert [d.code for d in refusal(BRAKED, [made], office).details] == ["identity.other_content"]


def test_a_signed_release_that_was_taken_away(people: People, office: Office) -> None:
    made = replace(signed(people, BRAKED, releases=["leavers"]), releases=frozenset())
    assert [d.code for d in refusal(BRAKED, [made], office).details] == ["identity.other_content"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("protected", "identity.not_releasable"), ("no_such", "identity.no_such_brake"), ("", "identity.no_such_brake")],
)
def test_what_cannot_be_released(people: People, office: Office, name: str, code: str) -> None:
    made = signed(people, PROTECTED, releases=[name])
    assert code_of(refusal(PROTECTED, [made], office)) == code
    with pytest.raises(BrakeTripped):
        check_brakes(PROTECTED, {name, "leavers"})


def test_a_brake_whose_name_would_forge_a_line(people: People, office: Office) -> None:
    forged = Brake("leavers\nrelease protected", message("example.leavers", share=1, limit=1))
    sample = change_set(plan(brakes=(forged, MANY_LEAVERS)))
    found = refusal(sample, [signed(people, sample, releases=[forged.name])], office)
    assert code_of(found) == "identity.no_such_brake"


def test_a_rule_of_no_approval(people: People, office: Office) -> None:
    free = replace(SAMPLE, rule=NONE)
    assert check(free, digest(free), [], office) == frozenset()
    check_brakes(free, frozenset())
    assert check(free, digest(free), [signed(people, free, by="sato")], office) == frozenset()


def test_a_tripped_brake_wants_an_approval_under_any_rule(people: People, office: Office) -> None:
    free = replace(BRAKED, rule=NONE)
    with pytest.raises(BrakeTripped):
        check_brakes(free, check(free, digest(free), [], office))
    own = signed(people, free, by="sato", releases=["leavers"])
    assert code_of(refusal(free, [own], office)) == "identity.approval_by_author"
    check_brakes(free, check(free, digest(free), [signed(people, free, releases=["leavers"])], office))


def test_the_city_approves_what_the_city_has_to(people: People, office: Office) -> None:
    sample = replace(SAMPLE, rule=CITY)
    assert code_of(refusal(sample, [signed(people, sample)], office)) == "identity.not_city"
    assert check(sample, digest(sample), [signed(people, sample, by="tanaka")], office) == frozenset()
    nobody = replace(office, city=frozenset())
    assert code_of(refusal(sample, [signed(people, sample, by="tanaka")], nobody)) == "identity.not_city"


def test_an_approval_can_be_checked_alone(people: People, office: Office) -> None:
    check_one(SAMPLE, digest(SAMPLE), signed(people), office)
    with pytest.raises(ApprovalRefused):
        check_one(SAMPLE, digest(SAMPLE), signed(people, by="sato"), office)


def test_the_window() -> None:
    sample = change_set(not_before=NOW, start_by=NOW + timedelta(hours=6))
    check_window(sample, NOW)
    check_window(sample, NOW + timedelta(hours=6))
    check_window(SAMPLE, NOW)
    for at, code in (
        (NOW - timedelta(seconds=1), "identity.too_early"),
        (NOW + timedelta(hours=6, seconds=1), "identity.too_late"),
    ):
        with pytest.raises(Refused) as caught:
            check_window(sample, at)
        assert code_of(caught.value) == code


def test_operator_and_watcher_are_two_known_persons(people: People) -> None:
    watched = ApprovalRule(ApprovalKind.NONE, watcher=True)
    check_people("sato", "tanaka", watched, allowed_signers=people.signers)
    check_people("sato", None, NONE, allowed_signers=people.signers)
    shared = people.signers_with("sato {sato}", "tanaka {sato}", "Sato {suzuki}")
    cases = [
        ("sato", None, watched, people.signers, "identity.no_watcher"),
        ("sato", "", watched, people.signers, "identity.unknown_principal"),
        ("sato", "nobody", watched, people.signers, "identity.unknown_principal"),
        ("nobody", "tanaka", NONE, people.signers, "identity.unknown_principal"),
        ("sato", "sato", NONE, people.signers, "identity.watches_self"),
        ("sato", "Sato", watched, shared, "identity.watches_self"),
        ("sato", "tanaka", watched, shared, "identity.watches_self"),
    ]
    for operator, watcher, rule, signers, code in cases:
        with pytest.raises(Refused) as caught:
            check_people(operator, watcher, rule, allowed_signers=signers)
        assert code_of(caught.value) == code


@pytest.mark.parametrize("who", ["operator", "watcher"])
@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ('valid-before="20260331Z"', "identity.person_expired", "2026-03-31"),
        ('valid-after="20260401Z"', "identity.person_not_yet_valid", "2026-04-01"),
        ('namespaces="git"', "identity.person_without_purpose", ""),
        ('namespaces="chonai-*,!chonai-seal,!chonai-approval"', "identity.person_without_purpose", ""),
        ('namespaces="git",valid-before="20300101Z"', "identity.person_without_purpose", ""),
    ],
)
def test_operator_and_watcher_have_a_key_that_is_valid_now(
    people: People, who: str, options: str, code: str, said: str
) -> None:
    signers = people.signers_with("sato {sato}", f"tanaka {options} {{tanaka}}")
    operator, watcher = ("tanaka", "sato") if who == "operator" else ("sato", "tanaka")
    with pytest.raises(Refused) as caught:
        check_people(operator, watcher, NONE, allowed_signers=signers, at=NOW)
    assert code_of(caught.value) == code
    for locale in ("en", "ja"):
        assert "tanaka" in caught.value.render(locale)
        assert said in caught.value.render(locale)


@pytest.mark.parametrize(
    "lines",
    [
        ['tanaka valid-before="20200101" {mallory}', "tanaka {tanaka}"],
        ['tanaka namespaces="chonai-seal" {tanaka}'],
        ['tanaka namespaces="git,chonai-*" {tanaka}'],
    ],
)
def test_one_valid_key_for_one_purpose_is_enough(people: People, lines: list[str]) -> None:
    signers = people.signers_with("sato {sato}", *lines)
    check_people("sato", "tanaka", NONE, allowed_signers=signers, at=NOW)


def test_without_a_time_keys_count_as_they_are_now(people: People) -> None:
    with pytest.raises(Refused):
        check_people("sato", "expired", NONE, allowed_signers=people.signers)
