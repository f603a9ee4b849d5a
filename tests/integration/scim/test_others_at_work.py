"""Somebody else writes at the same moment: between our look and our write, and while a list is read."""

from __future__ import annotations

import pytest

from chonai.change.errors import Fault
from chonai.change.model import Change, Key
from tests.contract.ground import USER, delete, done, refused, update
from tests.integration.scim.conftest import Place, PlaceMaker
from tests.scim.troubled import Asked, Trouble


def between(here: Place, change: Change) -> None:
    """Somebody makes this change after we looked at the object and before our write of it arrives."""

    def is_it(asked: Asked) -> bool:
        return asked.is_write() and (change.key.id in asked.path or asked.path.endswith("/Bulk"))

    here.troubled.once(Trouble(before=lambda: done(here.others.apply(change)[0])), is_it)


@pytest.mark.parametrize("bulk", [True, False])
def test_another_attribute_that_changed_meanwhile_stays(place: PlaceMaker, bulk: bool) -> None:
    here = place(bulk=bulk)
    one, two = here.users(2)
    between(here, update(one, {"sn": "汐見"}, {"sn": "改姓"}))
    for result in here.ground.apply(*(update(key, {"title": "主事"}, {"title": "課長"}) for key in (one, two))):
        done(result)
    assert (here.others.read(one)["sn"], here.others.read(one)["title"]) == ("改姓", "課長")
    assert here.others.read(two)["title"] == "課長"


@pytest.mark.parametrize("bulk", [True, False])
def test_the_attribute_itself_that_changed_meanwhile_is_left_alone(place: PlaceMaker, bulk: bool) -> None:
    here = place(bulk=bulk)
    one, two = here.users(2)
    between(here, update(one, {"title": "主事"}, {"title": "参事"}))
    first, second = here.ground.apply(*(update(key, {"title": "主事"}, {"title": "課長"}) for key in (one, two)))
    assert "参事" in str(refused(first))
    assert done(second) == two
    assert here.others.read(one)["title"] == "参事"


def test_who_changes_an_object_again_and_again_is_named(place: PlaceMaker) -> None:
    here = place()
    [one] = here.users(1)
    names = iter(range(100))

    def rename() -> object:
        now = here.others.read(one)["sn"]
        return here.others.apply(update(one, {"sn": now}, {"sn": f"汐見{next(names)}"}))

    here.troubled.plan = lambda asked: Trouble(before=rename) if asked.is_write() else None
    assert "again and again" in str(refused(here.ground.apply(update(one, {"title": "主事"}, {"title": "課長"}))[0]))
    assert here.others.read(one)["title"] == "主事"


def test_a_member_whom_somebody_else_adds_meanwhile_stays(place: PlaceMaker) -> None:
    here = place()
    one, two = here.users(2)
    [group] = here.others.made(here.others.group([]))
    between(here, update(group, {}, {"member": frozenset({str(two)})}))
    done(here.ground.apply(update(group, {}, {"member": frozenset({str(one)})}))[0])
    assert here.others.read(group)["member"] == {str(one), str(two)}


def test_an_object_that_is_gone_meanwhile_is_named(place: PlaceMaker) -> None:
    here = place()
    [one] = here.users(1)
    between(here, delete(one))
    assert one.id in str(refused(here.ground.apply(update(one, {"title": "主事"}, {"title": "課長"}))[0]))


def test_a_delete_of_what_changed_meanwhile_is_refused(place: PlaceMaker) -> None:
    here = place()
    [one] = here.users(1)
    between(here, update(one, {"title": "主事"}, {"title": "課長"}))
    change = delete(one)
    assert "課長" in str(refused(here.ground.apply(type(change)(change.action, one, {"title": "主事"}, {}, "試験"))[0]))
    assert here.others.read(one)["title"] == "課長"


def test_two_changes_of_one_object_in_one_pass_are_both_made(place: PlaceMaker) -> None:
    for kind in ("full", "plain"):
        here = place(kind)
        [one] = here.users(1)
        changes = [update(one, {"title": "主事"}, {"title": "課長"}), update(one, {"sn": "汐見"}, {"sn": "改姓"})]
        assert [done(result) for result in here.ground.apply(*changes)] == [one, one]
        assert (here.others.read(one)["title"], here.others.read(one)["sn"]) == ("課長", "改姓")


def is_page(number: int) -> object:
    return lambda asked: asked.method == "GET" and f"startIndex={number}" in asked.path


@pytest.mark.parametrize("step", [1, 8])
def test_a_list_that_grows_while_it_is_read_is_read_again(place: PlaceMaker, step: int) -> None:
    here = place("small")
    here.users(20)
    here.troubled.once(Trouble(before=lambda: here.users(3)), is_page(8))
    assert len(here.ground.system.observe(here.ground.scope).state) == 23


def test_a_total_that_changes_from_page_to_page_is_noticed(place: PlaceMaker) -> None:
    here = place("small")
    keys = here.users(20)
    here.troubled.once(Trouble(rewrite=lambda page: {**page, "totalResults": 21}), is_page(8))
    assert set(here.ground.system.observe({USER: here.ground.scope[USER]}).state) == set(keys)
    assert len(here.troubled.asked) == 2 * 3


def test_a_list_that_never_holds_still_is_given_up(place: PlaceMaker) -> None:
    here = place("small")
    here.users(8)
    here.troubled.plan = lambda asked: Trouble(before=lambda: here.users(1)) if is_page(8)(asked) else None
    with pytest.raises(Fault, match="changed each of the 4 times"):
        here.ground.system.observe(here.ground.scope)


def test_a_cursor_that_expired_is_begun_again(place: PlaceMaker) -> None:
    here = place("cursor")
    keys = here.users(20)
    expired = Trouble(400, text='{"scimType": "expiredCursor", "status": "400"}')
    here.troubled.once(expired, lambda asked: "cursor=" in asked.path and not asked.path.endswith("cursor="))
    assert set(here.ground.system.observe({USER: here.ground.scope[USER]}).state) == set(keys)
    assert len(here.troubled.asked) == 1 + 1 + 3


def test_only_what_the_scope_needs_is_asked_for(place: PlaceMaker) -> None:
    here = place()
    [one] = here.users(1)
    here.ground.system.observe(here.ground.scope)
    here.ground.system.read([one, Key("group", one.id)], here.ground.scope)
    assert all("attributes=" in asked.path for asked in here.troubled.asked)
    assert not any("phoneNumbers" in asked.path for asked in here.troubled.asked)
    assert isinstance(here.troubled.asked[0], Asked)
