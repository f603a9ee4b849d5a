"""Bulk requests keep to the server's limits, and its answers are understood however it puts them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.ground import delete, done, refused, update
from tests.integration.scim.conftest import PlaceMaker
from tests.scim.troubled import Asked, Trouble


def is_bulk(asked: Asked) -> bool:
    return asked.path.endswith("/Bulk")


def test_many_changes_are_one_request(place: PlaceMaker) -> None:
    here = place()
    keys = here.ground.made(*(here.ground.user() for _ in range(30)))
    assert len(set(keys)) == 30
    assert len(here.troubled.writes()) == 1
    for result in here.ground.apply(*(update(key, {"title": "主事"}, {"title": "課長"}) for key in keys)):
        done(result)
    assert len(here.troubled.writes()) == 2
    assert {here.others.read(key)["title"] for key in keys} == {"課長"}
    for result in here.ground.apply(*(delete(key) for key in keys)):
        done(result)
    assert len(here.troubled.writes()) == 3
    assert not here.others.system.observe(here.others.scope).state


def test_requests_keep_to_the_limits_of_the_server(place: PlaceMaker) -> None:
    here = place("small")
    keys = here.ground.made(*(here.ground.user(displayName="汐" * 100 * (n % 10)) for n in range(23)))
    assert len(set(keys)) == 23
    bulks = [asked for asked in here.troubled.asked if is_bulk(asked)]
    assert len(bulks) > 5
    assert all(len(asked.data["Operations"]) <= 5 and len(asked.body) <= 4096 for asked in bulks)


def test_requests_hold_no_more_operations_than_the_server_takes(place: PlaceMaker) -> None:
    here = place("small")
    for result in here.ground.apply(*(delete(key) for key in here.users(12))):
        done(result)
    sizes = [len(asked.data["Operations"]) for asked in here.troubled.asked if is_bulk(asked)]
    assert sorted(sizes) == [2, 5, 5]


def test_one_that_is_larger_than_a_bulk_request_goes_alone(place: PlaceMaker) -> None:
    here = place("small")
    keys = here.ground.made(here.ground.user(), here.ground.user(displayName="汐" * 3000), here.ground.user())
    assert len(here.others.read(keys[1])["displayName"]) == 3000


def test_a_request_that_is_too_large_after_all_is_halved(place: PlaceMaker) -> None:
    here = place()
    here.troubled.plan = lambda asked: Trouble(413) if is_bulk(asked) and len(asked.body) > 2000 else None
    keys = here.ground.made(*(here.ground.user() for _ in range(20)))
    assert set(here.others.system.observe(here.others.scope).state) == set(keys)


def reversed_(answer: Any) -> Any:
    return {**answer, "Operations": answer["Operations"][::-1]}


def unnamed(answer: Any) -> Any:
    """Names what POSTs made only, as many servers do; states are objects, as in drafts of the RFC."""
    kept = [{**one, "status": {"code": one["status"]}} for one in answer["Operations"]]
    for one in kept:
        if one["method"] != "POST":
            one.pop("bulkId", None)
    return reversed_({**answer, "Operations": kept})


def without_the_first(answer: Any) -> Any:
    return {**answer, "Operations": answer["Operations"][1:]}


@pytest.mark.parametrize("rewrite", [reversed_, unnamed])
def test_answers_are_found_again_whatever_their_order(place: PlaceMaker, rewrite: object) -> None:
    here = place()
    here.troubled.plan = lambda asked: Trouble(rewrite=rewrite) if is_bulk(asked) else None
    users = [here.ground.user(f"u{n}") for n in range(5)]
    keys = here.ground.made(*users)
    assert [here.others.read(key)["userName"] for key in keys] == [f"u{n}" for n in range(5)]
    here.others.made(here.others.user("taken"))
    changes = [update(key, {"userName": f"u{n}"}, {"userName": "taken" if n == 3 else f"v{n}"})
               for n, key in enumerate(keys)]  # fmt: skip
    results = here.ground.apply(*changes)
    assert [result.error is None for result in results] == [True, True, True, False, True]
    assert "u3" in str(refused(results[3]))


def test_what_the_answer_is_silent_about_counts_as_not_done(place: PlaceMaker) -> None:
    here = place()
    here.troubled.plan = lambda asked: Trouble(
        rewrite=lambda answer: {**answer, "Operations": answer["Operations"][1:]}
    )
    lost, made = here.ground.apply(here.ground.user("lost"), here.ground.user())
    assert "lost" in str(refused(lost))
    assert done(made)


def test_bulk_can_be_switched_off(place: PlaceMaker) -> None:
    here = place(bulk=False)
    here.ground.made(*(here.ground.user() for _ in range(5)))
    assert not any(is_bulk(asked) for asked in here.troubled.asked)
