"""Deletes, what is kept of what is deleted, and how it comes back; what a write leaves as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chonai.change.model import Key, Record
from tests.contract.ground import Ground, delete, done, refused, update
from tests.integration.scim.conftest import Place, PlaceMaker
from tests.scim.troubled import Trouble, Troubled

RICH = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "tanaka",
    "displayName": "田中　一郎",
    "active": True,
    "name": {"familyName": "田中", "givenName": "一郎", "middleName": "M"},
    "emails": [
        {"type": "work", "value": "tanaka@shiomino.example", "primary": True},
        {"type": "home", "value": "t@home.example"},
    ],
    "addresses": [{"type": "work", "streetAddress": "汐見野 1-1", "postalCode": "000-0000"}],
    "entitlements": [{"value": "b"}, {"value": "a", "display": "エー"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "税務課", "costCenter": "020300"},
    "password": "Shoki-2026-Pass!",
}


def raw(troubled: Troubled, ground: Ground, method: str, path: str, data: object = None) -> Any:
    """One request of somebody who speaks SCIM by hand."""
    from tests.scim.troubled import Asked

    base = str(ground.settings["url"]).split(":", 2)[2].partition("/")[2]
    headers = {"Authorization": f"Bearer {troubled.running.token}", "Content-Type": "application/scim+json"}
    body = json.dumps(data).encode() if data else b""
    reply = troubled.forward(Asked(method, f"/{base}/{path}", body), headers)
    return reply.json() if reply.data else {}


def rich(here: Place) -> Key:
    """A user with more than our attributes."""
    return Key("user", raw(here.troubled, here.ground, "POST", "Users", RICH)["id"])


def without_names(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A resource but for what the server gives each anew."""
    return {name: value for name, value in resource.items() if name not in ("id", "meta")}


@pytest.mark.parametrize("kind", ["full", "plain"])
def test_what_nobody_asked_to_change_stays(place: PlaceMaker, kind: str) -> None:
    here = place(kind)
    key = rich(here)
    before = raw(here.troubled, here.ground, "GET", f"Users/{key.id}")
    change = update(key, {"title": None, "mail": "tanaka@shiomino.example"}, {"title": "課長", "mail": "t@new.example"})
    done(here.ground.apply(change)[0])
    after = raw(here.troubled, here.ground, "GET", f"Users/{key.id}")
    before["emails"][0]["value"], before["title"] = "t@new.example", "課長"
    assert sorted(after.pop("emails"), key=str) == sorted(before.pop("emails"), key=str)
    assert without_names(after) == without_names(before)


@pytest.mark.parametrize("kind", ["full", "plain"])
def test_all_that_can_be_written_comes_back(place: PlaceMaker, kind: str) -> None:
    here = place(kind)
    key = rich(here)
    before = raw(here.troubled, here.ground, "GET", f"Users/{key.id}")
    image: Record = here.ground.system.preimage([key])[key]
    assert "Shoki" not in repr(image)
    done(here.ground.apply(delete(key))[0])
    back = done(here.ground.apply(replace(here.ground.user(), key=key, after=image))[0])
    assert back != key
    after = raw(here.troubled, here.ground, "GET", f"Users/{back.id}")
    for name in ("emails", "entitlements"):
        assert sorted(after.pop(name), key=str) == sorted(before.pop(name), key=str)
    assert without_names(after) == without_names(before)


def test_somebody_else_of_the_same_name_is_not_taken_for_who_comes_back(place: PlaceMaker) -> None:
    here = place()
    [key] = here.others.made(here.others.user("tanaka"))
    image = here.ground.system.preimage([key])[key]
    done(here.ground.apply(delete(key))[0])
    [other] = here.others.made(here.others.user("tanaka", sn="別人"))
    assert "tanaka" in str(refused(here.ground.apply(replace(here.ground.user(), key=key, after=image))[0]))
    assert here.others.read(other)["sn"] == "別人"


@pytest.mark.parametrize("kind", ["full", "plain"])
def test_who_cannot_be_deleted_stays_in_the_groups(place: PlaceMaker, kind: str) -> None:
    here = place(kind)
    [user] = here.users(1)
    [group] = here.others.made(here.others.group([user]))
    here.troubled.once(Trouble(403), lambda asked: asked.method == "DELETE")
    refused(here.ground.apply(delete(user))[0])
    assert here.others.read(group)["member"] == {str(user)}


def test_who_cannot_leave_a_group_is_not_deleted(place: PlaceMaker) -> None:
    here = place()
    [user] = here.users(1)
    [group] = here.others.made(here.others.group([user]))
    here.troubled.once(Trouble(403), lambda asked: asked.method == "PATCH")
    assert group.id in str(refused(here.ground.apply(delete(user))[0]))
    assert not here.troubled.writes("DELETE")


def test_a_password_goes_out_once_and_is_never_read(place: PlaceMaker) -> None:
    here = place()
    [key] = here.ground.made(here.ground.user())
    assert [asked.data["password"] for asked in here.troubled.writes()] == ["Shoki-2026-Pass!"]
    assert "password" not in raw(here.troubled, here.ground, "GET", f"Users/{key.id}")


def test_a_create_that_was_cut_short_gets_a_new_password(place: PlaceMaker) -> None:
    here = place()
    create = here.ground.user()
    [key] = here.others.made(create)
    done(here.ground.apply(replace(create, key=key))[0])
    [patch] = here.troubled.writes()
    assert patch.data["Operations"] == [{"op": "replace", "path": "password", "value": "Shoki-2026-Pass!"}]
