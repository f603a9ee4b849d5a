"""The way back from a delete, as far as each server allows it."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from chonai.change.model import Change, Key
from chonai.systems.directory import filters
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.protocol import Add, Delete, Mod, Modify, Search
from chonai.systems.directory.settings import parse
from tests.contract.directories import by_hand
from tests.contract.ground import GROUP, USER, Ground, delete, done, refused


def values(ground: Ground, name: object) -> dict[str, list[bytes]]:
    """All that the server has under this name."""
    search = Search(str(ground.settings["base"]), filters.equals("displayName", str(name)), ("*", "objectSid"))
    with Connection.open(parse(ground.settings)) as connection:
        [found] = connection.search(search, lambda entry: entry.values)
    return found


def back(ground: Ground, key: Key, image: object) -> Change:
    create = replace(ground.user(), key=key, after=dict(image), secrets=())  # type: ignore[call-overload]  # a record
    assert isinstance(create, Change)
    return create


def test_the_sid_and_every_attribute_come_back(lgwan: Ground) -> None:
    name = f"復元{uuid4()}"
    photo = bytes(range(256))
    create = lgwan.user(displayName=name, telephoneNumber="0598-53-4300", info="一行\r\n二行", accountExpires="0")
    [user] = lgwan.made(create)
    dn = f"CN={create.after['name']},{lgwan.settings['base']}"
    by_hand(lgwan.settings, Modify(dn, [(Mod.ADD, "thumbnailPhoto", [photo]), (Mod.ADD, "otherPager", [b"1", b"2"])]))
    by_hand(lgwan.settings, Modify(dn, [(Mod.REPLACE, "userAccountControl", [b"66050"])]))
    before, image = values(lgwan, name), lgwan.system.preimage([user])[user]
    done(lgwan.apply(delete(user))[0])
    assert done(lgwan.apply(back(lgwan, user, image))[0]) == user
    after = values(lgwan, name)
    own = {"usncreated", "usnchanged", "whenchanged", "pwdlastset", "lastknownparent", "dscorepropagationdata"}
    zeros = {"badpasswordtime", "lastlogoff", "lastlogon", "badpwdcount", "logoncount"}
    differing = {
        n for n in (before.keys() | after.keys()) - own - zeros if sorted(before.get(n, [])) != sorted(after.get(n, []))
    }
    assert not differing
    assert before["objectsid"] == after["objectsid"]
    assert after["thumbnailphoto"] == [photo]


def test_a_group_outside_of_the_base_takes_its_member_back(lgwan: Ground) -> None:
    [user] = lgwan.made(lgwan.user())
    base = str(lgwan.settings["base"])
    outside = f"CN=g{uuid4()},{base.partition(',')[2]}"
    member = f"CN={lgwan.read(user)['name']},{base}".encode()
    by_hand(lgwan.settings, Add(outside, [("objectClass", [b"group"]), ("member", [member])]))
    try:
        image = lgwan.system.preimage([user])[user]
        done(lgwan.apply(delete(user))[0])
        done(lgwan.apply(back(lgwan, user, image))[0])
        assert lgwan.system.preimage([user])[user] == image
    finally:
        by_hand(lgwan.settings, Delete(outside))


def test_what_left_no_tombstone_comes_back_under_another_key(lgwan: Ground) -> None:
    create = lgwan.user()
    lost = Key(USER, str(uuid4()))
    found = done(lgwan.apply(replace(create, key=lost))[0])
    assert found != lost
    assert lgwan.read(found)["title"] == "主事"


def test_openldap_keeps_the_uuid_of_what_it_never_knew(corp: Ground) -> None:
    lost = Key(USER, str(uuid4()))
    assert done(corp.apply(replace(corp.user(), key=lost))[0]) == lost


def test_a_group_that_is_gone_is_told_and_the_person_is_back(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    [group, kept] = ground.made(ground.group([user]), ground.group([user]))
    image = ground.system.preimage([user])[user]
    for key in (user, group):
        done(ground.apply(delete(key))[0])
    [result] = ground.apply(back(ground, user, image))
    assert result.key == user
    assert str(group) in str(refused(result))
    assert ground.read(user)["title"] == "主事"
    assert not ground.system.read([Key(GROUP, group.id)], ground.scope)
    assert ground.read(kept)["member"] == {str(user)}


def test_two_come_back_into_one_group(ground: Ground) -> None:
    users = ground.made(ground.user(), ground.user(), ground.user())
    [group] = ground.made(ground.group(users))
    images = ground.system.preimage(users)
    for result in ground.apply(*map(delete, users)):
        done(result)
    for result in ground.apply(*(back(ground, key, images[key]) for key in users)):
        done(result)
    assert ground.read(group)["member"] == set(map(str, users))


def test_secrets_are_not_in_what_is_kept(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    image = ground.system.preimage([user])[user]
    assert not {name for name in image if "password" in name.lower() or "pwd" in name.lower()}
