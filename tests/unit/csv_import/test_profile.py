"""A profile is checked as a whole: every problem at once, each with its key and its value."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from chonai.change.errors import InputError
from chonai.systems.csv_import.profile import Many, Mode
from chonai.systems.csv_import.profile_reader import load_profile, parse_profile, shipped_profiles
from chonai.systems.csv_import.settings import parse

COLUMN = {"title": "ID", "attribute": "account", "required": True}
FORMAT = {"encoding": "cp932", "quoting": "none"}
FILE = {
    "type": "user",
    "mode": "full",
    "empty": "clear",
    "file_name": "{batch}.csv",
    "key": ["account"],
    "columns": [COLUMN],
}


def problems(file: dict[str, object] | None = None, **top: object) -> list[str]:
    values = {"product": "製品", "format": FORMAT, "files": [{**FILE, **(file or {})}], **top}
    try:
        parse_profile("profile.yml", yaml.safe_dump(values, allow_unicode=True))
    except InputError as error:
        return [detail.render("en") for detail in error.details]
    return []


def test_the_shipped_profiles_are_three_and_right() -> None:
    assert shipped_profiles() == ["asset_management", "external_file_exchange", "internal_file_exchange"]
    exchange = load_profile("internal_file_exchange").files
    assert (exchange["user"].mode, exchange["user"].by_rows and exchange["user"].by_rows.many) == (Mode.FULL, Many.ROWS)
    assert load_profile("external_file_exchange").files["user"].max_rows == 100
    assert set(load_profile("asset_management").files["group"].attributes) >= {"member", "approvers", "deputies"}


def test_a_right_profile_has_no_problems() -> None:
    assert not problems()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ({"mode": "all"}, "files[1].mode is all, and has to be one of: full, difference"),
        ({"max_rows": 100}, "files[1].max_rows is 100, but a file that replaces all cannot be split"),
        ({"mode": "difference", "max_rows": 3}, "files[1].file_name is {batch}.csv: with max_rows"),
        ({"max_rows": "x"}, "files[1].max_rows has to be a whole number above 0, and is x"),
        ({"file_name": "a/b.csv"}, "files[1].file_name is a/b.csv"),
        ({"file_name": "../b.csv"}, "files[1].file_name is ../b.csv"),
        ({"file_name": "{nobody}.csv"}, "files[1].file_name is {nobody}.csv"),
        ({"key": ["mail"]}, "files[1].key names mail, which no column holds"),
        ({"key": []}, "files[1].key names no attribute"),
        ({"columns": [{**COLUMN, "required": False}]}, "files[1].key names account: what makes the key"),
        ({"columns": [COLUMN, COLUMN]}, "files[1].columns has ID twice"),
        ({"columns": [COLUMN, {"title": "停止", "fixed": 1}]}, "files[1].columns[2].fixed has to be a text, and is 1"),
        ({"columns": [COLUMN, {"title": "所属", "attribute": "x", "reference": "ou"}]}, "reference is ou, a type that"),
        ({"columns": [COLUMN, {"title": "x", "marks": "y", "when_true": "1", "when_false": "0"}]}, "needs another one"),
        ({"columns": [COLUMN, {"title": "x", "attribute": "y", "when_true": "1"}]}, "columns[2].when_false is missing"),
        ({"columns": [COLUMN, {"title": "x"}]}, "files[1].columns[2].title (x): a column holds exactly one of"),
        ({"columns": [COLUMN, {"title": "x", "action": {"add": "A"}}]}, "an action column says what changes"),
        ({"columns": [COLUMN, {"title": "x", "attribute": "y", "many": "joined"}]}, "columns[2].separator is missing"),
        ({"colums": []}, "files[1].colums is not known here"),
        ({"columns": [COLUMN, {"title": "p", "secret": "x"}]}, "would take the secret away from everybody"),
        ({"unique": ["mail"]}, "files[1].unique has to be a list of lists"),
    ],
)
def test_each_problem_names_key_and_value(file: dict[str, object], told: str) -> None:
    assert any(told in problem for problem in problems(file)), problems(file)


def test_all_problems_are_told_at_once() -> None:
    bad = {"mode": "all", "empty": 3, "key": [], "columns": [{"title": 1, "attribute": "a"}]}
    assert len(problems(bad, format={"encoding": "sjis", "quoting": "some"}, colour="red")) >= 7


def test_what_is_no_yaml_is_said_so() -> None:
    for text in ("a: [", "- 1", ""):
        with pytest.raises(InputError, match="is no YAML with named keys"):
            parse_profile("profile.yml", text)


def test_a_profile_that_is_nowhere_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="asset_management, external_file_exchange, internal_file_exchange"):
        load_profile(str(tmp_path / "no.yml"))


def test_settings_tell_their_problems_with_those_of_the_profile(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        parse({"name": "x", "profile": "nowhere", "observed": "guess", "confirm_within": -1, "outbx": "/x"})
    told = caught.value.render("en")
    for part in ("no profile nowhere", "outbox is missing", "observed is guess", "confirm_within", "outbx is not"):
        assert part in told


def test_exports_are_named_for_every_file_when_they_are_read(tmp_path: Path) -> None:
    settings = {"name": "x", "profile": "asset_management", "outbox": str(tmp_path), "observed": "export"}
    with pytest.raises(InputError, match=r"exports\.group is missing"):
        parse({**settings, "exports": {"user": "u.txt"}})
    assert parse({**settings, "exports": {"user": "u.txt", "group": "g.txt"}}).confirm_within == 30 * 60
