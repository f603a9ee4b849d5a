"""What HTTP servers do to clients: busy, broken, slow, gone. Nothing is done twice, nothing is lost, all is told."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from chonai.change.errors import SystemUnreachable
from chonai.change.model import Key
from tests.contract.ground import USER, delete, done, refused, update
from tests.integration.scim.conftest import PlaceMaker
from tests.scim.troubled import Asked, Trouble

SINGLE = {"bulk": False}
QUICK = {"limits": {"patience_seconds": 1, "reply_seconds": 1, "attempts": 2}}
BUSY = Trouble(429, {"Retry-After": "1"})


def retitled(key: Key, title: str = "課長") -> object:
    return update(key, {"title": "主事"}, {"title": title})


@pytest.mark.parametrize("bulk", [True, False])
def test_who_is_too_busy_is_asked_again_when_it_said(place: PlaceMaker, bulk: bool) -> None:
    here = place(bulk=bulk)
    here.troubled.once(BUSY)
    started = time.monotonic()
    keys = here.ground.made(here.ground.user(), here.ground.user())
    assert time.monotonic() - started >= 1
    assert len(set(keys)) == 2
    assert len(here.troubled.writes("POST")) == (2 if bulk else 3)


def test_nobody_sends_anything_while_the_server_is_too_busy(place: PlaceMaker) -> None:
    here = place(bulk=False, limits={"in_flight": 1})
    here.troubled.once(BUSY)
    times: list[float] = []
    plan = here.troubled.plan

    def noting(asked: Asked) -> Trouble | None:
        times.append(time.monotonic())
        return plan(asked)

    here.troubled.plan = noting
    here.ground.made(here.ground.user(), here.ground.user())
    writes = times[-3:]
    assert writes[1] - writes[0] >= 1


def test_a_server_that_stays_too_busy_is_left_alone(place: PlaceMaker) -> None:
    here = place(**QUICK)
    here.troubled.plan = lambda asked: BUSY if asked.is_write() else None
    with pytest.raises(SystemUnreachable, match="429"):
        here.ground.apply(here.ground.user())
    assert not here.others.system.observe(here.others.scope).state


def test_a_server_that_is_away_for_a_moment_is_read_again(place: PlaceMaker) -> None:
    here = place()
    [key] = here.users(1)
    here.troubled.once(Trouble(503), lambda asked: asked.method == "GET")
    assert here.ground.read(key)["title"] == "主事"


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_may_have_been_done_is_not_repeated(place: PlaceMaker, status: int) -> None:
    here = place()
    here.troubled.once(Trouble(status))
    with pytest.raises(SystemUnreachable, match=str(status)):
        here.ground.apply(here.ground.user())
    assert len(here.troubled.writes()) == 1


def test_an_error_with_one_object_leaves_the_others_alone(place: PlaceMaker) -> None:
    here = place(**SINGLE)
    one, two = here.users(2)
    here.troubled.once(Trouble(500), lambda asked: asked.is_write() and one.id in asked.path)
    failed, made = here.ground.apply(retitled(one), retitled(two))
    assert "500" in str(refused(failed))
    assert done(made) == two
    assert [here.others.read(key)["title"] for key in (one, two)] == ["主事", "課長"]


def test_a_write_that_gets_no_answer_is_not_repeated(place: PlaceMaker) -> None:
    here = place(**QUICK)
    here.troubled.once(Trouble(pause=2))
    with pytest.raises(SystemUnreachable, match="looks first"):
        here.ground.apply(here.ground.user())
    assert len(here.troubled.writes()) == 1


def test_a_read_that_gets_no_answer_is_repeated_and_then_given_up(place: PlaceMaker) -> None:
    here = place(**QUICK)
    [key] = here.users(1)
    slow = Trouble(pause=1.5)
    here.troubled.once(slow, lambda asked: True)
    assert here.ground.read(key)
    here.troubled.plan = lambda asked: slow
    with pytest.raises(SystemUnreachable):
        here.ground.read(key)


@pytest.mark.parametrize(("cut", "is_there"), [("before", False), ("after", True)])
def test_a_create_whose_answer_is_lost_is_found_and_completed(place: PlaceMaker, cut: str, is_there: bool) -> None:
    here = place()
    create = here.ground.user()
    here.troubled.once(Trouble(cut=cut))
    with pytest.raises(SystemUnreachable):
        here.ground.apply(create)
    found = here.ground.system.locate([create])
    assert (create.key in found) is is_there
    [key] = here.ground.made(replace(create, key=found.get(create.key, create.key)))
    assert set(here.others.system.observe(here.others.scope).state) == {key}


def test_a_delete_whose_answer_is_lost_is_done(place: PlaceMaker) -> None:
    here = place()
    [key] = here.users(1)
    here.troubled.once(Trouble(cut="after"))
    assert done(here.ground.apply(delete(key))[0]) == key
    assert [one.method for one in here.troubled.writes()] == ["DELETE", "DELETE"]


def test_the_rest_of_a_batch_stays_when_the_server_goes(place: PlaceMaker) -> None:
    here = place(bulk=False, limits={"in_flight": 1})
    users = here.users(5)
    here.troubled.once(Trouble(cut="before"))
    with pytest.raises(SystemUnreachable):
        here.ground.apply(*(retitled(key) for key in users))
    assert len(here.troubled.writes()) <= 2


def test_a_token_that_is_refused_is_told_and_not_shown(place: PlaceMaker) -> None:
    here = place()
    here.troubled.once(Trouble(401))
    with pytest.raises(SystemUnreachable, match="refuses our token") as caught:
        here.ground.apply(here.ground.user())
    assert str(here.ground.settings["token"]) not in repr(caught.value) + str(caught.value)


def test_a_right_that_is_missing_is_told_by_name(place: PlaceMaker) -> None:
    here = place()
    create = here.ground.user("tanaka")
    here.troubled.once(Trouble(403, text='{"detail": "read only"}'))
    error = str(refused(here.ground.apply(create)[0]))
    assert "tanaka" in error
    assert "read only" in error


def test_a_name_that_is_taken_is_told_by_name(place: PlaceMaker) -> None:
    here = place()
    here.others.made(here.others.user("tanaka"))
    assert "Tanaka" in str(refused(here.ground.apply(replace(here.ground.user("Tanaka"), key=Key(USER, "new:x")))[0]))


def test_a_redirect_is_not_followed(place: PlaceMaker) -> None:
    here = place()
    here.troubled.once(Trouble(307, {"Location": "https://elsewhere.example/Users"}))
    assert "307" in str(refused(here.ground.apply(here.ground.user())[0]))
