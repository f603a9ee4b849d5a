"""What a refused seal or approval says: about which change set, whose, and what there is instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    standing,
    statement,
)
from chonai.change.codec import digest
from chonai.change.errors import BrakeTripped, ChonaiError
from chonai.change.model import ApprovalKind, ApprovalRule, Brake, ChangeSet
from chonai.change.seal import Seal, check_seal, seal
from chonai.text.messages import message
from tests.unit.change.examples import ADMINISTRATOR, MANY_LEAVERS, change_set, plan
from tests.unit.change.people import NOW, People, by_hand, make_people

SAMPLE = change_set()
ID = SAMPLE.id
JOINERS = Brake("joiners", message("example.joiners"))
BRAKED = change_set(plan(brakes=(MANY_LEAVERS, JOINERS, ADMINISTRATOR)))

Told = tuple[str, dict[str, object]]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def office(people: People) -> Office:
    return Office(people.signers, NOW, frozenset({"tanaka"}))


def told(refused: Callable[[], object]) -> Told:
    """The code and the fields of an error."""
    with pytest.raises(ChonaiError) as caught:
        refused()
    assert caught.value.render("en") != caught.value.render("ja")
    return caught.value.message.code.removeprefix("identity."), dict(caught.value.message.fields)


def offered(by: str = "suzuki", releases: Iterable[str] = ()) -> Approval:
    """An approval whose signature nobody gets to look at."""
    return Approval(by, frozenset(releases), "", NOW)


def judged(approval: Approval, office: Office, sample: ChangeSet = SAMPLE) -> Told:
    return told(lambda: check_one(sample, digest(sample), approval, office))


def test_the_brakes_that_an_approver_releases_are_signed_with_the_digest(people: People, office: Office) -> None:
    releases = [MANY_LEAVERS.name, JOINERS.name]
    sample = change_set(plan(brakes=(MANY_LEAVERS, JOINERS)))
    made = sign_approval(
        digest(sample), principal="suzuki", key_file=people.key("suzuki"), releases=releases, at=NOW + timedelta(1)
    )
    assert (made.principal, made.at) == ("suzuki", NOW + timedelta(1))
    assert check(sample, digest(sample), [made], office) == made.releases == frozenset(releases)


def test_who_may_not_approve(people: People, office: Office) -> None:
    assert judged(offered("Sato"), office) == ("approval_by_author", {"id": ID, "author": "sato"})
    city = change_set(rule=ApprovalRule(ApprovalKind.CITY))
    assert judged(offered(), office, city) == ("not_city", {"id": ID, "principal": "suzuki"})
    shared = people.signers_with("sato {sato}", "second {sato}")
    assert judged(offered("second"), replace(office, allowed_signers=shared)) == (
        "shared_key",
        {"author": "sato", "principal": "second", "file": shared},
    )


def test_an_approval_of_what_is_not_there(office: Office) -> None:
    assert told(lambda: check_one(SAMPLE, "sha256:12", offered(), office)) == (
        "digest_differs",
        {"id": ID, "stored": "sha256:12", "found": "-"},
    )
    assert told(lambda: check(SAMPLE, digest(SAMPLE), [], office)) == ("approval_missing", {"id": ID})


def test_what_cannot_be_released_is_told_with_what_could_be(office: Office) -> None:
    assert judged(offered(releases=["other"]), office, BRAKED) == (
        "no_such_brake",
        {"id": ID, "name": "other", "tripped": "joiners, leavers, protected"},
    )
    assert judged(offered(releases=["other"]), office) == (
        "no_such_brake",
        {"id": ID, "name": "other", "tripped": "-"},
    )
    assert judged(offered(releases=["protected"]), office, BRAKED) == (
        "not_releasable",
        {"id": ID, "name": "protected"},
    )


def test_a_signature_that_does_not_hold_is_told_with_the_reason(people: People, office: Office) -> None:
    signature = by_hand(statement("sha256:12").decode(), people.key("suzuki"), NAMESPACE)
    with pytest.raises(ChonaiError) as caught:
        check_one(SAMPLE, digest(SAMPLE), replace(offered(), signature=signature), office)
    assert caught.value.message == message("identity.approval_invalid", principal="suzuki")
    assert [said.code for said in caught.value.details] == ["identity.other_content"]


def test_brakes_that_stand_are_told_each_with_its_system_and_why() -> None:
    assert standing("ad", JOINERS) == message(
        "identity.standing_brake", system="ad", name="joiners", why=JOINERS.message
    )
    with pytest.raises(BrakeTripped) as caught:
        check_brakes(BRAKED, ["joiners", "protected"])
    assert caught.value.message == message("identity.brake_tripped", id=ID, count=2)
    assert caught.value.details == (standing("lgwan_ad", MANY_LEAVERS), standing("lgwan_ad", ADMINISTRATOR))


def test_outside_of_the_hours_it_is_told_when_they_are() -> None:
    early, late = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    sample = change_set(not_before=NOW, start_by=NOW)
    assert told(lambda: check_window(sample, early)) == ("too_early", {"id": ID, "not_before": NOW, "now": early})
    assert told(lambda: check_window(sample, late)) == ("too_late", {"id": ID, "start_by": NOW, "now": late})


def test_who_watches_themselves_is_told_both_names(people: People) -> None:
    rule = ApprovalRule(watcher=True)
    assert told(lambda: check_people("sato", "SATO", rule, allowed_signers=people.signers, at=NOW))[0] == (
        "unknown_principal"
    )
    assert told(lambda: check_people("sato", "sato", rule, allowed_signers=people.signers, at=NOW)) == (
        "watches_self",
        {"operator": "sato", "watcher": "sato"},
    )
    assert told(lambda: check_people("sato", None, rule, allowed_signers=people.signers, at=NOW)) == ("no_watcher", {})


def test_a_seal_with_another_persons_key(people: People) -> None:
    key = people.key("suzuki")
    assert told(lambda: seal(SAMPLE, key, allowed_signers=people.signers, at=NOW)) == (
        "key_of_other",
        {"key": key, "owner": "suzuki", "principal": "sato"},
    )


def test_a_seal_of_something_else_or_by_somebody_else(people: People) -> None:
    def checked(stored: str, made: Seal) -> Told:
        return told(lambda: check_seal(SAMPLE, stored, made, allowed_signers=people.signers, at=NOW))

    own = digest(SAMPLE)
    assert checked("sha256:12", Seal("sato", "")) == ("digest_differs", {"id": ID, "stored": "sha256:12", "found": own})
    assert checked(own, Seal("suzuki", "")) == ("seal_of_other", {"id": ID, "author": "sato", "sealed_by": "suzuki"})
    assert checked(own, Seal("sato", "")) == ("seal_broken", {"id": ID})
