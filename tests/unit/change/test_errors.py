"""What an error says, what of it may be told before an announcement, and where it came from."""

from __future__ import annotations

import gc

import pytest

from chonai.change.collector import collector_paused
from chonai.change.errors import (
    ApprovalRefused,
    BrakeTripped,
    ChonaiError,
    DriftFound,
    Fault,
    InputError,
    JournalBroken,
    LockHeld,
    PartlyFailed,
    Refused,
    SealBroken,
    SystemUnreachable,
    UsageError,
    place_of,
)
from chonai.change.ledger import Ledger
from chonai.change.model import Key
from chonai.text.messages import message

MALFORMED, AUTHORITY = (message(f"identity.signers_{how}", line=7) for how in ("malformed", "authority"))
BAD = InputError("identity.signers_bad", details=[MALFORMED, AUTHORITY], file="allowed_signers")


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_below_the_sentence_stands_a_line_for_each_detail(locale: str) -> None:
    assert BAD.render(locale).splitlines() == [
        message("identity.signers_bad", file="allowed_signers").render(locale),
        f"  - {MALFORMED.render(locale)}",
        f"  - {AUTHORITY.render(locale)}",
    ]


def test_as_text_it_is_in_the_readers_language() -> None:
    assert str(BAD) == BAD.render("en")
    assert BAD.args == ("identity.signers_bad",)


def test_before_an_announcement_it_says_no_names_and_stays_what_it_is() -> None:
    name = message("identity.signers_bad_name", line=7, name="汐見　花")
    told = InputError("identity.signers_bad_name", details=[name], line=8, name="汐見　花").discreet()
    assert type(told) is InputError
    assert "汐見" not in told.render("ja")
    assert "line 8:" in told.render("en").splitlines()[0]
    assert "line 7:" in told.render("en").splitlines()[1]


@pytest.mark.parametrize(
    ("kinds", "exit_code"),
    [
        ([ChonaiError, Fault, SystemUnreachable, JournalBroken], 1),
        ([UsageError, InputError], 2),
        ([Refused, BrakeTripped, ApprovalRefused, SealBroken, DriftFound, LockHeld], 3),
        ([PartlyFailed], 4),
    ],
)
def test_each_kind_has_its_exit_code(kinds: list[type[ChonaiError]], exit_code: int) -> None:
    assert {kind.exit_code for kind in kinds} == {exit_code}


def test_an_error_that_nobody_expected_came_from_the_last_place_of_chonai_that_it_passed() -> None:
    with pytest.raises(AttributeError) as caught:
        Ledger.of(None, [])  # type: ignore[arg-type]  # whatever breaks
    assert place_of(caught.value).startswith("change/ledger.py:")


def test_an_error_from_elsewhere_has_no_place() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    assert place_of(caught.value) == "-"
    assert place_of(Exception()) == "-"


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_is_paused_and_then_as_it_was(is_on: bool) -> None:
    before = gc.isenabled()
    (gc.enable if is_on else gc.disable)()
    try:
        with collector_paused():
            assert not gc.isenabled()
            with collector_paused():
                assert not gc.isenabled()
            assert not gc.isenabled()
        assert gc.isenabled() is is_on
        with pytest.raises(KeyError), collector_paused():
            raise KeyError(Key("user", "1"))
        assert gc.isenabled() is is_on
    finally:
        (gc.enable if before else gc.disable)()
