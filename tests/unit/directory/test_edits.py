"""What is written for a change, given what is there."""

from __future__ import annotations

import pytest

from chonai.change.model import Action, Change, Key, Record
from chonai.systems.directory import edits
from chonai.systems.directory.active_directory import ActiveDirectory
from chonai.systems.directory.edits import Names
from chonai.systems.directory.flavour import Flavour
from chonai.systems.directory.openldap import OpenLdap
from chonai.systems.directory.protocol import Mod, Modification
from chonai.systems.directory.read import Found
from chonai.systems.refused import NotDone

ID = "01234567-89ab-4def-8123-456789abcdef"
OTHER = "11111111-2222-4333-8444-555555555555"
KEY = Key("user", ID)
AD, LDAP = ActiveDirectory(), OpenLdap("cn=none,dc=x")
DNS = {f"user:{OTHER}": "uid=b,ou=people,dc=x", "ou:1": "OU=旧課,DC=x", "ou:2": "OU=新課,DC=x"}


def change(before: Record, after: Record, action: Action = Action.UPDATE, key: Key = KEY) -> Change:
    return Change(action, key, before, after, "")


def found(dn: str = "CN=a,OU=旧課,DC=x", **values: list[bytes]) -> Found:
    return Found(KEY, dn, {name.lower(): raws for name, raws in values.items()})


def modifications(what: Change, there: Found, flavour: Flavour = AD) -> list[Modification]:
    return edits.modifications(what, there, Names(flavour, DNS))


def test_a_scalar_is_compared_and_set() -> None:
    assert modifications(change({"title": "主事"}, {"title": "課長"}), found(title=["主事".encode()])) == [
        (Mod.DELETE, "title", ["主事".encode()]),
        (Mod.ADD, "title", ["課長".encode()]),
    ]


def test_what_is_there_already_is_not_written() -> None:
    assert not modifications(change({"title": "主事"}, {"title": "課長"}), found(title=["課長".encode()]))


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_scalar_is_no_value(empty: str | None) -> None:
    assert modifications(change({"title": "a"}, {"title": empty}), found(title=[b"a"])) == [
        (Mod.DELETE, "title", [b"a"])
    ]
    assert not modifications(change({"title": "a"}, {"title": empty}), found())


def test_a_third_value_is_somebody_elses() -> None:
    with pytest.raises(NotDone) as caught:
        modifications(change({"title": "a"}, {"title": "b"}), found(title=[b"c"]))
    assert caught.value.message.code == "directory.moved_meanwhile"


def test_several_values_of_a_scalar_are_taken_away_one_by_one() -> None:
    several = change({"title": "a\nb"}, {"title": "c"})
    assert modifications(several, found(title=[b"b", b"a"])) == [
        (Mod.DELETE, "title", [b"b", b"a"]),
        (Mod.ADD, "title", [b"c"]),
    ]


def test_only_the_missing_part_of_a_set_is_written() -> None:
    what = change({"extensionName": frozenset({"gone", "a"})}, {"extensionName": frozenset({"b", "c"})})
    assert modifications(what, found(extensionName=[b"a", b"b", b"theirs"])) == [
        (Mod.DELETE, "extensionName", [b"a"]),
        (Mod.ADD, "extensionName", [b"c"]),
    ]


def test_disabling_changes_one_bit_and_only_if_the_rest_is_unchanged() -> None:
    what = change({"enabled": True}, {"enabled": False})
    assert modifications(what, found(userAccountControl=[b"66048"])) == [
        (Mod.DELETE, "userAccountControl", [b"66048"]),
        (Mod.ADD, "userAccountControl", [b"66050"]),
    ]
    assert not modifications(what, found(userAccountControl=[b"514"]))


def test_openldap_accounts_are_locked_for_good() -> None:
    assert modifications(change({"enabled": True}, {"enabled": False}), found(), LDAP) == [
        (Mod.REPLACE, "pwdAccountLockedTime", [b"000001010000Z"])
    ]
    locked = found(pwdAccountLockedTime=[b"000001010000Z"])
    assert modifications(change({"enabled": False}, {"enabled": True}), locked, LDAP) == [
        (Mod.DELETE, "pwdAccountLockedTime", [])
    ]


def test_a_lock_that_ends_by_itself_does_not_disable() -> None:
    assert LDAP.is_enabled({"pwdaccountlockedtime": [b"20260401000000Z"]})


def test_members_are_written_by_guid_on_active_directory() -> None:
    what = change({}, {"member": frozenset({f"user:{OTHER}"})}, key=Key("group", ID))
    assert modifications(what, found()) == [(Mod.ADD, "member", [f"<GUID={OTHER}>".encode()])]
    there = found(member=[f"<GUID={OTHER}>;<SID=S-1-5>;CN=b,DC=x".encode()])
    assert not modifications(what, there)


def test_members_are_written_by_dn_on_openldap() -> None:
    what = change({"member": frozenset({f"user:{OTHER}"})}, {}, key=Key("group", ID))
    there = found("cn=g,dc=x", member=[b"cn=none,dc=x", b"UID=b,ou=people,DC=x"])
    assert modifications(what, there, LDAP) == [(Mod.DELETE, "member", [b"UID=b,ou=people,DC=x"])]


def test_the_attribute_of_the_name_is_left_to_the_rename() -> None:
    what = change({"uid": "a", "name": "a"}, {"uid": "b", "name": "b"})
    assert not modifications(what, found("uid=a,dc=x", uid=[b"a"]), LDAP)
    assert edits.destination(what, found("uid=a,dc=x"), Names(LDAP, DNS)) == ("uid=b", "dc=x")


def test_a_move_says_name_and_place() -> None:
    what = change({"parent": "ou:1"}, {"parent": "ou:2"}, Action.MOVE)
    names = Names(AD, DNS)
    assert edits.destination(what, found(), names) == ("CN=a", "OU=新課,DC=x")
    assert edits.destination(what, found("CN=a,ou=新課,DC=x"), names) is None


def test_a_move_from_a_third_place_is_somebody_elses() -> None:
    what = change({"parent": "ou:1"}, {"parent": "ou:2"}, Action.MOVE)
    with pytest.raises(NotDone):
        edits.destination(what, found("CN=a,OU=他課,DC=x"), Names(AD, DNS))


def test_many_links_are_written_in_several_requests() -> None:
    many = [b"%d" % n for n in range(2 * edits.LINKS_AT_ONCE + 1)]
    parts = edits.in_steps([(Mod.DELETE, "title", [b"a"]), (Mod.ADD, "member", many)])
    assert [sum(len(values) for _, _, values in part) for part in parts] == [1, 1000, 1000, 1]
    assert edits.in_steps([]) == []


def test_a_new_object_without_a_name_is_refused() -> None:
    with pytest.raises(NotDone):
        edits.new_dn(change({}, {"parent": "ou:1"}, Action.CREATE), Names(AD, DNS))


def test_binary_values_are_written_back_as_bytes() -> None:
    create = change({}, {"name": "a", "jpegPhoto;base64": frozenset({"/9j/"}), "memberOf": frozenset({"group:1"})})
    attributes = edits.new_attributes(create, Names(LDAP, DNS), "uid=a,dc=x")
    assert attributes["jpegPhoto"] == [b"\xff\xd8\xff"]
    assert "memberOf" not in attributes
