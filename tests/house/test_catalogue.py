"""What people read exists in both languages, and code says nothing that is not in the catalogue."""

from __future__ import annotations

import re

import pytest

from tests.house.sentences import CATALOGUE, catalogue, fields_of, patterns, rooms, sayings, whole_codes

LOCALES = ("en", "ja")


def known_codes() -> set[str]:
    return {code for room in rooms() for code in catalogue(room, "en")}


def test_every_catalogue_file_has_its_other_language() -> None:
    names = {tuple(path.name.split(".")[:2]) for path in CATALOGUE.glob("*.yml")}
    assert names == {(room, locale) for room in rooms() for locale in LOCALES}


@pytest.mark.parametrize("room", sorted(rooms()))
def test_both_languages_say_the_same_things(room: str) -> None:
    assert catalogue(room, "en").keys() == catalogue(room, "ja").keys()


@pytest.mark.parametrize("room", sorted(rooms()))
def test_both_languages_name_the_same_fields(room: str) -> None:
    english, japanese = catalogue(room, "en"), catalogue(room, "ja")
    differing = {
        code for code in english.keys() & japanese.keys() if fields_of(english[code]) != fields_of(japanese[code])
    }
    assert not differing


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("room", sorted(rooms()))
def test_codes_are_flat_and_of_their_room(room: str, locale: str) -> None:
    wrong = {
        code
        for code, sentence in catalogue(room, locale).items()
        if not re.fullmatch(rf"{room}\.[a-z0-9_]+", code) or not isinstance(sentence, str) or not sentence.strip()
    }
    assert not wrong


def test_what_code_says_is_in_the_catalogue() -> None:
    assert not [mention for mention in whole_codes() if mention.code not in known_codes()]


def test_codes_put_together_can_be_found() -> None:
    codes = known_codes()
    assert not [one for one in patterns() if not any(re.fullmatch(one.code, code) for code in codes)]


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    said = {mention.code for mention in whole_codes()}
    together = [one.code for one in patterns()]
    assert not {code for code in known_codes() - said if not any(re.fullmatch(pattern, code) for pattern in together)}


def test_every_sentence_gets_its_fields() -> None:
    lacking = {
        f"{saying.where} {saying.code}": sorted(missing)
        for saying in sayings()
        if saying.code in known_codes()
        if (missing := fields_of(catalogue(saying.code.split(".")[0], "en")[saying.code]) - saying.fields)
    }
    assert not lacking
