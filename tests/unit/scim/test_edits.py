"""Edits as PATCH operations and as documents: both say the same."""

from __future__ import annotations

import pytest

from chonai.systems.scim.edits import Amend, Assign, Edit, document, patch
from chonai.systems.scim.paths import Path, parse
from chonai.systems.scim.types import ENTERPRISE


def at(notation: str) -> Path:
    path = parse(notation)
    assert path is not None
    return path


WORK = at('emails[type eq "work"].value')
NOTES = at("entitlements[].value")
TAGS = at("tags[]")
ONE = {"type": "work", "value": "a@x.example", "primary": True}
HOME = {"type": "home", "value": "h@x.example"}


def operations(edit: Edit, resource: dict[str, object]) -> object:
    return patch([edit], resource)["Operations"]


@pytest.mark.parametrize(
    ("edit", "resource", "expected"),
    [
        (Assign(at("title"), "課長"), {}, [{"op": "replace", "path": "title", "value": "課長"}]),
        (Assign(at("title"), None), {"title": "課長"}, [{"op": "remove", "path": "title"}]),
        (Assign(at("active"), False), {}, [{"op": "replace", "path": "active", "value": False}]),
        (
            Assign(WORK, "b"),
            {"emails": [ONE, HOME]},
            [{"op": "replace", "path": 'emails[type eq "work"].value', "value": "b"}],
        ),
        (
            Assign(WORK, "b"),
            {"emails": [HOME]},
            [{"op": "add", "path": "emails", "value": [{"type": "work", "value": "b"}]}],
        ),
        (
            Assign(WORK, "b"),
            {"emails": [ONE, ONE]},
            [
                {"op": "remove", "path": 'emails[type eq "work"]'},
                {"op": "add", "path": "emails", "value": [{"type": "work", "value": "b"}]},
            ],
        ),
        (Assign(WORK, None), {"emails": [ONE]}, [{"op": "remove", "path": 'emails[type eq "work"]'}]),
        (Assign(WORK, None), {"emails": [HOME]}, []),
        (
            Amend(NOTES, frozenset({"b", 'q"'}), (("c", {}),)),
            {},
            [
                {"op": "remove", "path": 'entitlements[value eq "b"]'},
                {"op": "remove", "path": 'entitlements[value eq "q\\""]'},
                {"op": "add", "path": "entitlements", "value": [{"value": "c"}]},
            ],
        ),
        (Amend(TAGS, come=(("c", {}),)), {}, [{"op": "add", "path": "tags", "value": ["c"]}]),
        (
            Amend(at("members[].value"), come=(("7", {"type": "User"}),)),
            {},
            [{"op": "add", "path": "members", "value": [{"type": "User", "value": "7"}]}],
        ),
    ],
)
def test_operations_of_a_patch(edit: Edit, resource: dict[str, object], expected: object) -> None:
    assert operations(edit, resource) == expected


@pytest.mark.parametrize(
    ("edit", "resource", "expected"),
    [
        (Assign(at("title"), "課長"), {"Title": "主事"}, {"Title": "課長"}),
        (Assign(at("title"), None), {"title": "主事", "x": 1}, {"x": 1}),
        (
            Assign(at("name.familyName"), "新"),
            {"name": {"familyName": "旧", "givenName": "花子"}},
            {"name": {"familyName": "新", "givenName": "花子"}},
        ),
        (Assign(at("name.familyName"), None), {"name": {"familyName": "旧"}}, {}),
        (Assign(WORK, "b"), {"emails": [ONE, HOME]}, {"emails": [HOME, {**ONE, "value": "b"}]}),
        (Assign(WORK, None), {"emails": [ONE, HOME]}, {"emails": [HOME]}),
        (Assign(WORK, None), {"emails": [ONE]}, {}),
        (
            Amend(NOTES, frozenset({"a"}), (("c", {}),)),
            {"entitlements": [{"value": "a"}]},
            {"entitlements": [{"value": "c"}]},
        ),
        (Amend(TAGS, frozenset({"a"})), {"tags": ["a", "b"]}, {"tags": ["b"]}),
        (Amend(TAGS, come=(("b", {}),)), {"tags": ["b"]}, {"tags": ["b"]}),
        (
            Assign(at(f"{ENTERPRISE}:department"), "税務課"),
            {"schemas": ["core"]},
            {"schemas": ["core", ENTERPRISE], ENTERPRISE: {"department": "税務課"}},
        ),
    ],
)
def test_documents(edit: Edit, resource: dict[str, object], expected: object) -> None:
    kept = repr(resource)
    assert document([edit], resource) == expected
    assert repr(resource) == kept
