"""Connecting: who answers is verified, who we are is shown, and what the server can do is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chonai.change.errors import Fault, InputError, SystemUnreachable
from chonai.change.model import Key, TypeScope
from chonai.site import systems
from chonai.systems.scim import connect
from tests.contract.ground import GROUP, USER
from tests.integration.scim.conftest import PlaceMaker
from tests.scim.running import HOST, Running, make_certificates
from tests.scim.troubled import Trouble, Troubled, relaying


@contextmanager
def relay_with(running: Running, folder: Path, host: str) -> Iterator[Troubled]:
    """A server whose certificate is another's."""
    make_certificates(folder, host)
    other = Running(running.host, running.port, folder, running.token)
    with relaying(other) as troubled:
        yield troubled


def test_a_server_of_another_authority_is_not_talked_to(scim: Running, tmp_path: Path) -> None:
    with relay_with(scim, tmp_path, HOST) as troubled:
        settings = scim.settings()
        with (
            pytest.raises(SystemUnreachable, match="CERTIFICATE_VERIFY_FAILED"),
            connect(settings | {"url": troubled.url(settings["url"])}),
        ):
            pass
        assert not troubled.asked


def test_a_certificate_of_another_address_is_not_taken(scim: Running, tmp_path: Path) -> None:
    with relay_with(scim, tmp_path, "127.0.0.62") as troubled:
        settings = scim.settings(ca_file=str(tmp_path / "ca.pem"))
        with (
            pytest.raises(SystemUnreachable, match="IP address mismatch"),
            connect(settings | {"url": troubled.url(settings["url"])}),
        ):
            pass
        assert not troubled.asked


def test_a_health_check_knows_token_certificate_and_clock(scim: Running) -> None:
    own = {**scim.settings(), "kind": "scim"}
    found = systems.health("product", own)
    assert found.certificate_until is not None
    assert timedelta(0) < found.certificate_until - datetime.now(UTC) < timedelta(days=3)
    assert found.clock_ahead is not None
    assert abs(found.clock_ahead) < timedelta(seconds=5)
    with pytest.raises(SystemUnreachable):
        systems.health("product", own | {"token": "another"})


def test_nobody_at_the_address_is_told(scim: Running) -> None:
    with pytest.raises(SystemUnreachable, match="no connection"), connect(scim.settings(url=f"https://{HOST}:1/v2")):
        pass


def test_an_authority_that_is_none_is_told(scim: Running, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    with pytest.raises(SystemUnreachable, match="ca_file"), connect(scim.settings(ca_file=str(empty))):
        pass


def test_a_wrong_token_is_refused(scim: Running) -> None:
    with pytest.raises(SystemUnreachable, match="refuses our token"), connect(scim.settings(token="wrong")):
        pass


def test_a_token_may_stand_in_a_file(scim: Running, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{scim.token}\n")
    settings = scim.settings(token_file=str(file))
    del settings["token"]
    with connect(settings) as system:
        assert system.warnings == ()


def test_the_inventory_names_it_by_its_kind(scim: Running) -> None:
    with systems.connect("gateway", {**scim.settings(name="gateway"), "kind": "scim"}) as system:
        assert system.name == "gateway"


def test_another_kind_of_server_is_told(place: PlaceMaker, scim: Running) -> None:
    here = place()
    here.troubled.plan = lambda asked: Trouble(200, text="<html>Welcome</html>")
    with pytest.raises(Fault, match="does not speak SCIM"), connect(here.ground.settings):
        pass
    with (
        pytest.raises(Fault, match=r"does not speak SCIM 2\.0 \(HTTP 404\)|refuses to show"),
        connect(scim.settings(url=f"https://{HOST}:{scim.port}/unknown/v2")) as system,
    ):
        system.observe(here.ground.scope)


def test_what_a_server_does_not_tell_of_is_not_used(place: PlaceMaker) -> None:
    here = place()
    here.troubled.plan = lambda asked: (
        Trouble(404) if asked.path.endswith(("/ServiceProviderConfig", "/Schemas")) else None
    )
    with connect(here.ground.settings) as system:
        user = here.ground.user()
        other = here.ground.user()
        assert all(result.error is None for result in system.apply([user, other], here.ground.secret))
        assert [asked.path.rpartition("/")[2] for asked in here.troubled.writes()] == ["Users", "Users"]
        assert len(system.observe(here.ground.scope).state) == 2


def test_what_a_server_does_not_have_is_told_at_once(place: PlaceMaker) -> None:
    here = place(attributes={"user": {"notes": "urn:example:Staff:notes[]", "shoe": "shoeSize"}})
    scope = {
        USER: TypeScope(frozenset({"notes", "shoe", "hat", "title"})),
        GROUP: TypeScope(frozenset({"member"})),
        "ou": TypeScope(frozenset({"name"})),
    }
    with pytest.raises(InputError) as caught:
        here.ground.system.observe(scope)
    told = sorted((detail.code, str(detail.fields.get("attribute"))) for detail in caught.value.details)
    assert told == [
        ("scim.not_in_schema", "notes"),
        ("scim.not_in_schema", "shoe"),
        ("scim.unknown_attribute", "hat"),
        ("scim.unknown_type", "None"),
    ]


def test_a_member_of_unknown_type_is_looked_up(place: PlaceMaker) -> None:
    here = place()
    [user] = here.users(1)
    [inner] = here.others.made(here.others.group([]))
    [outer] = here.others.made(here.others.group([user, inner]))

    def untyped(answer: dict[str, list[dict[str, list[dict[str, str]]]]]) -> object:
        for group in answer.get("Resources", []):
            for member in group.get("members", []):
                del member["type"]
        return answer

    here.troubled.plan = lambda asked: Trouble(rewrite=untyped) if "/Groups" in asked.path else None
    state = here.ground.system.observe({GROUP: here.ground.scope[GROUP]}).state
    assert state[Key(GROUP, outer.id)]["member"] == {str(user), str(inner)}
