"""The laws of the contract, asked of folders. What is told apart: there are no secrets and no members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.errors import SystemUnreachable
from chonai.change.model import Action, Key
from chonai.systems.folders.tree import FOLDER
from chonai.systems.folders.trustees import TRUSTEE
from tests.contract import fileserver
from tests.contract.fileserver import FolderGround, People, by_hand, trustee
from tests.contract.ground import delete, done, refused, update

NOBODY = Key(FOLDER, "00000000000000ff-01d0000000000000")
NO_SID = "S-1-5-21-11-22-33-4444"


@pytest.fixture(scope="module")
def people(lab: Path) -> Iterator[People]:
    with fileserver.people(lab) as found:
        yield found


@pytest.fixture
def share(lab: Path) -> Iterator[FolderGround]:
    with fileserver.ground(lab) as found:
        yield found


# reading -----------------------------------------------------------------------------------------------------------


def test_observe_shows_all_folders_with_the_attributes_of_the_scope(share: FolderGround, people: People) -> None:
    [folder] = share.made(share.folder("住民課", read=frozenset(people.groups[:1])))
    state = share.system.observe(share.scope).state
    group = Key.parse(people.groups[0])
    assert set(state) == {folder, share.place, share.protected, group}
    assert {key.type: set(record) for key, record in state.items()} == {
        type_: share.scope[type_].attributes for type_ in (FOLDER, TRUSTEE)
    }
    assert state[group] == {"name": people.names[0]}
    assert state[folder]["parent"] == str(share.place)
    assert state[folder]["read"] == {people.groups[0]}


def test_reading_known_keys_gives_what_observing_gives(share: FolderGround, people: People) -> None:
    sid = Key.parse(people.groups[0]).id
    special = frozenset({f"grant:{sid};CI;0x1201bf"})
    share.made(share.folder("税務課", read=frozenset(people.groups)), share.folder("住民課", special=special))
    observed = share.system.observe(share.scope).state
    assert share.system.read(observed.keys(), share.scope) == observed


def test_what_does_not_exist_is_left_out(share: FolderGround) -> None:
    [folder] = share.made(share.folder("課"))
    keys = [folder, NOBODY, Key(FOLDER, "new:020300"), Key("user", folder.id)]
    assert set(share.system.read(keys, share.scope)) == {folder}


def test_protected_folders_are_told_with_the_reason(share: FolderGround) -> None:
    [folder] = share.made(share.folder("課"))
    observation = share.system.observe(share.scope)
    assert "adm-" in str(observation.protected[share.protected])
    assert folder not in observation.protected


# creating ----------------------------------------------------------------------------------------------------------


def test_a_create_learns_its_key_and_its_rights(share: FolderGround, people: People) -> None:
    rights = {"read": frozenset(people.groups[:1]), "write": frozenset(people.groups[1:]), "inherits": False}
    create = share.folder("住民課", **rights)
    [key] = share.made(create)
    assert not key.is_new
    assert share.read(key) == create.after


@pytest.mark.parametrize("name", ["戸籍・住民課", "a, b+c='d'; [e]", "#1", "神㊤髙﨑𠮷", "か" * 80])
def test_names_may_hold_anything_that_windows_allows(share: FolderGround, name: str) -> None:
    [place] = share.made(share.folder(name))
    [inner] = share.made(share.folder("係", place))
    assert share.read(place)["name"] == name
    assert share.read(inner)["parent"] == str(place)
    assert dict(share.system.locate([share.folder(name)])) == {Key(FOLDER, f"new:{name}"): place}


@pytest.mark.parametrize("name", ["税/住", "課.", "課 ", "CON", "nul.txt", "x" * 256, ""])
def test_names_that_windows_forbids_are_refused(share: FolderGround, name: str) -> None:
    bad, good = share.apply(share.folder(name), share.folder("課"))
    refused(bad)
    assert not done(good).is_new


def test_names_that_windows_forbids_are_told_before_anything_is_written(share: FolderGround) -> None:
    bad, good = share.folder("税/住"), share.folder("課")
    found = share.system.unwritable([bad, good, trustee("LGWAN\\sec-020100")])
    assert {key: "U+002F" in str(why) for key, why in found.items()} == {bad.key: True}


def test_a_taken_name_is_refused_and_the_others_are_made(share: FolderGround) -> None:
    share.made(share.folder("課"))
    again, other = share.apply(replace(share.folder("課"), key=Key(FOLDER, "new:x")), share.folder("他課"))
    assert "課" in str(refused(again))
    assert not done(other).is_new


def test_an_unknown_place_is_refused(share: FolderGround) -> None:
    assert str(NOBODY) in str(refused(share.apply(share.folder("課", NOBODY))[0]))


def test_what_is_too_deep_to_be_seen_again_is_refused(share: FolderGround) -> None:
    place = share.place
    for name in ("一", "二", "三"):
        [place] = share.made(share.folder(name, place))
    assert "3" in str(refused(share.apply(share.folder("四", place))[0]))


def test_locate_finds_what_was_made_and_nothing_else(share: FolderGround) -> None:
    made, inner, missing = share.folder("課"), share.folder("係", Key(FOLDER, "new:課")), share.folder("無い")
    [key] = share.made(made)
    [inside] = share.made(replace(inner, after={**inner.after, "parent": str(key)}))
    assert dict(share.system.locate([inner, made, missing])) == {made.key: key, inner.key: inside}


def test_a_create_that_was_cut_short_is_completed(share: FolderGround, people: People) -> None:
    create = share.folder("課", write=frozenset(people.groups))
    [key] = share.made(create)
    done(share.apply(update(key, {"write": frozenset(people.groups)}, {"read": frozenset(people.groups)}))[0])
    assert done(share.apply(replace(create, key=key))[0]) == key
    assert share.read(key)["write"] == set(people.groups)


# changing ----------------------------------------------------------------------------------------------------------


def test_sets_are_changed_by_value(share: FolderGround, people: People) -> None:
    one, two = people.groups
    [key] = share.made(share.folder("課", write=frozenset({one})))
    change = update(key, {"write": frozenset({f"trustee:{NO_SID}"})}, {"write": frozenset({two})})
    for _ in range(2):
        assert done(share.apply(change)[0]) == key
        assert share.read(key)["write"] == {one, two}


def test_a_folder_becomes_read_only(share: FolderGround, people: People) -> None:
    one = frozenset(people.groups[:1])
    [key] = share.made(share.folder("旧課", write=one))
    change = update(key, {"write": one}, {"read": one})
    for _ in range(2):
        done(share.apply(change)[0])
        assert (share.read(key)["write"], share.read(key)["read"]) == (frozenset(), one)


def test_inheriting_ends_and_begins(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    for inherits in (False, True):
        done(share.apply(update(key, {"inherits": not inherits}, {"inherits": inherits}))[0])
        assert share.read(key)["inherits"] is inherits


def test_what_somebody_else_changed_is_left_alone(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    done(share.apply(update(key, {"name": "課"}, {"name": "他課"}, Action.MOVE))[0])
    assert "他課" in str(refused(share.apply(update(key, {"name": "課"}, {"name": "新課"}, Action.MOVE))[0]))
    assert share.read(key)["name"] == "他課"


def test_an_unknown_folder_is_refused_and_the_others_are_changed(share: FolderGround, people: People) -> None:
    [key] = share.made(share.folder("課"))
    rights = {"read": frozenset(people.groups)}
    gone, changed = share.apply(update(NOBODY, {}, rights), update(key, {}, rights))
    assert str(NOBODY) in str(refused(gone))
    assert done(changed) == key


def test_an_unknown_trustee_is_refused(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    error = refused(share.apply(update(key, {}, {"read": frozenset({f"trustee:{NO_SID}"})}))[0])
    assert NO_SID in str(error)


def test_a_trustee_that_is_not_ours_is_refused(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    error = refused(share.apply(update(key, {}, {"write": frozenset({"trustee:S-1-5-32-546"})}))[0])
    assert "Guests" in str(error)


@pytest.mark.parametrize("text", ["LGWAN\\sec-020100", "trustee:020100", "folder:S-1-5-32-546", ""])
def test_what_is_no_key_of_a_trustee_is_refused(share: FolderGround, text: str) -> None:
    [key] = share.made(share.folder("課"))
    assert refused(share.apply(update(key, {}, {"read": frozenset({text})}))[0]).code == "folders.bad_grant"


def test_protected_folders_are_refused_by_name(share: FolderGround, people: People) -> None:
    before = share.read(share.protected)
    changes = (
        update(share.protected, {}, {"read": frozenset(people.groups)}),
        delete(share.protected),
        share.folder("課", share.protected),
        share.folder("adm-新"),
    )
    for change in changes:
        assert "adm-" in str(refused(share.apply(change)[0]))
    assert share.read(share.protected) == before


def test_the_base_is_protected(share: FolderGround) -> None:
    assert refused(share.apply(delete(share.place))[0])
    assert share.place in share.system.observe(share.scope).protected


# moving ------------------------------------------------------------------------------------------------------------


def test_a_folder_moves_with_all_that_is_in_it(share: FolderGround, people: People) -> None:
    [division, section] = share.made(share.folder("部"), share.folder("課", write=frozenset(people.groups)))
    [unit] = share.made(share.folder("係", section))
    before, after = {"parent": str(share.place), "name": "課"}, {"parent": str(division), "name": "改称課"}
    for _ in range(2):
        assert done(share.apply(update(section, before, after, Action.MOVE))[0]) == section
        record = share.read(section)
        assert (record["parent"], record["name"], record["write"]) == (str(division), "改称課", set(people.groups))
    assert share.read(unit)["parent"] == str(section)


def test_half_a_move_is_completed(share: FolderGround, people: People) -> None:
    [old, new] = share.made(share.folder("旧"), share.folder("新"))
    [key] = share.made(share.folder("課", old))
    rights = frozenset(people.groups)
    done(share.apply(update(key, {}, {"read": rights}))[0])
    done(share.apply(update(key, {"parent": str(old)}, {"parent": str(new), "read": rights}, Action.MOVE))[0])
    assert (share.read(key)["parent"], share.read(key)["read"]) == (str(new), rights)


def test_nothing_moves_into_itself(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    [inner] = share.made(share.folder("係", key))
    refused(share.apply(update(key, {"parent": str(share.place)}, {"parent": str(inner)}, Action.MOVE))[0])
    assert share.read(key)["parent"] == str(share.place)


# deleting ----------------------------------------------------------------------------------------------------------


def test_an_empty_folder_is_deleted(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    for _ in range(2):
        assert done(share.apply(delete(key))[0]) == key
        assert not share.system.read([key], share.scope)


def test_a_folder_that_is_not_empty_stays_and_says_what_is_in_it(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    [inner] = share.made(share.folder("台帳", key))
    assert "台帳" in str(refused(share.apply(delete(key))[0]))
    assert set(share.system.read([key, inner], share.scope)) == {key, inner}


def test_what_was_deleted_comes_back_as_it_was(share: FolderGround, people: People) -> None:
    """With a new id: a file server gives none twice. The engine learns it as it learns that of a create."""
    rights = {"write": frozenset(people.groups[:1]), "read": frozenset(people.groups[1:]), "inherits": False}
    [key] = share.made(share.folder("課", **rights))
    with by_hand(share.settings) as direct:
        before = direct.descriptors([share.path("課")])
    record, image = share.read(key), share.system.preimage([key, NOBODY])
    assert image.keys() == {key}
    done(share.apply(delete(key))[0])
    back = replace(share.folder("課"), key=key, after=image[key])
    first, second = (done(share.apply(back)[0]) for _ in range(2))
    assert first == second
    assert share.read(first) == record
    with by_hand(share.settings) as direct:
        assert direct.descriptors([share.path("課")]) == before


# trustees ----------------------------------------------------------------------------------------------------------


def test_a_create_of_a_trustee_learns_its_key_by_its_name(share: FolderGround, people: People) -> None:
    for _ in range(2):
        assert str(done(share.apply(trustee(people.names[0]))[0])) == people.groups[0]
    assert share.read(Key.parse(people.groups[0])) == {"name": people.names[0]}


def test_the_other_changes_are_made_when_nobody_has_a_name(share: FolderGround, people: People) -> None:
    lacking, known = share.apply(trustee("LGWAN\\sec-nobody"), trustee(people.names[1]))
    assert "sec-nobody" in str(refused(lacking))
    assert str(done(known)) == people.groups[1]


def test_a_name_that_is_not_ours_is_refused(share: FolderGround) -> None:
    assert "Domain Users" in str(refused(share.apply(trustee("LGWAN\\Domain Users"))[0]))


def test_a_name_spelt_otherwise_is_refused_with_the_right_one(share: FolderGround, people: People) -> None:
    error = refused(share.apply(trustee(people.names[0].lower()))[0])
    assert people.names[0] in str(error)


def test_who_bears_the_name_and_is_not_meant_is_refused(share: FolderGround, people: People) -> None:
    one, other = people.groups
    assert refused(share.apply(trustee(people.names[0], instead_of=one))[0]).code == "folders.still_another"
    assert str(done(share.apply(trustee(people.names[0], instead_of=other))[0])) == one


def test_a_trustee_is_never_located(share: FolderGround, people: People) -> None:
    """Found before the apply, it could be another that gives the name up in the same change set."""
    [key] = share.made(share.folder("課", read=frozenset(people.groups)))
    located = share.system.locate([trustee(people.names[0]), share.folder("課")])
    assert dict(located) == {Key(FOLDER, "new:課"): key}


def test_a_deleted_trustee_is_forgotten_and_can_come_back(share: FolderGround, people: People) -> None:
    key = Key.parse(people.groups[0])
    image = share.system.preimage([key])
    assert image == {key: {"name": people.names[0]}}
    for _ in range(2):
        assert done(share.apply(delete(key))[0]) == key
        assert not share.system.read([key], share.scope)
    back = replace(trustee(people.names[0]), key=key, after=image[key])
    assert done(share.apply(back)[0]) == key
    assert share.read(key) == image[key]


def test_a_trustee_who_is_gone_does_not_come_back(share: FolderGround) -> None:
    gone = Key(TRUSTEE, NO_SID)
    assert "sec-x" in str(refused(share.apply(replace(trustee("LGWAN\\sec-x"), key=gone))[0]))


def test_nothing_of_a_trustee_is_changed_here(share: FolderGround, people: People) -> None:
    key = Key.parse(people.groups[0])
    error = refused(share.apply(update(key, {"name": people.names[0]}, {"name": "LGWAN\\sec-other"}))[0])
    assert key.id in str(error)


# a server that is not there ------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_a_system_that_is_gone_says_so_and_does_not_hang(share: FolderGround) -> None:
    [key] = share.made(share.folder("課"))
    with share.gone() as system:
        for call in (
            lambda: system.observe(share.scope),
            lambda: system.read([key], share.scope),
            lambda: system.locate([share.folder("課")]),
            lambda: system.preimage([key]),
            lambda: system.apply([delete(key)], lambda change, name: ""),
        ):
            with pytest.raises(SystemUnreachable):
                call()
    assert key in share.system.read([key], share.scope)
