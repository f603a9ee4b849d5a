"""What is odd in real directories is read as it is."""

from __future__ import annotations

import pytest

from chonai.change.errors import UsageError
from chonai.change.model import Action, Key, TypeScope
from chonai.systems.directory import connect, filters
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.protocol import Add, Mod, Modify, Rename, Search
from chonai.systems.directory.settings import parse
from tests.contract.directories import by_hand
from tests.contract.ground import GROUP, OU, USER, Ground, done, update


def base(ground: Ground) -> str:
    return str(ground.settings["base"])


def test_a_group_of_3500_is_read_whole(lgwan: Ground) -> None:
    """Active Directory sends 1,500 values at a time."""
    classes = [("objectClass", [b"group"])]
    names = [
        (f"CN=g{n:04d},{base(lgwan)}", [*classes, ("sAMAccountName", [b"%d-%d" % (n, id(lgwan))])]) for n in range(3500)
    ]
    with Connection.open(parse(lgwan.settings)) as connection:
        assert all(reply.ok for reply in connection.send([Add(dn, values) for dn, values in names]))
    members = {str(key) for key in lgwan.system.observe({GROUP: lgwan.scope[GROUP]}).state}
    [group] = lgwan.made(lgwan.group(map(Key.parse, members)))
    assert len(members) == 3500
    assert lgwan.read(group)["member"] == members
    assert lgwan.system.observe(lgwan.scope).state[group]["member"] == members
    done(lgwan.apply(update(group, {"member": frozenset(members)}, {}))[0])
    assert not lgwan.read(group)["member"]


def test_a_move_made_by_hand_is_seen_as_a_move(ground: Ground) -> None:
    create = ground.user()
    [place] = ground.made(ground.ou("異動先"))
    [user] = ground.made(create)
    before = ground.read(user)
    attribute = ground.dialect.naming
    rdn = f"{attribute}={create.after['name']}"
    by_hand(
        ground.settings,
        Rename(f"{rdn},{base(ground)}", f"{attribute}=x{create.after['name']}", f"OU=異動先,{base(ground)}"),
    )
    after = ground.system.observe(ground.scope).state[user]
    assert (after["parent"], after["name"]) == (str(place), f"x{create.after['name']}")
    assert after["title"] == before["title"]
    error = ground.apply(update(user, {"parent": str(ground.place)}, {"parent": str(ground.place), "title": "長"}))[
        0
    ].error
    assert error is None or "parent" in str(error)


def test_members_from_elsewhere_are_neither_shown_nor_touched(ground: Ground) -> None:
    [user] = ground.made(ground.user())
    [group] = ground.made(ground.group([]))
    elsewhere = base(ground).partition(",")[2].encode()
    group_dn = f"cn={ground.read(group)['name']},{base(ground)}"
    by_hand(ground.settings, Modify(group_dn, [(Mod.ADD, "member", [elsewhere])]))
    assert not ground.read(group)["member"]
    done(ground.apply(update(group, {}, {"member": frozenset({str(user)})}))[0])
    done(ground.apply(update(group, {"member": frozenset({str(user)})}, {}))[0])
    with Connection.open(parse(ground.settings)) as connection:
        search = Search(group_dn, filters.present("objectClass"), ("member",))
        [values] = connection.search(search, lambda entry: entry.values)
    assert elsewhere.lower() in [raw.lower() for raw in values["member"]]


def test_several_values_of_a_scalar_are_shown_and_replaced_together(corp: Ground) -> None:
    create = corp.user()
    [user] = corp.made(create)
    by_hand(corp.settings, Modify(f"uid={create.after['name']},{base(corp)}", [(Mod.ADD, "title", ["兼務".encode()])]))
    assert corp.read(user)["title"] == "主事\n兼務"
    done(corp.apply(update(user, {"title": "主事\n兼務"}, {"title": "課長"}))[0])
    assert corp.read(user)["title"] == "課長"


def test_names_are_found_however_a_member_is_written(corp: Ground) -> None:
    create = corp.user("A, b")
    [user] = corp.made(create)
    group_dn = f"cn=odd,{base(corp)}"
    member = f"UID=a\\2c b, {base(corp).upper()}".encode()
    by_hand(corp.settings, Add(group_dn, [("objectClass", [b"groupOfNames"]), ("member", [member])]))
    observed = corp.system.observe(corp.scope).state
    [group] = [key for key in observed if key.type == GROUP]
    assert observed[group]["member"] == {str(user)}
    assert corp.read(group)["member"] == {str(user)}
    done(corp.apply(update(group, {}, {"member": frozenset({str(user)})}))[0])


def test_other_references_are_keys_too(lgwan: Ground) -> None:
    [manager, user] = lgwan.made(lgwan.user(), lgwan.user())
    scope = {USER: TypeScope(frozenset({"manager"}), frozenset({"manager"}))}
    done(lgwan.apply(update(user, {"manager": None}, {"manager": str(manager)}))[0])
    assert lgwan.system.read([user], scope)[user] == {"manager": str(manager)}
    assert lgwan.system.observe(scope).state[user] == {"manager": str(manager)}
    done(lgwan.apply(update(user, {"manager": str(manager)}, {"manager": None}))[0])
    assert lgwan.system.read([user], scope)[user] == {"manager": None}


def test_a_located_place_leads_to_what_is_in_it(ground: Ground) -> None:
    division = ground.ou("部")
    [key] = ground.made(division)
    [inner] = ground.made(ground.ou("課", parent=key))
    section = ground.ou("課", parent=division.key)
    assert dict(ground.system.locate([section, division])) == {division.key: key, section.key: inner}


def test_an_account_is_located_wherever_it_is(ground: Ground) -> None:
    create = ground.user()
    [place, user] = ground.made(ground.ou("他所"), create)
    done(ground.apply(update(user, {"parent": str(ground.place)}, {"parent": str(place)}, Action.MOVE))[0])
    assert dict(ground.system.locate([create])) == {create.key: user}


@pytest.mark.parametrize(
    "scope",
    [
        {"printer": TypeScope(frozenset({"name"}))},
        {USER: TypeScope(frozenset({"title"}), frozenset({"title"}))},
    ],
)
def test_a_scope_that_no_directory_has_is_refused(corp: Ground, scope: dict[str, TypeScope]) -> None:
    with pytest.raises(UsageError):
        corp.system.observe(scope)


def test_the_whole_domain_can_be_the_base(lgwan: Ground) -> None:
    with connect({**lgwan.settings, "base": "DC=lgwan,DC=shiomino,DC=example"}) as system:
        observation = system.observe({OU: lgwan.scope[OU], USER: lgwan.scope[USER]})
        assert observation.state[system.base_key]["parent"] is None
        by_name = {record["name"]: key for key, record in observation.state.items() if key.type == USER}
        assert {by_name["Administrator"], by_name["krbtgt"], by_name["Guest"]} <= observation.protected.keys()
