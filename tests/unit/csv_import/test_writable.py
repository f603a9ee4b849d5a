"""What a file cannot hold stops one row, says so with column, code point and a suggestion, and is never replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.model import Change, Key
from tests.unit.csv_import.ground import Town, create, update, users

EXCHANGE, ASSETS, EXTERNAL = "internal_file_exchange", "asset_management", "external_file_exchange"


def person(**more: object) -> Change:
    return create("user", "1", **{"name": "1", "displayName": "山田", "enabled": True, **more})


def why(town: Town, change: Change) -> str:
    [result] = town.apply(change)
    assert result.error is not None
    return result.error.render("en")


@pytest.mark.parametrize(
    ("name", "point", "suggested"),
    [
        ("𠮷田", "U+20BB7", "吉田"),
        ("か\u3099", "U+3099", "が"),
        ("辻\U000e0101", "U+E0101", "辻"),
        ("第1〜3課", "U+301C", "第1～3課"),
        ("総務−1", "U+2212", "総務－1"),
        ("‖", "U+2016", "∥"),
        ("㋿元年", "U+32FF", "令和元年"),
        ("김", "U+AE40", None),
    ],
)
def test_cp932_says_what_it_cannot_hold(tmp_path: Path, name: str, point: str, suggested: str | None) -> None:
    town = Town(tmp_path, EXCHANGE)
    told = why(town, person(displayName=name))
    assert told.startswith('user:1 cannot be written into the import file: 氏名 is to be "')
    assert f"({point})" in told
    assert (
        f'Suggestion, to be confirmed by the person or the section: "{suggested}"' in told
        if suggested
        else ("No spelling of it is known" in told)
    )
    assert not town.seen


@pytest.mark.parametrize("name", ["髙﨑　德子", "瀨戸　濵", "①㈱ｶﾞ", "\ue000野", "第1～3課"])
def test_what_cp932_holds_is_written_as_it_is(tmp_path: Path, name: str) -> None:
    town = Town(tmp_path, EXCHANGE)
    [result] = town.apply(person(displayName=name))
    assert result.error is None
    assert name.encode("cp932") in next(iter(town.seen.values()))


def test_one_row_stops_and_the_others_are_imported(tmp_path: Path) -> None:
    town = Town(tmp_path, EXCHANGE)
    bad, good = town.apply(person(displayName="𠮷田"), create("user", "2", name="2", displayName="佐藤", enabled=True))
    assert bad.error is not None
    assert good.error is None
    assert set(town.state()) == {Key("user", "2")}
    assert "吉".encode("cp932") not in next(iter(town.seen.values()))


def test_limits_count_bytes_of_the_encoding(tmp_path: Path) -> None:
    town = Town(tmp_path, EXTERNAL)
    assert "has 93 bytes in utf-8; the product takes 90" in why(town, person(displayName="山" * 31))
    assert town.apply(person(displayName="山" * 30))[0].error is None


@pytest.mark.parametrize("text", ["=1+1", "+81", "-1", "@x", "\ttab"])
def test_formulas_are_refused_or_escaped_as_the_profile_says(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    refusing, escaping = Town(tmp_path / "a", EXTERNAL), Town(tmp_path / "b", ASSETS)
    assert f"begins with U+{ord(text[0]):04X} for a formula" in why(refusing, person(displayName=text))
    assert escaping.apply(person(displayName=text))[0].error is None
    assert f'"\'{text}"'.encode("utf-16-le") in next(iter(escaping.seen.values()))
    assert escaping.state()[Key("user", "1")]["displayName"] == text


def test_what_would_end_the_cell_or_the_row_is_refused(tmp_path: Path) -> None:
    town = Town(tmp_path, EXCHANGE)
    for text, point in (("a,b", "U+002C"), ("a\nb", "U+000A"), ("a\x00b", "U+0000"), ("\ufeffa", "U+FEFF")):
        assert point in why(town, person(displayName=text))


def test_other_things_that_a_file_cannot_say(tmp_path: Path) -> None:
    town = Town(tmp_path, EXTERNAL)
    town.apply(person(), create("user", "2", name="2", displayName="x", mail="m@e.jp", enabled=True))
    one = Key("user", "1")
    assert "takes for an order to empty the cell" in why(town, update(one, {"mail": None}, {"mail": "-"}))
    assert "user:2 has this key" in why(town, update(one, {"mail": None}, {"mail": "M@E.jp"}))
    assert "no column for phone" in why(town, update(one, {"phone": None}, {"phone": "1"}))
    assert "would become user:9" in why(town, update(one, {"name": "1"}, {"name": "9"}))
    assert "user_name is required and empty" in why(town, update(one, {"displayName": "山田"}, {"displayName": None}))
    assert "it names user:nobody" in why(town, create("group", "f", code="f", name="f", member=users("nobody")))
    assert "no column for pin" in why(town, create("user", "3", "pin", name="3", displayName="x", enabled=True))
    assert "has no file for this type" in why(town, create("alias", "a", name="x"))


def test_a_plan_can_ask_before_anything_is_sealed(tmp_path: Path) -> None:
    town = Town(tmp_path, EXCHANGE)
    bad = update(Key("user", "7"), {"displayName": "x"}, {"displayName": "𠮷田"})
    strange = update(Key("user", "8"), {}, {"phone": "1"})
    post = update(Key("user", "9"), {}, {"section": "group:1", "concurrentSections": frozenset({"group:2"})})
    found = town.system.unwritable([bad, strange, post, person(displayName="山田")])
    assert set(found) == {Key("user", "7"), Key("user", "8")}
    assert "U+20BB7" in found[Key("user", "7")].render("en")
    assert not list(town.outbox.iterdir())


def test_the_main_post_is_none_of_the_concurrent_ones(tmp_path: Path) -> None:
    town = Town(tmp_path, EXCHANGE)
    town.apply(create("group", "A", code="A", name="A"))
    twice = person(section="group:A", concurrentSections=frozenset({"group:A"}))
    assert "group:A is the main one and among the others too" in why(town, twice)
    assert "it names group:B, which does not exist" in why(town, person(section="group:B"))


def test_no_message_holds_a_secret(tmp_path: Path) -> None:
    town = Town(tmp_path, EXTERNAL)
    long = "S" * 65
    change = create("user", "1", "initial_password", name="1", displayName="x", enabled=True)
    [result] = town.system.apply([change], lambda change, name: long)
    assert "password: the secret that was made does not fit" in str(result.error)
    assert long not in str(result.error) + repr(result)
    assert not town.seen
