"""What every system has to do, whatever it is. Runs against each of the grounds in conftest.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.errors import SystemUnreachable
from chonai.change.model import Action, Key, Value
from tests.contract.ground import OU, USER, Ground, delete, done, refused, update

NOBODY = Key(USER, "00000000-0000-4000-8000-000000000000")


def values(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


# reading -----------------------------------------------------------------------------------------------------------


def test_observe_shows_all_objects_with_the_attributes_of_the_scope(ground: Ground) -> None:
    [user] = ground.made(ground.user(title="課長"))
    [group] = ground.made(ground.group([user]))
    state = ground.system.observe(ground.scope).state
    assert {key: set(record) for key, record in state.items()} == {
        key: set(ground.scope[key.type].attributes) for key in (user, group, *ground.standing)
    }
    assert state[user]["title"] == "課長"
    assert state[user].get("parent") == ground.parent
    assert state[group]["member"] == {str(user)}


def test_observe_keeps_to_the_types_of_the_scope(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    state = ground.system.observe({USER: ground.scope[USER]}).state
    assert set(state) == {user, ground.protected}
    assert state[user].get("parent") == ground.parent


def test_reading_known_keys_gives_what_observing_gives(ground: Ground) -> None:
    users = ground.made(ground.user(), ground.user())
    ground.made(ground.group(users), *([ground.ou("課")] if ground.dialect.places else []))
    observed = ground.system.observe(ground.scope).state
    assert ground.system.read(observed.keys(), ground.scope) == observed


def test_what_does_not_exist_is_left_out(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    assert set(ground.system.read([user, NOBODY, Key(USER, "new:1-000001")], ground.scope)) == {user}


def test_a_key_of_another_type_finds_nothing(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    assert not ground.system.read([Key(OU, user.id)], ground.scope)


def test_protected_objects_are_told_with_the_reason(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    observation = ground.system.observe(ground.scope)
    assert ground.protected in observation.protected
    assert user not in observation.protected
    assert "svc-" in str(observation.protected[ground.protected])


def test_protected_objects_object_whenever_asked(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    found = ground.system.objections([user, ground.protected, NOBODY])
    assert set(found) == {ground.protected}
    assert "svc-" in str(found[ground.protected])


# creating ----------------------------------------------------------------------------------------------------------


def test_a_create_learns_its_key_and_gets_its_secret(ground: Ground) -> None:
    create = ground.user()
    [key] = ground.made(create)
    assert not key.is_new
    assert ground.asked == [(create, "initial_password")]
    record = ground.read(key)
    assert {name: value for name, value in record.items() if name in create.after}.items() <= create.after.items()
    assert {*ground.scope[USER].place, "title", ground.dialect.account} <= create.after.keys() & record.keys()


@pytest.mark.places
@pytest.mark.parametrize("name", ["戸籍・住民課", 'a, b+c="d"; <e>', "#1", " 前後 ", "課\\係", "神㊤髙﨑𠮷"])
def test_names_may_hold_anything(ground: Ground, name: str) -> None:
    [place] = ground.made(ground.ou(name))
    [user] = ground.made(ground.user(parent=place))
    assert ground.read(place)["name"] == name
    assert ground.read(user)["parent"] == str(place)
    assert dict(ground.system.locate([ground.ou(name)])) == {Key(OU, f"new:{name}"): place}


def test_a_taken_name_is_refused_and_the_others_are_made(ground: Ground) -> None:
    first = ground.user()
    ground.made(first)
    again, other = ground.apply(replace(first, key=Key(USER, "new:other")), ground.user())
    assert str(refused(again))
    assert not done(other).is_new


@pytest.mark.places
def test_an_unknown_place_is_refused(ground: Ground) -> None:
    nowhere = Key(OU, NOBODY.id)
    assert str(nowhere) in str(refused(ground.apply(ground.user(parent=nowhere))[0]))


def test_locate_finds_what_was_made_and_nothing_else(ground: Ground) -> None:
    made, missing = ground.user(), ground.user()
    [key] = ground.made(made)
    assert dict(ground.system.locate([made, missing])) == {made.key: key}


def test_a_create_that_was_cut_short_is_completed(ground: Ground) -> None:
    create = ground.user(**{"title": "係長", ground.dialect.notes: frozenset({"a", "b"})})
    [key] = ground.made(create)
    done(ground.apply(update(key, {"title": "係長", ground.dialect.notes: frozenset({"b"})}, {"title": None}))[0])
    ground.asked.clear()
    assert done(ground.apply(replace(create, key=key))[0]) == key
    assert ground.read(key)["title"] == "係長"
    assert values(ground.read(key)[ground.dialect.notes]) == {"a", "b"}
    assert [name for _, name in ground.asked] == ["initial_password"]


# changing ----------------------------------------------------------------------------------------------------------


def test_scalars_are_set_changed_and_cleared(ground: Ground) -> None:
    [key] = ground.made(ground.user())
    for before, after in (("主事", "課長"), ("課長", None), (None, "主査")):
        done(ground.apply(update(key, {"title": before}, {"title": after}))[0])
        assert ground.read(key)["title"] == after


def test_a_change_made_twice_is_made_once(ground: Ground) -> None:
    [key] = ground.made(ground.user())
    change = update(key, {"title": "主事"}, {"title": "課長", ground.dialect.notes: frozenset({"a"})})
    assert [done(result) for _ in range(2) for result in ground.apply(change)] == [key, key]
    assert ground.read(key)["title"] == "課長"


def test_what_somebody_else_changed_is_left_alone(ground: Ground) -> None:
    [key] = ground.made(ground.user())
    done(ground.apply(update(key, {"title": "主事"}, {"title": "参事"}))[0])
    error = refused(ground.apply(update(key, {"title": "主事"}, {"title": "課長"}))[0])
    assert "参事" in str(error)
    assert ground.read(key)["title"] == "参事"


def test_sets_are_changed_by_value(ground: Ground) -> None:
    notes = ground.dialect.notes
    [key] = ground.made(ground.user(**{notes: frozenset({"theirs", "old"})}))
    done(ground.apply(update(key, {notes: frozenset({"old", "never was"})}, {notes: frozenset({"new", "theirs"})}))[0])
    assert ground.read(key)[notes] == {"theirs", "new"}


def test_accounts_are_disabled_and_enabled(ground: Ground) -> None:
    [key] = ground.made(ground.user())
    for enabled in (False, True):
        done(ground.apply(update(key, {"enabled": not enabled}, {"enabled": enabled}))[0])
        assert ground.read(key)["enabled"] is enabled


def test_a_disabled_account_can_be_made(ground: Ground) -> None:
    [key] = ground.made(ground.user(enabled=False))
    assert ground.read(key)["enabled"] is False


def test_members_leave_and_join(ground: Ground) -> None:
    one, two, three = ground.made(ground.user(), ground.user(), ground.user())
    [group] = ground.made(ground.group([one, two]))
    change = update(group, {"member": frozenset({str(one)})}, {"member": frozenset({str(three)})})
    for _ in range(2):
        done(ground.apply(change)[0])
        assert ground.read(group)["member"] == {str(two), str(three)}


def test_the_last_member_can_leave_and_one_can_come_back(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    [group] = ground.made(ground.group([user]))
    alone = frozenset({str(user)})
    done(ground.apply(update(group, {"member": alone}, {}))[0])
    assert not ground.read(group)["member"]
    done(ground.apply(update(group, {}, {"member": alone}))[0])
    assert ground.read(group)["member"] == alone


@pytest.mark.nested
def test_groups_can_be_members_of_groups(ground: Ground) -> None:
    [inner] = ground.made(ground.group([]))
    [outer] = ground.made(ground.group([inner]))
    assert ground.read(outer)["member"] == {str(inner)}


def test_an_unknown_member_is_refused(ground: Ground) -> None:
    [group] = ground.made(ground.group([]))
    refused(ground.apply(update(group, {}, {"member": frozenset({str(NOBODY)})}))[0])
    assert not ground.read(group)["member"]


def test_an_unknown_object_is_refused_and_the_others_are_changed(ground: Ground) -> None:
    [key] = ground.made(ground.user())
    gone, changed = ground.apply(
        update(NOBODY, {"title": "主事"}, {"title": "課長"}), update(key, {"title": "主事"}, {"title": "課長"})
    )
    assert str(NOBODY) in str(refused(gone))
    assert done(changed) == key


def test_protected_objects_are_refused_by_name(ground: Ground) -> None:
    before = ground.read(ground.protected)
    for change in (update(ground.protected, {"title": before["title"]}, {"title": "長"}), delete(ground.protected)):
        assert "svc-" in str(refused(ground.apply(change)[0]))
    assert ground.read(ground.protected) == before


@pytest.mark.flat
def test_a_system_without_places_makes_none(ground: Ground) -> None:
    assert OU in str(refused(ground.apply(ground.ou("課"))[0]))


# moving ------------------------------------------------------------------------------------------------------------


@pytest.mark.places
def test_a_move_keeps_key_and_memberships(ground: Ground) -> None:
    [old, new] = ground.made(ground.ou("旧課"), ground.ou("新課"))
    [user] = ground.made(ground.user(parent=old))
    [group] = ground.made(ground.group([user]))
    change = update(user, {"parent": str(old), "title": "主事"}, {"parent": str(new), "title": "係長"}, Action.MOVE)
    for _ in range(2):
        assert done(ground.apply(change)[0]) == user
        assert (ground.read(user)["parent"], ground.read(user)["title"]) == (str(new), "係長")
    assert ground.read(group)["member"] == {str(user)}


@pytest.mark.renames
def test_a_rename_keeps_key_and_place(ground: Ground) -> None:
    create = ground.user()
    [user] = ground.made(create)
    done(ground.apply(update(user, {"name": create.after["name"]}, {"name": ground.dialect.renamed}, Action.MOVE))[0])
    record = ground.read(user)
    assert (record["name"], record.get("parent")) == (ground.dialect.renamed, ground.parent)


@pytest.mark.places
def test_half_a_move_is_completed(ground: Ground) -> None:
    [old, new] = ground.made(ground.ou("旧課"), ground.ou("新課"))
    [user] = ground.made(ground.user(parent=old))
    done(ground.apply(update(user, {"title": "主事"}, {"title": "係長"}))[0])
    change = update(user, {"parent": str(old), "title": "主事"}, {"parent": str(new), "title": "係長"}, Action.MOVE)
    done(ground.apply(change)[0])
    assert (ground.read(user)["parent"], ground.read(user)["title"]) == (str(new), "係長")


@pytest.mark.places
def test_what_somebody_else_moved_is_left_alone(ground: Ground) -> None:
    [old, new, other] = ground.made(ground.ou("旧課"), ground.ou("新課"), ground.ou("他課"))
    [user] = ground.made(ground.user(parent=old))
    done(ground.apply(update(user, {"parent": str(old)}, {"parent": str(other)}, Action.MOVE))[0])
    refused(ground.apply(update(user, {"parent": str(old)}, {"parent": str(new)}, Action.MOVE))[0])
    assert ground.read(user)["parent"] == str(other)


@pytest.mark.places
def test_a_place_moves_with_all_that_is_in_it(ground: Ground) -> None:
    [division, section] = ground.made(ground.ou("部"), ground.ou("課"))
    [unit] = ground.made(ground.ou("係", parent=section))
    [user] = ground.made(ground.user(parent=unit))
    [group] = ground.made(ground.group([user]))
    change = update(
        section,
        {"parent": str(ground.place), "name": "課"},
        {"parent": str(division), "name": "改称課"},
        Action.MOVE,
    )
    done(ground.apply(change)[0])
    assert ground.read(section)["parent"] == str(division)
    assert ground.read(user)["parent"] == str(unit)
    assert ground.read(group)["member"] == {str(user)}


# deleting ----------------------------------------------------------------------------------------------------------


def test_what_is_deleted_is_gone_everywhere(ground: Ground) -> None:
    [user, other] = ground.made(ground.user(), ground.user())
    [group] = ground.made(ground.group([user, other]))
    done(ground.apply(delete(user))[0])
    assert not ground.system.read([user], ground.scope)
    assert ground.read(group)["member"] == {str(other)}


def test_a_delete_of_what_is_gone_is_done(ground: Ground) -> None:
    assert done(ground.apply(delete(NOBODY))[0]) == NOBODY


@pytest.mark.places
def test_a_place_that_is_not_empty_stays(ground: Ground) -> None:
    [place] = ground.made(ground.ou("課"))
    [user] = ground.made(ground.user(parent=place))
    refused(ground.apply(delete(place))[0])
    assert set(ground.system.read([place, user], ground.scope)) == {place, user}


@pytest.mark.parametrize("enabled", [True, False])
def test_what_was_deleted_comes_back_as_it_was(ground: Ground, enabled: bool) -> None:
    notes = ground.dialect.notes
    [user] = ground.made(ground.user(**{"enabled": enabled, notes: frozenset({"a", "b"})}))
    [group, second] = ground.made(ground.group([user]), ground.group([]))
    record, image = ground.read(user), ground.system.preimage([user, NOBODY])
    done(ground.apply(delete(user))[0])
    back = replace(ground.user(), key=user, after=image[user])
    keys = set()
    for _ in range(2):
        keys.add(key := done(ground.apply(back)[0]))
        assert ground.read(key) == record
        assert ground.read(group)["member"] == {str(key)}
        assert not ground.read(second)["member"]
    assert len(keys) == 1
    assert (keys == {user}) is ground.dialect.same_keys
    assert ground.system.preimage(keys) == dict.fromkeys(keys, image[user])


def test_a_deleted_group_comes_back_with_its_members(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    [group] = ground.made(ground.group([user]))
    record, image = ground.read(group), ground.system.preimage([group])[group]
    done(ground.apply(delete(group))[0])
    back = done(ground.apply(replace(ground.group([]), key=group, after=image))[0])
    assert (back == group) is ground.dialect.same_keys
    assert ground.read(back) == record


@pytest.mark.places
def test_a_deleted_place_comes_back(ground: Ground) -> None:
    [place] = ground.made(ground.ou("課", description="020300"))
    record, image = ground.read(place), ground.system.preimage([place])[place]
    done(ground.apply(delete(place))[0])
    assert done(ground.apply(replace(ground.ou("課"), key=place, after=image))[0]) == place
    assert ground.read(place) == record


# a server that is not there ------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_a_system_that_is_gone_says_so_and_does_not_hang(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    with ground.gone() as system:
        for call in (
            lambda: system.observe(ground.scope),
            lambda: system.read([user], ground.scope),
            lambda: system.locate([ground.user()]),
            lambda: system.objections([user]),
            lambda: system.preimage([user]),
            lambda: system.apply([delete(user)], ground.secret),
        ):
            with pytest.raises(SystemUnreachable):
                call()
    assert user in ground.system.read([user], ground.scope)
