"""Objects that no plan may touch, in every way in which they can be recognised."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chonai.change.model import Action, Key
from chonai.systems.directory import connect
from chonai.systems.directory.protocol import Mod, Modify
from tests.contract.directories import CORP, LGWAN, by_hand
from tests.contract.ground import Ground, delete, done, refused, update

DOMAIN = "DC=lgwan,DC=shiomino,DC=example"


def dn(ground: Ground, key: Key) -> str:
    return f"CN={ground.read(key)['name']},{ground.settings['base']}"


def admin_count(ground: Ground, user: Key) -> None:
    by_hand(ground.settings, Modify(dn(ground, user), [(Mod.ADD, "adminCount", [b"1"])]))


def domain_admin(ground: Ground, user: Key) -> None:
    by_hand(
        ground.settings,
        Modify(f"CN=Domain Admins,CN=Users,{DOMAIN}", [(Mod.ADD, "member", [dn(ground, user).encode()])]),
    )


def nested_admin(ground: Ground, user: Key) -> None:
    [group] = ground.made(ground.group([user]))
    member = [dn(ground, group).encode()]
    by_hand(ground.settings, Modify(f"CN=Account Operators,CN=Builtin,{DOMAIN}", [(Mod.ADD, "member", member)]))


@pytest.mark.parametrize(
    ("promote", "why"),
    [(admin_count, "adminCount"), (domain_admin, "Domain Admins"), (nested_admin, "administrators' group")],
)
def test_administrators_are_told_and_refused(lgwan: Ground, promote: Callable[[Ground, Key], None], why: str) -> None:
    [user, other] = lgwan.made(lgwan.user(), lgwan.user())
    promote(lgwan, user)
    protected = lgwan.system.observe(lgwan.scope).protected
    assert why in str(protected[user])
    assert other not in protected
    error = str(refused(lgwan.apply(update(user, {"enabled": True}, {"enabled": False}))[0]))
    assert dn(lgwan, user) in error
    assert why in error
    assert lgwan.read(user)["enabled"] is True


def test_what_became_protected_after_the_plan_is_refused(lgwan: Ground) -> None:
    [user] = lgwan.made(lgwan.user())
    assert user not in lgwan.system.observe(lgwan.scope).protected
    admin_count(lgwan, user)
    refused(lgwan.apply(delete(user))[0])
    assert lgwan.read(user)


def test_a_protected_place_is_closed(lgwan: Ground) -> None:
    [closed] = lgwan.made(lgwan.ou("管理"))
    [inside, outside] = lgwan.made(lgwan.user(parent=closed), lgwan.user())
    protected = {"dns": [f"ou=管理,{lgwan.settings['base']}"]}
    with connect({**lgwan.settings, "protected": protected}) as system:
        assert {closed, inside} <= system.observe(lgwan.scope).protected.keys()
        changes = [
            delete(inside),
            update(closed, {"name": "管理"}, {"name": "解放"}, Action.MOVE),
            update(outside, {"parent": str(lgwan.place)}, {"parent": str(closed)}, Action.MOVE),
            lgwan.user(parent=closed),
        ]
        for result in system.apply(changes, lgwan.secret):
            assert "is protected by the settings" in str(refused(result))
    assert lgwan.read(outside)["parent"] == str(lgwan.place)


def test_the_base_and_what_is_outside_are_out_of_bounds(ground: Ground) -> None:
    [place, other] = ground.made(ground.ou("内"), ground.ou("外"))
    [user] = ground.made(ground.user(parent=other))
    with connect({**ground.settings, "base": f"OU=内,{ground.settings['base']}"}) as system:
        assert set(system.observe(ground.scope).state) == {place}
        assert not system.read([user], ground.scope)
        into = ground.user(parent=other)
        for change in (delete(user), delete(place), into):
            error = str(refused(system.apply([change], ground.secret)[0]))
            assert "outside of" in error or "is the base itself" in error
    assert ground.read(user)


@pytest.mark.parametrize("server", [LGWAN, CORP], ids=["active_directory", "openldap"])
def test_the_own_account_is_protected(lgwan: Ground, corp: Ground, server: object) -> None:
    ground = lgwan if server is LGWAN else corp
    create = ground.user()
    [user] = ground.made(create)
    if ground is lgwan:
        by_hand(ground.settings, Modify(dn(lgwan, user), [(Mod.REPLACE, "pwdLastSet", [b"-1"])]))
        bind = {"user": f"{create.after['name']}@lgwan.shiomino.example", "password": "Shoki-2026-Pass!"}
    else:
        own = f"uid={create.after['name']},{ground.settings['base']}"
        by_hand(ground.settings, Modify(own, [(Mod.DELETE, "pwdReset", [])]))
        bind = {"user": own, "password": "Shoki-2026-Pass!"}
    with connect({**ground.settings, "bind": bind}) as system:
        assert "itself is logged in" in str(system.observe(ground.scope).protected[user])


def test_protected_objects_do_not_stop_the_others(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    results = ground.apply(delete(ground.protected), update(user, {"title": "主事"}, {"title": "課長"}))
    refused(results[0])
    done(results[1])
    assert ground.read(user)["title"] == "課長"
