"""Places in resources: how they are written, and what stands there."""

from __future__ import annotations

import pytest

from chonai.systems.scim.paths import Path, parse, quoted, value
from chonai.systems.scim.types import DEFAULT_PATHS, ENTERPRISE

RESOURCE = {
    "userName": "tanaka",
    "NAME": {"familyname": "田中"},
    "active": False,
    "title": "",
    "emails": [{"type": "Work", "value": "w@x.example"}, {"type": "home", "value": "h@x.example"}, "odd"],
    "phoneNumbers": [{"type": "work", "value": "2"}, {"type": "work", "value": "1"}],
    "entitlements": [{"value": "a"}, {"value": "b"}, {"display": "c"}],
    "tags": ["x", "y"],
    ENTERPRISE: {"department": "税務課", "manager": {"value": "7"}},
}


def found(notation: str) -> object:
    path = parse(notation)
    assert path is not None
    return value(RESOURCE, path)


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("userName", "tanaka"),
        ("USERNAME", "tanaka"),
        ("name.familyName", "田中"),
        ("name.givenName", None),
        ("active", False),
        ("title", None),
        ("nothing.at.all", None),
        ('emails[type eq "work"].value', "w@x.example"),
        ('emails[type eq "other"].value', None),
        ('phoneNumbers[type eq "work"].value', "1\n2"),
        ("entitlements[].value", frozenset({"a", "b"})),
        ("tags[]", frozenset({"x", "y"})),
        ("roles[].value", frozenset()),
        (f"{ENTERPRISE}:department", "税務課"),
        (f"{ENTERPRISE}:manager.value", "7"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "tanaka"),
        ("urn:example:none:x", None),
    ],
)
def test_what_stands_at_a_place(notation: str, expected: object) -> None:
    if notation.count(".") == 2 and not notation.startswith("urn"):
        assert parse(notation) is None
    else:
        assert found(notation) == expected


@pytest.mark.parametrize(
    "notation",
    [
        "",
        "a b",
        "emails[",
        "emails[type]",
        "emails[type eq work]",
        'emails[type eq "a" or type eq "b"]',
        ".value",
        "a[]b",
    ],
)
def test_what_is_no_place(notation: str) -> None:
    assert parse(notation) is None


def test_every_default_is_a_place_and_says_itself_again() -> None:
    for type_, paths in DEFAULT_PATHS.items():
        for name, notation in paths.items():
            path = parse(notation)
            assert path is not None, (type_, name)
            assert path.target == notation.replace("[]", "")


def test_filters_hold_any_text() -> None:
    assert quoted('a"b\\c\n𠮷') == '"a\\"b\\\\c\\n𠮷"'
    assert Path("emails", kind=("type", 'a"b'), sub="value").target == 'emails[type eq "a\\"b"].value'
