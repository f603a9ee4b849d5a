"""Trustees by name: ours, others', and those that are gone."""

from __future__ import annotations

import secrets

from chonai.change.model import Action, Key
from chonai.systems.folders import connect
from tests.contract import fileserver
from tests.contract.fileserver import DOMAIN, SCOPE, FolderGround, People, by_hand, known
from tests.contract.ground import delete, done, update
from tests.integration.folders.test_rights import set_by_hand, whole

STRANGER = "S-1-5-21-11-22-33-4444"


def test_only_those_whom_the_settings_name_are_shown(ground: FolderGround) -> None:
    [key] = ground.made(ground.folder("課"))
    with by_hand(ground.settings) as share:
        set_by_hand(share, ground.path("課"), "D:PAI(A;OICI;0x1200a9;;;S-1-5-11)(A;OICI;0x1f01ff;;;S-1-5-32-544)")
    assert not any(ground.read(key)[name] for name in ("read", "write", "manage", "special"))


def test_a_sid_without_a_name_is_shown_as_it_is_and_kept(ground: FolderGround, people: People) -> None:
    [key] = ground.made(ground.folder("課"))
    entries = f"D:PAI(A;OICI;0x1200a9;;;{STRANGER})(A;OICI;0x1f01ff;;;S-1-5-32-544)"
    with by_hand(ground.settings) as share:
        set_by_hand(share, ground.path("課"), entries)
        done(ground.apply(update(key, {}, {"write": frozenset(people.groups[:1])}))[0])
        assert whole(share, ground.path("課")).startswith(entries)
    assert not ground.read(key)["read"]
    with connect({**ground.settings, "owned": [rf"{DOMAIN}\sec-*", "S-1-5-21-11-*"]}) as system:
        stranger = Key("trustee", STRANGER)
        assert system.read([key, stranger], SCOPE)[key]["read"] == {str(stranger)}
        assert system.read([stranger], SCOPE) == {stranger: {"name": STRANGER}}
        taken = update(key, {"read": frozenset({str(stranger)})}, {})
        done(system.apply([taken], lambda change, name: "")[0])
        assert not system.read([key], SCOPE)[key]["read"]


def test_a_group_that_was_deleted_is_a_sid_and_stays(ground: FolderGround, people: People) -> None:
    directory = people.directory
    name = f"sec-gone-{secrets.token_hex(4)}"
    [group] = directory.made(directory.group([], name))
    trustee = known(ground.settings, rf"{DOMAIN}\{name}")
    [key] = ground.made(ground.folder("課", read=frozenset({trustee})))
    done(directory.apply(delete(group))[0])
    with connect(ground.settings) as system:
        record = system.read([key], SCOPE)[key]
        assert not record["read"]
    with connect({**ground.settings, "owned": ["S-1-5-21-*"]}) as system:
        assert system.read([key], SCOPE)[key]["read"] == {trustee}


def test_a_group_that_gets_another_name_changes_no_folder(ground: FolderGround, people: People) -> None:
    """And the name that it gives up is the other's at once, whatever was learnt before."""
    directory, tail = people.directory, secrets.token_hex(4)
    old, new = (f"sec-{word}-{tail}" for word in ("old", "new"))
    [group] = directory.made(directory.group([], old))
    trustee = known(ground.settings, rf"{DOMAIN}\{old}")
    [key] = ground.made(ground.folder("課", write=frozenset({trustee})))
    before = ground.read(key)
    names = ({"name": name, "sAMAccountName": name} for name in (old, new))
    done(directory.apply(update(group, *names, Action.MOVE))[0])
    [other] = directory.made(directory.group([], old))
    assert ground.read(key) == before
    with connect(ground.settings) as system:
        who = Key.parse(trustee)
        assert system.read([key, who], SCOPE) == {key: before, who: {"name": rf"{DOMAIN}\{new}"}}
    [found] = ground.apply(fileserver.trustee(rf"{DOMAIN}\{old}", instead_of=trustee))
    assert str(done(found)) != trustee
    for each in (group, other):
        done(directory.apply(delete(each))[0])


def test_many_trustees_are_looked_up_together(ground: FolderGround, people: People) -> None:
    """More than fit into one request of the lookup."""
    strangers = "".join(f"(A;OICI;0x1200a9;;;S-1-5-21-11-22-33-{n})" for n in range(1000, 1035))
    [key] = ground.made(ground.folder("課", read=frozenset(people.groups)))
    with by_hand(ground.settings) as share:
        now = whole(share, ground.path("課"))
        set_by_hand(share, ground.path("課"), now.replace("AI(", f"AI{strangers}(", 1))
    with connect(ground.settings) as system:
        assert system.read([key], SCOPE)[key]["read"] == set(people.groups)
        assert system.read([replace_id(key)], SCOPE) == {}


def replace_id(key: Key) -> Key:
    """A key with the same number and another time of making: another folder."""
    return key._replace(id=key.id[:-1] + ("0" if key.id[-1] != "0" else "1"))
